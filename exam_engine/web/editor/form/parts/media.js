import { _ } from "../../../language.js";
import { prompt, setting } from "./fields.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const media = (own) => [
  prompt(own), setting(own, "description", _("What is heard or seen, in words"), { short: false, optional: true, hint: _("For pupils who can't hear or see it. Don't give away the answer.") }),
  setting(own, "least_plays", _("How often it must be played"), { whole: true, optional: true }), setting(own, "most_plays", _("How often it may be played"), { whole: true, optional: true, hint: _("Empty: as often as they like") }),
];
