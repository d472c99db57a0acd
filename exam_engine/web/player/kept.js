/** Has the service worker keep this page, so that a reload works without the server, from the first visit on. */
export async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  const scripts = [...document.querySelectorAll("script[src]")].map((script) => /** @type {HTMLScriptElement} */ (script).src);
  active?.postMessage({ keep: scripts });
}
