import { _ } from "../../../language.js";
import { choiceNames, sequence } from "./answers.js";
import { choiceList } from "./choices.js";
import { prompt, shuffle } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const order = (own) => [prompt(own), choiceList(own, { kind: "choices", label: _("What is put in order"), add: _("Add a line") }), sequence(own, choiceNames), marking(own), shuffle(own)];
