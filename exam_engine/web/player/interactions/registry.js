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

/** Programs that come only with a paper that needs them. @type {Record<string, () => Promise<import("./view.js").Interaction>>} */
const LATER = {
  composite: () => import("./composite.js").then(({ composite }) => composite),
};

/** Brings what these kinds of items need; the registry has it afterwards. @param {Iterable<string>} types */
export async function bring(types) {
  for (const type of new Set(types)) {
    const load = LATER[type];
    if (load && !INTERACTIONS[type]) INTERACTIONS[type] = await load();
  }
}
