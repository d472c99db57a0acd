import { hit } from "./whenever.js";

// data-dialog="ID" opens a native dialog, data-close closes the one around; a click beside it closes it too.
document.addEventListener("click", (event) => {
  const opener = hit(event, "[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog ?? "");
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  } else if (hit(event, "[data-close]") || event.target instanceof HTMLDialogElement) {
    const around = hit(event, "dialog");
    if (around instanceof HTMLDialogElement) around.close();
  }
});
