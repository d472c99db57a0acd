import { attach } from "./additions.js";
import { begin, open } from "./opening.js";
import { Clock } from "./clock.js";
import { useDesk } from "./desk.js";
import { h } from "./dom.js";
import { Files } from "./files.js";
import { keepPage } from "./kept.js";
import { Lease } from "./lease.js";
import { memoryShelf } from "./memory_shelf.js";
import { Outbox } from "./outbox.js";
import { createPage } from "./page.js";
import { Player } from "./player.js";
import { apply, readPreferences } from "./preferences.js";
import { openShelf } from "./shelf.js";
import { Store } from "./store.js";
import { t, useLanguage } from "./text.js";

/** @param {string} id */
const block = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

async function main() {
  const settings = block("settings");
  useLanguage({ locale: document.documentElement.lang, ...settings }, block("texts"));
  apply(readPreferences());
  const root = document.getElementById("player") ?? document.body.appendChild(h("div", { id: "player" }));
  const shelf = await openShelf().catch(memoryShelf);
  const outbox = new Outbox(shelf);
  const store = new Store(shelf, outbox);
  const player = new Player({ outbox, files: new Files(shelf), store, clock: new Clock(), device: await store.device() });
  useDesk(player.desk);
  if (!shelf.durable) player.dispatch({ type: "memory" });
  const lease = new Lease({
    shelf,
    beforeLoss: () => player.pending.flush(),
    lost: () => {
      player.sender?.end();
      player.dispatch({ type: "show", screen: "other_tab" });
    },
  });
  createPage(root, player, shelf, {
    about: Array.isArray(settings.signals) ? settings.signals : [],
    practice: typeof settings.again === "string",
    home: typeof settings.home === "string" ? settings.home : "",
    start: () => void begin(player),
    takeOver: async () => {
      await lease.takeOver();
      player.dispatch({ type: "show", screen: "loading" });
      await open(player);
    },
  });
  attach(player, settings);
  watchPage(player, lease);
  if (await lease.claim()) await open(player);
  else player.dispatch({ type: "show", screen: "other_tab" });
}

/** @param {Player} player @param {Lease} lease */
function watchPage(player, lease) {
  const putAway = () => { if (lease.held) void player.pending.flush(); };
  addEventListener("pagehide", putAway);
  addEventListener("blur", putAway);
  addEventListener("online", () => player.sender?.soon({ impatient: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") putAway();
    else player.sender?.soon({ impatient: true });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  // Answers on this device should not be the first thing a full disk throws away.
  void navigator.storage?.persist?.().catch(() => undefined);
  void keepPage().catch(() => undefined);
}

main().catch((error) => {
  console.error(error);
  document.getElementById("player")?.replaceChildren(h("p", { role: "alert", class: "column" }, t("The page could not start. Reload it; if it happens again, call %(invigilator)s.")));
});
