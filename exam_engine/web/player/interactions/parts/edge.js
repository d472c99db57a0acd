/** From so near an edge, in pixels, the page follows what is dragged there; so many pixels it goes in a frame at the most. */
const NEAR = 56;
const FASTEST = 14;

/**
 * By how much to scroll in this frame. @param {number} at where the pointer is @param {number} from @param {number} to what can be seen
 */
export function pull(at, from, to) {
  const near = Math.min(NEAR, (to - from) / 4);
  const up = Math.min(1, (from + near - at) / near);
  const down = Math.min(1, (at - to + near) / near);
  return up > 0 ? -Math.ceil(FASTEST * up) : down > 0 ? Math.ceil(FASTEST * down) : 0;
}

/**
 * Follows a drag until it is over: near an edge the page scrolls, Escape breaks it off. @param {HTMLElement} element what is dragged
 * @param {() => number} height where the pointer is @param {() => void} broken @returns {() => void} to be called when it is over
 */
export function whileDragged(element, height, broken) {
  const frame = scrollerOf(element);
  const step = () => {
    if (!element.isConnected) return broken();
    frame.scrollBy(0, pull(height(), ...seenOf(frame)));
    next = requestAnimationFrame(step);
  };
  let next = requestAnimationFrame(step);
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    broken();
  };
  addEventListener("keydown", escape, true);
  return () => {
    cancelAnimationFrame(next);
    removeEventListener("keydown", escape, true);
  };
}

/** What scrolls up and down around it. @param {HTMLElement} element @returns {Element} */
function scrollerOf(element) {
  for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
    if (around.scrollHeight > around.clientHeight && /auto|scroll/.test(getComputedStyle(around).overflowY)) return around;
  }
  return document.scrollingElement ?? document.documentElement;
}

/** Its upper and lower edge in the window; the bars that lie over the page are told by its scroll padding. @param {Element} frame @returns {[number, number]} */
function seenOf(frame) {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(frame);
  const { top, bottom } = frame === document.scrollingElement ? { top: 0, bottom: innerHeight } : frame.getBoundingClientRect();
  return [top + (parseFloat(scrollPaddingTop) || 0), bottom - (parseFloat(scrollPaddingBottom) || 0)];
}
