import { whileDragged } from "./edge.js";

/** Pixels from which a press becomes a drag. */
const THRESHOLD = 6;

/**
 * Lets a mouse or pen drag an element, as a short way beside tapping. A finger scrolls the page instead, and taps.
 * What breaks a drag off (Escape, the system, the end of the time) changes nothing.
 * @param {HTMLElement} element @param {{start: () => boolean, drop: (onto: Element | null) => void}} acts `start` says whether it may be taken
 */
export function draggable(element, { start, drop }) {
  /** @type {{id: number, x: number, y: number, ghost: HTMLElement | null, stop: () => void} | null} */
  let press = null;
  /** @param {PointerEvent} [event] without it the drag is broken off */
  const end = (event) => {
    if (!press) return;
    const { ghost, stop } = press;
    press = null;
    stop();
    if (!ghost) return;
    ghost.remove();
    noClick(element, !event);
    const root = element.getRootNode();
    if (event && start() && (root instanceof Document || root instanceof ShadowRoot)) drop(root.elementFromPoint(event.clientX, event.clientY));
  };
  const lift = () => {
    if (!press || !start()) return end();
    press.ghost = ghostOf(element);
    press.stop = whileDragged(element, () => press?.y ?? 0, end);
  };
  const own = (/** @type {PointerEvent} */ event) => press?.id === event.pointerId;
  element.addEventListener("pointerdown", (event) => {
    if (press || event.pointerType === "touch" || event.button !== 0) return;
    press = { id: event.pointerId, x: event.clientX, y: event.clientY, ghost: null, stop: () => undefined };
    // At once: a quick hand has left the element before it moves for the second time.
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!press || !own(event)) return;
    // It was let go where no event told of it, as over a window of the system.
    if (event.buttons === 0) return end();
    if (!press.ghost && Math.hypot(event.clientX - press.x, event.clientY - press.y) >= THRESHOLD) lift();
    if (!press?.ghost) return;
    press.y = event.clientY;
    press.ghost.style.setProperty("transform", `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`);
  });
  element.addEventListener("pointerup", (event) => own(event) && end(event));
  element.addEventListener("pointercancel", (event) => own(event) && end());
  element.addEventListener("lostpointercapture", (event) => own(event) && end());
  element.addEventListener("dragstart", (event) => event.preventDefault());
}

/** The click that ends a drag is none. @param {HTMLElement} element @param {boolean} pressed the button may still be down: it comes later */
function noClick(element, pressed) {
  const swallow = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const over = () => setTimeout(() => element.removeEventListener("click", swallow, true));
  element.addEventListener("click", swallow, true);
  if (pressed) addEventListener("pointerup", over, { once: true });
  else over();
}

/** @param {HTMLElement} element */
function ghostOf(element) {
  const ghost = /** @type {HTMLElement} */ (element.cloneNode(true));
  ghost.removeAttribute("id");
  ghost.classList.add("part-ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  const root = element.getRootNode();
  (root instanceof ShadowRoot ? root : document.body).append(ghost);
  return ghost;
}
