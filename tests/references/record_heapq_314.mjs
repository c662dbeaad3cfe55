/**
 * Record what CPython 3.14's heapq does, in `heapq_314.json`; run once.
 *
 *     npm install --prefix /tmp/py314 pyodide@314.0.7
 *     node tests/references/record_heapq_314.mjs /tmp/py314/node_modules/pyodide
 *
 * npm's pyodide 314 is CPython 3.14, its heapq in C included. The tests read the values and need
 * neither. Elements are pairs of a key, by which alone they compare, and a number, so that equal
 * elements can be told apart. For each operation the record has its name, its item, what it
 * returned, the list it left, and how often `<` was asked.
 */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const { loadPyodide } = await import(pathToFileURL(join(process.argv[2], "pyodide.mjs")));
const python = await loadPyodide();
const recorded = python.runPython(`
import heapq, json, random, sys

class Item:
    asked = 0

    def __init__(self, key, number):
        self.key, self.number = key, number

    def __lt__(self, other):
        Item.asked += 1
        return self.key < other.key


def pairs(items):
    return [[item.key, item.number] for item in items]


def life(name, rng, keys, steps):
    """One heap, from a heapify on, by random operations."""
    family = "_max" if name == "max" else ""
    heap = [Item(rng.randrange(keys), i) for i in range(rng.randrange(30))]
    entry = {"family": name, "start": pairs(heap), "operations": []}
    for i in range(steps):
        chosen = "heapify" if i == 0 else rng.choice(["heappush", "heappush", "heappop", "heapreplace", "heappushpop"])
        takes_item = chosen not in ("heapify", "heappop")
        item = Item(rng.randrange(keys), 1000 + i) if takes_item else None
        before = Item.asked
        try:
            result = getattr(heapq, chosen + family)(heap, *([item] if item else []))
            result = pairs([result])[0] if result is not None else None
        except IndexError:
            result = "IndexError"
        entry["operations"].append(
            [chosen, pairs([item])[0] if item else None, result, pairs(heap), Item.asked - before]
        )
    return entry


def first(rng, keys):
    """nsmallest, nlargest and merge."""
    items = [Item(rng.randrange(keys), i) for i in range(rng.randrange(1, 40))]
    n = rng.randrange(0, 45)
    lists, i = [], 0
    for _ in range(rng.randrange(0, 6)):
        row = sorted((Item(rng.randrange(keys), i * 100 + j) for j in range(rng.randrange(0, 9))), key=lambda x: x.key)
        lists, i = [*lists, row], i + 1
    return {
        "items": pairs(items), "n": n, "nsmallest": pairs(heapq.nsmallest(n, iter(items))),
        "nlargest": pairs(heapq.nlargest(n, iter(items))),
        "lists": [pairs(row) for row in lists], "merge": pairs(heapq.merge(*lists)),
        "merge_reversed": pairs(heapq.merge(*[row[::-1] for row in lists], reverse=True)),
    }


def large(n, family, rng):
    """A list long enough that C walks it in another order."""
    keys = [rng.randrange(n) for _ in range(n)]
    heap = [Item(k, i) for i, k in enumerate(keys)]
    getattr(heapq, "heapify" + family)(heap)
    numbers = [item.number for item in heap]
    return {"family": family, "keys": keys, "numbers": numbers}


rng = random.Random(314)
assert heapq.heapify_max.__module__ == "_heapq"  # C, not Python
json.dumps({
    "python": sys.version.split()[0],
    "lives": [life(name, rng, keys, 12) for name in ("min", "max") for keys in (3, 8, 1000) for _ in range(6)],
    "firsts": [first(rng, keys) for keys in (4, 50) for _ in range(15)],
    "large": [large(2600, family, rng) for family in ("", "_max")],
}, separators=(",", ":"))
`);
const out = join(dirname(fileURLToPath(import.meta.url)), "heapq_314.json");
writeFileSync(out, `${recorded}\n`);
console.log(out, recorded.length);
