import { essay } from "./essay.js";
import { multipleChoice } from "./multiple_choice.js";
import { numeric } from "./numeric.js";
import { shortText } from "./short_text.js";
import { singleChoice } from "./single_choice.js";
import { trueFalseCluster } from "./true_false_cluster.js";

/** Every interaction by its type name; a test pairs them with the item bank's. @type {Record<string, import("./view.js").Interaction>} */
export const INTERACTIONS = {
  single_choice: singleChoice,
  multiple_choice: multipleChoice,
  true_false_cluster: trueFalseCluster,
  numeric,
  short_text: shortText,
  essay,
};
