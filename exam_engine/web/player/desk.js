import { sha256 } from "./sha256.js";

/**
 * Where interactions hand in files, and ask where a file is. A page that only shows items has none.
 *
 * @typedef {{digest: string, size: number, name: string}} Handed as an answer names it: "digest size name"
 * @typedef {{where: "here" | "sending" | "server", share: number}} Standing
 */

/** @type {Desk | null} */
let desk = null;

/** @param {Desk} made */
export const useDesk = (made) => void (desk = made);
export const theDesk = () => desk;

/** @param {string} text @returns {Handed | null} */
export function handed(text) {
  const found = /^([0-9a-f]{64}) (\d+) (.+)$/.exec(text);
  return found ? { digest: found[1] ?? "", size: Number(found[2]), name: found[3] ?? "" } : null;
}

/** @param {Handed} file */
export const named = ({ digest, size, name }) => `${digest} ${size} ${name}`;

export class Desk {
  /**
   * @param {import("./files.js").Files} files
   * @param {{attempt: () => string, answers: () => unknown, unkept: (slot: number) => boolean, kept: (slot: number) => Promise<void>}} ways
   *   `unkept`: the newest answer of the slot is still being written on this device; `kept`: resolves when it is written
   */
  constructor(files, { attempt, answers, unkept, kept }) {
    this.files = files;
    this.attempt = attempt;
    this.answers = answers;
    this.unkept = unkept;
    this.kept = kept;
    /** @type {Map<string, Standing>} */
    this.known = new Map();
    /** Why the server did not take what was given last. */
    this.refused = "";
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** Keeps the file on this device. @param {number} slot @param {Uint8Array} bytes @param {string} name @returns {Promise<Handed>} */
  async take(slot, bytes, name) {
    const file = { attempt: this.attempt(), slot, digest: sha256(bytes), size: bytes.length };
    if (this.known.get(file.digest)?.where !== "server") {
      this.known.set(file.digest, { where: "here", share: 0 });
      await this.files.keep(file, bytes);
    }
    return { digest: file.digest, size: file.size, name };
  }

  /** An answer names the file no more: unless another one does, it need not travel. @param {string} digest */
  async letGo(digest) {
    if (this.standing(digest).where === "server" || JSON.stringify(this.answers()).includes(digest)) return;
    await this.files.drop({ attempt: this.attempt(), digest });
  }

  /** Where files of this attempt are, that wait on this device since before a reload. */
  async remember() {
    for (const { attempt, digest } of await this.files.waiting())
      if (attempt === this.attempt() && !this.known.has(digest)) this.known.set(digest, { where: "here", share: 0 });
  }

  /** @param {string} digest @returns {Standing} what does not wait here is on the server */
  standing(digest) {
    return this.known.get(digest) ?? { where: "server", share: 1 };
  }

  /** @param {string} digest @param {Standing} standing */
  tell(digest, standing) {
    this.known.set(digest, standing);
    for (const listener of this.listeners) listener();
  }

  /** The line is gone: what was under way waits. */
  rest() {
    for (const [digest, { where, share }] of this.known) if (where === "sending") this.known.set(digest, { where: "here", share });
    for (const listener of this.listeners) listener();
  }

  /** @param {string} digest @param {string} why */
  refuse(digest, why) {
    this.refused = why;
    this.tell(digest, { where: "here", share: 0 });
  }

  /** The file's address within this page; null where neither this device nor the server has it. @param {string} digest @returns {Promise<string | null | undefined>} undefined: not known, there is no network */
  async address(digest) {
    const bytes = await this.files.bytes(this.attempt(), digest);
    if (bytes) return URL.createObjectURL(new Blob([/** @type {BlobPart} */ (bytes)]));
    try {
      const reply = await fetch(`/play/files/${digest}`, { credentials: "same-origin" });
      if (reply.status === 404) return null;
      return reply.ok ? URL.createObjectURL(await reply.blob()) : undefined;
    } catch {
      return undefined;
    }
  }
}
