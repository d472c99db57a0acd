import { _ } from "../../../language.js";
import { choiceList } from "./choices.js";
import { prompt } from "./fields.js";
import { marking } from "./marking.js";
import { pictureWithRightAreas } from "./picture.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const positionObject = (own) => [prompt(own), pictureWithRightAreas(own), choiceList(own, { kind: "choices", label: _("What is put on the picture"), add: "", fixed: true }), marking(own)];
