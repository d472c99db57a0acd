import { theDesk, handed, named } from "../../desk.js";
import { button, h, icon, notice, say } from "../../dom.js";
import { plain, prepared } from "../../photo.js";
import { t } from "../../text.js";
import { openDialog } from "../../views/dialogs.js";
import { listOf, teller } from "./part.js";

/** @typedef {import("../../desk.js").Handed} Handed */

/** Photos and files, in order. @type {import("./part.js").PartInteraction} */
export function upload(body, context) {
  const desk = theDesk();
  if (!desk) return { element: notice("info", icon("camera"), h("p", {}, t("Photos and files are handed in here."))), update: () => undefined };
  const told = teller();
  const list = h("ol", { class: "photos", "aria-labelledby": context.labelledby });
  const most = Number(body.files) || 1;
  /** @type {Handed[]} */
  let files = [];
  let busy = false;
  let locked = false;
  /** @type {Map<string, ReturnType<typeof card>>} */
  const cards = new Map();

  const change = (/** @type {Handed[]} */ next) => {
    files = next;
    context.change(next.length ? next.map(named) : null);
    draw();
    return desk.kept(context.slot).then(draw);
  };
  /** @param {HTMLInputElement} input */
  const add = async (input) => {
    const chosen = [...(input.files ?? [])];
    input.value = "";
    for (const file of chosen) {
      if (files.length >= most) return say(told, t("Only %(n)s can be given. Take one back first.", { n: most }));
      busy = true;
      draw();
      say(told, t("The photo is being made ready…"));
      await keep(file);
      busy = false;
      draw();
    }
  };
  /** @param {File} file */
  const keep = async (file) => {
    const ready = await prepared(file);
    // The chooser's filter is advice alone.
    if (ready?.name.endsWith(".pdf") && !body.accepts.includes("application/pdf")) return say(told, t("Only photos can be handed in here, no PDF."));
    if (!ready) return say(told, t("“%(name)s” cannot be handed in: it is no picture that this browser can read, or larger than 5 MB. Take a photo instead.", { name: file.name }));
    const name = /^image\.?/.test(ready.name) ? plain(t("Photo %(n)s", { n: files.length + 1 }), "jpg") : ready.name;
    try {
      const one = await desk.take(context.slot, ready.bytes, name);
      if (files.some(({ digest }) => digest === one.digest)) return say(told, t("This photo is here already."));
      await change([...files, one]);
      say(told, t("Photo %(n)s of %(all)s is kept on this device.", { n: files.length, all: files.length }));
    } catch {
      say(told, t("The photo could not be kept on this device. Free some space, then take it again."));
    }
  };
  const camera = chooser({ accept: "image/*", capture: "environment", onchange: () => void add(camera) });
  const folder = chooser({ accept: body.accepts.join(","), multiple: most > 1, onchange: () => void add(folder) });
  const pictures = body.accepts.some((/** @type {string} */ one) => one.startsWith("image/"));
  const take = button(t("Take a photo"), () => camera.click(), { symbol: icon("camera"), more: { "aria-describedby": context.labelledby } });
  const choose = button(t("Choose a file"), () => folder.click(), { symbol: icon("paperclip"), more: { "aria-describedby": context.labelledby } });
  take.hidden = !pictures;

  /** @param {number} at @param {number} by */
  const move = (at, by) => {
    const next = [...files];
    next.splice(at + by, 0, ...next.splice(at, 1));
    void change(next);
    say(told, t("Photo %(n)s of %(all)s", { n: at + by + 1, all: next.length }));
    // The finger stays on what it has pressed; at the end of the row on what leads back.
    const [up, down] = list.children[at + by]?.querySelectorAll("button.button-icon") ?? [];
    for (const one of [up, down, by < 0 ? up : down]) if (one instanceof HTMLButtonElement && !one.disabled) one.focus();
  };
  /** @param {number} at */
  const remove = (at) => {
    const gone = files[at];
    void change(files.filter((_one, other) => other !== at));
    if (gone) void desk.letGo(gone.digest);
    say(told, t("Photo %(n)s was removed.", { n: at + 1 }));
    (take.hidden ? choose : take).focus();
  };
  const draw = () => {
    for (const [at, file] of files.entries()) {
      const known = cards.get(file.digest) ?? card(desk, file, context.slot);
      cards.set(file.digest, known);
      known.update({ at, all: files.length, locked, move: (by) => move(at, by), remove: () => remove(at) });
    }
    const wanted = files.map(({ digest }) => cards.get(digest)?.element).filter((one) => one !== undefined);
    if (wanted.some((one, at) => list.children[at] !== one) || list.children.length !== wanted.length) list.replaceChildren(...wanted);
    list.hidden = !files.length;
    take.disabled = choose.disabled = locked || busy || files.length >= most;
    camera.disabled = folder.disabled = locked;
  };
  let onTheWay = 0;
  desk.listeners.add(() => {
    const before = onTheWay;
    onTheWay = files.filter(({ digest }) => desk.standing(digest).where !== "server").length;
    if (desk.refused) say(told, desk.refused);
    else if (before && !onTheWay && files.length) say(told, t("All photos are on the server."));
    draw();
  });
  return {
    element: h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby },
      list, h("div", { class: "row no-print" }, take, choose), camera, folder,
      h("p", { class: "field-hint" }, t("At most %(n)s. Photos are made smaller; without a network they are kept here and sent later.", { n: most })), told),
    update(shown) {
      files = listOf(shown.value).map(handed).filter((one) => one !== null);
      locked = shown.locked;
      draw();
    },
  };
}

