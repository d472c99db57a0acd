import { h, icon, say } from "../../dom.js";
import { t } from "../../text.js";
import { draggable } from "./drag.js";
import { focused, focusNear, thing } from "./part.js";

/** The list with one of it at another place, counted as it stands afterwards. @param {string[]} list @param {string} id @param {number} to */
export function moved(list, id, to) {
  const next = list.filter((one) => one !== id);
  next.splice(to, 0, id);
  return next;
}

/**
 * Lines in an order that can be changed: by the buttons of each line, by the arrow keys, by tapping one line and then where it goes, or
 * by dragging it there.
 * @param {{labelledby: string, choices: Record<string, string>, names: Record<string, string>, told: HTMLElement,
 *   change: (list: string[]) => void, home?: (id: string) => HTMLElement | undefined}} parts `home`: lines can be taken back to there
 */
export function ranking({ labelledby, choices, names, told, change, home }) {
  /** @type {string[]} */
  let list = [];
  /** @type {string | null} */
  let held = null;
  let locked = false;
  const element = h("ol", { class: "ranking", "aria-labelledby": labelledby });
  const nameOf = (/** @type {string} */ id) => names[id] ?? id;

  /** @param {string} id @param {number} to */
  const move = (id, to) => {
    const from = list.indexOf(id);
    const place = Math.max(0, Math.min(list.length - 1, to));
    held = null;
    if (locked || from < 0) return;
    say(told, t("“%(what)s” is now number %(n)s of %(all)s.", { what: nameOf(id), n: place + 1, all: list.length }));
    if (place === from) draw();
    else change(moved(list, id, place));
  };

  /** @param {string} id */
  const takeBack = (id) => {
    const at = list.indexOf(id);
    if (locked) return;
    say(told, t("“%(what)s” taken back.", { what: nameOf(id) }));
    change(list.filter((one) => one !== id));
    focusNear(list.map((other) => rowOf(other).buttons.at(-1)), at, home?.(id));
  };

  /** @param {string} id */
  const hold = (id) => {
    if (locked) return;
    if (held !== null && held !== id) return move(held, list.indexOf(id));
    held = held === id ? null : id;
    say(told, held ? t("“%(what)s” taken. Now tap where it goes.", { what: nameOf(id) }) : "");
    draw();
  };

  /** @type {Map<string, {row: HTMLElement, place: HTMLElement, grip: HTMLElement, buttons: HTMLButtonElement[]}>} */
  const rows = new Map();
  /** @param {string} id */
  const rowOf = (id) => {
    const known = rows.get(id);
    if (known) return known;
    const what = nameOf(id);
    const place = h("span", { class: "ranking-number number" });
    const grip = h("button", { type: "button", class: "ranking-grip", "aria-pressed": "false", onclick: () => hold(id) }, place, choices[id] ? thing(choices[id], what) : h("span", {}, what));
    const tool = (/** @type {string} */ label, /** @type {Node} */ symbol, /** @type {() => void} */ act) =>
      h("button", { type: "button", class: "button button-quiet button-icon", "aria-label": label, title: label, onclick: act }, symbol);
    const buttons = [
      tool(t("Move “%(what)s” up", { what }), icon("arrow-up"), () => move(id, list.indexOf(id) - 1)),
      tool(t("Move “%(what)s” down", { what }), icon("arrow-down"), () => move(id, list.indexOf(id) + 1)),
      ...(home ? [tool(t("Take “%(what)s” back", { what }), icon("x"), () => takeBack(id))] : []),
    ];
    const row = h("li", {
      class: "ranking-row", "data-id": id,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        move(id, list.indexOf(id) + by);
      },
    }, grip, h("span", { class: "ranking-tools" }, buttons));
    draggable(grip, { start: () => !locked, drop: (onto) => {
      const target = onto?.closest(".ranking-row")?.getAttribute("data-id");
      if (target && element.contains(onto)) move(id, list.indexOf(target));
    } });
    const made = { row, place, grip, buttons };
    rows.set(id, made);
    return made;
  };

  const draw = () => {
    const wanted = list.map((id) => rowOf(id).row);
    const within = focused(element);
    if (wanted.length !== element.children.length || wanted.some((row, at) => element.children[at] !== row)) {
      element.replaceChildren(...wanted);
      if (within instanceof HTMLElement && element.contains(within)) within.focus();
    }
    for (const [at, id] of list.entries()) {
      const { row, place, grip, buttons } = rowOf(id);
      say(place, String(at + 1));
      row.classList.toggle("held", held === id);
      grip.setAttribute("aria-pressed", String(held === id));
      for (const button of [grip, ...buttons]) /** @type {HTMLButtonElement} */ (button).disabled = locked;
      buttons[0]?.setAttribute("aria-disabled", String(at === 0));
      buttons[1]?.setAttribute("aria-disabled", String(at === list.length - 1));
    }
  };

  return {
    element,
    /** @param {string[]} next @param {boolean} lock */
    update(next, lock) {
      list = next;
      locked = lock;
      draw();
    },
  };
}
