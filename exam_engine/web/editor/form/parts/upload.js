import { _ } from "../../../language.js";
import { pick, prompt } from "./fields.js";
import { marking } from "./marking.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const upload = (own) => [prompt(own), pick(own, "accepts", _("What is handed in"), [["", _("A picture or a PDF")], ["image/*", _("A picture, such as a photo of the paper")], ["application/pdf", _("A PDF")]]), marking(own)];
