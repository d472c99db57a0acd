import { _ } from "../../../language.js";
import { prompt, setting } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const extendedText = (own) => [prompt(own), setting(own, "lines", _("Lines"), { whole: true, optional: true }), setting(own, "words", _("Most words"), { whole: true, optional: true }), marking(own)];
