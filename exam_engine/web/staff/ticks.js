import { _ } from "../language.js";
import { whenever } from "./whenever.js";

// data-ticks="NAME": a box that ticks all boxes of that name in its form, and says how many are ticked; buttons beside it wait for one.
whenever("[data-ticks]", (place) => {
  const form = place.closest("form");
  const all = place.querySelector("input");
  const told = place.querySelector("[role=status]");
  const boxes = () => [...(form?.querySelectorAll(`input[name="${place.getAttribute("data-ticks")}"]`) ?? [])].filter((one) => one instanceof HTMLInputElement);
  if (!form || !all || !told) return;
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
    told.textContent = ticked ? _("%(n)s ticked", { n: ticked }) : "";
    for (const act of place.querySelectorAll("button")) act.disabled = !ticked;
  };
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  place.removeAttribute("hidden");
  show();
});
