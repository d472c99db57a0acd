// The drawer opens and closes by its address alone; here it gains Escape, and the focus goes in and comes back.
const drawer = document.querySelector("[data-drawer]");
const burger = document.querySelector(".drawer-opener");

if (drawer instanceof HTMLElement && burger instanceof HTMLElement) {
  const isOpen = () => location.hash === `#${drawer.id}`;
  const main = document.querySelector(".shell-main");
  addEventListener("hashchange", () => {
    const narrow = getComputedStyle(burger).display !== "none";
    main?.toggleAttribute("inert", isOpen() && narrow);
    if (isOpen()) drawer.querySelector("a")?.focus();
    else if (drawer.contains(document.activeElement)) burger.focus();
  });
  addEventListener("resize", () => {
    if (getComputedStyle(burger).display === "none") main?.removeAttribute("inert");
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    location.hash = "#main";
    burger.focus();
  });
}

export {};
