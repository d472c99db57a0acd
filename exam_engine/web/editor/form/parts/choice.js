import { _ } from "../../../language.js";
import { choiceList } from "./choices.js";
import { count, prompt, shuffle } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const choice = (own) => [
  prompt(own), choiceList(own, { kind: "choices", label: _("Options"), add: _("Add an option"), keyed: true }), marking(own), count(own, "most", _("How many may be chosen")), shuffle(own),
];
