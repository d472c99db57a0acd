/**
 * Calls `act` for every element that matches, now and whenever htmx brings new ones.
 * @param {string} selector
 * @param {(element: HTMLElement) => void} act
 */
export function whenever(selector, act) {
  const seen = new WeakSet();
  /** @param {ParentNode} part */
  const look = (part) => {
    for (const element of part.querySelectorAll(selector))
      if (element instanceof HTMLElement && !seen.has(element)) {
        seen.add(element);
        act(element);
      }
  };
  look(document);
  document.addEventListener("htmx:load", () => look(document));
}

/**
 * The element of a click, or the one around it, that matches.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function hit(event, selector) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null;
  return found instanceof HTMLElement ? found : null;
}
