// htmx, without what the content security policy refuses: no style element of its own, no evaluated text.
import htmx from "htmx.org";
import "htmx-ext-sse";
import { say } from "./toast.js";
import { _ } from "../language.js";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
});

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content");
  if (token && event instanceof CustomEvent) event.detail.headers["x-csrftoken"] = token;
});

// A refused form comes back as a page with its errors, so it is shown; what is no page is told in words.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.status < 500 && xhr.getResponseHeader("content-type")?.startsWith("text/html"))
    Object.assign(event.detail, { shouldSwap: true, isError: false });
});

document.addEventListener("htmx:responseError", (event) => {
  if (event instanceof CustomEvent) say(reason(event.detail.xhr.responseText));
});
document.addEventListener("htmx:sendError", () => say(_("No connection. Nothing was changed.")));

/** @param {string} text problem+json, mostly */
function reason(text) {
  try {
    return String(JSON.parse(text).detail);
  } catch {
    return _("That did not work. Please try again.");
  }
}
