import { _ } from "../language.js";

// data-confirm="CONSEQUENCE" on a form or its button: what cannot be undone first says, in words and numbers, what it will do.
// {NAME} in it stands for what is chosen in the form's select of that name.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !(event instanceof SubmitEvent)) return;
  const asked = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!asked || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await agreed(named(asked, form), event.submitter?.textContent?.trim() || _("Continue")))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
}, true);

// The same question before an htmx request of a button that is in no form.
document.addEventListener("htmx:confirm", async (event) => {
  if (!(event instanceof CustomEvent) || !(event.target instanceof HTMLElement)) return;
  const asked = event.target.dataset.confirm;
  if (!asked || event.target instanceof HTMLFormElement) return;
  event.preventDefault();
  if (await agreed(asked, event.target.textContent?.trim() || _("Continue"))) event.detail.issueRequest(true);
});

/** @param {string} consequence @param {HTMLFormElement} form */
function named(consequence, form) {
  return consequence.replace(/\{(\w+)\}/g, (place, name) => {
    const field = form.elements.namedItem(name);
    return field instanceof HTMLSelectElement ? (field.selectedOptions[0]?.text ?? "") : place;
  });
}

/**
 * @param {string} consequence
 * @param {string} act the words of the button that does it
 * @returns {Promise<boolean>}
 */
export function agreed(consequence, act) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
  const body = Object.assign(document.createElement("form"), { className: "dialog-body", method: "dialog" });
  const text = Object.assign(document.createElement("p"), { textContent: consequence, id: "consequence" });
  const actions = Object.assign(document.createElement("div"), { className: "dialog-actions" });
  actions.append(choice(_("Cancel"), "", "button"), choice(act, "yes", "button button-danger"));
  body.append(text, actions);
  dialog.append(body);
  dialog.setAttribute("aria-labelledby", "consequence");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }),
  );
}

/** @param {string} label @param {string} value @param {string} className */
function choice(label, value, className) {
  return Object.assign(document.createElement("button"), { textContent: label, value, className });
}
