import { _ } from "../../../language.js";
import { choiceNames, pairs, targetNames } from "./answers.js";
import { choiceList } from "./choices.js";
import { prompt, shuffle } from "./fields.js";
import { marking } from "./marking.js";
import { textWithPlaces } from "./places.js";
import { uses } from "./uses.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const gapMatch = (own) => [
  prompt(own), textWithPlaces(own, "gap"), choiceList(own, { kind: "choices", label: _("What goes into the gaps"), add: _("Add a word") }), uses(own, "choices", _("Each may be used")),
  pairs(own, choiceNames, targetNames), marking(own), shuffle(own),
];
