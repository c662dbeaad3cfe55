/** The built book: a classic script that makes the figures of a page live, also from file://. */
import { hydrate, render } from "preact";
import { Figure, Guard } from "./figure.jsx";

/**
 * Put a figure into an element: draw it, or make what is drawn there live.
 * @param {HTMLElement} element
 * @param {string | import("./decode.js").Spec} payload as Python made it, parsed or not
 * @param {{uid?: string, name?: string}} [options] an id of its own on the page (ids of parts start
 *   with it), and the name under which the page numbers the figure and writes its caption
 * @returns {() => void} takes it away
 */
function mount(element, payload, { uid = `gb-own-${++count}`, name = "" } = {}) {
  const show = (view) => (element.firstChild ? hydrate(view, element) : render(view, element));
  element.classList.add("glassbox-figure");
  try {
    const spec = typeof payload === "string" ? JSON.parse(payload) : payload;
    show(
      <Guard>
        <Figure spec={spec} uid={uid} caption={!name} />
      </Guard>,
    );
  } catch (error) {
    render(<p class="gb-error" role="alert">{`This figure could not be drawn: ${error.message}`}</p>, element);
    console.error(error);
  }
  element.dataset.ready = "";
  return () => {
    render(null, element);
    delete element.dataset.ready;
  };
}

let count = 0;

function wakeAll() {
  for (const root of document.querySelectorAll(".glassbox-figure:not([data-ready])")) {
    const element = /** @type {HTMLElement} */ (root);
    const data = document.querySelector(`script[data-for="${element.id}"]`);
    if (data) mount(element, data.textContent, { uid: element.id, name: element.dataset.name });
  }
}

Object.assign(window, { glassbox: { ...Object(window).glassbox, mount } });
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wakeAll);
else wakeAll();
