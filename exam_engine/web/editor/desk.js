import { h, say } from "../player/dom.js";

/**
 * What every part of the form is given: the item, the tools of its texts, and where problems are shown.
 * @typedef {{store: import("./store.js").Store, tools: import("./rich/tools.js").Tools, errors: Errors, error: (field: string) => HTMLElement,
 *   focused: (field: import("./rich/field.js").RichField) => void}} Desk
 */

/** What keeps the question from being published, at its fields; told from the first attempt on, and gone when it is mended. */
export class Errors {
  constructor() {
    /** @type {import("./types.js").Problem[]} */
    this.problems = [];
    this.told = false;
    /** @type {Map<string, HTMLElement>} */
    this.places = new Map();
  }

  /** The line below a field's label. @param {string} field */
  place(field) {
    const made = h("p", { class: "field-error", role: "status" });
    this.places.set(field, made);
    this.show(made, field);
    return made;
  }

  /** @param {import("./types.js").Problem[]} problems */
  set(problems) {
    this.problems = problems;
    for (const [field, element] of this.places) this.show(element, field);
  }

  /** @param {HTMLElement} element @param {string} field */
  show(element, field) {
    const texts = this.told ? this.problems.filter((one) => one.field === field).map(({ text }) => text) : [];
    say(element, texts.join(" "));
    element.hidden = !texts.length;
  }
}
