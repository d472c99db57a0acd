import { _ } from "../language.js";
import { hit, whenever } from "./whenever.js";

const shownFor = 7000;

/**
 * Says something at the bottom of the page, with a way back where there is one.
 * @param {string} message
 * @param {{undo?: () => void}} [options]
 */
export function say(message, { undo } = {}) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: message }));
  if (undo) toast.append(button(_("Undo"), () => (undo(), toast.remove())));
  toast.append(button(_("Close"), () => toast.remove()));
  document.getElementById("toasts")?.append(toast);
  leaveLater(toast);
}

/** @param {string} label @param {() => void} act */
function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: label });
  made.addEventListener("click", act);
  return made;
}

/** It stays while it is read: under the pointer or with the focus inside. @param {HTMLElement} toast */
function leaveLater(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leaveLater(toast) : toast.remove()), shownFor);
}

whenever("[data-toast]", leaveLater);
document.addEventListener("click", (event) => {
  const speaker = hit(event, "[data-say]");
  if (speaker) say(speaker.dataset.say ?? "");
});
