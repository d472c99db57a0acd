import { _, ngettext } from "../../language.js";
import { button, h } from "../../player/dom.js";
import { withValues } from "../item.js";
import { RichField } from "../rich/field.js";
import { line, tick } from "./fields.js";

/** @typedef {import("../desk.js").Desk} Desk @typedef {{html: string, title: string, uses: number}} Held @typedef {{html: string, title: string, everywhere: boolean}} Edit */

/**
 * The text that the question, and perhaps others, refer to. What is written here is a passage of its own when it is published; the others
 * go along unless the author says otherwise.
 * @param {Desk} desk @param {Held | null} held as it was published
 */
export function passageField(desk, held) {
  const edit = () => /** @type {Edit | undefined} */ (desk.store.item.passage_edit);
  const there = () => Boolean(edit()) || Boolean(held && desk.store.item.passage);
  const now = () => edit() ?? { html: held?.html ?? "", title: held?.title ?? "", everywhere: true };
  /** @param {Partial<Edit>} values */
  const changed = (values) => {
    const next = { ...now(), ...values };
    const same = held && desk.store.item.passage && next.html === held.html && next.title === held.title && next.everywhere;
    return withValues(desk.store.item, { passage_edit: same ? undefined : next });
  };
  const field = new RichField({
    html: now().html, label: _("Passage"), tools: desk.tools, focused: desk.focused,
    changed: (html, how) => desk.store.change(changed({ html }), { place: "passage", ...how }),
  });
  const title = line(desk, { name: "passage_title", label: _("Title of the passage"), optional: true, read: () => now().title, write: (typed) => changed({ title: typed }) });
  const others = (held?.uses ?? 0) - 1;
  const everywhere = tick(desk, { name: "everywhere", label: _("Change it in all of them"), read: () => now().everywhere, write: (on) => changed({ everywhere: on }) });
  const shared = others > 0 ? h("div", { class: "stack stack-tight" },
    h("p", { class: "field-hint" }, ngettext("%(n)s question uses this passage.", "%(n)s questions use this passage.", others + 1)), everywhere.element) : null;
  const away = button(_("Take the passage out of this question"), () => desk.store.change(withValues(desk.store.item, { passage: undefined, passage_edit: undefined }), { place: "passage" }), { kind: "quiet" });
  const block = h("section", { class: "field write-block", "aria-label": _("Passage") },
    h("span", { class: "field-label" }, _("Passage")), shared, desk.error("passage"), field.element, title.element, h("div", {}, away));
  const add = button(_("Add a passage"), () => {
    desk.store.change(withValues(desk.store.item, { passage_edit: { html: "", title: "", everywhere: false } }), { place: "passage" });
    field.focus();
  }, { kind: "quiet" });
  const slot = h("div", {});
  const show = () => {
    if (there() !== Boolean(block.parentNode)) slot.replaceChildren(...(there() ? [block] : []));
    add.hidden = there();
    field.show(now().html);
    title.show();
    everywhere.show();
  };
  show();
  return { slot, add, show, focus: () => field.focus() };
}
