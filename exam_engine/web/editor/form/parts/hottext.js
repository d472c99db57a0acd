import { _ } from "../../../language.js";
import { wordTicks } from "./answers.js";
import { count, prompt } from "./fields.js";
import { marking } from "./marking.js";
import { namesIn, textWithPlaces } from "./places.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const hottext = (own) => [prompt(own), textWithPlaces(own, "hot"), wordTicks(own, () => namesIn(own.part.text ?? "", "hot")), marking(own), count(own, "most", _("How many may be chosen"))];
