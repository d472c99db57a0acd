import { _ } from "../language.js";
import { folded } from "./order.js";
import { say } from "./toast.js";
import { hit, whenever } from "./whenever.js";

// data-filters-list="LIST": of a list of names those stay that have every typed word, the given name first.
whenever("[data-filters-list]", (input) => {
  if (!(input instanceof HTMLInputElement)) return;
  input.addEventListener("input", () => {
    const list = document.getElementById(input.dataset["filtersList"] ?? "");
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    for (const entry of list?.children ?? []) {
      const names = folded(entry.textContent ?? "").split(/\s+/).filter(Boolean);
      entry.toggleAttribute("hidden", !words.every((word) => names.some((name) => name.startsWith(word))));
    }
  });
});

// data-copy="TEXT": into the clipboard; where the browser gives none (a page without HTTPS), the text is shown instead.
document.addEventListener("click", async (event) => {
  const button = hit(event, "[data-copy]");
  if (!button) return;
  const text = button.dataset["copy"] ?? "";
  try {
    await navigator.clipboard.writeText(text);
    say(_("The link is copied."));
  } catch {
    say(text);
  }
});
