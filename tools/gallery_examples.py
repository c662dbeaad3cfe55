"""The examples of the gallery: for each constructor a small figure, and the call that makes it.

What a function's body says is shown beside the figure it returns. A function named ``lines_fill``
is a further example of ``lines``.
"""

import numpy as np

from glassbox import figures as gb
from glassbox.trace import new_list, record


def lines():
    x = np.linspace(0, 2 * np.pi, 40)
    return gb.lines(x, {"sine": np.sin(x), "cosine": np.cos(x)}, xlabel="angle", title="Two waves")


def lines_step():
    return gb.lines(
        [0, 1, 2, 4], [3, 1, 2, 2], step="after", fill=True, color="orange", dash="dotted"
    )


def lines_log():
    n = np.array([1, 10, 100, 1000])
    return gb.lines(n, [n, n**2.0], label=["n", "n²"], xscale="log", yscale="log", xlabel="n")


def scatter():
    x, y = np.random.default_rng(0).normal(size=(2, 12))
    names = [f"person {i}" for i in range(12)]
    return gb.scatter(x, y, marker="diamond", texts=names, equal=True, ylabel="second axis")


def bars():
    return gb.bars("ABC", [3, 5, 2], color=["blue", "blue", "red"], texts=["3", "5", "2!"])


def rules():
    x = np.arange(6)
    return gb.lines(x, x**2, label="x²") + gb.rules(x=2, y=[4, 16], label="a square number")


def matrix():
    values = np.outer([1, 2, 3], [1, 2, 3, 4])
    return gb.matrix(values, rows="abc", annotate=0, highlight=[(1, 2)], colormap="blues")


def matrix_missing():
    values = np.triu(np.linspace(-1, 1, 25).reshape(5, 5))
    below = np.tril(np.ones((5, 5), dtype=bool), -1)
    return gb.matrix(values, missing=below, missing_label="not asked", colormap="diverging")


def matrix_kinds():
    return gb.matrix(
        [[0, 1, 2], [2, 0, 1]], legend={0: "skipped", 1: "kept", 2: "new"}, square=False
    )


def image():
    pixels = np.full((60, 90, 3), 230, dtype=np.uint8)
    pixels[15:45, 30:60] = (200, 60, 60)
    return gb.image(pixels, boxes=[gb.box(28, 13, 64, 47, label="0.9", color="green")])


def image_sheet():
    first = gb.box(10, 10, 60, 50, label="truth", color="truth")
    other = gb.box(20, 15, 80, 55, color="wrong", dash="dashed", fill=0.2, text="IoU 0.5")
    return gb.image(width=90, height=60, boxes=[first, other])


def text():
    return gb.text("**Bold** and `code`,\nin two lines.", title="Words")


def table():
    return gb.table(["item", "weight"], [["A", 2], ["B", 5], ["C", 3]], highlight=[1])


def array():
    return gb.array([5, 2, None, 7], marks={0: "read", 1: "write", 3: "compare"}, arrows=[(0, 1)])


def array_rows():
    cells = [[0, 0, 0, 0], [0, 3, 3, 3], [0, 3, 4, 7]]
    axes = {"rows": ["-", "A", "B"], "xlabel": "capacity", "ylabel": "item"}
    return gb.array(cells, **axes, marks={(2, 3): "new", (1, 3): "path"}, arrows=[((1, 3), (2, 3))])


def tree():
    labels, parents = ["all", "take A", "leave A", "take B", "leave B"], [-1, 0, 0, 1, 1]
    looks = {"solution": "filled green square", "dead": "muted"}
    kinds = ["open", "open", "dead", "solution", "open"]
    edges = ["", "yes", "no", "yes", "no"]
    return gb.tree(
        labels, parents, kinds=kinds, looks=looks, edges=edges, legend={"dead": "dead end"}
    )


def tree_forest():
    return gb.tree("abcdef", [1, -1, 1, 4, -1, 4], marks={0: "read"}, legend={"read": "asked"})


def tree_binary():
    heap = [1, 3, 2, 7, 4]
    parents = [-1, 0, 0, 1, 1]
    return gb.tree(heap, parents, binary=True, marks={1: "compare", 2: "compare"})


