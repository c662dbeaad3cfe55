/** Find places of the book: pure functions of its words, tested without a browser. */
import MiniSearch from "minisearch";
import { inSlices } from "../../figures/js/slices.js";

/** Words that tell no section from another. */
const COMMON = new Set(
  "a an and are as at be by can do does for from how i in is it its my of on or than that the this to versus vs we what when why with you".split(
    " ",
  ),
);
/** Words of a question: they may stand in the text, and say little of what is asked. */
const ASKING = new Set(
  "about all any been between better but could difference explain find get give had has have if into just like make many me mean most much must need not only should show so some still take tell then there they use used using want was way were where which who work would you your".split(
    " ",
  ),
);
const LIGHT = 0.2;
/** What it counts to be called just as what is asked. */
const NAMED = 4;
/** What a word counts that only the name of the page has, and what of the best answer an answer has. */
const HOME = 0.5;
const ENOUGH = 0.7;
/** A question of so many words has them in every chapter: a page that answers faintly is left out. */
const LONG = 4;
const FAINT = 0.15;
const GREEK = Object.entries({
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  eps: "ε",
  theta: "θ",
  lambda: "λ",
  sigma: "σ",
  phi: "φ",
  omega: "ω",
});
/** A word, or a letter with its number: β₂, β_2, beta_2. */
const WORD = new RegExp(`(?:\\p{Script=Greek}|${GREEK.map(([name]) => name).join("|")})_\\d+|[\\p{L}\\p{N}]+`, "giu");
const BOOSTS = { page: 14, also: 6, title: 4, text: 1, home: 0.5 };
/** How much a page counts that says something, and is no list of words or names. */
const SAYING = 0.5;
const SLICE = 4; // milliseconds of work at a time

/**
 * @typedef {[anchor: string, title: string, text: string, names?: string[]]} Place
 * @typedef {{ url: string, weight?: number, places: Place[] }} Page
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
  const [, letter, number] = low.match(/^(\p{L}+?)_?(\d*)$/u) ?? [];
  const greek = GREEK.find((pair) => pair.includes(letter));
  if (greek) return greek[1] + number;
  if (low.length > 4 && low.endsWith("ies")) return `${low.slice(0, -3)}y`;
  return low.length > 3 && /[^su]s$/.test(low) ? low.slice(0, -1) : low;
}

const words = (text) => text.match(WORD) ?? [];

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

/** Index the pages of the book, in slices; gives a function from what a reader types to what is found. */
export async function finder(/** @type {Page[]} */ pages) {
  const places = pages.flatMap(({ url, weight = 1, places }) => {
    const name = places[0][1];
    const home = [name, ...places.flatMap(([, , , names = []]) => names)].join(" ");
    return places.map(([anchor, title, text, names = []], k) => {
      const to = anchor ? `${url}#${anchor}` : url;
      return { url, to, title, text, name, names, home, weight, first: k === 0 };
    });
  });
  const known = new Set(); // the words of pages that say something
  let saying = false;
  const index = new MiniSearch({
    fields: ["page", "also", "title", "text", "home"],
    tokenize: indexed,
    processTerm: (word, field) => {
      const one = normal(word);
      if (saying && field && field !== "home") known.add(one);
      return one || null;
    },
    searchOptions: { boost: BOOSTS, bm25: { k: 1.2, b: 0.6, d: 0.5 }, tokenize: split, boostTerm: counts },
  });
  await inSlices([...places.entries()], SLICE, ([id, { title, text, name, names, home, weight, first }]) => {
    saying = weight >= SAYING;
    index.add({
      id,
      title: first ? "" : title.replace(/^glassbox\.\w+\./, ""), // all names of a reference begin with its topic
      text,
      page: first ? name : "",
      also: names.join(" . "),
      home: first ? "" : home,
    });
  });
  return (/** @type {string} */ asked) => {
    const typed = split(parted(plainer(asked), known)).filter((word) => normal(word));
    const share = shareOf(typed);
    const found = group(search(index, places, known, typed, share), share);
    return words(asked).length < LONG ? found : found.filter(({ score }) => score >= FAINT * found[0].score);
  };
}

/** How much a word of what is asked says: little, if it is a number, a letter or a word of asking. */
function counts(term) {
  return ASKING.has(term) || /^(\d+|[a-z])$/.test(term) ? LIGHT : 1;
}

