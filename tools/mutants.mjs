/**
 * Prints the changes that `tools/mutate.py` tries on a JavaScript module, as lines of JSON: the place of what
 * is replaced, in characters, and by what.
 */
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const source = readFileSync(process.argv[2], "utf8");
const OTHER = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<": ["<=", ">"],
  "<=": ["<", ">="],
  ">": [">=", "<"],
  ">=": [">", "<="],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "&": ["|"],
  "|": ["&"],
  "^": ["|"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
  "++": ["--"],
  "--": ["++"],
};
const changes = [];
const change = (start, end, text) => changes.push({ start, end, text });

/** Replace the sign between two parts of an expression. */
function swap({ operator }, from, to) {
  const start = source.indexOf(operator, from);
  for (const text of OTHER[operator] ?? []) if (start < to) change(start, start + operator.length, text);
}

const deny = ({ start, end }) => change(start, end, `!(${source.slice(start, end)})`);
const KINDS = {
  BinaryExpression: (node) => swap(node, node.left.end, node.right.start),
  LogicalExpression: (node) => swap(node, node.left.end, node.right.start),
  AssignmentExpression: (node) => swap(node, node.left.end, node.right.start),
  UpdateExpression: (node) => swap(node, node.start, node.end),
  IfStatement: (node) => deny(node.test),
  WhileStatement: (node) => deny(node.test),
  ConditionalExpression: (node) => deny(node.test),
  UnaryExpression: (node) => "-!~".includes(node.operator) && change(node.start, node.argument.start, ""),
  Literal({ value, start, end }) {
    if (typeof value === "boolean") change(start, end, String(!value));
    if (typeof value === "number") for (const by of [1, -1]) change(start, end, String(value + by));
  },
  ExpressionStatement: (node) => node.expression.type === "CallExpression" && change(node.start, node.end, ";"),
};

/** Walk a syntax tree; what is thrown is words alone. */
function walk(node) {
  if (Array.isArray(node)) return node.forEach(walk);
  if (!node?.type || node.type === "ThrowStatement" || node.type === "ImportDeclaration") return;
  KINDS[node.type]?.(node);
  for (const part of Object.values(node)) if (part && typeof part === "object") walk(part);
}

walk(parse(source, { ecmaVersion: "latest", sourceType: "module" }).body);
for (const made of changes) console.log(JSON.stringify(made));
