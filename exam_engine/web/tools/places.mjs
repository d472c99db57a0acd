import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const web = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(dirname(web));
export const dist = join(web, "dist");
export const packages = join(web, "node_modules");

/** Every folder with a main.js is a page program, named after its folder. */
export function entries() {
  const found = readdirSync(web, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["dist", "node_modules"].includes(entry.name))
    .map((entry) => [entry.name, join(web, entry.name, "main.js")]);
  found.push(["proctoring", join(root, "proctoring", "web", "main.js")]);
  return found.filter(([, path]) => existsSync(path));
}

/** Style sheets that a page links; the other files in style/ are their parts. */
export function styles() {
  return ["player", "staff", "editor"].map((name) => [name, join(web, "style", `${name}.css`)]).filter(([, path]) => existsSync(path));
}

/** Files below a folder of the source tree whose name ends in one of `endings`. */
export function* sources(folder, endings) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["dist", "node_modules", "__pycache__", "tools"].includes(entry.name)) yield* sources(path, endings);
    } else if (endings.some((ending) => entry.name.endsWith(ending))) yield path;
  }
}
