import { _ } from "../../../language.js";
import { setting } from "./fields.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const endAttempt = (own) => [setting(own, "title", _("Words of the button"), { short: false, hint: _("In practice only: it asks for help or ends the attempt.") })];
