import { t } from "./text.js";

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element. Properties that begin with "on" are listeners; `class`, `for`, data-… and aria-… are attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.flat().filter(isThere));
  return made;
}

/** @param {Child} child @returns {child is Node | string} */
const isThere = (child) => child !== null && child !== undefined && child !== false;

/** A symbol of the sprite, for the eye alone: words stand beside it. @param {string} name */
export function icon(name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons ?? ""}#${name}`);
  made.append(use);
  return made;
}

/** Content of the paper: sanitised and rendered by the server. @param {string} source @param {string} [looks] */
export function content(source, looks = "item-content") {
  const made = h("div", { class: looks });
  const template = document.createElement("template");
  template.innerHTML = source;
  for (const picture of template.content.querySelectorAll("img[data-asset]")) showPicture(/** @type {HTMLImageElement} */ (picture));
  for (const table of template.content.querySelectorAll("table")) {
    const frame = h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": table.caption?.textContent || t("Table") });
    table.replaceWith(frame);
    frame.append(table);
  }
  made.append(template.content);
  return made;
}

/** @type {Map<string, string>} */
const pictures = new Map();

/** @param {import("./types.js").Paper["assets"]} assets */
export function usePictures(assets) {
  for (const url of pictures.values()) URL.revokeObjectURL(url);
  pictures.clear();
  for (const [digest, { type, data }] of Object.entries(assets ?? {})) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    pictures.set(digest, URL.createObjectURL(new Blob([bytes], { type })));
  }
}

/** @param {HTMLImageElement} picture */
function showPicture(picture) {
  const url = pictures.get(picture.dataset.asset ?? "");
  if (url) picture.src = url;
}

/** Writes only what changed, so that a live region speaks once. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A button with its words. @param {string} label @param {() => void} act @param {{kind?: string, symbol?: Node, more?: Record<string, any>}} [looks] */
export function button(label, act, { kind = "", symbol, more = {} } = {}) {
  return h("button", { type: "button", class: `button${kind ? ` button-${kind}` : ""}`, onclick: act, ...more }, symbol, h("span", {}, label));
}

/** @param {string} tone @param {Node} symbol @param {...Child} children */
export const notice = (tone, symbol, ...children) => h("div", { class: `notice tone-${tone}` }, symbol, h("div", { class: "notice-body stack stack-tight" }, ...children));
