"""The figures of the chapter, each a function of the reader's own sizes, weights or records.

    assemble(n=2048, d=512)
    chunk_map(n=16, chunk=4)

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

import numpy as np

from glassbox.checks import flag, integer, integers, one_of, real_array
from glassbox.figures import (
    array,
    choice,
    drag,
    explore,
    lines,
    matrix,
    nearest,
    pick,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    table,
    toggle,
)

from .chunks import flash_layer
from .costs import mult_adds
from .decode import flash_decode
from .units import gau_attention

MAX_MAP = 32  # tokens whose cells can be met
MAX_TOKENS = 24  # of a text that is decoded step by step
MAX_STATE = 12  # rows and columns of a state that is shown
MAX_SCALED = 4096
ATTENTIONS = ("off", "relu²", "softmax")
SCALES = {"1/n": "purple", "1/sqrt(ns)": "green", "1/sqrt(s)": "red"}

#: How a recorded model is called and drawn: name, colour, dash.
MODELS = {
    "transformer": ("Transformer block", "ink", "dotted"),
    "gau": ("quadratic units", "purple", "dashed"),
    "mixed": ("mixed chunks", "green", "solid"),
    "local": ("local only", "blue", "dashed"),
    "global": ("global only", "red", "dotted"),
}
#: What a token sees, in words: colour and dash, and the model that sees so much.
VIEWS = {
    "whole": ("whole past", "green", "solid", "mixed"),
    "local": ("own chunk", "blue", "dashed", "local"),
    "global": ("earlier chunks", "red", "dotted", "global"),
    "overlap": ("two layers with overlap", "orange", "dashed", None),
}
CURVES = ("transformer", "gau", "mixed")  # what is watched while it trains


def recorded(sizes):
    """Return axes on which sizes that double stand side by side, each with its name."""
    return {"xticks": [f"{size:,}" for size in sizes], "xlim": (-0.4, len(sizes) - 0.6)}


def powers(least, most):
    """Return the powers of two from one to the other."""
    return [2**i for i in range(least.bit_length() - 1, most.bit_length()) if least <= 2**i]


# --- the unit ----------------------------------------------------------------------------------


def assemble(
    n=2048, d=512, s=128, heads=8, *, gate=False, attention="off", name="", caption=None
):  # fmt: skip
    """Let the reader put a unit together: a click on U or A takes the part in or out.

    Beside the parts stands what two such units cost, and one Transformer block.

    Parameters
    ----------
    n, d : int
        Tokens and width at first: the nearest of 256, 512, ..., 16,384 and of 128, ..., 2,048.
    s : int
        Width of queries and keys of a unit.
    heads : int
        Of the block's attention.
    gate : bool
        Whether the gate is in at first.
    attention : {"off", "relu²", "softmax"}
        At first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a size is below 1 or no integer, or the attention is unknown.

    Examples
    --------
    >>> figure = assemble(n=512, d=512, s=128, heads=8, gate=True, attention="softmax")
    >>> figure.gate, figure.attention, figure.n
    (True, 'softmax', 512)
    """
    n, d = integer("n", n, least=1, most=10**6), integer("d", d, least=1, most=10**6)
    s, heads = integer("s", s, least=1, most=10**5), integer("heads", heads, least=1, most=10**4)
    one_of("attention", attention, ATTENTIONS)
    lengths, widths = powers(256, 16384), powers(128, 2048)
    return simulate(
        "flash.unit",
        gate=toggle(flag("gate", gate), label="gate U"),
        attention=choice(ATTENTIONS, attention, label="attention A"),
        n=slider(lengths, nearest(lengths, n, by_ratio=True), label="tokens n", format=",d"),
        d=slider(widths, nearest(widths, d, by_ratio=True), label="width d", format=",d"),
        constants={"s": s, "heads": heads},
        name=name,
        caption=caption
        or "A unit to assemble. Click the gate U or the matrix A to put the part in or to take it "
        "out; then lengthen the text. The table sets two such units beside one Transformer block: "
        f"softmax attention with {heads} heads, and a feed-forward network. Each W says how many "
        f"weights it has (e = 2d, s = {s}).",
    )


COMPARED = {
    "two units / block": ("units", "block"),
    "the block with 1 head / block": ("block, 1 head", "block"),
    "the block with squared ReLU / block": ("block, relu²", "block"),
    "two units with softmax / block": ("units, softmax", "block"),
}


def unit_times(record, *, length=1024, name="", caption=None):
    """Plot recorded times of two units over one Transformer block, beside the counts.

    Parameters
    ----------
    record : dict
        What ``benchmarks/flash_units.py --write`` writes.
    length : int
        Tokens where the rule stands at first; the nearest that was recorded.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    need("record", record, "n", "seconds", "s", "heads")
    lengths, seconds, s = record["n"], record["seconds"], record["s"]
    counts = {
        d: [
            2 * mult_adds("gau", n, int(d), s=s) / mult_adds("mhsa+ffn", n, int(d)) for n in lengths
        ]
        for d in seconds
    }

    at = np.arange(len(lengths))

    def draw(what, d, n):
        over, under = COMPARED[what]
        i, time = lengths.index(n), np.divide(seconds[d][over], seconds[d][under])
        count = counts[d] if over.startswith("units") else [1.0] * len(lengths)
        panel = rules(y=1, label="as one block")
        for label, curve, color, dash in (
            ("multiply-adds", count, "ink", "dashed"), ("time", time, "green", "solid"),
        ):  # fmt: skip
            panel += lines(at, curve, label=label, color=color, dash=dash)
            panel += scatter([i], [curve[i]], color=color, size=5)
        rows = [[f"{size:,}", f"{c:.2f}", f"{t:.2f}"]
                for size, c, t in zip(lengths, count, time, strict=True)]  # fmt: skip
        return [
            panel.at(
                xlabel="tokens n", ylabel="ratio to the block", ylim=(0, 2.2), **recorded(lengths),
                drag=drag("n", at),
                describe=f"At n = {n:,}: time {time[i]:.2f}, multiply-adds {count[i]:.2f}",
            ),
            table(["n", "multiply-adds", "time"], rows, highlight=[i], pick=pick("n", lengths)),
        ]  # fmt: skip

    return explore(
        draw,
        what=choice(list(COMPARED), label="compare"),
        d=choice(list(seconds), label="width d"),
        n=slider(lengths, nearest(lengths, length, by_ratio=True), label="tokens n", format=",d"),
        name=name,
        caption=caption
        or f"Recorded times over that of a Transformer block with {record['heads']} heads, and the "
        "multiply-adds as they are counted. Drag the rule; then change one thing in either.",
    )


