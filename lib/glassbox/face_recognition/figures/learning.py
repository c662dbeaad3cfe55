"""Margins in the hand, what scale and margin are worth, and what a network makes of a crop."""

import numpy as np

from glassbox.checks import integer, one_of, real_number
from glassbox.figures import (
    choice,
    drag,
    explore,
    image,
    lines,
    nearest,
    rules,
    scatter,
    simulate,
    slider,
    table,
)

from ..embedding.residual import checked_crops, layer_table
from .aligning import interval
from .common import GREY, light, signed, stretched, tile

MARGINS = ("SphereFace", "CosFace", "ArcFace")
STEP = 3  # degrees between the places of a handle
SHEET = (140, 280)  # pixels down and across of what a stage shows; drawn twice as large


def margin_by_hand(
    loss="ArcFace", m=0.5, s=16, *, x=40, centres=(0, 90), name="", caption=None
):  # fmt: skip
    """Let the reader drag an embedding and two centres; boundaries, gap and pull follow.

    Parameters
    ----------
    loss : {"ArcFace", "CosFace", "SphereFace"}
        Where the margin stands; m = 0 is NormFace in all three.
    m : float
        Margin at first, from 0 to 1; SphereFace multiplies the angle by 1 + m.
    s : float
        Scale at first, one of 1, 2, 4, ..., 64.
    x : float
        Where the embedding is at first, in degrees on the circle.
    centres : (float, float)
        Where the centres are at first; the embedding is the first person's.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range or the loss is unknown.
    """
    one_of("loss", loss, MARGINS)
    m = real_number("m", m, least=0, most=1)
    if s not in (1, 2, 4, 8, 16, 32, 64):
        raise ValueError(f"s must be one of 1, 2, 4, 8, 16, 32, 64, got {s!r}")
    if len(centres) != 2:
        raise ValueError(f"centres must be two angles, got {centres!r}")
    angles = list(range(-180, 181, STEP))
    places = {"x": x, "one": centres[0], "two": centres[1]}
    said = {"x": "embedding x", "one": "centre W₁", "two": "centre W₂"}
    handles = {
        key: slider(angles, _near(angles, real_number(key, v)), label=said[key], hidden=key != "x",
                    format=lambda v: f"{signed(v, 0)}°")
        for key, v in places.items()
    }  # fmt: skip
    margins = np.arange(0, 1.01, 0.05).round(2)
    return simulate(
        "face_recognition.margin",
        loss=choice(list(MARGINS), loss),
        m=slider(margins, float(margins[np.argmin(abs(margins - m))]), label="margin m"),
        s=slider([1, 2, 4, 8, 16, 32, 64], s, label="scale s", format="g"),
        **handles,
        constants={"angles": angles},
        name=name,
        caption=caption or "A margin by hand. Drag the embedding x of person 1 and the two "
        "centres. On the orange arc neither person wins with the margin against it. The red "
        "arc says where to a step of training turns x: the longer, in a scale of its own, the "
        "stronger the pull. The plot has probability and pull along the circle. SphereFace "
        "multiplies the angle by 1 + m.",
    )  # fmt: skip


def _near(angles, angle):
    turned = (angle + 180) % 360 - 180
    return nearest(angles, turned)


def scales(record, losses=None, *, name="", caption=None):
    """Show accuracy on new people against the scale s, for losses without and with a margin.

    Parameters
    ----------
    record : dict
        What ``benchmarks/face_recognition_losses.py`` records: under "scales" the scales, under
        "losses" for "<loss> s=<scale>" a row of numbers a set of people, the accuracy first.
    losses : sequence of str, optional
        By default all that were trained at three scales or more, at most five.
    name, caption : see `margin_by_hand`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the record has none of these losses.
    """
    try:
        grid, kept = list(record["scales"]), record["losses"]
        names = dict.fromkeys(
            key.split(" s=")[0] for key in kept if " s=" in key and "," not in key
        )
        runs = {
            loss: {s: np.array(kept[f"{loss} s={s:g}"]) for s in grid if f"{loss} s={s:g}" in kept}
            for loss in (losses or names)
        }
    except (KeyError, TypeError, ValueError):
        raise ValueError("record must have scales and losses, as the benchmark writes") from None
    runs = {loss: rows for loss, rows in runs.items() if len(rows) >= 3}
    if not runs:
        raise ValueError(f"losses must be trained at three scales or more, got {losses!r}")
    if len(runs) > 5:
        raise ValueError(f"losses must be at most five to be told apart, got {list(runs)}")
    best = max(((rows[s][:, 0].mean(), loss, s) for loss, rows in runs.items() for s in rows))
    top = runs[best[1]][best[2]][:, 0]
    looks = (("blue", "solid", "circle"), ("orange", "dashed", "square"),
             ("green", "dotted", "triangle"), ("purple", "solid", "diamond"),
             ("red", "dashed", "circle"))  # fmt: skip

    def draw(s):
        panel, told = None, []
        for (loss, rows), (color, dash, marker) in zip(runs.items(), looks, strict=False):
            x, y = list(rows), [100 * rows[k][:, 0].mean() for k in rows]
            curve = lines(
                x, y, label=loss, color=color, dash=dash, xscale="log", xlabel="scale s",
                ylabel="accuracy, %", drag=drag("s", grid),
            )  # fmt: skip
            curve += scatter(x, y, color=color, marker=marker, size=4)
            panel = curve if panel is None else panel + curve
            if s in rows:
                gap, half = interval(rows[s][:, 0] - top)
                less = f"{signed(gap, 1)} ± {half:.1f} against the best" if half else "the best"
                told.append(f"{loss} {100 * rows[s][:, 0].mean():.1f} % ({less})")
        within = None
        for (loss, rows), (color, dash, _) in zip(runs.items(), looks, strict=False):
            if loss not in (next(iter(runs)), best[1]):
                continue  # more lines than an eye can follow
            for column, kind in ((1, "within"), (2, "between")):
                curve = lines(list(rows), [rows[k][:, column].mean() for k in rows], color=color,
                              dash=dash if column == 1 else "dotted", xscale="log",
                              label=f"{kind}, {loss}",
                              xlabel="scale s", ylabel="degrees", drag=drag("s", grid))  # fmt: skip
                within = curve if within is None else within + curve
        say = f"s = {s}: " + "; ".join(told) + "."
        return [panel.at(describe=say), within + rules(x=[s], color="muted")]

    return explore(
        draw,
        s=slider(grid, best[2], label="scale s", format="g"),
        name=name,
        caption=caption or f"Accuracy on new people against the scale, mean of {len(top)} sets of "
        "people; words give the paired difference to the best of all, with its interval of 95 %. "
        "Second, the angles of the training set for the first loss and the best one: within a "
        "person, and (dotted) between a person and the nearest other. A curve ends where its loss "
        "was trained no further.",
    )  # fmt: skip


