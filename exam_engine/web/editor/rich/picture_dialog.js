import { _ } from "../../language.js";
import { button, h } from "../../player/dom.js";

/**
 * Asks what a picture shows, for pupils who can't see it. Null: nothing is changed.
 * @param {string} description @param {string} address @returns {Promise<string | null>}
 */
export function askDescription(description, address) {
  const field = h("textarea", { class: "input", id: "picture-alt", rows: 2, "aria-describedby": "picture-hint" });
  field.value = description;
  const form = h("form", { class: "dialog-body", method: "dialog" },
    h("h2", { id: "picture-title" }, _("Picture")),
    h("img", { src: address, alt: "", class: "picture-shown" }),
    h("label", { class: "field-label", for: "picture-alt" }, _("What does it show?")),
    h("p", { class: "field-hint", id: "picture-hint" }, _("Read aloud to pupils who can't see the picture. Don't give away the answer.")),
    field,
    h("div", { class: "dialog-actions" }, button(_("Later"), () => dialog.close("")), h("button", { class: "button button-primary", value: "yes" }, _("Save"))),
  );
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "picture-title" }, form);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    dialog.close("yes");
  });
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "yes" ? field.value.trim().replace(/\s+/g, " ") : null);
  }));
}
