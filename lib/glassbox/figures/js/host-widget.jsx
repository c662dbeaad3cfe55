/** JupyterLab: an anywidget whose control values are traits of the kernel's model. */
import { render } from "preact";
import { Figure, Guard } from "./figure.jsx";
import { isThere } from "./models.js";

let count = 0;

/** Run the script of a figure's model, which travels with the figure. */
async function load(spec, script) {
  if (!spec.model || isThere(spec.model)) return;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  await import(url);
  URL.revokeObjectURL(url);
}

async function mount({ model, el }) {
  const spec = JSON.parse(model.get("payload"));
  await load(spec, model.get("script"));
  const host = {
    get: (name) => model.get(name),
    set: (values) => {
      for (const name in values) model.set(name, values[name]);
      model.save_changes();
    },
    subscribe: (listener) => {
      const stops = spec.controls.map(({ name }) => {
        const heard = () => listener(name, model.get(name));
        model.on(`change:${name}`, heard);
        return () => model.off(`change:${name}`, heard);
      });
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
  count += 1;
  el.classList.add("glassbox-figure");
  render(
    <Guard>
      <Figure spec={spec} uid={`gb-live-${count}`} host={host} caption />
    </Guard>,
    el,
  );
  el.dataset.ready = "";
  return () => render(null, el);
}

export default { render: mount };
