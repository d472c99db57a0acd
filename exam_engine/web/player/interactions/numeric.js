import { h, say } from "../dom.js";
import { t } from "../text.js";
import { listen, orNothing, show } from "./typing.js";

/**
 * What of the typed text belongs to a number of the answer sheet, and what was left out. A point becomes a comma, a typographic
 * minus a plain one.
 * @param {string} typed @param {number} room
 * @returns {{text: string, strange: string, over: number}}
 */
export function filtered(typed, room) {
  const plain = typed.normalize("NFKC").replace(/[.]/g, ",").replace(/[−–‐‑]/g, "-").replace(/\s/g, "");
  let text = "";
  let strange = "";
  for (const character of plain) {
    const fits = /[0-9]/.test(character) || (character === "-" && text === "") || (character === "," && !text.includes(","));
    if (fits) text += character;
    else strange += character;
  }
  return { text: text.slice(0, room), strange, over: Math.max(0, text.length - room) };
}

/** @param {ReturnType<typeof filtered>} found @param {number} room */
function remark({ strange, over }, room) {
  if (strange) return t("“%(what)s” was left out: only digits, one comma and a minus in front fit here.", { what: strange });
  if (over > 0) return t("There is room for %(n)s characters; the rest was left out.", { n: room });
  return "";
}

/** Puts the cleaned text in place, the caret as far from the end as it was. @param {HTMLInputElement} field @param {string} text */
function rewrite(field, text) {
  const behind = field.value.length - (field.selectionEnd ?? field.value.length);
  field.value = text;
  const caret = Math.max(0, text.length - behind);
  field.setSelectionRange(caret, caret);
}

/** A short number in as many boxes as the answer sheet has. @type {import("./view.js").Interaction} */
export function numeric(item, context) {
  const room = Number(item.body.max_chars ?? 4);
  const told = h("p", { class: "field-error", role: "status", id: `${context.name}-told` });
  const field = h("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", autocapitalize: "off", spellcheck: "false", class: "input boxes-input",
    size: room, "aria-labelledby": context.labelledby, "aria-describedby": `${context.name}-hint ${context.name}-told`, enterkeyhint: "next",
  });
  const boxes = h("div", { class: "boxes", "data-boxes": room }, field);
  boxes.style.setProperty("--boxes", String(room));
  listen(field, (typed, { composing }) => {
    if (composing) return;
    const found = filtered(typed, room);
    if (found.text !== typed) rewrite(field, found.text);
    say(told, remark(found, room));
    context.change(orNothing(found.text), { typing: true });
  });
  const hint = h("p", { class: "field-hint", id: `${context.name}-hint` }, t("Digits, comma and minus; at most %(n)s characters.", { n: room }));
  return {
    element: h("div", { class: "field" }, h("span", { class: "field-label" }, t("Your answer")), boxes, hint, told),
    update({ value, locked }) {
      show(field, value);
      field.readOnly = locked;
    },
  };
}