/** @param {Record<string, unknown>} more */
const chooser = (more) => h("input", { type: "file", hidden: true, tabindex: "-1", ...more });

/**
 * One photo: what it shows, where it is, and what can be done with it.
 * @param {import("../../desk.js").Desk} desk @param {Handed} file @param {number} slot
 */
function card(desk, file, slot) {
  const title = h("span", { class: "photo-title" });
  const place = h("span", { class: "small quiet photo-place", "data-photo": file.digest });
  const bar = h("progress", { class: "photo-progress", max: "1", "aria-hidden": "true" });
  const frame = h("span", { class: "photo-frame" }, icon("file-text"));
  const tools = h("span", { class: "photo-tools" });
  const element = h("li", { class: "photo" }, frame, h("span", { class: "photo-words" }, title, h("span", { class: "small quiet" }, file.name), place, bar), tools);
  let lost = false;
  void desk.address(file.digest).then((address) => {
    lost = address === null;
    if (address && !/\.pdf$/i.test(file.name)) showIn(frame, address, title);
    if (lost) say(place, t("It has not arrived from the other device. Go on there, or take it again."));
  });
  let drawn = "";
  return {
    element,
    /** @param {{at: number, all: number, locked: boolean, move: (by: number) => void, remove: () => void}} shown */
    update({ at, all, locked, move, remove }) {
      const standing = desk.standing(file.digest);
      say(title, t("Photo %(n)s of %(all)s", { n: at + 1, all }));
      if (!lost) say(place, words(standing, desk.unkept(slot)));
      element.dataset.where = lost ? "lost" : standing.where;
      bar.hidden = standing.where !== "sending";
      bar.value = standing.share;
      const now = JSON.stringify([at, all, locked]);
      if (now === drawn) return;
      drawn = now;
      const tool = (/** @type {string} */ label, /** @type {Node} */ symbol, /** @type {() => void} */ act, off = false) =>
        h("button", { type: "button", class: "button button-quiet button-icon", "aria-label": label, title: label, disabled: locked || off, onclick: act }, symbol);
      tools.replaceChildren(
        ...(all > 1 ? [
          tool(t("Move photo %(n)s up", { n: at + 1 }), icon("arrow-up"), () => move(-1), at === 0),
          tool(t("Move photo %(n)s down", { n: at + 1 }), icon("arrow-down"), () => move(1), at === all - 1),
        ] : []),
        tool(t("Remove photo %(n)s", { n: at + 1 }), icon("trash-2"), remove));
    },
  };
}

/** A reload loses a photo whose answer is not written yet. @param {import("../../desk.js").Standing} standing @param {boolean} unkept */
function words({ where, share }, unkept) {
  if (unkept) return t("Being kept on this device…");
  if (where === "server") return t("On the server");
  return where === "sending" ? t("Being sent: %(share)s", { share: `${Math.round(100 * share)} %` }) : t("Waiting to be sent, kept on this device");
}

/** A small picture that opens a large one. @param {HTMLElement} frame @param {string} address @param {HTMLElement} title */
function showIn(frame, address, title) {
  const open = () => {
    const close = button(t("Close"), () => dialog.close(), { symbol: icon("x"), more: { autofocus: true } });
    const dialog = h("dialog", { class: "dialog photo-dialog", "aria-label": title.textContent, onclose: () => dialog.remove() },
      h("div", { class: "dialog-body" }, h("img", { src: address, alt: title.textContent }), h("div", { class: "dialog-actions" }, close)));
    document.body.append(dialog);
    openDialog(dialog);
  };
  const image = h("img", { src: address, alt: "", onerror: () => frame.replaceChildren(icon("file-text")) });
  frame.replaceChildren(h("button", { type: "button", class: "photo-open", "aria-label": t("Look at this photo"), onclick: open }, image));
}
