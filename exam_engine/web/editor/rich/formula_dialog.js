import { _ } from "../../language.js";
import { button, h } from "../../player/dom.js";

/** What schools write most, with the caret where the first letter belongs (@). */
const PIECES = [
  ["x²", "^{@}"], ["xₙ", "_{@}"], ["a⁄b", "\\frac{@}{}"], ["√", "\\sqrt{@}"], ["∛", "\\sqrt[3]{@}"], ["( )", "\\left(@\\right)"], ["|x|", "\\left|@\\right|"],
  ["≤", "\\le "], ["≥", "\\ge "], ["≠", "\\ne "], ["≈", "\\approx "], ["±", "\\pm "], ["·", "\\cdot "], ["∞", "\\infty "], ["°", "^\\circ "], ["π", "\\pi "], ["α", "\\alpha "],
  ["Δ", "\\Delta "], ["→", "\\to "], ["⇔", "\\Leftrightarrow "], ["∈", "\\in "], ["∪", "\\cup "], ["∩", "\\cap "], ["ℝ", "\\mathbb{R}"], ["vec", "\\overrightarrow{@}"],
  ["∫", "\\int_{@}^{} "], ["∑", "\\sum_{@}^{} "], ["lim", "\\lim_{@} "], ["log", "\\log_{@} "], ["{", "\\begin{cases}@ \\\\  \\end{cases}"], ["H₂O", "\\ce{@}"],
];

/**
 * Asks for a formula in TeX, showing it as the pupil will see it. Empty: to be taken out; null: nothing is changed.
 * @param {import("./formula_images.js").Formulas} formulas @param {Record<string, any>} formula
 * @returns {Promise<{tex: string, display: boolean} | null>}
 */
export function askFormula(formulas, formula) {
  const imported = formula.kept !== null || Boolean(formula.pasted);
  const field = h("textarea", { class: "input formula-tex", id: "formula-tex", rows: 3, spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-describedby": "formula-told" });
  field.value = formula.tex;
  const display = h("input", { type: "checkbox" });
  display.checked = formula.display;
  const shown = h("div", { class: "formula-shown item-content", "aria-live": "polite" });
  const told = h("p", { class: "field-error", id: "formula-told", role: "status" });
  const pieces = PIECES.map(([label, tex]) => h("button", { type: "button", class: "button formula-piece", "aria-label": tex?.replaceAll("@", "").trim(), onclick: () => insert(field, tex ?? "", show) }, label));
  const form = h("form", { class: "dialog-body", method: "dialog" },
    h("h2", { id: "formula-title" }, _("Formula")),
    !imported ? null : h("p", { class: "field-hint" }, _("This formula was imported in another notation. Write it in TeX to change it.")),
    h("label", { class: "field-label", for: "formula-tex" }, _("TeX, for example \\frac{1}{2} or x^2")),
    field, told, h("div", { class: "formula-pieces" }, pieces),
    h("p", { class: "field-label" }, _("As the pupil sees it")), shown,
    h("label", { class: "check" }, display, h("span", {}, _("On a line of its own"))),
    h("div", { class: "dialog-actions" }, button(_("Cancel"), () => dialog.close("")), h("button", { class: "button button-primary", value: "yes" }, _("Put it in"))),
  );
  const dialog = h("dialog", { class: "dialog formula-dialog", "aria-labelledby": "formula-title" }, form);
  let asked = 0;
  const show = async () => {
    const tex = field.value.trim();
    const mine = ++asked;
    if (!tex) return void (shown.replaceChildren(), (told.textContent = ""));
    const found = await formulas.set({ tex, display: display.checked, kept: null }).catch(() => ({ mathml: "", error: _("The service can't be reached; the formula is shown later.") }));
    if (mine !== asked) return;
    told.textContent = found.error ?? "";
    if (found.mathml) shown.innerHTML = found.mathml;
  };
  field.addEventListener("input", () => void show());
  display.addEventListener("change", () => void show());
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    dialog.close("yes");
  });
  if (!imported) void show();
  else void formulas.show(shown, formula);
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    const tex = field.value.trim();
    const unchanged = dialog.returnValue !== "yes" || (imported && !tex);
    resolve(unchanged ? null : { tex, display: display.checked });
  }));
}

/** @param {HTMLTextAreaElement} field @param {string} piece @param {() => Promise<void>} show */
function insert(field, piece, show) {
  const start = field.selectionStart;
  const chosen = field.value.slice(start, field.selectionEnd);
  const [before = "", behind] = piece.split("@");
  field.setRangeText(before + chosen + (behind ?? ""), start, field.selectionEnd, "end");
  if (behind !== undefined) field.setSelectionRange(start + before.length + chosen.length, start + before.length + chosen.length);
  field.focus();
  void show();
}
