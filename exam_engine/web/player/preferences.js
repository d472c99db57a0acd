/** How this reader likes the page; kept in the browser, no part of the attempt. @typedef {typeof USUAL} Preferences */
export const USUAL = {
  size: 100, theme: /** @type {"" | "light" | "dark"} */ (""), contrast: false, timer: true, letters: true, layout: /** @type {"item" | "section"} */ ("item"),
};
const NAME = "exam-engine-view";

/** @returns {Preferences} */
export function readPreferences() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(NAME) ?? "{}") };
  } catch {
    return { ...USUAL };
  }
}

/** @param {Preferences} preferences */
export function keepPreferences(preferences) {
  try {
    localStorage.setItem(NAME, JSON.stringify(preferences));
  } catch { /* the browser keeps nothing: the wish lasts as long as the page */ }
}

/** @param {Preferences} preferences */
export function apply({ size, theme, contrast }) {
  const root = document.documentElement;
  root.style.setProperty("--item-scale", String(size / 100));
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  if (contrast) root.dataset.contrast = "high";
  else delete root.dataset.contrast;
}
