// Builds everything a browser loads into dist/ under names that carry their digest, and manifest.json that finds them.
import { mkdir, readFile } from "node:fs/promises";
import { buildMathematics, buildScripts, buildServiceWorker, buildStyles } from "./tools/bundles.mjs";
import { subsetMathematicsFont } from "./tools/font.mjs";
import { buildSprite } from "./tools/icons.mjs";
import { Output } from "./tools/output.mjs";
import { dist, web } from "./tools/places.mjs";

const started = performance.now();
await mkdir(dist, { recursive: true });
const output = new Output();

await Promise.all([
  output.add("mathematics.woff2", await subsetMathematicsFont()),
  output.add("icons.svg", await buildSprite()),
  output.add("favicon.svg", await readFile(`${web}/favicon.svg`)),
]);
await buildStyles(output);
await buildScripts(output);
await buildServiceWorker(output);
await buildMathematics();
await output.finish();

console.log(`web: ${Object.keys(output.manifest).length} files in ${Math.round(performance.now() - started)} ms`);
