import { h } from "../dom.js";
import { t } from "../text.js";
import { createDialog } from "./dialogs.js";

/** All keys, and that nothing needs them. */
export function createHelp() {
  /** @type {[string, string][]} */
  const keys = [
    ["A – D, 1 – 9", t("Choose an option")],
    ["←  →", t("Previous or next item")],
    ["F", t("Flag the item for later, or take the flag away")],
    ["X", t("Strike out the option that has the focus")],
    ["P", t("Open the palette of items")],
    ["Tab, Shift Tab", t("Go through everything on the page")],
    ["?", t("This help")],
  ];
  const rows = keys.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)]);
  return createDialog(t("Keyboard"), [
    h("dl", { class: "facts" }, rows.flat()),
    h("p", { class: "quiet" }, t("Letters never act while an answer is being typed. They can be switched off in the settings.")),
    h("p", { class: "quiet" }, t("Everything works by mouse and by touch as well.")),
  ]);
}
