import { whenever } from "./whenever.js";

/** In percent of the frame's width. */
const STEPS = [100, 150, 200, 300];

// data-handed: a photo of handwriting is turned and enlarged, by tools that the page names; without this program it fills its frame, and opens by itself.
whenever("[data-handed]", (figure) => {
  const image = figure.querySelector("img");
  if (!image || !(figure instanceof HTMLElement)) return;
  const words = figure.dataset;
  let step = 0;
  const zoom = (/** @type {number} */ by) => {
    step = Math.max(0, Math.min(STEPS.length - 1, step + by));
    image.style.inlineSize = `${STEPS[step]}%`;
    larger.disabled = step === STEPS.length - 1;
    smaller.disabled = step === 0;
  };
  const turn = tool(words["turn"] ?? "", () => void turned(image));
  const larger = tool(words["larger"] ?? "", () => zoom(1));
  const smaller = tool(words["smaller"] ?? "", () => zoom(-1));
  const tools = document.createElement("div");
  tools.className = "row handed-tools no-print";
  tools.append(turn, larger, smaller);
  figure.prepend(tools);
  zoom(0);
});

/** @param {string} label @param {() => void} act */
function tool(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-quiet";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

/** The same picture, a quarter to the right. @param {HTMLImageElement} image */
async function turned(image) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalHeight, image.naturalWidth];
  const pencil = canvas.getContext("2d");
  if (!pencil) return;
  pencil.translate(canvas.width, 0);
  pencil.rotate(Math.PI / 2);
  pencil.drawImage(image, 0, 0);
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  if (!blob) return;
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
}
