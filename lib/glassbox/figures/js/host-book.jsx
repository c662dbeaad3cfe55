/** The built book: a classic script that makes the figures of a page live, also from file://. */
import { hydrate, render } from "preact";
import { panelsOf } from "./decode.js";
import { Figure, Guard } from "./figure.jsx";
import { modelOf, topicOf } from "./models.js";
import { framesOf } from "./room.js";

const own = /** @type {HTMLScriptElement} */ (document.currentScript)?.src;
const AHEAD = "150% 0px"; // how far beyond the window a figure is near, in heights of the window
const scripts = new Map();
const arrived = new Map();
let count = 0;
let turn = Promise.resolve();

/** Run a script of the book, once; one that did not load may be tried again. */
function run(url, what) {
  const load = (done, fail) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = done;
    script.onerror = () => {
      scripts.delete(url);
      fail(new Error(`${what} not load from ${url}`));
    };
    document.head.append(script);
  };
  if (!scripts.has(url)) scripts.set(url, new Promise(load));
  return scripts.get(url);
}

/** Load the script of a topic's models, which stands beside this one. */
const loadModel = (topic) => run(new URL(`models/${topic}.js`, own).href, "its model does");

/** What the page holds of a figure: its data, or the address of the script that gives them. */
const holderOf = (element) =>
  /** @type {HTMLScriptElement | null} */ (document.querySelector(`script[data-for="${element.id}"]`));

/** The data of a figure as Python made them; null where there are none. */
async function dataOf(element) {
  const holder = holderOf(element);
  const { src } = holder?.dataset ?? {};
  if (!src) return holder?.textContent ?? null;
  const url = new URL(src, document.baseURI);
  await run(url.href, "its data do");
  return arrived.get(url.pathname.split("/").at(-1));
}

/**
 * Put a figure into an element: draw it, or make what is drawn there live.
 * @param {HTMLElement} element
 * @param {string | import("./decode.js").Spec} payload as Python made it, parsed or not
 * @param {{uid?: string, name?: string, link?: string}} [options] an id of its own on the page (ids of parts start
 *   with it), the name under which the page numbers the figure and writes its caption, and the one under which an
 *   address finds it
 * @returns {() => void} takes it away
 */
function mount(element, payload, { uid = `gb-own-${++count}`, name = "", link = "" } = {}) {
  let gone = false;
  const show = (view) => {
    if (!element.firstChild) return render(view, element);
    takePictures(element);
    return hydrate(view, element);
  };
  const fail = (error) => {
    if (gone) return;
    if (element.firstChild) return keepStill(element, error);
    render(<p class="gb-error" role="alert">{`This figure could not be drawn: ${error.message}`}</p>, element);
    element.dataset.ready = "";
    console.error(error);
  };
  const draw = (spec) => {
    if (gone) return;
    show(
      <Guard>
        <Figure spec={spec} uid={uid} caption={!name} link={link} />
      </Guard>,
    );
    element.dataset.ready = "";
  };
  element.classList.add("glassbox-figure");
  try {
    const spec = typeof payload === "string" ? JSON.parse(payload) : payload;
    if (!spec.model) draw(spec);
    else
      loadModel(topicOf(spec.model))
        .then(() => framesOf(spec, panelsOf(spec, modelOf)))
        .then((frames) => draw({ ...spec, frames }))
        .catch(fail);
  } catch (error) {
    fail(error);
  }
  return () => {
    gone = true;
    render(null, element);
    delete element.dataset.ready;
  };
}

/** Make the pictures that the build put into drawings ones of SVG, as the figure itself draws them. */
function takePictures(element) {
  for (const frame of element.querySelectorAll("foreignObject")) {
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "image");
    for (const { name, value } of frame.attributes) picture.setAttribute(name, value);
    picture.setAttribute("href", frame.querySelector("img").src);
    frame.replaceWith(picture);
  }
}

/** Say below a picture that it stays one, and why. */
function keepStill(element, error) {
  const words = document.createElement("p");
  words.className = "gb-error";
  words.setAttribute("role", "alert");
  words.textContent = `This figure stays a picture: ${error.message}.`;
  element.append(words);
  element.dataset.still = "";
  console.error(error);
}

/** Make a figure of the page live, each in a task of its own. */
function wake(element) {
  near.unobserve(element);
  if ("awake" in element.dataset || !holderOf(element)) return;
  element.dataset.awake = "";
  const { name } = element.dataset;
  dataOf(element)
    .then((data) => {
      turn = turn.then(
        () =>
          new Promise((done) => {
            setTimeout(() => {
              mount(element, data, { uid: element.id, name, link: name || element.id });
              done();
            });
          }),
      );
    })
    .catch((error) => keepStill(element, error));
}

const all = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".glassbox-figure:not([data-ready])")]);

/** A link to a state of a figure, wherever it is. */
function follow() {
  const [name, state] = location.hash.slice(1).split("?");
  if (state === undefined) return;
  for (const element of all()) if ((element.dataset.name || element.id) === name) wake(element);
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) wake(/** @type {HTMLElement} */ (target));
  },
  { rootMargin: AHEAD },
);

function start() {
  for (const element of all()) near.observe(element);
  follow();
  window.addEventListener("hashchange", follow);
  document.addEventListener("focusin", ({ target }) => {
    const element = /** @type {Element} */ (target).closest?.(".glassbox-figure:not([data-ready])");
    if (element) wake(/** @type {HTMLElement} */ (element));
  });
}

/** Make all figures live at once, wherever they are. */
const wakeAll = () => all().forEach(wake);

/** What a script with a figure's data calls. */
const take = (file, text) => arrived.set(file, text);

Object.assign(window, { glassbox: { ...Object(window).glassbox, mount, take, dataOf, wakeAll } });
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
