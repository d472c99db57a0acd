import { h } from "../../dom.js";
import { t } from "../../text.js";
import { points } from "./points.js";

/** Points of a picture. @type {import("./part.js").PartInteraction} */
export const selectPoint = (body, context) =>
  points(body, context, { marker: () => h("span", { class: "point-mark" }), hint: t("Tap the picture where the point belongs.") });
