import { multipleChoice } from "../multiple_choice.js";
import { singleChoice } from "../single_choice.js";
import { inOrder, takesMany } from "./part.js";

/** One or several options. @type {import("./part.js").PartInteraction} */
export function choice(body, context) {
  const options = { options: body.choices, min: body.least, max: body.most };
  const item = { slot: 0, type: "", stem: "", number: 0, section: 0, group: "", order: inOrder(context, body.choices), body: options };
  const view = (takesMany(body) ? multipleChoice : singleChoice)(item, { ...context, change: (value, how) => context.change(/** @type {any} */ (value), how) });
  return { ...view, update: (shown) => view.update(shown) };
}
