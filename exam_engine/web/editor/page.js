import { _ } from "../language.js";
import { button, h, icon, notice, say } from "../player/dom.js";
import { Errors } from "./desk.js";
import { ANSWERS } from "./form/answers.js";
import { composite } from "./form/composite.js";
import { labelFields } from "./form/labels.js";
import { moreFields } from "./form/more.js";
import { passageField } from "./form/passage.js";
import { remarks } from "./form/remarks.js";
import { choice } from "./form/fields.js";
import { withType, withValues } from "./item.js";
import { nearOnes } from "./near.js";
import { markingOf } from "./parts.js";
import { preview } from "./preview.js";
import { RichField } from "./rich/field.js";
import { toolbar } from "./rich/toolbar.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {{publish: (next: boolean) => void, duplicate: () => void, discard: () => void, save: () => void, stored: () => Promise<string>}} Acts
 */

/**
 * The form on the left, the preview beside it; on a phone one of the two.
 * @param {HTMLElement} root @param {import("./types.js").Data} data @param {import("./store.js").Store} store
 * @param {import("./rich/tools.js").Tools} tools @param {Acts} acts
 */
export function createPage(root, data, store, tools, acts) {
  const errors = new Errors();
  /** @type {RichField | null} */
  let last = null;
  const bar = toolbar({ field: () => last ?? stem, undo: () => store.undo(), redo: () => store.redo(), tools });
  /** @type {Desk} */
  const desk = { store, tools, errors, error: (field) => errors.place(field), focused: (field) => { last = field; bar.update(); } };

  const type = choice(desk, { name: "type", label: _("Type"), options: Object.entries(data.types), read: () => store.item.interaction.type, write: (value) => withType(store.item, value) });
  const stem = text(desk, "stem", _("Question"), () => store.item.stem, (html) => withValues(store.item, { stem: html }));
  const rationale = text(desk, "rationale", _("Explanation"), () => store.item.rationale ?? "", (html) => withValues(store.item, { rationale: html || undefined }));
  const labels = labelFields(desk, data.labels);
  const passage = passageField(desk, data.passage);
  const further = moreFields(desk, [passage.add]);
  const answers = h("div", { class: "stack" });
  const tool = h("div", { class: "part-menu", hidden: true });
  bar.element.append(tool);
  /** @type {import("./form/fields.js").Part[]} */
  let parts = [];
  let shownType = "";
  const showAnswers = () => {
    if (shownType !== store.item.interaction.type) {
      for (const part of parts) part.destroy?.();
      shownType = store.item.interaction.type;
      if (shownType === "composite") {
        const several = composite(desk, { names: data.parts, stem });
        parts = [several, remarks(desk)];
        tool.replaceChildren(several.menu());
      } else parts = ANSWERS[shownType]?.(desk) ?? [];
      tool.hidden = shownType !== "composite" || !markingOf(store.item);
      answers.replaceChildren(...parts.map(({ element }) => element));
    }
    for (const part of parts) part.show();
  };

  const saved = h("p", { class: "quiet small write-saved", role: "status", "aria-live": "polite" });
  const summary = h("div", { class: "error-summary stack stack-tight", role: "alert", tabindex: "-1", hidden: true });
  const notices = h("div", { class: "stack stack-tight", role: "alert" });
  const shown = preview(root.dataset.playerStyle ?? "");
  const near = nearOnes({ draft: acts.stored, item: () => store.item, back: () => stem.focus() });
  const general = desk.error("item");
  const form = h("form", { class: "write-form stack", onsubmit: (/** @type {Event} */ event) => event.preventDefault(), "aria-label": _("Question") },
    notices, summary, general,
    h("div", { class: "write-type" }, type.element), passage.slot, stemBlock(desk, _("Question"), "stem", stem), answers,
    h("div", { class: "field write-block" }, h("span", { class: "field-label", id: "write-rationale-label" }, _("Explanation"), h("span", { class: "field-optional" }, ` (${_("optional")})`)), h("p", { class: "field-hint" }, _("Shown to pupils after the test, where the test allows it.")), desk.error("rationale"), rationale.element),
    labels.element, further.element,
  );
  const seen = h("section", { class: "write-preview stack stack-tight", "aria-labelledby": "preview-title" },
    h("div", { class: "row row-apart" }, h("h2", { class: "panel-title", id: "preview-title" }, _("As the pupil sees it")), widths(shown.narrow)), shown.element);
  const side = h("div", { class: "write-side stack" }, near.element, seen);
  const tabs = views(root);
  const more = h("div", { class: "row" },
    button(_("Duplicate"), acts.duplicate, { kind: "quiet", symbol: icon("copy"), more: { title: "Ctrl+D" } }),
    button(_("Discard"), acts.discard, { kind: "quiet", symbol: icon("trash-2") }));
  const next = button(_("Publish and write the next one"), () => acts.publish(true), { more: { title: "Ctrl+Shift+Enter" } });
  const publish = h("div", { class: "row write-finish" }, next,
    button(data.destination ? _("Add to the test and the bank") : data.source && !data.copy ? _("Publish as a new version") : _("Publish"), () => acts.publish(false), { kind: "primary", symbol: icon("check"), more: { title: "Ctrl+Enter" } }));
  root.replaceChildren(
    h("div", { class: "write-head" }, tabs, bar.element), h("div", { class: "write-columns" }, form, side),
    h("div", { class: "write-foot" }, saved, publish), h("div", { class: "row row-end write-more" }, more));

  const show = (/** @type {string | null} */ undone = null) => {
    type.show();
    stem.show(store.item.stem);
    rationale.show(store.item.rationale ?? "");
    showAnswers();
    labels.show();
    passage.show();
    further.show();
    bar.update();
    if (undone !== null) focusPlace(undone);
  };
  /** @param {string} place */
  const focusPlace = (place) => {
    if (place === "stem") return stem.focus();
    if (place === "rationale") return rationale.focus();
    if (place === "passage") return passage.focus();
    if (/^(?:row|parts)\//.test(place) && parts.some((part) => part.focus?.(place))) return undefined;
    const found = document.getElementById(`write-${place}`);
    found?.closest("details")?.setAttribute("open", "");
    return found?.focus();
  };
  const showErrors = () => {
    errors.set(errors.problems);
    showAnswers();
    const told = errors.told ? errors.problems : [];
    summary.hidden = !told.length;
    if (told.length) summary.replaceChildren(h("h2", {}, _("This is missing before it can be published")), h("ul", {}, told.map(({ field, text: words }) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => toField(field) }, words)))));
  };
  /** @param {string} field as the server names it */
  const toField = (field) => {
    const [kind, at] = field.split("/");
    const row = answers.querySelectorAll(".write-row")[Number(at ?? 0)];
    const within = ["options", "statements", "rubric"].includes(kind ?? "") ? row?.querySelector("[contenteditable=true], textarea, button") : field === "accepted" ? answers.querySelector("input") : null;
    if (within instanceof HTMLElement) within.focus();
    else focusPlace(field);
  };
  show();
  return {
    show,
    stem,
    notices,
    near,
    preview: shown,
    /** What has to stay in sight until somebody has read it. @param {string} words */
    warn(words) {
      const told = notice("warning", icon("triangle-alert"), h("p", {}, words), button(_("Close"), () => told.remove()));
      notices.append(told);
      told.scrollIntoView({ block: "nearest" });
    },
    /** The answers' list of rows, where there is one. */
    press: (/** @type {number} */ index) => parts.some((part) => part.press?.(index)),
    /** @param {string} words @param {boolean} [alarming] */
    saved(words, alarming = false) {
      say(saved, words);
      saved.classList.toggle("write-unsaved", alarming);
    },
    /** @param {import("./types.js").Problem[]} problems @param {{attempt?: boolean}} [how] */
    problems(problems, { attempt = false } = {}) {
      errors.problems = problems;
      errors.told ||= attempt;
      showErrors();
      if (attempt && problems.length) summary.focus();
    },
  };
}

