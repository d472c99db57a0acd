import { seal, unseal } from "./vault.js";

/**
 * Files on their way to the server. The bytes lie sealed with the attempt's work; a note beside them says that they wait. Both are
 * written at once, so that a photo survives what the answer that names it survives.
 *
 * @typedef {{attempt: string, slot: number, digest: string, size: number}} Waiting
 */
const noteOf = (/** @type {Pick<Waiting, "attempt" | "digest">} */ { attempt, digest }) => `file/${attempt}/${digest}`;
const bytesOf = (/** @type {string} */ attempt, /** @type {string} */ digest) => `${attempt}/file/${digest}`;

export class Files {
  /** @param {import("./shelf.js").Shelf} shelf */
  constructor(shelf) {
    this.shelf = shelf;
    /** What was opened last: it travels in many pieces. @type {{name: string, bytes: Uint8Array} | null} */
    this.last = null;
  }

  /** Resolves when the file is safe on this device. @param {Waiting} file @param {Uint8Array} bytes */
  async keep(file, bytes) {
    const session = await this.shelf.read((tx) => tx.get("sessions", file.attempt));
    if (!session) throw new Error("no session");
    const sealed = await seal(session.key, toText(bytes));
    await this.shelf.write(async (tx) => {
      tx.put("work", bytesOf(file.attempt, file.digest), sealed);
      tx.put("meta", noteOf(file), file);
    });
  }

  /** Of every attempt on this device. @returns {Promise<Waiting[]>} */
  waiting() {
    return this.shelf.read((tx) => tx.all("meta", "file/"));
  }

  /** The bytes, where this device has them. @param {string} attempt @param {string} digest @returns {Promise<Uint8Array | null>} */
  async bytes(attempt, digest) {
    const name = bytesOf(attempt, digest);
    if (this.last?.name === name) return this.last.bytes;
    const [session, sealed] = await this.shelf.read(async (tx) => [await tx.get("sessions", attempt), await tx.get("work", name)]);
    const bytes = sealed ? await unseal(session?.key ?? null, sealed).then(toBytes, () => null) : null;
    if (bytes) this.last = { name, bytes };
    return bytes;
  }

  /** It is on the server; the bytes stay to be looked at. @param {Waiting} file */
  async sent(file) {
    await this.shelf.write(async (tx) => tx.delete("meta", noteOf(file)));
  }

  /** It cannot go there, or the candidate does not want it any more. @param {Pick<Waiting, "attempt" | "digest">} file */
  async drop(file) {
    await this.shelf.write(async (tx) => {
      tx.delete("meta", noteOf(file));
      tx.delete("work", bytesOf(file.attempt, file.digest));
    });
    this.last = null;
  }
}

/** @param {import("./shelf.js").Transaction} tx @param {string} attempt @returns {Promise<Set<string>>} keys of `work` that wait to be sent */
export async function waitingWork(tx, attempt) {
  /** @type {Waiting[]} */
  const notes = await tx.all("meta", `file/${attempt}/`);
  return new Set(notes.map(({ digest }) => bytesOf(attempt, digest)));
}

/** @param {Uint8Array} bytes */
function toText(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** @param {string} text */
const toBytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
