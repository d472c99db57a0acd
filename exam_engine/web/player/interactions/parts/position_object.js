import { content } from "../../dom.js";
import { t } from "../../text.js";
import { points } from "./points.js";

/** A small picture to be put on a larger one, its middle on the point. @type {import("./part.js").PartInteraction} */
export const positionObject = (body, context) =>
  points(body, context, { marker: () => content(body.thing ?? "", "point-thing"), hint: t("Tap the picture where the middle of the object belongs."), sample: content(body.thing ?? "", "item-content point-sample") });
