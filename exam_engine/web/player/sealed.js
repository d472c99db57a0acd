/** The paper on its way before the start: AES-GCM under a key that the server gives out with the start. */

/** Nonce (12 bytes), then ciphertext and tag. */
const NONCE = 12;

/**
 * @param {ArrayBuffer} sealed @param {string} key base64 of 32 bytes
 * @returns {Promise<{paper: import("./types.js").Paper, variant: import("./types.js").Variant}>}
 */
export async function openSealed(sealed, key) {
  const raw = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const opened = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, NONCE) }, opened, sealed.slice(NONCE));
  return JSON.parse(await text(plain));
}

/** The plaintext may be gzip: it was compressed before it was sealed, because ciphertext does not shrink. @param {ArrayBuffer} plain */
async function text(plain) {
  const bytes = new Uint8Array(plain);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(plain);
  return new Response(new Blob([plain]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/** @returns {boolean} */
export const canOpenSealed = () => globalThis.isSecureContext === true && Boolean(globalThis.crypto?.subtle);
