/** Loads the extension as JupyterLab wants it: a module federation container, here without webpack. */
(() => {
  const { src } = document.currentScript;
  let shared;
  const container = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const { plugin } = await import(new URL("plugin.js", src).href);
      const [library] = Object.values(shared["@jupyterlab/rendermime"]);
      const rendermime = (await library.get())();
      return () => ({ __esModule: true, default: plugin(rendermime) });
    },
  };
  window._JUPYTERLAB = Object.assign(window._JUPYTERLAB ?? {}, { glassbox: container });
})();