/** @param {Desk} desk @param {string} name @param {string} label @param {() => string} read @param {(html: string) => import("./types.js").Item} write */
function text(desk, name, label, read, write) {
  return new RichField({
    html: read(), label, tools: desk.tools, focused: desk.focused,
    changed: (html, how) => desk.store.change(write(html), { place: name, ...how }),
  });
}

/** @param {Desk} desk @param {string} label @param {string} name @param {RichField} field */
const stemBlock = (desk, label, name, field) => h("div", { class: "field write-block" }, h("span", { class: "field-label" }, label),
  h("p", { class: "field-hint" }, _("Mathematics goes between dollars: $\\frac{1}{2}$. Pictures can be pasted.")), desk.error(name), field.element);

/** As on a phone or as wide as there is room. @param {(narrow: boolean) => void} narrow */
function widths(narrow) {
  const one = (/** @type {string} */ symbol, /** @type {string} */ label, /** @type {boolean} */ phone) => h("button", {
    type: "button", class: "button button-quiet button-icon tool", "aria-label": label, title: label, "aria-pressed": String(phone),
    onclick: () => { narrow(phone); for (const other of both) other.setAttribute("aria-pressed", String(other === both[phone ? 0 : 1])); },
  }, icon(symbol));
  // icon("smartphone") icon("monitor")
  const both = [one("smartphone", _("As on a phone"), true), one("monitor", _("As on a computer"), false)];
  narrow(true);
  return h("div", { class: "row write-widths" }, both);
}

/** On a phone: writing or the preview. @param {HTMLElement} root */
function views(root) {
  const one = (/** @type {string} */ label, /** @type {string} */ view) => h("button", { type: "button", class: "tab", "aria-pressed": String(view === "write"), onclick: () => {
    root.dataset.view = view;
    for (const other of both) other.setAttribute("aria-pressed", String(other === made[view]));
  } }, label);
  /** @type {Record<string, HTMLElement>} */
  const made = { write: one(_("Write"), "write"), preview: one(_("Preview"), "preview") };
  const both = Object.values(made);
  root.dataset.view = "write";
  return h("div", { class: "tabs write-views", role: "group", "aria-label": _("View") }, both);
}
