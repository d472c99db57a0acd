import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { messages } from "./messages.mjs";
import { entries, packages, root, styles, web } from "./places.mjs";

// Kept equal to "browserslist" in package.json by tests/web/test_build.py.
export const target = ["chrome109", "firefox115", "safari16.4"];

const common = { bundle: true, minify: true, write: false, target, legalComments: "none", logLevel: "warning", charset: "utf8" };

/** `asset:NAME` in a style sheet is the digest-named file NAME beside it. */
function assets(output) {
  return {
    name: "assets",
    setup(context) {
      context.onResolve({ filter: /^asset:/ }, ({ path }) => {
        const built = output.manifest[path.slice("asset:".length)];
        return built ? { path: `./${built.file}`, external: true } : { errors: [{ text: `nothing built is called ${path}` }] };
      });
    },
  };
}

export async function buildStyles(output) {
  for (const [name, path] of styles()) {
    const { outputFiles } = await build({ ...common, entryPoints: [path], plugins: [assets(output)] });
    await output.add(`${name}.css`, outputFiles[0].contents);
  }
}

/** Page programs as modules; what they import() becomes a chunk that its digest names. */
export async function buildScripts(output) {
  for (const [name, path] of entries()) {
    const { outputFiles } = await build({
      ...common, format: "esm", splitting: true, entryPoints: { [name]: path }, outdir: web,
      chunkNames: `${name}-[name]-[hash]`, nodePaths: [packages], plugins: [messages],
    });
    for (const file of outputFiles) {
      const built = basename(file.path);
      await output.add(built, file.contents, { stable: built !== `${name}.js` });
    }
  }
  const { outputFiles } = await build({ ...common, target: "es5", format: "iife", entryPoints: [join(web, "floor.js")] });
  await output.add("floor.js", outputFiles[0].contents);
}

/** The service worker keeps its name, because a browser finds its successor by that; it knows the player's files by theirs. */
export async function buildServiceWorker(output) {
  const { outputFiles } = await build({
    ...common, format: "iife", entryPoints: [join(web, "sw.js")], plugins: [messages],
    define: { PLAYER_FILES: JSON.stringify(Object.keys(output.manifest).filter(forPlayer).map((name) => output.manifest[name].file)) },
  });
  await output.add("sw.js", outputFiles[0].contents, { stable: true });
}

const forPlayer = (name) => /^(player|proctoring|floor|icons|mathematics)[.-]/.test(name);

/** Temml 0.13.5 draws \overset over a letter as a superscript: it asks for a stack below, but not above. */
const oversetPatch = {
  name: "overset",
  setup(context) {
    context.onLoad({ filter: /temml\.mjs$/ }, async ({ path }) => {
      const before = /(\} else if \(!group\.sub\) \{\s*const base = group\.base;\s*)if \(/;
      const source = await readFile(path, "utf8");
      if (!before.test(source)) throw new Error("Temml has changed: look whether \\overset still needs its patch");
      return { contents: source.replace(before, '$1if (group.stack) { nodeType = "mover"; } else if ('), loader: "js" };
    });
  },
};

/** Temml with mhchem as one classic script, for the embedded engine that item_bank/content/mathematics.py runs. */
export async function buildMathematics() {
  const folder = join(root, "item_bank", "content", "dist");
  await mkdir(folder, { recursive: true });
  await build({
    ...common, write: true, target: "es2020", format: "iife", globalName: "temml", entryPoints: [join(packages, "temml", "dist", "temml.mjs")],
    plugins: [oversetPatch], footer: { js: "temml=temml.default;" }, outfile: join(folder, "temml.js"),
  });
}
