import { button, content, h, icon, say } from "../dom.js";
import { mayWrite } from "../state.js";
import { t } from "../text.js";
import { createDialog, openDialog } from "./dialogs.js";
import { createDivider } from "./divider.js";
import { createItem } from "./item.js";
import { createPalette } from "./palette.js";

/**
 * The desk: passage, item or section, palette, and the bar to move by.
 * @param {import("../player.js").Player} player @param {{review: () => void, preferences: () => import("../preferences.js").Preferences}} acts
 */
export function createExam(player, { review, preferences }) {
  const passage = h("section", { class: "passage", "aria-label": t("Passage"), tabindex: "0" });
  const sectionHead = h("div", { class: "section-head" });
  const items = h("div", { class: "items" });
  const work = h("div", { class: "work" }, sectionHead, items);
  const frame = h("div", { class: "desk" });
  const paused = h("div", { class: "column stack message paused", hidden: true }, h("div", { class: "message-mark" }, icon("pause")),
    h("h2", { tabindex: "-1" }, t("Paused")), h("p", {}, t("This attempt has been paused by %(invigilator)s. The answers are kept and the time stands still. It goes on here by itself.")));
  const go = (/** @type {number} */ at) => { sheet.close(); void player.go(at); };
  const acts = { go, review: () => { sheet.close(); review(); } };
  const side = createPalette(acts);
  const inSheet = createPalette(acts);
  const sheet = createDialog(t("Palette of items"), [inSheet.element], { sheet: true });
  frame.append(passage, createDivider(frame), work, h("aside", { class: "side" }, side.element));
  const back = button(t("Back"), () => move(-1), { symbol: icon("chevron-left") });
  const next = button(t("Next"), () => move(1), { kind: "primary", symbol: icon("chevron-right") });
  next.classList.add("button-next");
  const where = h("span", { class: "number" });
  const palette = h("button", { type: "button", class: "button button-quiet palette-opener", onclick: () => openDialog(sheet), "aria-haspopup": "dialog" }, icon("layout-grid"), h("span", { class: "visually-hidden" }, t("Palette of items")), where);
  const bar = h("nav", { class: "bar bar-bottom", "aria-label": t("Items") }, back, palette, next);
  const title = h("h1", { class: "visually-hidden" });
  const element = h("div", { class: "exam" }, title, paused, frame, bar, sheet);

  /** @type {Map<number, ReturnType<typeof createItem>>} */
  const made = new Map();
  /** @type {import("../paper.js").OwnPaper | null} */
  let paper = null;
  let shownKey = "";
  let shownAt = -1;

  /** @param {number} by */
  const move = (by) => {
    const { state } = player;
    if (!state.paper) return;
    const all = preferences().layout === "section" ? state.paper.sections.map(({ from }) => from) : state.paper.items.map((_item, at) => at);
    const here = all.filter((at) => at <= state.at).length - 1;
    const target = all[here + by];
    if (target !== undefined) void player.go(target);
    else if (by > 0) acts.review();
  };

  /** @param {import("../state.js").State} state */
  const onScreen = (state) => {
    const own = state.paper?.items ?? [];
    const current = own[state.at];
    if (!current || preferences().layout === "item") return current ? [current] : [];
    return own.filter(({ section }) => section === current.section);
  };

  /** @param {import("../state.js").State} state */
  const lay = (state) => {
    const list = onScreen(state);
    const current = state.paper?.items[state.at];
    const key = list.map(({ slot }) => slot).join(",");
    if (!state.paper || !current) return;
    if (key !== shownKey) {
      shownKey = key;
      items.replaceChildren(...list.map((item) => memo(item).element));
      sectionHead.replaceChildren(...headOf(state.paper, current, list.length > 1));
      work.scrollTop = 0;
      if (preferences().layout === "item") globalThis.scrollTo(0, 0);
    }
    const html = current.passage ? (state.paper.passages[current.passage] ?? "") : "";
    if (passage.dataset.id !== (current.passage ?? "")) {
      passage.dataset.id = current.passage ?? "";
      passage.replaceChildren(...(html ? [content(html)] : []));
      passage.scrollTop = 0;
    }
    frame.classList.toggle("desk-passage", Boolean(html));
    if (state.at !== shownAt) {
      const moved = shownAt !== -1;
      shownAt = state.at;
      if (moved) focusItem(current);
    }
  };

  /** @param {import("../paper.js").OwnItem} item @param {{scroll?: boolean}} [how] */
  const focusItem = (item, { scroll = true } = {}) => {
    const view = memo(item);
    view.heading.focus({ preventScroll: true });
    if (scroll && preferences().layout === "section") view.element.scrollIntoView({ block: "start" });
  };

  /** @param {import("../paper.js").OwnItem} item */
  const memo = (item) => {
    const view = made.get(item.slot) ?? createItem(item, player);
    made.set(item.slot, view);
    return view;
  };
  const here = () => made.get(player.state.paper?.items[player.state.at]?.slot ?? -1);
  /** In a section the item that has the focus is meant. */
  const meant = () => [...made.values()].find((view) => view.element.isConnected && view.element.contains(document.activeElement)) ?? here();

  return {
    element,
    bar,
    /** @param {import("../state.js").State} state */
    update(state) {
      if (!state.paper) return;
      if (paper !== state.paper) {
        paper = state.paper;
        say(title, paper.title);
        for (const part of [passage, work]) part.lang = paper.language;
        made.clear();
        shownKey = "";
        shownAt = -1;
      }
      const stopped = state.attempt === "paused";
      paused.hidden = !stopped;
      frame.hidden = stopped;
      bar.hidden = stopped;
      lay(state);
      const { letters } = preferences();
      for (const item of onScreen(state)) memo(item).update(state, { locked: !mayWrite(state) || state.fixed[item.slot] === true, letters });
      side.update(state);
      if (sheet.open || shownAt === state.at) inSheet.update(state);
      say(where, `${state.at + 1}/${state.paper.items.length}`);
      back.disabled = state.at === 0;
      void player.keepViews(stopped || state.screen !== "exam" ? [] : onScreen(state).map(({ slot }) => slot));
    },
    move,
    focus: () => { const current = player.state.paper?.items[player.state.at]; if (current) focusItem(current, { scroll: player.state.at > 0 }); },
    openPalette: () => openDialog(sheet),
    choose: (/** @type {number} */ index) => meant()?.choose(index) ?? false,
    strike: () => meant()?.strike() ?? false,
    flag: () => meant()?.toggleFlag(),
  };
}

/** @param {import("../paper.js").OwnPaper} paper @param {import("../paper.js").OwnItem} item @param {boolean} whole */
function headOf(paper, item, whole) {
  const section = paper.sections[item.section];
  if (!section) return [];
  const first = whole || item.number === section.from + 1;
  const opens = first && section === paper.sections[0];
  const choose = section.choose ? h("p", { class: "section-choose" }, t("Choose %(n)s of the groups in this section. This item belongs to group %(group)s.", { n: section.choose, group: item.group })) : null;
  return [
    opens && paper.instructions ? content(paper.instructions, "item-content section-words") : null,
    section.title ? h("p", { class: "section-title" }, section.title) : null,
    first && section.instructions ? content(section.instructions, "item-content section-words") : null,
    choose,
  ].filter((part) => part !== null);
}
