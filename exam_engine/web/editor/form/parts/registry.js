import { associate } from "./associate.js";
import { choice } from "./choice.js";
import { endAttempt } from "./end_attempt.js";
import { extendedText } from "./extended_text.js";
import { gapMatch } from "./gap_match.js";
import { graphicAssociate } from "./graphic_associate.js";
import { graphicGapMatch } from "./graphic_gap_match.js";
import { graphicOrder } from "./graphic_order.js";
import { hotspot } from "./hotspot.js";
import { hottext } from "./hottext.js";
import { inlineChoice } from "./inline_choice.js";
import { match } from "./match.js";
import { media } from "./media.js";
import { order } from "./order.js";
import { positionObject } from "./position_object.js";
import { selectPoint } from "./select_point.js";
import { slider } from "./slider.js";
import { textEntry } from "./text_entry.js";
import { upload } from "./upload.js";

/** What each kind of part asks of its author; a test pairs them with the item bank's. @type {Record<string, (own: import("./own.js").Own) => import("../fields.js").Part[]>} */
export const FORMS = {
  associate,
  choice,
  end_attempt: endAttempt,
  extended_text: extendedText,
  gap_match: gapMatch,
  graphic_associate: graphicAssociate,
  graphic_gap_match: graphicGapMatch,
  graphic_order: graphicOrder,
  hotspot,
  hottext,
  inline_choice: inlineChoice,
  match,
  media,
  order,
  position_object: positionObject,
  select_point: selectPoint,
  slider,
  text_entry: textEntry,
  upload,
};
