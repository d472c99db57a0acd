import { content } from "../../dom.js";
import { t } from "../../text.js";
import { points } from "./points.js";

/** A small picture to be put on a larger one, its middle on the point. @type {import("./part.js").PartInteraction} */
export const positionObject = (body, context) =>
  points(body, context, { marker: (stage) => thingOf(body, stage), hint: t("Tap the picture where the middle of the object belongs.") });

/** The object, as large beside the picture as both are in their own pixels. @param {import("./part.js").Body} body @param {ReturnType<typeof import("./stage.js").stageOf>} stage */
function thingOf(body, stage) {
  const made = content(body.thing ?? "", "point-thing");
  const image = made.querySelector("img");
  const scale = () => {
    const own = Number(image?.getAttribute("width")) || image?.naturalWidth;
    const shown = stage.element.getBoundingClientRect().width / stage.size()[0];
    if (own && shown) image?.style.setProperty("width", `${own * shown}px`);
  };
  image?.addEventListener("load", scale);
  new ResizeObserver(scale).observe(stage.element);
  return made;
}
