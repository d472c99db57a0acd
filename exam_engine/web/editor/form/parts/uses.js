import { _ } from "../../../language.js";
import { choice } from "../fields.js";

/**
 * How often each of a side may be used; what differs among them stays until another way is chosen.
 * @param {import("./own.js").Own} own @param {"choices" | "targets" | "spots"} kind @param {string} label
 */
export function uses(own, kind, label) {
  const read = () => {
    const all = new Set((/** @type {{most?: number}[]} */ (own.part[kind] ?? [])).map((one) => one.most ?? 1));
    return all.size > 1 ? "mixed" : all.has(0) ? "any" : all.has(1) || !all.size ? "once" : "mixed";
  };
  return choice(own.desk, {
    name: own.name(`uses-${kind}`), label, options: [["once", _("once")], ["any", _("as often as wanted")], ["mixed", _("each as it is now")]], read,
    write: (way) => (way === "mixed" ? own.desk.store.item : own.with({ [kind]: (/** @type {any[]} */ (own.part[kind] ?? [])).map((one) => ({ ...one, most: way === "any" ? 0 : 1 })) })),
  });
}
