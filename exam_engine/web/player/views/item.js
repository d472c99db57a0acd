import { content, h, icon, say } from "../dom.js";
import { INTERACTIONS } from "../interactions/registry.js";
import { same } from "../paper.js";
import { t } from "../text.js";

/**
 * One item: head with number and flag, stem, and its interaction. Made once, so that nothing that is being typed is ever redrawn.
 * @param {import("../paper.js").OwnItem} item @param {import("../player.js").Player} player
 */
export function createItem(item, player) {
  const name = `item-${item.slot}`;
  const stem = content(item.stem);
  stem.id = `${name}-stem`;
  const view = INTERACTIONS[item.type]?.(item, {
    name,
    labelledby: `${name}-number ${name}-stem`,
    change: (value, how) => player.answer(item.slot, value, how),
    strike: (option) => {
      const out = player.state.markups[item.slot]?.out ?? [];
      player.markup(item.slot, { out: out.includes(option) ? out.filter((other) => other !== option) : [...out, option] });
    },
  });
  const flagWords = h("span", {});
  const flag = h("button", { type: "button", class: "button button-quiet flag", onclick: () => toggleFlag() }, icon("flag"), flagWords);
  const clear = h("button", { type: "button", class: "button button-quiet clear", onclick: () => clearAll() }, icon("eraser"), h("span", {}, t("Clear the choice")));
  const cleared = view?.cleared ?? (() => null);
  const clearable = Boolean(view?.cleared) || ["single_choice", "multiple_choice", "true_false_cluster"].includes(item.type);
  const told = h("span", { class: "visually-hidden", role: "status" });
  /** The button goes with the answer: the focus goes to the head. What the parts said before is no longer so. */
  const clearAll = () => {
    player.answer(item.slot, cleared(player.state.answers[item.slot]));
    for (const stale of element.querySelectorAll(".told-near")) say(stale, "");
    heading.focus({ preventScroll: true });
    say(told, t("The choice has been cleared."));
  };
  const heading = h("h2", { class: "item-number", id: `${name}-number`, tabindex: "-1" }, t("Item %(n)s", { n: item.number }));
  const toggleFlag = () => player.markup(item.slot, { flag: !player.state.markups[item.slot]?.flag });
  const missing = h("p", {}, t("This kind of item cannot be shown here. Please tell %(invigilator)s."));
  const element = h(
    "section",
    { class: "item", "aria-labelledby": heading.id, "data-slot": String(item.slot) },
    h("div", { class: "item-head" }, heading, item.points ? h("span", { class: "small quiet number" }, points(item.points)) : null, flag),
    view?.ownStem ? null : stem,
    view?.element ?? missing,
    clearable ? h("div", { class: "item-foot" }, clear, told) : null,
    h("div", { "data-addition": name }),
  );
  return {
    element,
    item,
    heading,
    toggleFlag,
    choose: (/** @type {number} */ index) => view?.choose?.(index) ?? false,
    strike: () => view?.strike?.() ?? false,
    /** @param {import("../state.js").State} state @param {{locked: boolean, letters: boolean}} how */
    update(state, { locked, letters }) {
      const markup = state.markups[item.slot] ?? {};
      const value = state.answers[item.slot];
      view?.update({ value, out: markup.out ?? [], locked, letters });
      flag.setAttribute("aria-pressed", String(Boolean(markup.flag)));
      flagWords.textContent = markup.flag ? t("Flagged") : t("Flag for later");
      clear.disabled = locked || same(value, cleared(value));
      if (!clear.disabled) say(told, "");
      flag.disabled = locked;
    },
  };
}

/** "0.25" and "1/3" as people read them. @param {string} value */
export function points(value) {
  const shown = document.documentElement.lang === "en" ? value : value.replace(".", ",");
  return value === "1" ? t("%(n)s point", { n: shown }) : t("%(n)s points", { n: shown });
}
