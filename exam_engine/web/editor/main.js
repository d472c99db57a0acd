import vi from "messages:vi";
import { _ } from "../language.js";
import { button, h, icon, notice } from "../player/dom.js";
import { dayAndTime, timeOfDay, useLanguage, useWording } from "../player/text.js";
import { agreed } from "../staff/confirm.js";
import { say } from "../staff/toast.js";
import { Refusal, send } from "./api.js";
import { isEmpty } from "./item.js";
import { createPage } from "./page.js";
import { Tools } from "./rich/tools.js";
import { Saving, canonical, localShelf } from "./saving.js";
import { Store } from "./store.js";

/** @typedef {import("./types.js").Item} Item */

const PREVIEW_MS = 300;

function start() {
  const root = document.getElementById("editor");
  if (!root) return;
  /** @type {import("./types.js").Data} */
  const data = JSON.parse(document.getElementById("writing")?.textContent ?? "{}");
  document.documentElement.dataset.icons = root.dataset.icons;
  useLanguage({ locale: document.documentElement.lang, zone: data.zone }, { ...data.texts, ...(document.documentElement.lang === "vi" ? vi : {}) });
  useWording(false);

  const store = new Store(data.item);
  const query = data.then ? `?then=${encodeURIComponent(data.then)}` : "";
  const saving = new Saving({
    draft: data.draft,
    revision: data.revision,
    begin: (item) => send("POST", "/drafts", { bank: data.bank, item, source: data.source, version: data.version, copy: data.copy }),
    put: (draft, body, how) => send("PUT", `/drafts/${draft}`, body, how),
    shelf: localShelf(data.draft || [data.writer, data.bank, data.source, data.copy].join("-")),
    tell,
    moved: (draft) => {
      saving.parts.shelf.clear();
      saving.parts.shelf = localShelf(draft);
      history.replaceState(null, "", `/drafts/${draft}${query}`);
    },
  });
  const tools = new Tools({ kept: data.kept, draft: stored, tell: (words) => page.warn(words) });
  const page = createPage(root, data, store, tools, { publish, duplicate, discard, stored, save: () => void saving.now() });

  /** The draft's name; what must be stored to have one is stored now. */
  async function stored() {
    if (!saving.draft) saving.later(store.item);
    await saving.now();
    if (!saving.draft) throw new TypeError("away");
    return saving.draft;
  }

  /** @param {import("./saving.js").Standing} standing @param {{at?: string, other?: any, text?: string}} more */
  function tell(standing, { at, other, text }) {
    if (standing === "saved") page.saved(at ? _("Saved at %(time)s", { time: timeOfDay(Date.parse(at)) }) : "");
    else if (standing === "saving" || standing === "waiting") page.saved(_("Saving…"));
    else if (standing === "offline") page.saved(_("Not saved: the service can't be reached. What you wrote is kept on this device."), true);
    else if (standing === "conflict") conflict(other);
    else page.saved(standing === "gone" ? _("Not saved: this draft was published or discarded elsewhere.") : _("Not saved: %(why)s", { why: text ?? "" }), true);
    if (standing === "gone") page.notices.replaceChildren(notice("warning", icon("triangle-alert"), h("p", {}, _("This draft was published or discarded elsewhere.")), button(_("Keep mine as a new draft"), () => void again())));
  }

  /** Nothing is sent under the old name any more; what is here becomes a draft of its own. */
  async function again() {
    page.notices.replaceChildren();
    saving.goOn({ draft: "", revision: 0 });
    saving.later(store.item);
    await saving.now();
  }

  /** @param {{draft: string, revision: number, item: Item}} other */
  function conflict(other) {
    page.saved(_("Not saved: changed in another tab or on another device."), true);
    const look = button(_("Show the other state"), () => {
      page.notices.replaceChildren();
      saving.goOn(other);
      saving.waiting = null;
      store.change(other.item);
      say(_("This is the other state. Undo brings yours back."), { undo: () => store.undo() });
    });
    const keep = button(_("Keep mine as a second draft"), async () => {
      const { draft } = await send("POST", `/drafts/${other.draft}/copy`, { item: store.item });
      saving.end();
      location.assign(`/drafts/${draft}${query}`);
    });
    page.notices.replaceChildren(notice("warning", icon("triangle-alert"), h("p", {}, _("This question was changed in another tab or on another device. Both states are kept.")), h("div", { class: "row" }, look, keep)));
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let previewing;
  let asked = 0;
  const showPreview = async () => {
    const mine = ++asked;
    try {
      const shown = await send("POST", `/drafts/${await stored()}/preview`, { item: store.item });
      if (mine !== asked) return;
      page.preview.show(shown);
      page.problems(shown.problems);
    } catch {
      // The line about saving says that the service is away.
    }
  };
  store.listen(({ undone }) => {
    page.show(undone);
    saving.later(store.item);
    page.near.later();
    clearTimeout(previewing);
    previewing = setTimeout(() => void showPreview(), PREVIEW_MS);
  });

  /** @param {boolean} next */
  async function publish(next) {
    try {
      await stored();
      if (saving.waiting) return;
      await finish(next, false);
    } catch (error) {
      refused(error);
    }
  }

  /** @param {boolean} next @param {boolean} anyway @returns {Promise<void>} */
  async function finish(next, anyway) {
    try {
      const { location: where } = await send("POST", `/drafts/${saving.draft}/publish`, { item: store.item, revision: saving.revision, then: data.then, next, anyway });
      saving.end();
      location.assign(where);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.said.revision) saving.revision = error.said.revision;
      if (error.said.problems) page.problems(error.said.problems, { attempt: true });
      else if (error.said.newer && (await agreed(error.message, _("Publish all the same")))) await finish(next, true);
      else if (error.said.other) conflict(error.said.other);
      else if (!error.said.newer) refused(error);
    }
  }

  /** @param {unknown} error */
  function refused(error) {
    say(error instanceof Refusal && error.message ? error.message : _("The service can't be reached. Try again in a moment."));
  }

  async function duplicate() {
    try {
      const { draft } = await send("POST", `/drafts/${await stored()}/copy`, { item: store.item });
      location.assign(`/drafts/${draft}${query}`);
    } catch (error) {
      refused(error);
    }
  }

  async function discard() {
    try {
      await saving.now();
      if (saving.draft) await send("DELETE", `/drafts/${saving.draft}`);
      saving.end();
      location.assign(`/bank/${data.bank}`);
    } catch (error) {
      refused(error);
    }
  }

  listenToKeys({ store, page, saving, publish, duplicate });
  addEventListener("pagehide", () => void saving.now({ last: true }));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") void saving.now({ last: true }); });
  addEventListener("online", () => void saving.now());

  const kept = saving.parts.shelf.read();
  if (kept) saving.remember(kept);
  if (kept && canonical(kept.item) !== canonical(data.item)) {
    if (kept.revision !== data.revision) saving.revision = kept.revision;
    store.change(kept.item);
    say(_("What had not been saved is back."), { undo: () => store.undo() });
  } else if (data.saved) page.saved(_("Saved at %(time)s", { time: dayAndTime(Date.parse(data.saved)) }));
  page.preview.show(data.preview);
  page.problems(data.preview.problems);
  if (isEmpty(store.item)) page.stem.focus();
}

/** Keys of the whole page; inside a dialog they are the dialog's. @param {any} parts */
function listenToKeys({ store, page, saving, publish, duplicate }) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const act = () => {
      if (key === "z") return event.shiftKey ? store.redo() : store.undo();
      if (key === "y") return store.redo();
      if (key === "s") return void saving.now();
      if (key === "d") return void duplicate();
      if (key === "enter") return void publish(event.shiftKey);
      return page.press(Number(event.code.slice(-1)) - 1);
    };
    if (!["z", "y", "s", "d", "enter"].includes(key) && !/^(Digit|Numpad)[1-9]$/.test(event.code)) return;
    event.preventDefault();
    act();
  }, true);
}

start();
