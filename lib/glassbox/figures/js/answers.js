/** How the answer to a question is judged, in the page. */

/**
 * What is told after an answer; it travels sealed, so that no page shows it before.
 * @typedef {{right?: number[], said?: string[], answer?: number, tolerance?: number,
 *   answers?: string[], wrong?: [number | string, string][], why?: string, hint?: string}} Secret
 * @typedef {{state: "right" | "wrong" | "none", verdict: string, said: string[]}} Judgement
 */

/** @returns {Secret} */
export function unsealed(secret) {
  const bytes = Uint8Array.from(atob(secret), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number in digits. A comma groups thousands where it can (1,000); else it is the decimal one (0,5). */
function plainNumber(text) {
  const joined = text.trim().replace(/(?<=\d)[\s_](?=\d{3}(?!\d))/g, "");
  const grouped = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?![\d,])/.test(joined);
  const plain = grouped ? joined.replaceAll(",", "") : joined.replace(/^([+-]?\d*),(?=\d)/, "$1.");
  return NUMBER.test(plain) ? Number(plain) : Number.NaN;
}

/** A number, or a power such as 10^-4: one factor. */
function factorOf(text) {
  const [base, power = "1", ...more] = text.split("^");
  const [, sign, size] = /^\s*([+-]?)(.*)$/.exec(base) ?? [];
  const exponent = plainNumber(power.trim().replace(/^\((.*)\)$/, "$1"));
  return more.length ? Number.NaN : (sign === "-" ? -1 : 1) * plainNumber(size ?? "") ** exponent;
}

/** A number as people write it: 1,000 or 1 000, −2, 3/4, 0,5, 10^-4 or 2·10⁻⁴; NaN if it is none. */
export function numberOf(text) {
  const plain = text
    .replace(/[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (raised) => `^${[...raised].map(lowered).join("")}`)
    .replace(/[\u2010-\u2015\u2212\ufe63\uff0d]/g, "-")
    .replaceAll("**", "^");
  const parts = plain.split("/").map((part) =>
    part
      .split(/[·⋅×*]|(?<=\d)\s*x\s*(?=10\b)/)
      .map(factorOf)
      .reduce((a, b) => a * b),
  );
  return parts.length > 2 ? Number.NaN : parts.reduce((a, b) => a / b);
}

const lowered = (sign) => ({ "⁺": "+", "⁻": "-" })[sign] ?? String(RAISED.indexOf(sign));

const folded = (text) => text.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

/**
 * What is said to an answer.
 * @param {Secret} secret
 * @param {number[] | string} given the places of what was chosen, or what was typed
 * @returns {Judgement}
 */
export function judgeAnswer(secret, given) {
  if (!given.length && typeof given !== "string") return { state: "none", verdict: "Nothing is chosen yet.", said: [] };
  if (typeof given !== "string") return judgeChoice(secret, given);
  if (!given.trim()) return { state: "none", verdict: "Nothing is typed yet.", said: [] };
  const { answers, answer, tolerance = 0, wrong = [], why, hint } = secret;
  const value = answers ? folded(given) : numberOf(given);
  if (Number.isNaN(value)) return { state: "none", verdict: "This wants a number.", said: [] };
  const slack = Number(tolerance) + 1e-12 * Math.abs(Number(answer));
  const same = (other) =>
    typeof value === "string" ? folded(String(other)) === value : Math.abs(other - value) <= slack;
  if ((answers ?? [answer]).some(same)) return { state: "right", verdict: "Right.", said: [why].filter(Boolean) };
  const near = answers ? same : (other) => Math.abs(other - Number(value)) <= 1e-9 * Math.max(1, Math.abs(other));
  const said = wrong.find(([other]) => near(other))?.[1] ?? hint;
  return { state: "wrong", verdict: "Not yet.", said: [said].filter(Boolean) };
}

/** @returns {Judgement} */
function judgeChoice({ right = [], said = [] }, given) {
  const wrong = given.filter((i) => !right.includes(i));
  const missing = right.filter((i) => !given.includes(i));
  const told = (places) => places.map((i) => said[i]).filter(Boolean);
  if (wrong.length) return { state: "wrong", verdict: "Not yet.", said: told(wrong) };
  if (missing.length) return { state: "wrong", verdict: "So far right, but not all of it.", said: [] };
  return { state: "right", verdict: "Right.", said: told(right) };
}
