import { _ } from "../../../language.js";
import { choiceList } from "./choices.js";
import { shuffle } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const inlineChoice = (own) => [choiceList(own, { kind: "choices", label: _("Words of the list"), add: _("Add a word"), keyed: true }), marking(own), shuffle(own)];
