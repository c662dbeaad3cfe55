/**
 * A figure as a file that needs nothing else: what the page shows, written as one SVG of shapes and texts, on white
 * paper whatever the page's theme is. A PNG is a picture of that.
 */

const INHERITED = [
  ["fill", "rgb(0, 0, 0)"],
  ["fill-opacity", "1"],
  ["stroke", "none"],
  ["stroke-width", "1px"],
  ["stroke-opacity", "1"],
  ["stroke-dasharray", "none"],
  ["stroke-linecap", "butt"],
  ["stroke-linejoin", "miter"],
  ["opacity", "1"],
  ["paint-order", "normal"],
  ["text-anchor", "start"],
  ["font-size", ""],
  ["font-weight", "400"],
  ["font-style", "normal"],
  ["image-rendering", "auto"],
];
const LEFT_OUT =
  ".gb-controls, .gb-acts, .gb-caption, .gb-more, .gb-tip, .gb-cursor, .gb-cell, .gb-sizes, .gb-hidden, button, input";
const NS = "http://www.w3.org/2000/svg";

/** A colour in a notation that every program reads. */
export function plain(color) {
  const mixed = color.match(/^color\(srgb ([\d.e+-]+) ([\d.e+-]+) ([\d.e+-]+)(?: \/ ([\d.]+))?\)$/);
  if (!mixed) return color;
  const [r, g, b] = mixed.slice(1, 4).map((part) => Math.round(255 * Math.min(1, Math.max(0, Number(part)))));
  return mixed[4] === undefined ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${mixed[4]})`;
}

function element(name, attributes, ...children) {
  const made = document.createElementNS(NS, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  made.append(...children);
  return made;
}

const round = (v) => Math.round(100 * v) / 100;
const seen = (color) => color !== "transparent" && !/, 0\)$|\/ 0\)$/.test(color);

/** The card beside the page, as wide as it is there, on white, with its setting and caption in words. */
function sheetOf(card, caption) {
  const sheet = document.createElement("div");
  sheet.className = "glassbox-figure gb-light";
  sheet.append(card.cloneNode(true));
  const setting = sheet.querySelector(".gb-status > .gb-hidden")?.textContent.trim();
  for (const part of sheet.querySelectorAll(LEFT_OUT)) part.remove();
  for (const words of [setting, caption]) {
    if (!words) continue;
    const line = document.createElement("p");
    line.className = "gb-caption";
    line.textContent = words;
    sheet.firstElementChild.append(line);
  }
  sheet.style.width = `${card.clientWidth + 2}px`;
  document.body.append(sheet);
  return sheet;
}

/** A drawing with its looks written into it. */
function drawing(svg, { left, top, width, height }) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((one, i) => {
    const look = getComputedStyle(one);
    const target = to[i];
    for (const [name, usual] of INHERITED) {
      const value = look.getPropertyValue(name);
      const above = i ? getComputedStyle(one.parentElement).getPropertyValue(name) : usual;
      const same = name === "opacity" ? value === usual : value === above;
      if (same) target.removeAttribute(name);
      else target.setAttribute(name, plain(value));
    }
    for (const name of ["class", "style", "tabindex", "role", "aria-label"]) target.removeAttribute(name);
    if (look.transform !== "none" && one.style.transform) target.setAttribute("transform", look.transform);
  });
  for (const [key, value] of Object.entries({ x: left, y: top, width, height }))
    copy.setAttribute(key, String(round(value)));
  copy.setAttribute("overflow", "visible");
  return copy;
}

/** The background and the borders of an element. */
function frame(look, { left: x, top: y, width, height }) {
  const made = [];
  const sides = ["Top", "Right", "Bottom", "Left"].map((side) =>
    look[`border${side}Style`] === "none" ? 0 : Number.parseFloat(look[`border${side}Width`]),
  );
  const stops =
    look.backgroundImage.startsWith("linear-gradient") && look.backgroundImage.match(/(rgba?|color)\([^)]*\)/g);
  const even = sides.every((side) => side === sides[0]) && sides[0] > 0;
  const place = { x: round(x), y: round(y), width: round(width), height: round(height) };
  const rounded = { rx: Number.parseFloat(look.borderTopLeftRadius) || 0 };
  if (stops) {
    const part = width / stops.length;
    stops.forEach((color, i) => {
      made.push(element("rect", { ...place, x: round(x + i * part), width: round(part + 0.5), fill: plain(color) }));
    });
  }
  if (even || seen(look.backgroundColor)) {
    const fill = seen(look.backgroundColor) ? plain(look.backgroundColor) : "none";
    const line = even ? { stroke: plain(look.borderTopColor), "stroke-width": sides[0] } : {};
    made.push(element("rect", { ...place, ...rounded, fill, ...line }));
  }
  if (!even && sides[2]) {
    made.push(element("path", { d: `M${x} ${y + height}h${width}`, stroke: plain(look.borderBottomColor) }));
  }
  return made;
}

/** The lines of a text where the page has them. */
function lines(node, look, at) {
  const found = [];
  for (const { index, 0: word } of node.data.matchAll(/\S+\s?/g)) {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + word.trimEnd().length);
    const box = at(range.getBoundingClientRect());
    const last = found.at(-1);
    if (last && Math.abs(last.top - box.top) < 2 && look.whiteSpace.startsWith("pre") === false)
      last.text += ` ${word.trim()}`;
    else if (box.width) found.push({ ...box, text: word.trim() });
  }
  const [family, size] = [look.fontFamily, look.fontSize];
  return found.map(({ left, top, height, text }) =>
    element(
      "text",
      {
        x: round(left),
        y: round(top + 0.8 * height),
        fill: plain(look.color),
        "font-size": size,
        "font-family": family,
        ...(look.fontWeight === "400" ? {} : { "font-weight": look.fontWeight }),
        ...(look.fontStyle === "normal" ? {} : { "font-style": look.fontStyle }),
      },
      text,
    ),
  );
}

/**
 * The card as an SVG.
 * @param {Element} card
 * @param {string} caption
 */
export function svgOf(card, caption) {
  const sheet = sheetOf(card, caption);
  const home = sheet.getBoundingClientRect();
  const at = ({ left, top, width, height }) => ({ left: left - home.left, top: top - home.top, width, height });
  const size = { width: Math.ceil(home.width), height: Math.ceil(home.height) };
  const root = element("svg", {
    xmlns: NS,
    ...size,
    viewBox: `0 0 ${size.width} ${size.height}`,
    "font-family": getComputedStyle(sheet).fontFamily,
  });
  root.append(element("rect", { ...size, fill: "#fff" }));
  const walk = (one) => {
    const look = getComputedStyle(one);
    const box = at(one.getBoundingClientRect());
    if (look.display === "none" || look.visibility === "hidden") return;
    if (one.localName === "svg") {
      root.append(drawing(one, box));
      return;
    }
    root.append(...frame(look, box));
    for (const node of one.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) root.append(...lines(node, look, at));
      else if (node.nodeType === Node.ELEMENT_NODE) walk(node);
    }
  };
  walk(sheet);
  sheet.remove();
  return new XMLSerializer().serializeToString(root);
}

/** A picture of an SVG, two pixels a unit. */
export async function pngOf(svg) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * picture.width;
  canvas.height = 2 * picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Give the reader a file. */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
