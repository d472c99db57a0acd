import { content, h, icon } from "../dom.js";
import { t } from "../text.js";

/** A to Z, then AA, AB …: two options never have the same. @param {number} index @returns {string} */
export const letter = (index) => (index < 26 ? String.fromCharCode(65 + index) : letter(Math.floor(index / 26) - 1) + letter(index % 26));

/** Letter and number keys choose up to this many options. */
export const KEYS = 9;

/**
 * Option cards, each with its way to be struck out.
 * @param {import("../paper.js").OwnItem} item @param {import("./view.js").Context} context
 * @param {{type: "radio" | "checkbox", changed: (chosen: string[]) => void}} choice
 */
export function optionCards(item, context, { type, changed }) {
  const ids = item.order.length ? item.order : Object.keys(item.body.options);
  const cards = ids.map((id, index) => card(item, context, type, id, index, () => changed(chosen())));
  const chosen = () => ids.filter((_id, index) => cards[index]?.input.checked);
  const element = h(
    "div",
    { class: "options", role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": context.labelledby },
    cards.map(({ element: part }) => part),
  );
  return {
    element,
    chosen,
    /** @param {Set<string>} values @param {import("./view.js").Shown} shown */
    update(values, { out, locked }) {
      for (const [index, id] of ids.entries()) cards[index]?.update(values.has(id), out.includes(id), locked);
    },
    /** @param {number} index */
    press(index) {
      const input = cards[index]?.input;
      if (!input || input.disabled) return false;
      input.focus({ preventScroll: true });
      input.click();
      return true;
    },
    /** X strikes out the option that has the focus. */
    strike() {
      const index = cards.findIndex(({ element: part }) => part.contains(document.activeElement));
      const id = ids[index];
      if (id === undefined) return false;
      context.strike(id);
      return true;
    },
  };
}

/**
 * @param {import("../paper.js").OwnItem} item @param {import("./view.js").Context} context @param {"radio" | "checkbox"} type
 * @param {string} id @param {number} index @param {() => void} changed
 */
function card(item, context, type, id, index, changed) {
  const input = h("input", { type, name: context.name, value: id, onchange: changed });
  const struck = h("span", { class: "visually-hidden" });
  const label = h(
    "label",
    { class: `choice${type === "checkbox" ? " choice-many" : ""}` },
    input,
    h("span", { class: "choice-mark" }, letter(index)),
    h("span", { class: "choice-text" }, content(item.body.options[id] ?? ""), struck),
    h("span", { class: "choice-frame" }),
  );
  const strike = h("button", { type: "button", class: "strike", onclick: () => context.strike(id) });
  const crossed = icon("strikethrough");
  const undo = icon("undo-2");
  const element = h("div", { class: "option" }, label, strike);
  return {
    element,
    input,
    /** @param {boolean} on @param {boolean} out @param {boolean} locked */
    update(on, out, locked) {
      if (input.checked !== on) input.checked = on;
      input.disabled = locked;
      strike.disabled = locked;
      label.classList.toggle("choice-out", out);
      struck.textContent = out ? ` (${t("struck out")})` : "";
      strike.replaceChildren(out ? undo : crossed);
      strike.setAttribute("aria-pressed", String(out));
      const words = t("Strike out option %(letter)s", { letter: letter(index) });
      strike.setAttribute("aria-label", words);
      strike.title = out ? t("Take back the strike-out") : words;
    },
  };
}
