/** Encrypts what lies on the device, where the browser can: the key never leaves it and is destroyed with the attempt. */

/** @returns {Promise<CryptoKey | null>} null on an origin that is not secure */
export async function makeKey() {
  if (!globalThis.crypto?.subtle) return null;
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {CryptoKey | null} key @param {unknown} value @returns {Promise<import("./types.js").Sealed>} */
export async function seal(key, value) {
  if (!key) return { plain: value };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value))) };
}

/** @param {CryptoKey | null} key @param {import("./types.js").Sealed} sealed @returns {Promise<any>} */
export async function unseal(key, sealed) {
  if ("plain" in sealed) return sealed.plain;
  if (!key) throw new Error("the key of this attempt is gone");
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: /** @type {BufferSource} */ (sealed.iv) }, key, sealed.data);
  return JSON.parse(new TextDecoder().decode(plain));
}
