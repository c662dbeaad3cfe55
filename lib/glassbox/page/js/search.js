/** The page Search: what is found, as one types. The words of the book come in a script, `places.js`. */
import { excerpt, finder } from "./find.js";

const SHOWN = 3;
const form = /** @type {HTMLFormElement} */ (document.querySelector(".bd-search-container form.bd-search"));
const input = form.querySelector("input");
const list = document.getElementById("gb-results");
const status = document.getElementById("gb-search-said");
const ready = finder(/** @type {any} */ (globalThis).glassboxPlaces ?? []);

function element(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

/** Where a hit leads: the page marks what was looked for. */
function address(to, asked) {
  const [path, anchor] = to.split("#");
  return `${path}?found=${encodeURIComponent(asked)}${anchor ? `#${anchor}` : ""}`;
}

function shown(hit, asked) {
  const text = excerpt(hit.text, hit.terms).map(([part, isFound]) => (isFound ? element("mark", {}, part) : part));
  const link = element("a", { href: address(hit.to, asked) }, hit.first ? "At the beginning" : hit.title);
  return element("li", {}, link, element("p", {}, ...text));
}

function page({ url, title, hits }, asked) {
  const most = hits.slice(0, SHOWN).map((hit) => shown(hit, asked));
  const rest = hits.slice(SHOWN).map((hit) => shown(hit, asked));
  const more = rest.length
    ? [element("details", {}, element("summary", {}, `${rest.length} more here`), element("ul", {}, ...rest))]
    : [];
  const head = element("h2", {}, element("a", { href: address(hits[0].to || url, asked) }, title));
  return element("li", { className: "gb-found" }, head, element("ul", {}, ...most), ...more);
}

function count(found) {
  const places = found.reduce((sum, { hits }) => sum + hits.length, 0);
  const of = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  return places ? `${of(places, "place")} on ${of(found.length, "page")}.` : "Nothing is found.";
}

async function show() {
  status.textContent = input.value.trim() && "Looking …";
  const find = await ready;
  const asked = input.value.trim();
  const found = asked ? find(asked) : [];
  list.replaceChildren(...found.map((one) => page(one, asked)));
  status.textContent = asked ? count(found) : "";
}

let waiting;
input.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const address = new URL(location.href);
    address.searchParams.set("q", input.value.trim());
    history.replaceState(null, "", address);
    show();
  }, 120);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
input.value = new URLSearchParams(location.search).get("q") ?? "";
show();
input.focus();
input.select();
