const token = () => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/** A refusal of the server, with its code and whatever else it says. */
export class Refusal extends Error {
  /** @param {number} status @param {Record<string, any>} said */
  constructor(status, said) {
    super(String(said.detail ?? ""));
    this.status = status;
    this.said = said;
  }
}

/**
 * Sends JSON and reads JSON. Throws a Refusal, or a TypeError where the server can't be reached.
 * @param {string} method @param {string} path @param {unknown} [body] JSON, or the bytes of a picture @param {{last?: boolean}} [how] `last`: the page is being left
 * @returns {Promise<any>}
 */
export async function send(method, path, body, { last = false } = {}) {
  const bytes = body instanceof Blob;
  const response = await fetch(path, {
    method,
    headers: { accept: "application/json", "x-csrftoken": token(), "content-type": bytes ? body.type || "application/octet-stream" : "application/json" },
    body: bytes ? body : JSON.stringify(body ?? {}),
    // A browser sends at most 64 KB for a page that is gone; a longer draft is kept on the device.
    keepalive: last,
    credentials: "same-origin",
  });
  const said = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, said);
  return said;
}
