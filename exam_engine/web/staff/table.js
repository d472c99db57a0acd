import { compareCells, folded, isEmpty } from "./order.js";
import { whenever } from "./whenever.js";

// data-sortable: headings become buttons that sort the rows that are here. Long tables are sorted by the server instead.
whenever("table[data-sortable]", (table) => {
  if (!(table instanceof HTMLTableElement)) return;
  for (const [column, heading] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
    if (heading.querySelector("a, button, .visually-hidden")) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "table-sort" });
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, column));
  }
});

/** @param {HTMLTableElement} table @param {number} column */
function sort(table, column) {
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  const down = headings[column]?.getAttribute("aria-sort") === "ascending";
  for (const heading of headings) heading.removeAttribute("aria-sort");
  headings[column]?.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const text = (/** @type {HTMLTableRowElement} */ row) => {
    const cell = row.cells[column];
    return cell?.dataset["value"] ?? cell?.textContent ?? "";
  };
  const rows = [...(body?.rows ?? [])].sort((a, b) => {
    const order = compareCells(text(a), text(b), document.documentElement.lang);
    const oneIsEmpty = isEmpty(text(a).trim()) || isEmpty(text(b).trim());
    return down && !oneIsEmpty ? -order : order;
  });
  body?.append(...rows);
}

// data-filters="TABLE": rows without the typed words are hidden.
whenever("[data-filters]", (input) => {
  if (!(input instanceof HTMLInputElement)) return;
  input.addEventListener("input", () => {
    const table = document.getElementById(input.dataset["filters"] ?? "");
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    for (const row of table?.querySelectorAll("tbody tr") ?? []) {
      const text = folded(row.textContent ?? "");
      row.toggleAttribute("hidden", !words.every((word) => text.includes(word)));
    }
  });
});

// On a phone each value carries the name of its column, also where the template did not say it.
whenever(".table-cards", (table) => {
  const names = [...table.querySelectorAll("thead th")].map((th) => th.textContent?.trim() ?? "");
  for (const row of table.querySelectorAll("tbody tr"))
    for (const [column, cell] of [...row.children].entries())
      if (cell.matches("td:not([data-label]):not(.cell-actions):not([colspan])") && names[column])
        cell.setAttribute("data-label", names[column] ?? "");
});
