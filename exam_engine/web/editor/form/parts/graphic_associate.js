import { _ } from "../../../language.js";
import { pairs, spotNames } from "./answers.js";
import { prompt } from "./fields.js";
import { marking } from "./marking.js";
import { pictureWithSpots } from "./picture.js";
import { uses } from "./uses.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const graphicAssociate = (own) => [prompt(own), pictureWithSpots(own), uses(own, "spots", _("Each area may be joined")), pairs(own, spotNames, spotNames), marking(own)];
