// An open menu closes when the reader goes elsewhere.
/** @param {EventTarget | null} place */
function closeOthers(place) {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!(place instanceof Node && menu.contains(place))) menu.removeAttribute("open");
}

document.addEventListener("click", (event) => closeOthers(event.target));
document.addEventListener("focusin", (event) => closeOthers(event.target));
document.addEventListener("keydown", (event) => {
  const open = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !open) return;
  open.removeAttribute("open");
  open.querySelector("summary")?.focus();
});

export {};