def need(name, record, *keys):
    """Raise unless a record has what a figure draws."""
    if not hasattr(record, "keys"):
        raise TypeError(f"{name} must be a dict, got {record!r}")
    if missing := [key for key in keys if key not in record]:
        raise ValueError(f"{name} must have {', '.join(missing)}, got {sorted(record)}")


# --- scales ------------------------------------------------------------------------------------


def scales(q, k, *, causal=False, length=256, name="", caption=None):
    """Plot how large a row of squared-ReLU attention is, by the length of the text and the scale.

    Parameters
    ----------
    q, k : array_like, shape (n, s)
        Queries and keys, 32 to 4,096: texts are the first 16, 32, 64, ... of them.
    causal : bool
    length : int
        Where the rule stands at first; the nearest there is.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If shapes do not fit, or there are too few or too many.
    """
    sizes = {}
    q, k = (real_array(a, x, "n s", sizes, empty=False) for a, x in (("q", q), ("k", k)))
    n, s = q.shape
    if not 32 <= n <= MAX_SCALED:
        raise ValueError(f"q must have 32 to {MAX_SCALED:,} rows, got {n}: pass a part of them")
    flag("causal", causal)
    lengths = powers(16, n)
    at = np.arange(len(lengths))
    sums = {
        scale: [
            float(gau_attention(q[:m], k[:m], causal, scale).sum(axis=-1).mean()) for m in lengths
        ]
        for scale in SCALES
    }
    softmax = [1.0] * len(lengths)
    if min(map(min, sums.values())) <= 0:
        raise ValueError("q and k must have a positive product among the first 16, got none")

    def draw(n):
        i = lengths.index(n)
        panel = lines(at, softmax, label="softmax", color="ink", dash="dotted")
        for (scale, curve), dash in zip(sums.items(), ("dashed", "solid", "dashed"), strict=True):
            panel += lines(at, curve, label=scale, color=SCALES[scale], dash=dash)
            panel += scatter([i], [curve[i]], color=SCALES[scale], size=5)
        say = ", ".join(f"{scale} {curve[i]:.2g}" for scale, curve in sums.items())
        return panel.at(
            yscale="log", xlabel="tokens n", ylabel="mean sum of a row of A",
            **recorded(lengths), drag=drag("n", at),
            describe=f"Sum of a row at n = {n:,}: {say}; softmax 1.",
        )  # fmt: skip

    return explore(
        draw,
        n=slider(lengths, nearest(lengths, length, by_ratio=True), label="tokens n", format=",d"),
        name=name,
        caption=caption
        or f"How much a token reads in all, by the scale inside the square: queries and keys of "
        f"{s} numbers, texts of {lengths[0]} to {lengths[-1]:,} tokens. Drag the rule.",
    )


