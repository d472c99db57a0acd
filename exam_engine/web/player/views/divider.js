import { h } from "../dom.js";
import { t } from "../text.js";

const [LEAST, MOST, STEP] = [25, 70, 5];

/** Between passage and item: dragged, or moved by the arrow keys. @param {HTMLElement} frame carries --passage-share */
export function createDivider(frame) {
  let share = 45;
  const element = h("div", { class: "divider", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": t("Width of the passage"), "aria-valuemin": LEAST, "aria-valuemax": MOST });
  const set = (/** @type {number} */ wanted) => {
    share = Math.round(Math.max(LEAST, Math.min(MOST, wanted)));
    frame.style.setProperty("--passage-share", `${share}%`);
    element.setAttribute("aria-valuenow", String(share));
  };
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(share + by);
  });
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (!element.hasPointerCapture(event.pointerId)) return;
    const { left, width } = frame.getBoundingClientRect();
    set(((event.clientX - left) / width) * 100);
  });
  set(share);
  return element;
}