/** A function from what a place has of the words typed to its share of all, by what they count. */
function shareOf(typed) {
  const all = [...new Set(typed.map(normal))];
  return (has) => sum(all, (word) => (has.get(word) ?? 0) * counts(word)) / sum(all, counts);
}

/** What is looked for: each word typed, and two that the book writes as one, "heap sort"; with the words it answers. */
function sought(typed, known) {
  const pairs = typed.slice(1).map((word, k) => [typed[k] + word, [typed[k], word]]);
  const whole = pairs.filter(([one]) => one.length > 5 && known.has(normal(one)));
  return [...typed.map((word) => [word, [word]]), ...whole].map(([one, parts]) => [one, parts.map(normal)]);
}

/**
 * The places that have most of what is asked, each with its share of it. A word that is not known may have
 * a slip, and the last may go on. A place has something of what is asked, not only its page.
 */
function search(index, places, known, typed, share) {
  const last = normal(typed.at(-1) ?? "");
  const prefix = (word) =>
    (word.length > 2 || /[\p{Script=Han}\p{Script=Greek}]/u.test(word)) && word === last && !known.has(word);
  const fuzzy = (word) => (word.length > 4 && !/\d/.test(word) && !known.has(word) ? 0.2 : false);
  const found = new Map();
  for (const [one, parts] of sought(typed, known))
    for (const { id, score, match } of index.search(one, { prefix, fuzzy, weights: { prefix: 0.4, fuzzy: 0.2 } })) {
      const hit = found.get(id) ?? { score: 0, terms: new Set(), has: new Map() };
      found.set(id, hit);
      const own = Object.values(match).some((fields) => fields.some((field) => field !== "home"));
      for (const part of parts) hit.has.set(part, Math.max(hit.has.get(part) ?? 0, own ? 1 : HOME));
      for (const term of Object.keys(match)) hit.terms.add(term);
      hit.score += score;
    }
  const phrase = typed.map((word) => word.toLowerCase()).join(" ");
  const called = typed.map(normal).join(" ");
  const hits = [...found]
    .filter(([, { has }]) => Math.max(...has.values()) === 1)
    .map(([id, { score, terms, has }]) => {
      const { names, ...place } = places[id];
      const said = ` ${split([place.title, ...names, place.text].join(" . ").toLowerCase()).join(" ")} `;
      const named = names.some((name) => key(name) === called);
      const exact = named ? NAMED : typed.length > 1 && said.includes(` ${phrase}`) ? 2 : 1;
      const part = share(has);
      return { ...place, terms: [...terms], has, named, share: part, score: score * exact * part * place.weight };
    });
  const chapters = hits.filter(({ weight }) => weight >= SAYING);
  const best = Math.max(...(chapters.length ? chapters : hits).map((hit) => hit.share));
  return hits.filter((hit) => hit.share >= ENOUGH * best);
}

/** A name as it is compared with what is typed. */
const key = (text) => split(text).map(normal).filter(Boolean).join(" ");

const sum = (items, of) => items.reduce((all, item) => all + of(item), 0);

/**
 * Put the hits of one page together; a page that says it often is more likely meant. The title of a
 * page ranks the page; within it, a section that is called so comes before the beginning.
 */
function group(hits, share) {
  const pages = new Map();
  for (const hit of hits.toSorted((a, b) => b.score - a.score)) {
    const page = pages.get(hit.url) ?? { url: hit.url, title: hit.name, score: 0, hits: [] };
    pages.set(hit.url, page);
    page.score += hit.score * 0.5 ** page.hits.length;
    page.hits.push(hit);
  }
  for (const page of pages.values()) page.score *= share(together(page.hits)) ** 2;
  const within = ({ first, named, score }) => (first && !named ? score / 4 : score);
  for (const page of pages.values()) page.hits.sort((a, b) => within(b) - within(a));
  return [...pages.values()].toSorted((a, b) => b.score - a.score);
}

/** What a page has of the words typed, in several places. */
function together(hits) {
  const has = new Map();
  for (const hit of hits) for (const [word, much] of hit.has) has.set(word, Math.max(has.get(word) ?? 0, much));
  return has;
}

/** The part of a text around most of the words found, in pieces: `[text, is it a word found]`. */
export function excerpt(text, terms, length = 180) {
  const wanted = new Set(terms);
  const tokens = [...text.matchAll(WORD)].map((m) => ({ at: m.index, word: m[0] }));
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
