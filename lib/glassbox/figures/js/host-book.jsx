/** The built book: a classic script that makes the figures of a page live, also from file://. */
import { hydrate, render } from "preact";
import { Figure, Guard } from "./figure.jsx";

function wake(root) {
  const data = document.querySelector(`script[data-for="${root.id}"]`);
  const spec = JSON.parse(data.textContent);
  const view = (
    <Guard>
      <Figure spec={spec} uid={root.id} caption={!root.dataset.name} />
    </Guard>
  );
  try {
    hydrate(view, root);
  } catch (error) {
    render(<p class="gb-error" role="alert">{`This figure could not be drawn: ${error.message}`}</p>, root);
    console.error(error);
  }
  root.dataset.ready = "";
}

function wakeAll() {
  document.querySelectorAll(".glassbox-figure:not([data-ready])").forEach(wake);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wakeAll);
else wakeAll();
