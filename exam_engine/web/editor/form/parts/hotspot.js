import { chosen, spotNames } from "./answers.js";
import { prompt } from "./fields.js";
import { marking } from "./marking.js";
import { pictureWithSpots } from "./picture.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const hotspot = (own) => [prompt(own), pictureWithSpots(own), chosen(own, spotNames), marking(own)];
