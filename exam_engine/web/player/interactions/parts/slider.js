import { h, say } from "../../dom.js";
import { t } from "../../text.js";

/** Keys that mean the number where the scale stands, also where it cannot go further down. */
const TAKING = new Set(["Enter", " ", "Home", "PageDown", "ArrowLeft", "ArrowDown"]);

/** A number on a scale; nothing is answered until it is touched. @type {import("./part.js").PartInteraction} */
export function slider(body, context) {
  const { lower, upper, step } = body;
  const reverse = body.reverse === "true";
  const field = h("input", {
    type: "range", class: "part-slider", min: lower, max: upper, step, "aria-labelledby": context.labelledby,
    dir: reverse ? "rtl" : "ltr", oninput: () => give(), onpointerup: () => give(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => TAKING.has(event.key) && give(),
  });
  const shown = h("p", { class: "slider-value number", id: `${context.name}-value` });
  let locked = false;
  const give = () => {
    if (!locked) context.change(field.value, { typing: true });
  };
  const ends = [lower, upper].map((end) => h("span", { class: "number" }, written(String(end))));
  const element = h("div", { class: `field${body.orientation === "vertical" ? " slider-vertical" : ""}` }, shown,
    h("div", { class: "slider-track" }, field, h("div", { class: "slider-ends", "aria-hidden": "true" }, reverse ? ends.reverse() : ends)));
  return {
    element,
    update({ value, locked: lock }) {
      locked = lock;
      const given = typeof value === "string" && value !== "";
      field.value = given ? value : String(lower);
      field.classList.toggle("untouched", !given);
      field.disabled = locked;
      say(shown, given ? written(value) : t("Not answered yet: move the slider"));
      field.setAttribute("aria-valuetext", shown.textContent ?? "");
    },
  };
}

/** "0.5" as people read it here. @param {string} value */
const written = (value) => (document.documentElement.lang === "en" ? value : value.replace(".", ","));