def lengths(record, *, setting=None, name="", caption=None):
    """Plot what trained units lose on texts that are longer or shorter than those of training.

    Parameters
    ----------
    record : dict
        What ``benchmarks/flash_lengths.py --write`` writes.
    setting : str, optional
        Shown at first; by default the first one recorded.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    need("record", record, "beyond", "lengths", "trained_on", "seeds")
    counts, trained = record["lengths"], record["trained_on"]
    at, here = np.arange(len(counts)), counts.index(trained)
    looks = dict(zip(record["beyond"][next(iter(record["beyond"]))],
                     (("purple", "square"), ("green", "circle"), ("ink", "diamond"),
                      ("red", "triangle"), ("blue", "cross")), strict=False))  # fmt: skip

    def draw(setting, n_is):
        panel, rows = rules(x=here, label="trained on"), []
        for kind, runs in record["beyond"][setting].items():
            found = np.array(runs.get(n_is, runs["own n"])).clip(1e-3)
            color, marker = looks[kind]
            panel += lines(at, found.mean(axis=0), label=kind, color=color)
            for seed, run in enumerate(found):
                aside = 0.03 * (seed - (len(found) - 1) / 2)
                panel += scatter(at + aside, run, color=color, marker=marker, size=2.5)
            rows.append([kind, *(f"{x:.3f}" for x in found.mean(axis=0))])
        worst = ", ".join(f"{row[0]} {row[-1]}" for row in rows)
        return [
            panel.at(
                yscale="log", xlabel="tokens in the text", **recorded(counts),
                ylabel="nats beyond the best guess", describe=f"At {counts[-1]}: {worst}",
            ),
            table(["tokens", *counts], rows),
        ]  # fmt: skip

    settings = list(record["beyond"])
    start = settings[0] if setting is None else one_of("setting", setting, settings)
    several = {"setting": choice(settings, start)} if len(settings) > 1 else {}
    return explore(
        draw if several else lambda n_is: draw(start, n_is),
        **several,
        n_is=choice({"the text's own": "own n", f"kept at {trained}": "n kept"}, label="n in 1/n"),
        name=name,
        caption=caption
        or f"Units that were trained on texts of {trained} tokens read others: what they lose "
        f"beyond the best guesser, the mean of {len(record['seeds'])} seeds as a line, each seed "
        "as a mark.",
    )


# --- chunks ------------------------------------------------------------------------------------


def chunk_map(
    n=16, chunk=4, *, reader=None, source=None, causal=True, overlap=False, s=4, e=8, name="",
    caption=None,
):  # fmt: skip
    """Show by which way each token reads each other in mixed chunks, and what that costs.

    A switch lets the sum of states include the chunk itself: a bug, whose leaks are red.

    Parameters
    ----------
    n, chunk : int
        Tokens, 2 to 32, and tokens a chunk at first.
    reader, source : int, optional
        The chosen cell at first.
    causal, overlap : bool
        At first.
    s, e : int
        Widths of keys and values, for the counts.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = chunk_map(8, 2, reader=7, source=0, causal=True, overlap=False, s=4, e=8)
    >>> figure.reader, figure.chunk
    (7, 2)
    """
    n = integer("n", n, least=2, most=MAX_MAP)
    chunk = integer("chunk", chunk, least=1, most=n)
    s, e = integer("s", s, least=1, most=10**5), integer("e", e, least=1, most=10**5)
    reader = n // 2 if reader is None else integer("reader", reader, least=0, most=n - 1)
    source = 1 if source is None else integer("source", source, least=0, most=n - 1)
    return simulate(
        "flash.paths",
        chunk=slider(range(1, n + 1), chunk, label="chunk C"),
        causal=toggle(flag("causal", causal), label="causal"),
        sum=choice(["strict", "inclusive (bug)"], label="sum of states"),
        overlap=toggle(flag("overlap", overlap), label="chunks overlap"),
        reader=slider(range(n), reader),
        source=slider(range(n), source, label="read"),
        constants={"n": n, "s": s, "e": e},
        name=name,
        caption=caption
        or f"{n} tokens: who reads whom, and how. Click a cell, or reach it by the arrow keys and "
        "press Enter. Change C, let the future in, include the chunk in its own state, or let "
        "chunks overlap.",
    )


def schedules(x, weights, chunks=(1, 2, 3, 4, 8), *, chunk=4, token=4, name="", caption=None):
    """Run one causal layer on a whole text, and beside it token by token with buffer and state.

    Parameters
    ----------
    x : array_like, shape (n, d)
        From 2 to 24 tokens.
    weights : mapping
        As for `flash_layer`; keys and values at most 12 wide.
    chunks : sequence of int
        Chunks to choose from.
    chunk, token : int
        At first: tokens a chunk, and how many tokens the decoder has read.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    x = real_array("x", x, "n d", empty=False)
    n = len(x)
    if not 2 <= n <= MAX_TOKENS:
        raise ValueError(f"x must have from 2 to {MAX_TOKENS} rows, to be followed, got {n}")
    chunks = integers("chunks", chunks, least=1)
    if not chunks or len(set(chunks)) < len(chunks):
        raise ValueError(f"chunks must be sizes, each once, got {chunks}")
    if chunk not in chunks:
        raise ValueError(f"chunk must be one of chunks, {chunks}, got {chunk}")
    token = integer("token", token, least=0, most=n)
    runs = {
        c: (flash_layer(x, weights, c, causal=True), *flash_decode(x, weights, c)) for c in chunks
    }
    s, e = runs[chunks[0]][2][0].memory.shape
    if max(s, e) > MAX_STATE:
        raise ValueError(f"weights must have s and e of at most {MAX_STATE}, got {s} and {e}")

    def draw(chunk, t):
        whole, one_by_one, states = runs[chunk]
        state, slot = states[t], (t - 1) % chunk
        known = [f"{y:.1f}" if i < t else None for i, y in enumerate(one_by_one[:, 0])]
        blocks = -(-n // chunk)
        gap = np.abs(whole[:t] - one_by_one[:t]).max(initial=0)
        agree = "yes" if gap < 1e-12 else "no"
        said = f"After {t} tokens, chunks of {chunk}: outputs agree to 12 digits: {agree}."
        held = [f"{t - 1 - slot + i}" if t and i <= slot else None for i in range(chunk)]
        size = np.abs([state.memory for state in states]).max() or 1.0
        return [
            array(
                [[f"{y:.1f}" for y in whole[:, 0]], known], rows=["at once", "in turn"],
                xlabel="token", title=f"outputs (first number), {t} read",
                marks={(1, t - 1): "new"} if t else {}, legend={"new": "just read"}, describe=said,
            ),
            table(["steps in turn", ""], [
                ["decoder, token by token", n], ["states handed on", blocks],
                ["states summed in pairs", (blocks - 1).bit_length()],
            ]),
            array(held, xlabel="slot", title="buffer: tokens of the chunk",
                  marks={slot: "new"} if t else {}, legend={"new": "just read"}),
            matrix(state.memory.round(4) + 0.0, title="state S of the decoder", xlabel="e",
                   ylabel="s", colormap="diverging", vmin=-size, vmax=size),
        ]  # fmt: skip

    return explore(
        draw,
        chunk=choice(chunks, chunk, label="chunk C"),
        t=steps(n, token, label="tokens read"),
        name=name,
        caption=caption
        or f"One layer, two schedules. With all {n} tokens at hand every output comes from a few "
        "large products; the decoder reads a token at a time. Step or play, and watch the buffer "
        "empty itself into the state.",
    )


def chunk_times(record, *, length=1024, chunk=16, name="", caption=None):
    """Plot recorded times of quadratic attention and mixed chunks, by length and by chunk.

    Parameters
    ----------
    record : dict
        What ``benchmarks/flash.py --write`` writes.
    length, chunk : int
        Where the rules stand at first; the nearest that were recorded.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    need("record", record, "n", "seconds", "chunks", "seconds by chunk", "chunk")
    sizes, many, used = record["n"], record["chunks"], record["chunk"]
    ms = {name: 1000 * np.array(record["seconds"][name]) for name in ("quadratic", "mixed")}
    sweep = 1000 * np.array(record["seconds by chunk"])
    dashes = {"quadratic": ("red", "dashed"), "mixed": ("green", "solid")}
    axes = {"yscale": "log", "ylabel": "milliseconds"}
    by_size, by_many = np.arange(len(sizes)), np.arange(len(many))

    def draw(n, chunk):
        i, j = sizes.index(n), many.index(chunk)
        by_length = None
        for kind, curve in ms.items():
            color, dash = dashes.get(kind, ("muted", "dotted"))
            layer = lines(by_size, curve, label=kind, color=color, dash=dash)
            by_length = layer if by_length is None else by_length + layer
            by_length += scatter([i], [curve[i]], color=color, size=4)
        by_chunk = lines(by_many, sweep, color="green") + scatter(
            [j], [sweep[j]], size=4, color="ink"
        )
        gain, loss = ms["quadratic"][i] / ms["mixed"][i], sweep[j] / sweep.min()
        return [
            by_length.at(
                xlabel="tokens n", title=f"chunks of {used}", drag=drag("n", by_size), **axes,
                **recorded(sizes),
                describe=f"At n = {n:,} mixed chunks are {gain:.1f} times as fast.",
            ),
            by_chunk.at(
                xlabel="chunk C", title=f"n = {sizes[-1]:,}", drag=drag("chunk", by_many),
                **axes, **recorded(many),
                describe=f"At n = {sizes[-1]:,}, C = {chunk:,} takes {loss:.1f} times the best.",
            ),
            table(
                ["time", "ratio"],
                [[f"n = {n:,}: quadratic / mixed", f"{gain:.1f} ×"],
                 [f"C = {chunk:,} / the best C", f"{loss:.1f} ×"]],
            ),
        ]  # fmt: skip

    return explore(
        draw,
        n=slider(sizes, nearest(sizes, length, by_ratio=True), label="tokens n", format=",d"),
        chunk=slider(many, nearest(many, chunk, by_ratio=True), label="chunk C", format=",d"),
        name=name,
        caption=caption
        or "Recorded times of the attention part, causal, in NumPy on one thread: by length, and "
        "by chunk. Drag either rule.",
    )


# --- the toy -----------------------------------------------------------------------------------


def learning(record, *, source=None, setting=None, step=400, name="", caption=None):
    """Plot what toy models lose beyond the best guesser while they train, recorded.

    Parameters
    ----------
    record : dict
        What ``benchmarks/flash_toy.py --write`` writes.
    source, setting : str, optional
        Shown at first; by default the first ones recorded.
    step : int
        How far they are trained at first, in the setting that is shown; the nearest there is.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    sources, settings = toy(record)
    every = record["every"]
    start = settings[0] if setting is None else one_of("setting", setting, settings)
    last = {name: record["settings"][name]["steps"] for name in settings}
    parts = min(last.values()) // every  # a setting with more steps has as many, longer ones
    shares = {step: step / parts for step in range(parts + 1)}

    def draw(source, setting, done):
        of, end = record["sources"][source], last[setting]
        step, least = round(shares[done] * end), of["floors"]["whole"]["all"]
        i, panel, rows = step // every, None, []
        at = np.arange(0, step + 1, every)
        for kind in CURVES:
            label, color, dash = MODELS[kind]
            if kind not in of["losses"][setting]:
                rows.append([label, "–", "not trained so"])
                continue
            found = np.array(of["losses"][setting][kind])
            beyond = (found.mean(axis=0) - least).clip(1e-4)
            curve = lines(at, beyond[: i + 1], label=label, color=color, dash=dash)
            panel = curve if panel is None else panel + curve
            now = found[:, i]
            rows.append([label, f"{now.mean():.3f}", f"{now.min():.3f} to {now.max():.3f}"])
        say = ", ".join(f"{row[0]} {row[1]}" for row in rows if row[1] != "–")
        return [
            panel.at(
                xlim=(0, end), ylim=(1e-3, 3), yscale="log", xlabel="step",
                ylabel="nats beyond the best guess",
                drag=drag("done", [share * end for share in shares.values()]),
                describe=f"After {step:,} of {end:,} steps: {say}; least possible {least:.3f}.",
            ),
            table(["", "loss", "seeds"], rows,
                  title=f"{step:,} of {end:,} steps; least possible {least:.3f}"),
        ]  # fmt: skip

    return explore(
        draw,
        source=choice(sources, source or sources[0], label="language"),
        setting=choice(settings, start, label="trained"),
        done=slider(
            list(shares), round(nearest(list(shares.values()), step / last[start]) * parts),
            label="training done", format=lambda step: f"{100 * shares[step]:.0f}\u00a0%",
        ),
        name=name,
        caption=caption
        or f"Loss on {record['held_out']} texts that were not trained on, the mean of "
        f"{len(record['seeds'])} seeds, in nats: −ln of the probability given to the symbol that "
        "came; lower is better. The axis has what it is beyond the best guess. Drag the rule to "
        "train, then change the language.",
    )  # fmt: skip


def toy(record):
    """Return the sources and settings of the toy's record."""
    need("record", record, "sources", "settings", "every", "seeds", "chunk", "held_out")
    return list(record["sources"]), list(record["settings"])


def places(record, *, source=None, setting=None, chunk=None, name="", caption=None):
    """Plot the loss by place in the chunk: what is possible for who sees a part, and the models.

    Parameters
    ----------
    record : dict
        What ``benchmarks/flash_toy.py --write`` writes.
    source : str, optional
        Shown at first; by default the first one recorded.
    setting : str, optional
        In which the models were trained; by default the first one recorded.
    chunk : int, optional
        Tokens a chunk at first; by default that of the models.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    sources, settings = toy(record)
    used = record["chunk"]
    floors = record["sources"][sources[0]]["floors"]
    many = [c for c in sorted(map(int, floors["local"]["by chunk"])) if c <= used]

    setting = settings[0] if setting is None else one_of("setting", setting, settings)
    wanted = {kind for *_, kind in VIEWS.values() if kind}
    trained = all(wanted <= set(of["places"][setting]) for of in record["sources"].values())
    models = ["models: at 0", "later"] if trained else []

    def draw(source, chunk):
        of = record["sources"][source]
        at, panel, rows, said = np.arange(chunk), None, [], []
        for view, (label, color, dash, kind) in VIEWS.items():
            best = np.array(of["floors"][view]["by chunk"][str(chunk)])
            seen = f"{label} (own chunk and two before)" if view == "overlap" else label
            wide = 6 if view == "whole" else None  # where another coincides with it, both are seen
            floor = lines(at, best, label=seen, color=color, dash=dash, width=wide)
            panel = floor if panel is None else panel + floor
            row = [label, f"{best[0]:.2f}", f"{best[1:].mean():.2f}", "", ""]
            said.append(f"{seen} {row[1]}, then {row[2]}")
            runs = of["places"][setting].get(kind)
            if models and chunk == used and runs is not None:
                found = np.array(runs)
                for seed, run in enumerate(found):
                    aside = 0.06 * (seed - (len(found) - 1) / 2)
                    title = f"{MODELS[kind][0]}, trained" if seed == 0 else None
                    panel += scatter(at + aside, run, label=title, color=color, size=2.5)
                mean = found.mean(axis=0)
                row[3:] = f"{mean[0]:.2f}", f"{mean[1:].mean():.2f}"
                said[-1] += f" (models {row[3]}, then {row[4]})"
            rows.append(row[: 3 + len(models)])
        return [
            panel.at(
                xlabel="place in the chunk", ylabel="loss, nats a symbol", xlim=(-0.4, used - 0.6),
                ylim=(0, 2),
                describe=f"Least possible at place 0, and later on: {'; '.join(said)}.",
            ),
            table(["sees", "at 0", "later", *models], rows, title="Least loss possible"),
        ]  # fmt: skip

    return explore(
        draw,
        source=choice(sources, source or sources[0], label="language"),
        chunk=slider(many, used if chunk is None else chunk, label="chunk C"),
        name=name,
        caption=caption
        or "The least loss that any model can have who sees so much, by the place that a token has "
        f"in its chunk: a mean over {record['held_out']} texts, whose sampling makes the wiggles."
        + (f" Marks: trained models, one a seed, with chunks of {used}." if models else ""),
    )


# --- what the text quotes ----------------------------------------------------------------------


def unit_facts(record):
    """Return what the text quotes of the recorded times of units, by the name of each number.

    Parameters
    ----------
    record : dict
        As in `unit_times`, with the width 512.
    """
    took, sizes, s = record["seconds"]["512"], record["n"], record["s"]
    ratio = np.divide(took["units"], took["block"])
    facts = {f"time-{n}": f"{r:.2f}" for n, r in zip(sizes, ratio, strict=True)}
    for n in sizes:
        count = 2 * mult_adds("gau", n, 512, s=s) / mult_adds("mhsa+ffn", n, 512)
        facts[f"count-{n}"] = f"{count:.2f}"
    for name, row in (("one", "block, 1 head"), ("relu", "block, relu²")):
        facts[name] = f"{took[row][-1] / took['block'][-1]:.2f}"
    facts["softmax"] = f"{took['units, softmax'][-1] / took['block'][-1]:.2f}"
    for d, rows in record["seconds"].items():
        facts[f"climb-{d}"] = f"{rows['block'][-1] / rows['block'][-2]:.1f}"
    return facts


def memory_facts(record):
    """Return what the text quotes of the time that memory takes, by the name of each number.

    Parameters
    ----------
    record : dict
        What ``benchmarks/flash_memory.py --write`` writes.
    """
    need("record", record, "n", "heads", "seconds")
    facts = {"mb": f"{record['heads'] * record['n'][-1] ** 2 * 4 / 1e6:.0f}"}  # float32
    for name, way in (("at once", ""), ("head by head", "-each")):
        for part, seconds in record["seconds"][name].items():
            facts[part + way] = f"{seconds[-1]:.1f}"
    return facts


def time_facts(record):
    """Return what the text quotes of the recorded times of chunks, by the name of each number.

    Parameters
    ----------
    record : dict
        As in `chunk_times`.
    """
    sizes, took = record["n"], record["seconds"]
    gain = np.divide(took["quadratic"], took["mixed"])
    bare = np.divide(took["quadratic products"], took["mixed products"])
    sweep = record["seconds by chunk"]
    size = {"d": 64, "e": 128, "s": 64, "chunk": record["chunk"], "part": "attention"}
    facts = {
        "double": f"{took['mixed'][-1] / took['mixed'][-2]:.1f}",
        "double-quadratic": f"{took['quadratic'][-1] / took['quadratic'][-2]:.1f}",
        "best": f"{record['chunks'][int(np.argmin(sweep))]}",
        "small": f"{sweep[0] / min(sweep):.1f}",
    }
    for n, time, without in zip(sizes, gain, bare, strict=True):
        count = mult_adds("gau", n, **size) / mult_adds("flash", n, **size)
        facts |= {f"gain-{n}": f"{time:.1f}", f"count-{n}": f"{count:.1f}"}
        facts[f"bare-{n}"] = f"{without:.1f}"
    return facts


def toy_facts(record):
    """Return what the text quotes of the toy models, by the name of each number.

    Parameters
    ----------
    record : dict
        As in `learning`.
    """
    facts = {}
    for source, of in record["sources"].items():
        short = source.split()[0]
        facts |= {f"{short}-floor-{view}": f"{f['all']:.2f}" for view, f in of["floors"].items()}
        blind = of["floors"]["local"]["by chunk"][str(record["chunk"])][0]
        facts[f"{short}-local-0"] = f"{blind:.2f}"
        far = of["floors"]["global"]["by chunk"][str(record["chunk"])]
        facts |= {f"{short}-global-{place}": f"{loss:.2f}" for place, loss in enumerate(far)}
        facts[f"{short}-floor-whole-fine"] = f"{of['floors']['whole']['all']:.3f}"
        for setting, runs in of["losses"].items():
            way = {"as chosen": "", "twice the steps": "-twice"}.get(setting, "-half")
            block, units = (np.array(runs[kind])[:, -1] for kind in ("transformer", "gau"))
            error = np.sqrt((block.var(ddof=1) + units.var(ddof=1)) / len(block))
            ahead = block.mean() - units.mean()
            facts[f"{short}-ahead{way}"] = f"{ahead:.3f} ± {error:.3f}"
            facts[f"{short}-behind{way}"] = f"{-ahead:.3f} ± {error:.3f}"
            for kind, run in runs.items():
                run = np.array(run)
                name = f"{short}-{kind.replace(', ', '-').replace(' ', '-')}{way}"
                facts[name] = f"{run[:, -1].mean():.2f}"
                facts[f"{name}-fine"] = f"{run[:, -1].mean():.3f}"
                facts[f"{name}-worst"] = f"{run[:, -1].max():.3f}"
                facts[f"{name}-400"] = f"{run[:, 400 // record['every']].mean():.2f}"
        facts |= {f"{short}-size-{kind}": f"{size:,}" for kind, size in of["weights"].items()}
        for kind in set(of["weights"]) - {"transformer"}:
            more = of["weights"][kind] / of["weights"]["transformer"] - 1
            facts[f"{short}-more-{kind}"] = f"{100 * more:.0f}\u00a0%"
        facts[f"{short}-symbols"] = f"{of['symbols']}"
    return facts


def length_facts(record):
    """Return what the text quotes of units on other lengths, by the name of each number.

    Parameters
    ----------
    record : dict
        As in `lengths`.
    """
    short = {"relu² / n²": "square", "relu² / ns": "relu", "softmax": "softmax",
             "chunks, / C": "chunk", "chunks, / count": "count"}  # fmt: skip
    facts = {}
    for kind, runs in record["beyond"]["as chosen"].items():
        for n_is, rows in runs.items():
            way = "" if n_is == "own n" else "-kept"
            for n, x in zip(record["lengths"], np.mean(rows, axis=0), strict=True):
                facts[f"{short[kind]}-{n}{way}"] = f"{x:.3f}"
    return facts
