/** The built book: a classic script that makes the figures of a page live, also from file://. */
import { hydrate, render } from "preact";
import { Figure, Guard } from "./figure.jsx";
import { isThere, topicOf } from "./models.js";

const own = /** @type {HTMLScriptElement} */ (document.currentScript)?.src;
const scripts = new Map();
let count = 0;

/** Load the script of a topic's models, which stands beside this one, once. */
function load(topic) {
  const run = (done, fail) => {
    const script = document.createElement("script");
    script.src = new URL(`models/${topic}.js`, own).href;
    script.onload = done;
    script.onerror = () => fail(new Error(`its model does not load from ${script.src}`));
    document.head.append(script);
  };
  if (!scripts.has(topic)) scripts.set(topic, new Promise(run));
  return scripts.get(topic);
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
  const show = (view) => (element.firstChild ? hydrate(view, element) : render(view, element));
  const fail = (error) => {
    if (gone) return;
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
    if (!spec.model || isThere(spec.model)) draw(spec);
    else
      load(topicOf(spec.model))
        .then(() => draw(spec))
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

function wakeAll() {
  for (const root of document.querySelectorAll(".glassbox-figure:not([data-ready])")) {
    const element = /** @type {HTMLElement} */ (root);
    const data = document.querySelector(`script[data-for="${element.id}"]`);
    const { name } = element.dataset;
    if (data) mount(element, data.textContent, { uid: element.id, name, link: name || element.id });
  }
}

Object.assign(window, { glassbox: { ...Object(window).glassbox, mount } });
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wakeAll);
else wakeAll();
