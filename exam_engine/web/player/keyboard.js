/**
 * @typedef {{type: "choose", index: number} | {type: "move", by: number} | {type: "flag"} | {type: "strike"} | {type: "palette"} | {type: "help"}} Command
 */

/**
 * What a key means in the exam. Letters and digits never act in a field or while a syllable is composed (F and X are Telex tones).
 * @param {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, isComposing: boolean, keyCode?: number}} event
 * @param {{inField: boolean, inDialog: boolean, letters: boolean}} where
 * @returns {Command | null}
 */
export function command(event, { inField, inDialog, letters }) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.keyCode === 229 || inField || inDialog) return null;
  if (event.key === "ArrowLeft") return { type: "move", by: -1 };
  if (event.key === "ArrowRight") return { type: "move", by: 1 };
  if (event.key === "?") return { type: "help" };
  if (/^[1-9]$/.test(event.key)) return { type: "choose", index: Number(event.key) - 1 };
  if (!letters) return null;
  const letter = event.key.toLowerCase();
  if (letter === "f") return { type: "flag" };
  if (letter === "x") return { type: "strike" };
  if (letter === "p") return { type: "palette" };
  return /^[a-d]$/.test(letter) ? { type: "choose", index: letter.charCodeAt(0) - 97 } : null;
}

/** @param {EventTarget | null} target is this where text is typed? */
export function isField(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button", "submit", "reset"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
