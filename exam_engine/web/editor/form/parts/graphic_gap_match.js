import { _ } from "../../../language.js";
import { choiceNames, pairs, spotNames } from "./answers.js";
import { choiceList } from "./choices.js";
import { prompt } from "./fields.js";
import { marking } from "./marking.js";
import { pictureWithSpots } from "./picture.js";
import { uses } from "./uses.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const graphicGapMatch = (own) => [
  prompt(own), pictureWithSpots(own), uses(own, "spots", _("Each area may be used")), choiceList(own, { kind: "choices", label: _("What is put on the picture"), add: _("Add a label") }),
  uses(own, "choices", _("Each may be used")), pairs(own, choiceNames, spotNames), marking(own),
];
