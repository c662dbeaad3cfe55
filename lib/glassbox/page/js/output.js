/** How a value that a cell shows looks on the page. */
import { highlight } from "./highlight.js";
import { markdown } from "./markdown.js";

/** @typedef {import("./messages.js").Bundle} Bundle */

const FIGURE = "application/vnd.glassbox.figure+json";
let count = 0;

export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * A live figure: in the frame that the page numbers, if it stands where such a one stood.
 * @param {{payload: string}} figure
 * @param {Element | null} frame
 */
function live({ payload }, frame) {
  const place = element("div");
  place.setAttribute("aria-live", "off");
  count += 1;
  Object(window).glassbox.mount(place, payload, { uid: `gb-run-${count}`, name: frame?.id ?? "" });
  if (!frame) return place;
  const made = element("figure", "glassbox-frame");
  const caption = /** @type {Element} */ (frame.querySelector("figcaption")?.cloneNode(true));
  made.append(place);
  if (caption) {
    const number = caption.querySelector(".caption-number");
    const text = element("span", "caption-text");
    (JSON.parse(payload).caption ?? "").split("`").forEach((part, i) => {
      text.append(i % 2 ? element("code", "", part) : part);
    });
    caption.replaceChildren(...(number ? [number, text] : [text]));
    made.append(caption);
  }
  return made;
}

const wrap = (kind, html) => {
  const made = element("div", `output ${kind}`);
  made.innerHTML = html;
  return made;
};

const picture = (kind, data) => {
  const made = element("div", "output");
  const image = /** @type {HTMLImageElement} */ (element("img"));
  image.src = `data:${kind};base64,${data}`;
  image.alt = "The picture that the cell drew";
  image.onload = () => {
    image.width = image.naturalWidth / 2; // it has two dots a pixel, for fine screens
  };
  made.append(image);
  return made;
};

/**
 * @param {Bundle} bundle
 * @param {Element | null} frame the numbered figure that the cell had when the page was built
 */
export function show(bundle, frame) {
  if (bundle[FIGURE]) return live(bundle[FIGURE], frame);
  if (bundle["text/html"]) return wrap("text_html", bundle["text/html"]);
  if (bundle["text/markdown"]) return wrap("text_markdown", markdown(bundle["text/markdown"]));
  if (bundle["image/svg+xml"]) return wrap("", bundle["image/svg+xml"]);
  if (bundle["image/png"]) return picture("image/png", bundle["image/png"]);
  if (bundle["image/jpeg"]) return picture("image/jpeg", bundle["image/jpeg"]);
  return printed(bundle["text/latex"] ?? bundle["text/plain"] ?? "", "text_plain");
}

/** Text as a cell prints it. */
export function printed(text, kind) {
  const made = element("div", `output ${kind} highlight-none notranslate`);
  const inner = element("div", "highlight");
  const shown = element("pre", "", text);
  shown.tabIndex = 0; // long lines scroll, by keyboard too
  inner.append(shown);
  made.append(inner);
  return made;
}

/** The source of a cell, in colours. */
export function coloured(source) {
  const made = element("div", "gb-own highlight-ipython3 notranslate");
  const inner = element("div", "highlight");
  inner.innerHTML = `<pre>${highlight(source)}\n</pre>`;
  made.append(inner);
  return made;
}
