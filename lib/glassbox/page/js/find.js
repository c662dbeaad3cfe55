/** Find places of the book: pure functions of its words, tested without a browser. */
import MiniSearch from "minisearch";

/** Words that tell no section from another. */
const COMMON = new Set(
  "a an and are as at be by can do does for from how i in is it its my of on or than that the this to versus vs we what when why with you".split(
    " ",
  ),
);
const BOOSTS = { page: 14, also: 6, title: 4, text: 1, home: 0.5 };
/** How much a page counts that says something, and is no list of words or names. */
const SAYING = 0.5;

/**
 * @typedef {[anchor: string, title: string, text: string]} Place
 * @typedef {{ url: string, also?: string[], weight?: number, places: Place[] }} Page
 * @typedef {{ url: string, title: string, text: string, terms: string[], score: number }} Hit
 * @typedef {{ url: string, title: string, score: number, hits: Hit[] }} Found
 */

/** A word as it is indexed: small, and one whatever its number and whoever's English it is. */
export function normal(word) {
  const low = word
    .toLowerCase()
    .normalize("NFKC")
    .replace(/(?<=..)iz(?=(e|ed|er|es|ing|ation)s?$)/, "is");
  if (COMMON.has(low)) return "";
  if (low.length > 4 && low.endsWith("ies")) return `${low.slice(0, -3)}y`;
  return low.length > 3 && /[^su]s$/.test(low) ? low.slice(0, -1) : low;
}

const words = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** The words of a text; Chinese, which has no spaces, as pairs of characters that overlap. */
export function split(text) {
  return words(text).flatMap((word) =>
    word.length > 2 && /^\p{Script=Han}+$/u.test(word) ? [...word].slice(1).map((c, k) => word[k] + c) : word,
  );
}

/** The words of a text that is indexed: "warm-up" is "warmup" too. */
const indexed = (text) => [
  ...split(text),
  ...(text.match(/\p{L}+-\p{L}+/gu) ?? []).map((word) => word.replaceAll("-", "")),
];

/** What a reader types, without numbers such as those of mAP@0.5:0.95: no place is found by them. */
function plainer(asked) {
  const rest = asked.replace(/\d+\.\d+/g, " ");
  return /\p{L}/u.test(rest) ? rest : asked;
}

/** What a reader types, with words that the book writes as two taken apart: "layernorm", "AP50". */
export function parted(asked, known) {
  const part = (word) => {
    if (known.has(normal(word)) || !/^[\p{Script=Latin}\d]{4,}$/u.test(word)) return word;
    for (let at = word.length - 2; at > 1; at -= 1) {
      const [one, two] = [word.slice(0, at), word.slice(at)];
      const ends = /\d/.test(two) || two.length > 2 ? [one, two] : [];
      if (ends.length && ends.every((end) => known.has(normal(end)))) return ends.join(" ");
    }
    return word;
  };
  return asked.replace(/[\p{L}\p{N}]+/gu, part);
}

/** Index the pages of the book; gives a function from what a reader types to what is found. */
export function finder(/** @type {Page[]} */ pages) {
  const index = new MiniSearch({
    fields: ["page", "also", "title", "text", "home"],
    tokenize: indexed,
    processTerm: (word) => normal(word) || null,
    searchOptions: {
      boost: BOOSTS,
      bm25: { k: 1.2, b: 0.6, d: 0.5 },
      tokenize: split,
      boostTerm: (term) => (/^\d+$/.test(term) ? 0.3 : 1),
    },
  });
  const places = pages.flatMap(({ url, also = [], weight = 1, places }) =>
    places.map(([anchor, title, text], k) => ({
      url,
      anchor,
      title,
      text,
      name: places[0][1],
      weight,
      also: also.join(" "),
      first: k === 0,
    })),
  );
  index.addAll(
    places.map(({ title, text, name, also, first }, id) => ({
      id,
      title: first ? "" : title,
      text,
      page: first ? name : "",
      also: first ? also : "",
      home: first ? "" : `${name} ${also}`,
    })),
  );
  const said = places.filter(({ weight }) => weight >= SAYING).flatMap(({ title, text, also }) => [title, text, also]);
  const known = new Set(said.flatMap(indexed).map(normal));
  return (/** @type {string} */ asked) => group(search(index, places, parted(plainer(asked), known)));
}

