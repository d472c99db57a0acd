import { h, icon, say } from "../dom.js";
import { t, timeOfDay } from "../text.js";

/**
 * The one honest line: always one of six.
 * @param {import("../state.js").State} state
 * @returns {{tone: "success" | "busy" | "device" | "offline" | "danger", text: string}}
 */
export function savedLine({ saved, screen }) {
  if (screen === "other_device") return { tone: "danger", text: t("This attempt continues on another device") };
  if (saved.broken || saved.refused > 0 || (saved.memory && saved.waiting > 0 && (saved.offline || saved.busy))) return { tone: "danger", text: t("Not saved. Keep this device on and call the invigilator") };
  if (saved.phase === "storing" || saved.unstored.length) return { tone: "busy", text: t("Saving…") };
  if (saved.offline) return { tone: "offline", text: t("Offline. Carry on, your answers are kept on this device") };
  if (saved.busy && saved.waiting > 0) return { tone: "device", text: t("Saved on this device, %(n)s waiting", { n: saved.waiting }) };
  if (saved.waiting > 0 || saved.savedAt === null) return { tone: "busy", text: t("Saving…") };
  return { tone: "success", text: t("Saved on the server at %(time)s", { time: timeOfDay(saved.savedAt) }) };
}

/** A polite live region in the top bar; a word that only flickers is not read out. */
export function createSavedLine() {
  const symbols = { success: icon("cloud-check"), busy: icon("loader"), device: icon("hard-drive"), offline: icon("wifi-off"), danger: icon("circle-alert") };
  const symbol = h("span", { class: "saved-symbol" });
  const shown = h("span", { class: "saved-text", "aria-hidden": "true" });
  const spoken = h("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const element = h("p", { class: "saved" }, symbol, shown, spoken);
  return {
    element,
    /** @param {import("../state.js").State} state */
    update(state) {
      const { tone, text } = savedLine(state);
      if (element.dataset.tone !== tone) {
        element.dataset.tone = tone;
        symbol.replaceChildren(symbols[tone]);
      }
      if (shown.textContent === text) return;
      say(shown, text);
      clearTimeout(timer);
      timer = setTimeout(() => say(spoken, text), tone === "danger" ? 0 : 1500);
    },
  };
}
