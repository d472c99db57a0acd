import { changeMarking, changePart, markingOf, partsOf } from "../../parts.js";

/**
 * One part of the item, for the fields of its form.
 * @typedef {import("../../parts.js").Part} Part @typedef {import("../../parts.js").Marking} Marking @typedef {import("../../parts.js").Answer} Answer
 * @typedef {import("../../parts.js").Choice} Choice @typedef {import("../../parts.js").Spot} Spot
 */
export class Own {
  /** @param {import("../../desk.js").Desk} desk @param {number} number */
  constructor(desk, number) {
    this.desk = desk;
    this.number = number;
  }

  /** @returns {Part} */
  get part() {
    return partsOf(this.desk.store.item)[this.number] ?? { id: "", type: "" };
  }

  /** Null where the item is marked by rules of its own. @returns {Marking | null} */
  get marking() {
    return markingOf(this.desk.store.item)?.[this.number] ?? null;
  }

  /** @returns {Answer[]} */
  get answers() {
    return this.marking?.answers ?? [];
  }

  /** The name of a field, as the server's problems and undoing have it. @param {string} field */
  name(field) {
    return `parts/${this.number}/${field}`;
  }

  /** @param {Partial<Part>} values */
  with(values) {
    return changePart(this.desk.store.item, this.number, values);
  }

  /** @param {Partial<Marking>} values */
  marked(values) {
    return changeMarking(this.desk.store.item, this.number, values);
  }

  /** @param {Partial<Part>} values @param {string} field @param {boolean} [typed] */
  set(values, field, typed = false) {
    this.desk.store.change(this.with(values), { place: this.name(field), typed });
  }

  /** @param {Partial<Marking>} values @param {string} field @param {boolean} [typed] */
  mark(values, field, typed = false) {
    this.desk.store.change(this.marked(values), { place: this.name(field), typed });
  }

  /** Both in one step of undoing. @param {Partial<Part>} values @param {Partial<Marking>} marking @param {string} field */
  both(values, marking, field) {
    const item = this.with(values);
    this.desk.store.change(this.marking ? changeMarking(item, this.number, marking) : item, { place: this.name(field) });
  }

  /** @param {string} name @param {string} value taken away where it is empty */
  setting(name, value) {
    const others = Object.entries(this.part.settings ?? {}).filter(([known]) => known !== name);
    return this.with({ settings: Object.fromEntries(value ? [...others, [name, value]] : others) });
  }
}
