/** @type {Record<string, string>} */
let texts = {};

/** Gives the translations of the page's language; without, texts stay as written, in English. @param {Record<string, string>} translations */
export function speak(translations) {
  texts = translations;
}

/** Adds the translations of a program that came later. @param {Record<string, string>} translations */
export function learn(translations) {
  texts = { ...texts, ...translations };
}

/**
 * A text in the language of the page, `%(name)s` replaced.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function _(text, values = {}) {
  return (texts[text] ?? text).replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function ngettext(one, many, n, values = {}) {
  const text = texts[one] ?? (n === 1 ? one : many);
  return _(text, { n, ...values });
}
