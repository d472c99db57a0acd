import { count, prompt } from "./fields.js";
import { _ } from "../../../language.js";
import { marking } from "./marking.js";
import { pictureWithRightAreas } from "./picture.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const selectPoint = (own) => [prompt(own), pictureWithRightAreas(own), marking(own), count(own, "most", _("How many points may be set"))];