def fold():
    # Three calls of the Fibonacci numbers from 3: F(1) is asked twice.
    parents, cells = [-1, 0, 0, 1, 1], [(0, 3), (0, 2), (0, 1), (0, 1), (0, 0)]
    values = {at: str([0, 1, 1, 2][at[1]]) for at in cells}
    texts = {at: f"F({at[1]})" for at in cells}
    given = {"rows": ["F"], "columns": "0123", "values": values, "texts": texts}
    return gb.explore(
        lambda share: gb.fold(parents, cells, **given, share=share), share=(0, 1, 0.25)
    )


def worksheet():
    cells = [[1, 1, 1], [1, 2, 3]]
    sources = {(1, 0): [(0, 0)], (1, 1): [(0, 1), (1, 0)], (1, 2): [(0, 2), (1, 1)]}
    right, late = "1 + 1 paths", "the cell above alone"
    choices = {(1, 1): {"2": right, "1": late}, (1, 2): {"3": "1 + 2 paths", "1": late}}
    texts = [["paths along the top"] * 3, ["paths from above and from the left"] * 3]
    given = {"cells": cells, "sources": sources, "choices": choices, "texts": texts}
    return gb.worksheet("01", "abc", **given, done="Three paths lead to the last cell.")


def quiz():
    choices = {"n": "Each is halved again.", "log n": "8, 4, 2, 1.", "1": "Not at once."}
    return gb.quiz("How often is `n` halved until it is 1?", choices, right="log n")


def quiz_several():
    choices = {"2": "The only even prime.", "9": "3 × 3.", "11": "It has no divisor."}
    return gb.quiz("Which are prime?", choices, right=["2", "11"])


def quiz_typed():
    return gb.quiz(
        "How many bits has a byte?", answer=8, wrong={4: "That is half of it."}, unit="bits"
    )


def code():
    source = {
        "name": "total",
        "first_line": 1,
        "text": "def total(values):\n    return sum(values)\n",
    }
    return gb.code([source], line=2)


def slider():
    x = np.linspace(-1, 1, 41)
    power = gb.slider([1, 2, 3, 5, 8], 2, label="exponent")
    return gb.explore(lambda power: gb.lines(x, x**power, ylim=(-1, 1)), power=power)


def choice():
    def draw(kind):
        return gb.bars("abc", {"rising": [1, 2, 3], "falling": [3, 2, 1]}[kind])

    return gb.explore(draw, kind=gb.choice(["rising", "falling"], label="order"))


def toggle():
    x = np.linspace(0, 6, 50)

    def draw(damped=True):
        return gb.lines(x, np.sin(3 * x) * (np.exp(-x / 2) if damped else 1), ylim=(-1, 1))

    return gb.explore(draw, damped=gb.toggle(True, label="damped"))


def entry():
    return gb.simulate(
        "backtracking.ghost_tree",
        constants={"most": 60},
        numbers=gb.entry("2 3", label="candidates"),
        target=gb.slider(range(9), 5),
        child_start=["i"],
        prune=["break"],
        duplicates=["none"],
        look_ahead=False,
    )


def drag():
    x = np.linspace(0, 10, 41)

    def draw(place=5.0):
        return gb.lines(x, np.sqrt(x), drag=gb.drag("place", x, np.sqrt(x))) + gb.rules(x=place)

    return gb.explore(draw, place=gb.slider(x, 5.0))


def pick():
    names = ["A", "B", "C"]

    def draw(item="B"):
        rows = gb.table(["item"], [[n] for n in names], pick=gb.pick("item", names))
        return [rows, gb.text(f"Item {item} is picked.")]

    return gb.explore(draw, item=names)


def pick_cell():
    def draw(row=1, column=2):
        squares = np.outer(range(4), range(4))
        cell = gb.pick_cell(row="row", column="column")
        return [gb.matrix(squares, pick=cell), gb.text(f"{row} times {column}")]

    return gb.explore(draw, row=(0, 3), column=(0, 3))


def replay():
    def running_sum(values, *, new=new_list):
        total = new("total", [0])
        for value in values:
            total.append(total[-1] + value)
        return total

    return gb.replay(record(running_sum, [3, 1, 4]))


def replay_each():
    def largest(values, *, new=new_list):
        values = new("values", values, keys=True)
        best = values[0]
        for value in values[1:]:
            if best < value:
                best = value
        return best

    def run(order):
        return record(largest, [1, 2, 4] if order == "rising" else [4, 2, 1])

    return gb.replay_each(run, order=["rising", "falling"])
