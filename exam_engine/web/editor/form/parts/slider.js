import { _ } from "../../../language.js";
import { line } from "../fields.js";
import { typed } from "./answers.js";
import { prompt, setting } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const slider = (own) => [
  prompt(own), setting(own, "lower", _("Lowest number"), { numeric: true }), setting(own, "upper", _("Highest number"), { numeric: true }), setting(own, "step", _("Step"), { numeric: true }),
  typed(own), line(own.desk, { name: own.name("tolerance"), label: _("Tolerance"), numeric: true, short: true, read: () => own.marking?.tolerance ?? "0", write: (value) => own.marked({ tolerance: value }) }), marking(own),
];
