/* What the reader of a page is told: where the search led, what the theme switch stands at. */
(() => {
  /** The place that an address names; that of a figure may hold its setting too. */
  const placeOf = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)).split("?")[0]);

  /** Marks in the text what was looked for, until Escape; the page itself stays as it is. */
  function markFound() {
    const address = new URL(location.href);
    const asked = address.searchParams.get("found");
    if (!asked) return;
    address.searchParams.delete("found");
    history.replaceState(history.state, "", address);
    const words = (asked.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > 1);
    if (!words.length || !globalThis.Highlight) return;
    // As search takes them: a word, whatever its number.
    const forms = words.map((word) => (word.length > 3 ? word.replace(/s$/, "") : word));
    const wanted = new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms.join("|")})s?(?![\\p{L}\\p{N}])`, "giu");
    const root = placeOf(location.hash) ?? document.querySelector("article");
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const ranges = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest(".katex, .glassbox-figure, script, style")) continue;
      for (const { index, 0: word } of node.data.matchAll(wanted)) {
        const range = new Range();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        ranges.push(range);
      }
    }
    CSS.highlights.set("gb-found", new Highlight(...ranges));
    addEventListener("keydown", ({ key }) => key === "Escape" && CSS.highlights.delete("gb-found"));
  }

  /** Closing the search gives the focus back to where it was. */
  function giveFocusBack() {
    const dialog = document.querySelector(".search-button__wrapper");
    let before = null;
    document.addEventListener("focusin", ({ target }) => {
      if (!dialog.contains(target)) before = target;
    });
    new MutationObserver(() => {
      if (!dialog.classList.contains("show")) before?.focus();
    }).observe(dialog, { attributeFilter: ["class"] });
  }

  /** The switch of the theme says how it stands, and what it does. */
  function tellTheme() {
    const said = { auto: "as the system is", light: "light", dark: "dark" };
    const live = Object.assign(document.createElement("span"), { className: "visually-hidden", role: "status" });
    live.setAttribute("role", "status");
    document.querySelector(".theme-switch-button")?.after(live);
    const tell = (changed) => {
      const name = `Theme: ${said[document.documentElement.dataset.mode] ?? said.auto}`;
      for (const button of document.querySelectorAll(".theme-switch-button")) {
        button.setAttribute("aria-label", `${name}. Change`);
        for (const title of ["title", "data-bs-original-title"])
          if (button.hasAttribute(title)) button.setAttribute(title, name);
      }
      if (changed) live.textContent = name;
    };
    tell(false);
    new MutationObserver(() => tell(true)).observe(document.documentElement, { attributeFilter: ["data-mode"] });
  }

  let moved = 0; // when a hand was last at work
  for (const work of ["pointerdown", "pointermove", "input", "keydown", "wheel"])
    addEventListener(work, () => (moved = performance.now()), { passive: true });

  /** When page and reader have come to rest each part is laid out once; from then on it is as tall as it will be. */
  function measureParts() {
    const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 50));
    const waits = ({ firstElementChild: child }) => !child?.checkVisibility?.({ contentVisibilityAuto: true });
    const parts = [...document.querySelectorAll(".bd-article > section > section")].filter(waits);
    const measure = () => {
      if (performance.now() - moved < 500) return setTimeout(measure, 500);
      const part = parts.shift();
      if (!part) return;
      part.style.contentVisibility = "visible";
      // A browser keeps the size that a part had in a frame.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          part.style.contentVisibility = "";
          idle(measure);
        }),
      );
    };
    setTimeout(() => idle(measure), 1500);
  }

  let asked = null; // the place that stays at the top, until the reader's hand ends that
  for (const hand of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(hand, () => (asked = null), { passive: true });

  /** While what is around it finds its height, a place that was asked for stays at the top. */
  function stayAt(place) {
    if (!place) return;
    asked = place;
    const until = performance.now() + 2000;
    const stay = () => {
      if (asked !== place || performance.now() > until) return;
      place.scrollIntoView({ behavior: "instant" });
      requestAnimationFrame(stay);
    };
    requestAnimationFrame(stay);
  }

  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.defaultPrevented) return;
    // Where the contents lie over the page, they do not stay over what was picked from them.
    for (const box of document.querySelectorAll(".sidebar-toggle:checked")) box.checked = false;
    stayAt(placeOf(link.hash));
  });
  // The page is there when this runs; the theme's scripts, which are joined with this one, run first.
  queueMicrotask(() => {
    markFound();
    giveFocusBack();
    tellTheme();
    if (performance.getEntriesByType("navigation")[0]?.type === "navigate") stayAt(placeOf(location.hash));
    if (document.readyState === "complete") measureParts();
    else addEventListener("load", measureParts);
  });
})();
