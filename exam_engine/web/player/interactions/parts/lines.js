const SVG = "http://www.w3.org/2000/svg";

/** Lines between elements of a frame, for the eye alone: pairs are told in words beside it. @param {HTMLElement} frame */
export function linesOver(frame) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "part-lines");
  drawing.setAttribute("aria-hidden", "true");
  frame.append(drawing);
  /** @type {[HTMLElement, HTMLElement][]} */
  let joined = [];
  const draw = () => {
    const box = frame.getBoundingClientRect();
    const lines = joined.map(([a, b]) => lineBetween(a.getBoundingClientRect(), b.getBoundingClientRect(), box));
    drawing.replaceChildren(...lines.map(casingOf), ...lines);
  };
  new ResizeObserver(draw).observe(frame);
  return (/** @type {[HTMLElement, HTMLElement][]} */ pairs) => {
    joined = pairs;
    draw();
  };
}

/** The pale edge that shows a line on dark ground. @param {Element} line */
function casingOf(line) {
  const casing = /** @type {Element} */ (line.cloneNode());
  casing.setAttribute("class", "part-casing");
  return casing;
}

/** From the near edge of the one to that of the other; from middle to middle where they overlap. @param {DOMRect} a @param {DOMRect} b @param {DOMRect} frame */
function lineBetween(a, b, frame) {
  const line = document.createElementNS(SVG, "line");
  const middle = (/** @type {DOMRect} */ one) => one.left + one.width / 2;
  const beside = a.right <= b.left || b.right <= a.left;
  const [x1, x2] = beside ? (a.right <= b.left ? [a.right, b.left] : [a.left, b.right]) : [middle(a), middle(b)];
  const places = { x1: x1 - frame.left, y1: a.top + a.height / 2 - frame.top, x2: x2 - frame.left, y2: b.top + b.height / 2 - frame.top };
  for (const [name, length] of Object.entries(places)) line.setAttribute(name, length.toFixed(1));
  return line;
}
