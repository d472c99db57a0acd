// Loaded in practice only: each answer can be checked as soon as it is given.
import { add } from "../player/additions.js";
import { useLanguage, useWording } from "../player/text.js";
import { Practice } from "./practice.js";

add((player, settings) => {
  useLanguage({ locale: document.documentElement.lang, ...settings }, JSON.parse(document.getElementById("texts")?.textContent || "{}"));
  useWording(false);
  new Practice(player, { home: textOf(settings.home), again: textOf(settings.again) }).begin();
});

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : "";
}
