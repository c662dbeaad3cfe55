/** The JupyterLab plugin: it translates the text of chapters, and fills in the glued values. */
import { maker, numbers, shown, tableName, translate } from "./myst.js";

const GLUED = "application/papermill.record/text/plain";
const MARKDOWN = "text/markdown";
const LINK = /#gb-(figure|check)-(.+)/;
const STYLE = ".jp-OutputArea-child:has(> .gb-glued) { display: none; }";

/** The cells of a notebook's widget; none for another widget. */
function cellsOf(widget) {
  const cells = widget?.content?.model?.cells ?? [];
  return [...cells].map((cell) => ({ code: cell.type === "code", id: cell.id, source: cell.sharedModel.getSource() }));
}

/** Bring the cell that draws a figure or a table, or that checks a sentence, to the top of the screen. */
function show(widget, kind, name) {
  const at = maker(cellsOf(widget), name);
  if (at < 0) return;
  if (kind === "check") widget.content.widgets[at].inputHidden = false;
  widget.content.activeCellIndex = at;
  widget.content.scrollToItem(at, "start");
}

/** The plugin, given JupyterLab's own module of renderers. */
export function plugin({ IRenderMimeRegistry, RenderedCommon, RenderedMarkdown, markdownRendererFactory }) {
  const { defaultRank } = markdownRendererFactory;
  const values = new Map();

  function activate(app, registry) {
    /** The cells around a text: it is a cell of an open notebook, or a table that a cell made. */
    const around = (source) => {
      const notebooks = [...app.shell.widgets("main")].map(cellsOf);
      const name = tableName(source);
      const holds = (cells) =>
        cells.some((cell) => !cell.code && cell.source === source) || (name && maker(cells, name) >= 0);
      return notebooks.find(holds);
    };

    class Chapter extends RenderedMarkdown {
      render(model) {
        const source = String(model.data[MARKDOWN]);
        const cells = around(source);
        if (!cells) return super.render(model);
        const data = { [MARKDOWN]: translate(source, numbers(cells), values) };
        return super.render({ data, trusted: model.trusted, metadata: model.metadata });
      }
    }

    class Glued extends RenderedCommon {
      async render(model) {
        const key = model.metadata.scrapbook?.name;
        const value = shown(String(model.data[GLUED]));
        this.addClass("gb-glued");
        values.set(key, value);
        for (const place of document.querySelectorAll(".gb-glue")) {
          if (place.title === key) place.textContent = value;
        }
      }
    }

    const renderers = { [MARKDOWN]: Chapter, [GLUED]: Glued };
    for (const [mimeType, Renderer] of Object.entries(renderers)) {
      const createRenderer = (options) => new Renderer(options);
      registry.addFactory({ safe: true, mimeTypes: [mimeType], defaultRank, createRenderer });
    }
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    const follow = (event) => {
      const href = event.target.closest?.("a")?.getAttribute("href") ?? "";
      const [, kind, name] = LINK.exec(href) ?? [];
      if (!name) return;
      event.preventDefault();
      event.stopPropagation();
      show(app.shell.currentWidget, kind, name);
    };
    document.addEventListener("click", follow, true);
  }

  return { id: "glassbox:myst", autoStart: true, requires: [IRenderMimeRegistry], activate };
}
