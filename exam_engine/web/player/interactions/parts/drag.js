/** Pixels from which a press becomes a drag. */
const THRESHOLD = 6;

/**
 * Lets a mouse or pen drag an element, as a short way beside tapping. A finger scrolls the page instead, and taps.
 * @param {HTMLElement} element @param {{start: () => boolean, drop: (onto: Element | null) => void}} acts `start` says whether it may be taken
 */
export function draggable(element, { start, drop }) {
  /** @type {{x: number, y: number, ghost: HTMLElement | null} | null} */
  let press = null;
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    press = { x: event.clientX, y: event.clientY, ghost: null };
    // At once: a quick hand has left the element before it moves for the second time.
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!press) return;
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) >= THRESHOLD;
    if (!press.ghost && far) {
      if (!start()) {
        press = null;
        return;
      }
      press.ghost = ghostOf(element);
    }
    press.ghost?.style.setProperty("transform", `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`);
  });
  const end = (/** @type {PointerEvent} */ event) => {
    const ghost = press?.ghost;
    press = null;
    if (!ghost) return;
    ghost.remove();
    element.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => element.removeEventListener("click", swallow, { capture: true }));
    const root = element.getRootNode();
    const under = root instanceof Document || root instanceof ShadowRoot ? root.elementFromPoint(event.clientX, event.clientY) : null;
    drop(event.type === "pointerup" ? under : null);
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("dragstart", (event) => event.preventDefault());
}

/** The click that ends a drag is none. @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** @param {HTMLElement} element */
function ghostOf(element) {
  const ghost = /** @type {HTMLElement} */ (element.cloneNode(true));
  ghost.removeAttribute("id");
  ghost.classList.add("part-ghost");
  ghost.setAttribute("aria-hidden", "true");
  const root = element.getRootNode();
  (root instanceof ShadowRoot ? root : document.body).append(ghost);
  return ghost;
}
