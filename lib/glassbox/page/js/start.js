/**
 * What each page with code loads: buttons under its cells. The first use of one loads the rest,
 * which takes over all bars (`python.js`); so does a page where a reader left edits.
 */
const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const base = new URL(script.src.includes("/python/") ? "." : "python/", script.src).href; // the book joins its scripts
const pagename = script.dataset.page;
const cells = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.cell[class*="gb-c"]')]);
let loading;

/** Load what does the work, once. */
function load() {
  loading ??= new Promise((done, fail) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${base}python.css` });
    const main = Object.assign(document.createElement("script"), { src: `${base}python.js`, onerror: fail });
    main.onload = () => done(Object(window).glassbox.python({ base, pagename, bars }));
    document.head.append(style, main);
  });
  return loading;
}

function button(bar, name, text, hint) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: hint });
  made.className = `gb-${name}`;
  made.onclick = () => {
    if (location.protocol === "file:") {
      bar.status.textContent =
        "A browser runs Python only in a page that is served: say “make serve”, and open the address that it prints.";
      return;
    }
    if (!loading) bar.status.textContent = "One moment…";
    load().then(
      (python) => python[name](bar.at),
      () => {
        bar.status.textContent = "The files of Python could not be loaded.";
      },
    );
  };
  bar.element.append(made);
  return made;
}

const bars = cells.map((cell) => {
  const input = cell.querySelector(".cell_input");
  const bar = /** @type {any} */ ({ cell, input, at: Number(/gb-c(\d+)/.exec(cell.className)[1]) });
  bar.element = Object.assign(document.createElement("div"), { className: "gb-tools" });
  const tagged = (tag) => cell.classList.contains(`tag_${tag}`);
  bar.words = tagged("exercise") ? ["Check", "Write"] : [tagged("check") ? "Run it" : "Run", "Edit"];
  if (!cell.querySelector(".gb-why")) {
    bar.run = button(bar, "run", bar.words[0], "Run this cell in the page (Shift-Enter in the editor)");
    bar.edit = button(bar, "edit", bar.words[1], "Edit this cell");
  }
  bar.status = document.createElement("span");
  bar.status.setAttribute("role", "status");
  bar.element.append(bar.status);
  input.after(bar.element);
  return bar;
});

try {
  if (Object.keys(localStorage).some((key) => key.startsWith(`glassbox:${pagename}#`)) && location.protocol !== "file:")
    load();
} catch {}

Object.assign(window, { glassbox: { ...Object(window).glassbox, load } });
