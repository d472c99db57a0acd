import { _ } from "../../language.js";
import { h } from "../../player/dom.js";
import { withValues } from "../item.js";
import { choice, line } from "./fields.js";

/** By what the question is found and counted. @param {import("../desk.js").Desk} desk @param {Record<string, string[]>} inUse */
export function labelFields(desk, inUse) {
  const label = (/** @type {string} */ name, /** @type {string} */ words) => line(desk, {
    name, label: words, list: `labels-${name}`, optional: true, read: () => desk.store.item[name] ?? "", write: (typed) => withValues(desk.store.item, { [name]: typed }),
  });
  let typedTags = (desk.store.item.tags ?? []).join(", ");
  const tagsOf = (/** @type {string} */ typed) => [...new Set(typed.split(",").map((tag) => tag.trim()).filter(Boolean))];
  const parts = [
    line(desk, { name: "points", label: _("Points"), numeric: true, short: true, read: () => desk.store.item.points ?? "1", write: (points) => withValues(desk.store.item, { points }) }),
    label("level", _("Level")), label("topic", _("Topic")), label("subject", _("Subject")), label("grade", _("Grade")),
    line(desk, {
      name: "tags", label: _("Tags"), optional: true, hint: _("With commas between them"),
      read: () => {
        const now = (desk.store.item.tags ?? []).join(", ");
        if (tagsOf(typedTags).join(", ") !== now) typedTags = now;
        return typedTags;
      },
      write: (typed) => { typedTags = typed; return withValues(desk.store.item, { tags: tagsOf(typed) }); },
    }),
    choice(desk, {
      name: "language", label: _("Language of the question"), options: [["vi", "Tiếng Việt"], ["en", "English"]],
      read: () => desk.store.item.language ?? "vi", write: (language) => withValues(desk.store.item, { language }),
    }),
  ];
  const lists = ["subject", "grade", "topic", "level"].map((name) => h("datalist", { id: `labels-${name}` }, (inUse[name] ?? []).map((value) => h("option", { value }))));
  return {
    element: h("details", { class: "write-further", open: matchMedia("(width >= 62.5rem)").matches }, h("summary", {}, _("Labels")), h("div", { class: "write-labels" }, parts.map(({ element }) => element)), lists),
    show() {
      for (const part of parts) part.show();
      // The parts of an item have their own points, and their sum is the item's.
      const [points] = parts;
      if (points) points.element.hidden = desk.store.item.interaction.type === "composite";
    },
  };
}
