import { createHash } from "node:crypto";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { dist } from "./places.mjs";

// Browsers ask for brotli on https only; on the plain http of a computer room gzip is what counts.
const packers = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};
const compressible = new Set([".js", ".css", ".svg", ".json"]);

/** Collects built files, `transfer` being their size as gzip; the manifest is written last, so that it never names a file that is not there. */
export class Output {
  /** @type {Record<string, {file: string, bytes: number, transfer: number}>} */
  manifest = {};

  /** @param {string} name @param {string | Uint8Array} content @param {{stable?: boolean}} [options] */
  async add(name, content, { stable = false } = {}) {
    const bytes = Buffer.from(content);
    const ending = extname(name);
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
    const file = stable ? name : `${name.slice(0, -ending.length)}-${digest}${ending}`;
    await writeFile(join(dist, file), bytes);
    let transfer = bytes.length;
    if (compressible.has(ending)) {
      for (const [packing, pack] of Object.entries(packers)) {
        const packed = await pack(bytes);
        await writeFile(join(dist, `${file}.${packing}`), packed);
        transfer = packed.length;
      }
    }
    this.manifest[name] = { file, bytes: bytes.length, transfer };
    return file;
  }

  async finish() {
    const sorted = Object.fromEntries(Object.entries(this.manifest).sort());
    const waiting = join(dist, `manifest.json.${process.pid}`);
    await writeFile(waiting, JSON.stringify(sorted, null, 1) + "\n");
    await rename(waiting, join(dist, "manifest.json"));
    const kept = new Set(Object.values(sorted).flatMap(({ file }) => [file, `${file}.br`, `${file}.gz`]));
    kept.add("manifest.json").add("sources.json");
    for (const name of await readdir(dist)) if (!kept.has(name)) await rm(join(dist, name), { force: true });
  }
}