def network(net, crops, labels=None, *, name="", caption=None):
    """Show what each stage of a residual network makes of a crop, with shapes and counts.

    Parameters
    ----------
    net : ResidualNetwork
    crops : array_like, shape (n, 32, 32)
        From 1 to 12, as `glassbox.face_recognition.pipeline.prepare` makes them.
    labels : sequence of str, optional
        What each is called.
    name, caption : see `margin_by_hand`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the crops have a wrong shape, or are too many.
    """
    inputs = checked_crops(crops)[..., 0]
    n = integer("len(crops)", len(inputs), most=12)
    labels = [f"crop {k}" for k in range(1, n + 1)] if labels is None else [str(v) for v in labels]
    if len(labels) != n or len(set(labels)) != n:
        raise ValueError(f"labels must be {n} different texts, got {labels}")
    *stages, codes = net.features(inputs)
    rows = layer_table(net.widths, net.n_dims)
    shown = ["crop", *(f"stage {k}" for k in range(1, len(stages) + 1)), "embedding"]
    after = {"crop": [], "embedding": [len(rows) - 1]}
    after |= {f"stage {k}": [2 * k - 2, 2 * k - 1] for k in range(1, len(stages) + 1)}
    cells = [
        [what, " × ".join(map(str, shape)), f"{weights:,}", f"{products:,}"]
        for what, shape, weights, products in rows
    ]
    total = sum(row[2] for row in rows), sum(row[3] for row in rows)
    cells.append(["all", "", f"{total[0]:,}", f"{total[1]:,}"])

    def draw(stage, which):
        i = labels.index(which)
        if stage == "embedding":
            rows_ = 4 if net.n_dims % 4 == 0 else 1
            code = codes[i].reshape(rows_, -1)
            code = _large(code, rows_ * min(SHEET[0] // rows_, SHEET[1] // code.shape[1]))
            seen = _sheet(
                [code], 1, title=f"{net.n_dims} numbers",
                describe=f"{which}: the embedding, {net.n_dims} numbers.",
            )  # fmt: skip
        elif stage == "crop":
            seen = _sheet(
                [_large(inputs[i])],
                1,
                title="1 × 32 × 32",
                describe=f"{which}: the crop.",
            )
        else:
            maps = np.moveaxis(stages[shown.index(stage) - 1][i], -1, 0)
            side = maps.shape[1]
            columns = int(np.ceil(np.sqrt(2 * len(maps))))
            most = min(SHEET[0] // -(-len(maps) // columns), SHEET[1] // columns) - 4
            seen = _sheet(
                [_large(one, most) for one in maps],
                columns,
                title=f"{len(maps)} maps of {side} × {side}",
                describe=f"{which}, {stage}: {len(maps)} maps of {side} × {side}.",
            )
        listed = table(["layer", "gives", "weights", "products"], cells, highlight=after[stage])
        return [seen, listed]

    return explore(
        draw,
        stage=choice(shown, shown[1]),
        which=choice(labels, label="face"),
        name=name,
        caption=caption or f"What each stage of a network of {total[0]:,} weights makes of a crop, "
        "and what that costs.",
    )  # fmt: skip


def _sheet(pictures, columns, **said):
    """Draw pictures in the middle of a sheet of one size, so that the card holds still."""
    tiled = tile(pictures, columns)
    height, width, _ = tiled.shape
    sheet = np.full((max(SHEET[0], height), max(SHEET[1], width), 3), GREY, np.uint8)
    y, x = (sheet.shape[0] - height) // 2, (sheet.shape[1] - width) // 2
    sheet[y : y + height, x : x + width] = tiled
    high, wide, _ = sheet.shape
    return image(width=2 * wide, height=2 * high, **said).at(src=light(sheet).fields["src"])


def _large(picture, side=128):
    """A small grey picture with its pixels enlarged to squares."""
    times = max(1, side // len(picture))
    return np.repeat(np.repeat(stretched(picture), times, axis=0), times, axis=1)
