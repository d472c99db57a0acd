import { button, h, icon } from "../dom.js";
import { t } from "../text.js";

/**
 * Screens that say one thing: what happened, that nothing is lost, what to do, whom to call.
 * @param {{takeOver: () => void, continueHere: () => void, retry: () => void}} acts
 */
export function createMessage(acts) {
  const heading = h("h1", { tabindex: "-1" });
  const words = h("div", { class: "stack" });
  const symbol = h("div", { class: "message-mark" });
  const element = h("div", { class: "column stack message" }, symbol, heading, words);
  let shown = "";
  return {
    element,
    heading,
    /** @param {import("../state.js").State} state */
    update(state) {
      const { title, mark, body } = say(state, acts);
      const key = title + body.map((part) => part.textContent).join("|");
      if (key === shown) return;
      shown = key;
      heading.textContent = title;
      symbol.replaceChildren(mark);
      words.replaceChildren(...body);
    },
  };
}

/** @param {string} text */
const p = (text) => h("p", {}, text);

/** @param {import("../state.js").State} state @param {{takeOver: () => void, continueHere: () => void, retry: () => void}} acts */
function say(state, acts) {
  const { screen, message, saved } = state;
  if (screen === "other_tab") {
    return { title: t("This attempt is open in another tab"), mark: icon("layout-grid"),
      body: [p(t("Nothing is lost. Go on in the other tab and close this one, or go on here.")), button(t("Go on here"), acts.takeOver, { kind: "primary" })] };
  }
  if (screen === "other_device") return otherDevice(state, acts);
  if (screen === "signed_out" && state.info?.policy.formal === false) {
    return { title: t("This device is signed out"), mark: icon("lock"),
      body: [p(t("Nothing is lost: what is on this device stays here and is sent. To go on here, come in again with the code of the test.")), h("a", { class: "button button-primary", href: "/join" }, t("Come in again"))] };
  }
  if (screen === "signed_out") {
    return { title: t("Please sign in again"), mark: icon("lock"),
      body: [p(t("Nothing is lost: what is on this device stays here and is sent. Open the ticket link again, or sign in with candidate number and PIN.")), h("a", { class: "button button-primary", href: "/candidate" }, t("Sign in"))] };
  }
  if (screen === "closed") return closed(state);
  if (screen === "failed") return { title: t("There is no exam here for %(you)s"), mark: icon("info"), body: [p(message), p(t("Tell %(invigilator)s."))] };
  return { title: saved.offline || message ? t("Connecting…") : t("One moment…"), mark: icon("loader"), body: message ? [p(message), button(t("Try again"), acts.retry)] : [] };
}

/** @param {import("../state.js").State} state @param {{continueHere: () => void}} acts */
function otherDevice({ info, asksDevice, message, saved, starting }, acts) {
  const body = [];
  if (saved.waiting > 0) body.push(p(t("%(n)s answers of this device are still being sent. Leave it on.", { n: saved.waiting })));
  if (asksDevice) {
    body.push(p(t("Asked to go on here. Please wait for %(invigilator)s to allow it: raise a hand. This page goes on by itself.")), p(t("The other device shows this as well. Nothing is lost.")));
  } else {
    body.push(p(info?.device.allowed ? t("Everything that was saved there is there. If %(you)s go on here, the other device will stop.") : t("Everything that was saved there is there. To go on here, ask for it; the other device will stop.")));
    if (message) body.push(p(message));
    body.push(button(t("Go on on this device"), acts.continueHere, { kind: "primary", more: { disabled: starting } }));
  }
  return { title: asksDevice || !info?.device.bound ? t("Waiting for permission") : t("This attempt continues on another device"), mark: icon("monitor-smartphone"), body };
}

/** @param {import("../state.js").State} state */
function closed({ attempt, saved, info }) {
  const done = { n: saved.onServer, waiting: saved.waiting };
  if (attempt === "absent") return { title: t("Marked as absent"), mark: icon("info"), body: [p(t("Tell %(invigilator)s that %(you)s are here."))] };
  if (saved.waiting > 0) {
    return { title: t("Time is over."), mark: icon("clock"),
      body: [p(t("%(n)s items are saved on the server, %(waiting)s are still on this device. Do not switch off, tell the invigilator.", done))] };
  }
  const title = attempt === "submitted" ? t("Handed in") : attempt === "ended" ? t("The attempt was ended by %(invigilator)s") : t("Time is over. Your work is recorded: %(n)s items saved on the server", done);
  const last = [...(info?.notices ?? [])].reverse().find(({ action }) => action === "end");
  return { title, mark: icon("circle-check"), body: [...(last?.reason ? [p(last.reason)] : []), p(t("This page fetches the receipt by itself."))] };
}
