import { content, h } from "../dom.js";
import { t } from "../text.js";

/** Statements, each true or false; their order belongs to the item and never changes. @type {import("./view.js").Interaction} */
export function trueFalseCluster(item, context) {
  /** @type {[string, string][]} */
  const statements = Object.entries(item.body.statements);
  /** @type {Record<string, boolean>} */
  let value = {};
  const set = (/** @type {string} */ id, /** @type {boolean} */ truth) => {
    value = { ...value, [id]: truth };
    context.change(value);
  };
  const rows = statements.map(([id, html], index) => row(id, html, String.fromCharCode(97 + index), context, set));
  return {
    element: h("div", { class: "cluster", role: "group", "aria-labelledby": context.labelledby }, rows.map(({ element }) => element)),
    update(shown) {
      value = shown.value && typeof shown.value === "object" && !Array.isArray(shown.value) ? /** @type {Record<string, boolean>} */ (shown.value) : {};
      for (const { id, update } of rows) update(value[id], shown.locked);
    },
  };
}

/**
 * @param {string} id @param {string} html @param {string} mark @param {import("./view.js").Context} context
 * @param {(id: string, truth: boolean) => void} set
 */
function row(id, html, mark, context, set) {
  const text = `${context.name}-${id}`;
  const [yes, no] = /** @type {const} */ ([true, false]).map((truth) => h("input", {
    type: "radio", name: text, onchange: () => set(id, truth), "aria-describedby": text,
  }));
  const half = (/** @type {HTMLInputElement | undefined} */ input, /** @type {string} */ label) =>
    h("label", { class: "verdict" }, input, h("span", { class: "verdict-text" }, label));
  const element = h(
    "div",
    { class: "statement", role: "radiogroup", "aria-labelledby": text },
    h("div", { class: "statement-text", id: text }, h("span", { class: "statement-mark" }, `${mark})`), content(html)),
    h("div", { class: "verdicts" }, half(yes, t("True")), half(no, t("False"))),
  );
  return {
    id,
    element,
    /** @param {boolean | undefined} truth @param {boolean} locked */
    update(truth, locked) {
      for (const [input, meant] of /** @type {const} */ ([[yes, true], [no, false]])) {
        if (!input) continue;
        input.checked = truth === meant;
        input.disabled = locked;
      }
    },
  };
}
