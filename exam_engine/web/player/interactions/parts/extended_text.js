import { h, say } from "../../dom.js";
import { t } from "../../text.js";
import { essay } from "../essay.js";
import { cut, listen, orNothing, show, storable } from "../typing.js";
import { listOf, takesMany } from "./part.js";

/** Of a longer text where its maker asks for no number. */
const LINES = 6;
/** Fields where nobody says how many short answers there may be. */
const FIELDS = 3;
const MOST_FIELDS = 20;

/** A longer text, or several short answers. @type {import("./part.js").PartInteraction} */
export function extendedText(body, context) {
  if (takesMany(body)) return severalAnswers(body, context);
  const own = { lines: body.lines ?? LINES, max_words: body.words, max_chars: body.max_chars };
  const view = essay({ slot: 0, type: "", stem: "", number: 0, section: 0, group: "", order: [], body: own }, { ...context, change: (value, how) => context.change(/** @type {any} */ (value), how) });
  if (body.format === "preFormatted") view.element.classList.add("part-fixed-width");
  return view;
}

/** @type {import("./part.js").PartInteraction} */
function severalAnswers(body, context) {
  const ordered = body.cardinality === "ordered";
  const room = Number(body.max_chars) || 1_000;
  const told = h("p", { class: "field-error", role: "status" });
  const count = Math.min(MOST_FIELDS, Number(body.most) || Math.max(FIELDS, Number(body.least) || 0));
  /** @type {HTMLInputElement[]} */
  const fields = [];
  /** In a set an empty field holds no place. @returns {string[]} */
  const given = () => {
    const texts = fields.map(({ value }) => orNothing(cut(storable(value), room).text) ?? "");
    if (!ordered) return [...new Set(texts.filter(Boolean))];
    return texts.slice(0, texts.length - [...texts].reverse().findIndex(Boolean)).filter((_text, _at, all) => all.some(Boolean));
  };
  const rows = h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby });
  const add = () => {
    const field = h("input", { type: "text", autocomplete: "off", spellcheck: "false", class: "input", "aria-label": t("Answer %(n)s", { n: fields.length + 1 }) });
    listen(field, (typed) => {
      say(told, cut(storable(typed), room).over ? t("Too long: only the first %(n)s characters are saved.", { n: room }) : "");
      context.change(given().length ? given() : null, { typing: true });
    });
    fields.push(field);
    rows.append(field);
    more.hidden = Boolean(body.most) || fields.length >= MOST_FIELDS;
    return field;
  };
  const more = h("button", { type: "button", class: "button button-quiet", onclick: () => add().focus() }, t("One more answer"));
  for (let made = 0; made < count; made += 1) add();
  return {
    element: h("div", { class: "field" }, rows, told, h("div", {}, more)),
    update({ value, locked }) {
      const list = listOf(value);
      while (fields.length < Math.min(list.length, MOST_FIELDS)) add();
      // What stands here already may stand in other fields than the list counts.
      if (JSON.stringify(list) !== JSON.stringify(given())) fields.forEach((field, at) => show(field, list[at] ?? ""));
      for (const field of fields) field.readOnly = locked;
      more.disabled = locked;
    },
  };
}
