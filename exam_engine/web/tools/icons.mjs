import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packages, root, sources, web } from "./places.mjs";

// icon("flag") in a template or module; "icon": "flag" or icon="flag" where a program names one in data.
const mention = /\b(?:icon|symbol)["']?\s*(?:\(|=|:)\s*["']([a-z][a-z0-9-]*)["']/g;
// ("Item bank", "/items", "library", "items.read"): an entry of the navigation.
const entry = /["']\/[\w/-]*["'],\s*["']([a-z][a-z0-9-]*)["'],\s*["'][a-z_]+\.[a-z_.]+["']/g;

/** The names of all icons that templates, modules and page programs mention. */
export async function usedIcons() {
  const names = new Map();
  for (const folder of ["exam_engine", "proctoring", "item_bank"])
    for (const path of sources(join(root, folder), [".html", ".js", ".py"]))
      for (const pattern of [mention, entry])
        for (const [, name] of (await readFile(path, "utf8")).matchAll(pattern)) names.set(name, path);
  return new Map([...names].sort());
}

/** One sprite of the used icons; the strokes take their colour from the text around. */
export async function buildSprite() {
  const symbols = [];
  for (const [name, path] of await usedIcons()) {
    const file = join(packages, "lucide-static", "icons", `${name}.svg`);
    const source = await readFile(file, "utf8").catch(() => {
      throw new Error(`${path.slice(root.length + 1)}: there is no icon "${name}" in lucide-static`);
    });
    const shapes = source.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
        `stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

if (process.argv[1] === join(web, "tools", "icons.mjs")) console.log([...(await usedIcons()).keys()].join("\n"));
