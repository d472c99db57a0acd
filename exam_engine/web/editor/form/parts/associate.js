import { _ } from "../../../language.js";
import { choiceNames, pairs } from "./answers.js";
import { choiceList } from "./choices.js";
import { count, prompt, shuffle } from "./fields.js";
import { marking } from "./marking.js";
import { uses } from "./uses.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const associate = (own) => [
  prompt(own), choiceList(own, { kind: "choices", label: _("What is paired"), add: _("Add a line") }), uses(own, "choices", _("Each may be joined")),
  pairs(own, choiceNames, choiceNames), marking(own), count(own, "most", _("Most pairs")), shuffle(own),
];
