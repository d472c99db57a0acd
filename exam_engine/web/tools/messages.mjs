import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root, sources } from "./places.mjs";

const call = /\b(?:_|gettext)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\bngettext\(\s*("(?:[^"\\]|\\.)*")/g;

/**
 * `import vi from "messages:vi"`: the translations of the texts that browser modules ask for, from the catalogues of all features;
 * `import vi from "messages:vi/parts"`: one catalogue whole.
 */
export const messages = {
  name: "messages",
  setup(context) {
    context.onResolve({ filter: /^messages:/ }, ({ path }) => ({ path: path.slice("messages:".length), namespace: "messages" }));
    context.onLoad({ filter: /./, namespace: "messages" }, async ({ path: language }) => {
      const [folder, feature] = language.split("/");
      const wanted = feature ? null : await textsInModules();
      const catalogue = {};
      for (const path of sources(join(root, "exam_engine", "locale", folder), [feature ? `${feature}.po` : ".po"]))
        for (const [text, translation] of readCatalogue(await readFile(path, "utf8")))
          if (!wanted || wanted.has(text)) catalogue[text] = translation;
      return { contents: JSON.stringify(catalogue), loader: "json" };
    });
  },
};

async function textsInModules() {
  const texts = new Set();
  for (const folder of ["exam_engine/web", "proctoring/web", "item_bank"])
    for (const path of sources(join(root, folder), [".js"]))
      for (const [, single, plural] of (await readFile(path, "utf8")).matchAll(call)) texts.add(unquote(single ?? plural));
  return texts;
}

const unquote = (text) => (text[0] === "'" ? text.slice(1, -1).replace(/\\(.)/g, "$1") : JSON.parse(text));

/** The finished entries of a gettext catalogue. Vietnamese has one plural form, so msgstr[0] says all. */
export function* readCatalogue(source) {
  for (const block of source.split(/\n\s*\n/)) {
    if (/^#,.*\bfuzzy\b/m.test(block)) continue;
    const text = field(block, "msgid");
    const translation = field(block, "msgstr") || field(block, "msgstr\\[0\\]");
    if (text && translation) yield [text, translation];
  }
}

function field(block, name) {
  const found = block.match(new RegExp(`^${name}((?:\\s*"(?:[^"\\\\]|\\\\.)*")+)`, "m"));
  return found ? [...found[1].matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([part]) => JSON.parse(part)).join("") : "";
}
