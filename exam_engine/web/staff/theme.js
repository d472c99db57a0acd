import { hit } from "./whenever.js";

// The reader's choice of light, dark and contrast; kept on this device, since it depends on the screen.
const root = document.documentElement;

for (const name of ["theme", "contrast"]) {
  const kept = localStorage.getItem(name);
  if (kept) root.dataset[name] = kept;
}

document.addEventListener("click", (event) => {
  for (const name of ["theme", "contrast"]) {
    const choice = hit(event, `[data-${name}-choice]`)?.dataset[`${name}Choice`];
    if (!choice) continue;
    if (root.dataset[name] === choice) delete root.dataset[name];
    else root.dataset[name] = choice;
    if (root.dataset[name]) localStorage.setItem(name, choice);
    else localStorage.removeItem(name);
  }
});