function search(index, places, asked) {
  const typed = split(asked).filter((word) => normal(word));
  const last = normal(typed.at(-1) ?? "");
  const prefix = (word) => (word.length > 2 || /\p{Script=Han}/u.test(word)) && word === last;
  const fuzzy = (word) => (word.length > 4 && !/\d/.test(word) ? 0.2 : false);
  const options = { prefix, weights: { prefix: 0.4, fuzzy: 0.2 } };
  const ways = [{ combineWith: "AND" }, { combineWith: "AND", fuzzy }, { combineWith: "OR", fuzzy }];
  // A place has something of what is asked, not only its page; and it goes on until a chapter has.
  const own = ({ match }) => Object.values(match).some((fields) => fields.some((field) => field !== "home"));
  let found = [];
  for (const way of ways)
    if (!found.some(({ id }) => places[id].weight >= SAYING))
      found = index.search(asked, { ...options, ...way, filter: own });
  const phrase = typed.map((word) => word.toLowerCase()).join(" ");
  return found.map(({ id, score, terms }) => {
    const { url, anchor, title, text, name, also, weight, first } = places[id];
    const whole = ` ${split(`${title} ${first ? also : ""} ${text}`.toLowerCase()).join(" ")} `;
    const exact = typed.length > 1 && whole.includes(` ${phrase}`) ? 2 : 1;
    return {
      url,
      to: anchor ? `${url}#${anchor}` : url,
      title,
      name,
      text,
      terms,
      first,
      score: score * exact * weight,
    };
  });
}

/**
 * Put the hits of one page together; a page that says it often is more likely meant. The title of a
 * page ranks the page; within it, a section that is called so comes before the beginning.
 */
function group(hits) {
  const pages = new Map();
  for (const hit of hits.toSorted((a, b) => b.score - a.score)) {
    const page = pages.get(hit.url) ?? { url: hit.url, title: hit.name, score: 0, hits: [] };
    pages.set(hit.url, page);
    page.score += hit.score * 0.5 ** page.hits.length;
    page.hits.push(hit);
  }
  const within = ({ first, score }) => (first ? score / 4 : score);
  for (const page of pages.values()) page.hits.sort((a, b) => within(b) - within(a));
  return [...pages.values()].toSorted((a, b) => b.score - a.score);
}

/** The part of a text around most of the words found, in pieces: `[text, is it a word found]`. */
export function excerpt(text, terms, length = 180) {
  const wanted = new Set(terms);
  const tokens = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((m) => ({ at: m.index, word: m[0] }));
  const marks = tokens.filter(({ word }) => wanted.has(normal(word)));
  const many = (from) =>
    new Set(marks.filter((m) => m.at >= from && m.at < from + length).map((m) => normal(m.word))).size;
  const best = marks.reduce((most, m) => (many(m.at) > many(most) ? m.at : most), marks[0]?.at ?? 0);
  let from = Math.max(0, best - 60);
  if (from > 0) from = text.indexOf(" ", from) + 1;
  let to = Math.min(text.length, from + length);
  if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), from + 1);
  const pieces = [];
  let end = from;
  for (const { at, word } of marks.filter((m) => m.at >= from && m.at + m.word.length <= to)) {
    if (at > end) pieces.push([text.slice(end, at), false]);
    pieces.push([word, true]);
    end = at + word.length;
  }
  pieces.push([text.slice(end, to), false]);
  if (from > 0) pieces.unshift(["… ", false]);
  if (to < text.length) pieces.push([" …", false]);
  return pieces;
}
