// Ctrl Enter (⌘ Enter) presses the button of the form that says so, also from within a text area.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.defaultPrevented) return;
  const button = document.querySelector('button[aria-keyshortcuts="Control+Enter"]');
  if (!(button instanceof HTMLButtonElement) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  button.click();
});

export {};
