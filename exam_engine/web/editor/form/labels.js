import { _ } from "../../language.js";
import { h } from "../../player/dom.js";
import { withValues } from "../item.js";
import { choice, line } from "./fields.js";

/** A label that only some readers know; where it is empty it is not there. @param {import("../desk.js").Desk} desk @param {string} name @param {string} words @param {string} [hint] */
export const further = (desk, name, words, hint = "") => line(desk, {
  name, label: words, hint, optional: true, read: () => desk.store.item.extra?.[name] ?? "",
  write: (typed) => {
    const others = Object.entries(desk.store.item.extra ?? {}).filter(([known]) => known !== name);
    return withValues(desk.store.item, { extra: Object.fromEntries(typed.trim() ? [...others, [name, typed]] : others) });
  },
});

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
    further(desk, "requirement", _("Learning outcome"), _("In the words of the curriculum; it stands in the specification of a paper.")), further(desk, "competence", _("Competence")),
    further(desk, "estimate", _("Expected to be right, in %"), _("Your estimate. Forms are made equally hard by it until there are results.")),
    further(desk, "enemies", _("Questions it excludes"), _("A name that they share. A form has one of them at most.")),
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
