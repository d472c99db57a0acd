import { h, icon } from "../dom.js";

/** The page in the other language; the paper keeps its own. */
export function languageSwitch() {
  const other = document.documentElement.lang === "en" ? "vi" : "en";
  const token = h("input", { type: "hidden", name: "_csrf_token" });
  const fill = () => token.setAttribute("value", document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "");
  return h("form", { method: "post", action: "/language", onsubmit: fill }, token,
    h("input", { type: "hidden", name: "language", value: other }), h("input", { type: "hidden", name: "back", value: "/play" }),
    h("button", { type: "submit", class: "button button-quiet", lang: other }, icon("languages"), h("span", {}, other === "en" ? "English" : "Tiếng Việt")));
}
