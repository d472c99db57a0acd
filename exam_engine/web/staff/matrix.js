import { whenever } from "./whenever.js";

const LEVELS = ["know", "understand", "apply"];

/** How much of each part the numbers fix, told while they are written; the server counts it again. */
whenever("[data-matrix]", (form) => {
  const told = [...form.querySelectorAll("[data-stated]")];
  if (!told.length || form.querySelector('[name="by_points"]:checked')) return;
  const cells = [...form.querySelectorAll('[name^="cell."]')].filter((one) => one instanceof HTMLInputElement);
  const lines = [...new Set(cells.map((one) => one.name.split(".")[1]))];
  const value = (/** @type {string} */ name) => {
    const found = cells.find((one) => one.name === name);
    return found?.value.trim() ? Number(found.value.replace(",", ".")) || 0 : null;
  };
  const show = () => {
    lines.forEach((line, place) => {
      const rows = [...new Set(cells.filter((one) => one.name.startsWith(`cell.${line}.`)).map((one) => one.name.split(".")[2] ?? ""))];
      const of = (/** @type {string} */ row) => LEVELS.reduce((sum, level) => sum + (value(`cell.${line}.${row}.${level}`) ?? 0), 0);
      const topics = rows.filter((row) => row !== "all").reduce((sum, row) => sum + Math.max(of(row), value(`cell.${line}.${row}.all`) ?? 0), 0);
      const where = told[place];
      if (where) where.textContent = String(Math.max(topics, of("all")));
    });
  };
  form.addEventListener("input", show);
});
