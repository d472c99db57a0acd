import { _ } from "../../../language.js";
import { line, tick } from "../fields.js";
import { typed } from "./answers.js";
import { setting } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export function textEntry(own) {
  const numeric = tick(own.desk, { name: own.name("numeric"), label: _("A number is typed"), hint: _("1,5 and 1,50 are the same"), read: () => own.marking?.numeric ?? false, write: (on) => own.marked({ numeric: on }) });
  const tolerance = line(own.desk, { name: own.name("tolerance"), label: _("Tolerance"), numeric: true, short: true, read: () => own.marking?.tolerance ?? "0", write: (value) => own.marked({ tolerance: value }) });
  const cased = tick(own.desk, { name: own.name("case_sensitive"), label: _("Capital and small letters count"), read: () => own.marking?.case_sensitive ?? false, write: (on) => own.marked({ case_sensitive: on }) });
  const shown = { element: numeric.element, show() {
    numeric.show();
    const simple = own.marking;
    numeric.element.hidden = !simple;
    tolerance.element.hidden = !simple?.numeric;
    cased.element.hidden = !simple || Boolean(simple.numeric);
  } };
  return [typed(own), marking(own), shown, tolerance, cased, setting(own, "length", _("Width of the field, in characters"), { whole: true, optional: true })];
}
