import { given, isAnswered } from "../player/answered.js";
import { placeOf } from "../player/additions.js";
import { mayWrite } from "../player/state.js";
import { check, recall } from "./checking.js";
import { createPart } from "./part.js";
import { createSummary } from "./summary.js";

/** One round of practice on the player's page. */
export class Practice {
  /** @param {import("../player/player.js").Player} player @param {{home: string, again: string}} ways `home`: the pupil's own page, or nothing; `again`: where a guest begins another round */
  constructor(player, ways) {
    this.player = player;
    this.ways = ways;
    /** @type {Map<number, import("./told.js").Told>} */
    this.told = new Map();
    /** @type {Map<number, ReturnType<typeof createPart>>} */
    this.parts = new Map();
    this.recalled = false;
    this.ended = false;
  }

  begin() {
    const root = document.getElementById("player");
    if (root) root.dataset.practice = "";
    this.player.listeners.push(() => this.update());
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("end-attempt", (event) => this.asked(/** @type {CustomEvent<{slot: number}>} */ (event)));
    this.update();
  }

  update() {
    const { state } = this.player;
    if (state.screen === "receipt") this.end();
    if (!state.paper) return;
    void this.recall();
    for (const item of state.paper.items) this.part(item)?.update(state);
  }

  /** Made as soon as the item is on the page. @param {import("../player/paper.js").OwnItem} item */
  part(item) {
    const known = this.parts.get(item.slot);
    const place = placeOf(`item-${item.slot}`);
    if (known || !place) return known;
    const made = createPart(item, { check: () => void this.check(item), next: () => this.next(item) });
    this.parts.set(item.slot, made);
    place.append(made.element);
    const told = this.told.get(item.slot);
    if (told) made.tell(told, { show: false });
    return made;
  }

  /** @param {import("../player/paper.js").OwnItem} item */
  async check(item) {
    const part = this.parts.get(item.slot);
    part?.wait();
    const found = await check(this.player, item.slot);
    if ("why" in found) return part?.refuse(found.why, this.player.state.saved.offline);
    this.learn(found.told);
    part?.tell(found.told, { show: true });
  }

  /** A button of the item itself asks for help, or ends the attempt at it. @param {CustomEvent<{slot: number}>} event */
  asked(event) {
    const item = this.player.state.paper?.items.find(({ slot }) => slot === event.detail.slot);
    if (!item || !mayWrite(this.player.state) || this.player.state.fixed[item.slot]) return;
    event.preventDefault();
    void this.check(item);
  }

  /** @param {import("./told.js").Told} told */
  learn(told) {
    this.told.set(told.slot, told);
    this.player.dispatch({ type: "fixed", slot: told.slot, value: told.value });
  }

  async recall() {
    if (this.recalled) return;
    this.recalled = true;
    const given = await recall(this.player);
    if (given === null) setTimeout(() => (this.recalled = this.player.state.screen !== "exam"), 10_000);
    for (const told of given ?? []) {
      this.learn(told);
      this.parts.get(told.slot)?.tell(told, { show: false });
    }
  }

  /** @param {import("../player/paper.js").OwnItem} item */
  next(item) {
    if (item.number < (this.player.state.paper?.items.length ?? 0)) void this.player.go(item.number);
    else this.player.dispatch({ type: "show", screen: "review" });
  }

  /** Enter checks the answer, and then goes on. @param {KeyboardEvent} event */
  key(event) {
    const { state } = this.player;
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!mayWrite(state) || state.screen !== "exam" || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.closest("button, a, textarea")) return;
    const meant = Number(target?.closest(".item")?.getAttribute("data-slot") ?? -1);
    const item = state.paper?.items.find(({ slot }) => slot === meant) ?? state.paper?.items[state.at];
    if (!item) return;
    event.preventDefault();
    if (state.fixed[item.slot]) this.next(item);
    else if (isAnswered(given(item, state.answers[item.slot]))) void this.check(item);
  }

  end() {
    const place = placeOf("end");
    if (this.ended || !place) return;
    this.ended = true;
    const { state } = this.player;
    place.append(createSummary(this.told.values(), { items: state.paper?.items.length ?? 0, again: this.again(state.info?.sitting.id ?? "") }));
  }

  /** A pupil's page knows the test; a guest has nothing but the round itself. @param {string} sitting */
  again(sitting) {
    return this.ways.home ? sitting && `${this.ways.home}/sittings/${sitting}/enter` : this.ways.again;
  }
}
