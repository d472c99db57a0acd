import { send } from "../api.js";

/** @typedef {{tex: string, display: boolean, kept: number | null, pasted?: string, source?: string}} Formula @typedef {{mathml?: string, error?: string}} Shown */

const MOST = 40;

/** Formulas as pupils see them: set by the service, with the converter that papers are made with; each asked for once. */
export class Formulas {
  /** @param {string[]} kept MathML of those that only the service knows */
  constructor(kept) {
    this.kept = kept;
    /** @type {Map<string, Promise<Shown>>} */
    this.known = new Map();
    /** @type {{formula: Formula, done: (shown: Shown) => void, failed: () => void}[]} */
    this.asked = [];
  }

  /** @param {Formula} formula @returns {Promise<Shown>} */
  set(formula) {
    if (formula.kept !== null) return Promise.resolve({ mathml: this.kept[formula.kept] ?? "" });
    const name = `${formula.display ? "$" : ""}${formula.pasted ?? ""}${formula.source ?? ""}${formula.tex}`;
    const known = this.known.get(name);
    if (known) return known;
    /** @type {Promise<Shown>} */
    const made = new Promise((done, failed) => {
      if (!this.asked.length) setTimeout(() => void this.#ask());
      this.asked.push({ formula, done, failed: () => failed(new Error("away")) });
    });
    this.known.set(name, made);
    made.catch(() => this.known.delete(name));
    return made;
  }

  /** Into an element: first its TeX, then the formula itself. @param {HTMLElement} element @param {Record<string, any>} formula */
  async show(element, { tex, display, kept, pasted = "", source = "" }) {
    if (kept === null) element.textContent = pasted ? "…" : tex;
    const shown = await this.set({ tex, display, kept, pasted, source }).catch(() => /** @type {Shown} */ ({}));
    element.classList.toggle("chip-wrong", Boolean(shown.error));
    element.title = shown.error ?? tex ?? "";
    if (shown.mathml) element.innerHTML = shown.mathml;
  }

  async #ask() {
    const batch = this.asked.splice(0, MOST);
    if (this.asked.length) setTimeout(() => void this.#ask());
    try {
      const { formulas } = await send("POST", "/formulas", { formulas: batch.map(({ formula: { tex, display, pasted = "", source = "" } }) => ({ tex: tex.slice(0, 4000), display, pasted, source })) });
      for (const [at, { done }] of batch.entries()) done(formulas[at] ?? {});
    } catch {
      for (const { failed } of batch) failed();
    }
  }
}
