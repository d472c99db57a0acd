import { whenever } from "./whenever.js";

// A file dropped anywhere on the box lands in its file input.
whenever("[data-drop]", (box) => {
  const input = box.querySelector('input[type="file"]');
  if (!(input instanceof HTMLInputElement)) return;
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("drop-over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("drop-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("drop-over");
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
