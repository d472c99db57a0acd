import { readFile } from "node:fs/promises";
import { join } from "node:path";
import subsetFont from "subset-font";
import { packages } from "./places.mjs";

// Blocks that school and university formulas use; letters of running text come from the reader's own fonts.
const ranges = [
  [0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x237, 0x237], [0x2c6, 0x2dd], [0x300, 0x338], [0x391, 0x3f6],
  [0x2010, 0x2064], [0x20d0, 0x20ef], [0x2100, 0x214f], [0x2190, 0x21ff], [0x2200, 0x22ff], [0x2308, 0x230b], [0x239b, 0x23b5],
  [0x23dc, 0x23e1], [0x25a0, 0x25ff], [0x2660, 0x2667], [0x27c2, 0x27c2], [0x27e6, 0x27ef], [0x27f5, 0x27ff],
  [0x2a00, 0x2a06], [0x2a7d, 0x2a7e], [0x2a85, 0x2a8c], [0x2aaf, 0x2ab0],
  [0x1d400, 0x1d4cf], [0x1d538, 0x1d56b], [0x1d6a4, 0x1d755], [0x1d7ce, 0x1d7e1],
];

/** STIX Two Math with its MATH table, cut down to the ranges above. */
export async function subsetMathematicsFont() {
  const whole = await readFile(
    join(packages, "@fontsource", "stix-two-math", "files", "stix-two-math-latin-400-normal.woff2"),
  );
  const text = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
  return subsetFont(whole, String.fromCodePoint(...text), { targetFormat: "woff2", keepFeatures: ["ccmp", "dtls", "flac", "mark", "mkmk", "ssty"] });
}
