"""What the records say, as the words of the chapter."""

import numpy as np

from .aligning import interval

#: The mean distance of a point whose two coordinates have noise 1.
RADIAL = np.sqrt(np.pi / 2)


def percent(values):
    """Write the mean of accuracies with half its interval of 95 %."""
    mean, half = interval(values)
    return f"{mean:.1f}\u00a0±\u00a0{half:.1f}\u00a0%"


def gain(one, other):
    """Write the paired difference of two series of accuracies, in points."""
    mean, half = interval(np.asarray(one) - np.asarray(other))
    return f"{mean:+.1f}".replace("-", "−") + f"\u00a0±\u00a0{half:.1f}"


def first(rows):
    """The accuracies of a loss: the first number of each set."""
    return np.array(rows)[:, 0]


def best_scale(record, loss):
    """Return the scale with the best mean accuracy of a loss, and the accuracies there.

    For each set of people the scale is chosen on the *other* sets, so that none is judged by what
    it chose; the scale returned is the one that was chosen most often.
    """
    kept = record["losses"]
    scales = [s for s in record["scales"] if f"{loss} s={s:g}" in kept]
    table = np.array([first(kept[f"{loss} s={s:g}"]) for s in scales])
    chosen = [np.delete(table, k, axis=1).mean(axis=1).argmax() for k in range(table.shape[1])]
    return scales[np.bincount(chosen).argmax()], table[chosen, range(table.shape[1])]


def crossing(record, how, which=slice(None)):
    """Return the noise at which an embedding falls to the accuracy of a plain crop of the box.

    By default of the mean of all sets of people; ``which`` takes one, or several.
    """
    kept, noises = record["alignment"], record["noises"]
    level = np.mean(kept["Fisherfaces, box"][which])
    curve = np.array([np.mean(kept[f"noise {v}, trained on {how}"][which]) for v in noises])
    below = int(np.argmax(curve < level))
    if not below:
        raise ValueError(f"record must fall below the box between its noises, got {curve}")
    part = (curve[below - 1] - level) / (curve[below - 1] - curve[below])
    return noises[below - 1] + part * (noises[below] - noises[below - 1])


def at_noise(record, how, noise):
    """Return each set's accuracy at a noise on the landmarks, straight between those measured."""
    kept, noises = record["alignment"], record["noises"]
    rows = np.array([kept[f"noise {v}, trained on {how}"] for v in noises])
    return np.array([np.interp(noise, noises, one) for one in rows.T])


def distinct(system):
    """Return the rows of the nuisances, the picture without any just once for what is worn."""
    return [
        row
        for who in system["nuisances"].values()
        for name, series in who.items()
        for step, row in enumerate(series)
        if step != len(series) // 2 or name.startswith("yaw")
    ]


def facts(losses, network, pose, system):
    """Return all that the chapter says of its records, by name.

    Parameters
    ----------
    losses, network, pose, system : dict
        The records of these names.

    Returns
    -------
    dict of str to str
    """
    aligned, lost = losses["alignment"], losses["losses"]
    box = aligned["Fisherfaces, box"]
    said = {
        f"{short}-{how}": percent(aligned[f"{what}, {how}"])
        for short, what in (
            ("pixels", "pixels"),
            ("pca", "whitened PCA"),
            ("fisher", "Fisherfaces"),
        )
        for how in ("box", "aligned")
    }
    for how in ("exact", "noisy"):
        each = [crossing(losses, how, k) for k in range(len(box))]
        said[f"cross-{how}"] = percent(each)
        ours = at_noise(losses, how, system["landmark_error"] / RADIAL)
        said[f"ours-{how}"] = gain(ours, box)
        said[f"better-{how}"] = gain(aligned[f"noise 0.0, trained on {how}"], ours)
    said["softmax"] = percent(first(lost["softmax"]))
    tuned = {}
    for short, loss in (("norm", "NormFace"), ("arc", "ArcFace m=0.5")):
        scale, tuned[short] = best_scale(losses, loss)
        said |= {f"{short}-s": f"{scale:g}", f"{short}-best": percent(tuned[short])}
        for s in (4, 8, 16, 64):
            if f"{loss} s={s}" in lost:
                said[f"{short}-{s}"] = percent(first(lost[f"{loss} s={s}"]))
    fisher = max((v for k, v in lost.items() if k.startswith("Fisher")), key=np.mean)
    for m in (0.25, 0.5, 0.75, 1):
        loss = f"ArcFace m={m:g}"
        _, there = best_scale(losses, loss)
        said |= {
            f"m{m:g}-16": percent(first(lost[f"{loss} s=16"])),
            f"m{m:g}-best": percent(there),
            f"m{m:g}-gain": gain(there, tuned["norm"]),
        }
    said |= {
        "fisher-best": percent(first(fisher)),
        "arc-norm-best": gain(tuned["arc"], tuned["norm"]),
        "norm-fisher": gain(tuned["norm"], first(fisher)),
        "arc-norm-16": gain(first(lost["ArcFace m=0.5 s=16"]), first(lost["NormFace s=16"])),
        "norm-8-arc-16": gain(first(lost["NormFace s=8"]), first(lost["ArcFace m=0.5 s=16"])),
        "norm-64-soft": gain(first(lost["NormFace s=64"]), first(lost["softmax"])),
        "norm-long": gain(first(lost["NormFace s=2, twice as long"]), first(lost["NormFace s=2"])),
        "arc-long": gain(
            first(lost["ArcFace m=0.5 s=4, twice as long"]), first(lost["ArcFace m=0.5 s=4"])
        ),
        "arc-norm-long": gain(
            first(lost["ArcFace m=0.5 s=4, twice as long"]),
            first(lost["NormFace s=2, twice as long"]),
        ),
        "norm-twice": percent(first(lost["NormFace s=2, twice as long"])),
        "arc-twice": percent(first(lost["ArcFace m=0.5 s=4, twice as long"])),
        "loss-norm-16": f"{np.mean([row[5] for row in lost['NormFace s=16']]):.2f}",
        "loss-arc-16": f"{np.mean([row[5] for row in lost['ArcFace m=0.5 s=16']]):.2f}",
    }
    for short, key in (("soft", "softmax"), ("arc16", "ArcFace m=0.5 s=16"),
                       ("norm16", "NormFace s=16"), ("norm2", "NormFace s=2")):  # fmt: skip
        means = np.mean(lost[key], axis=0)
        said |= {f"{short}-{what}": f"{means[k]:.1f}°" for k, what in
                 ((1, "within"), (2, "between"), (3, "w"))}  # fmt: skip
    judged = network["accuracy"]
    top = max((k for k in judged if k.startswith("Fisher")), key=lambda k: np.mean(judged[k]))
    said["net-fisher"] = percent(judged[top])
    for how, epochs in zip(("", "-long"), network["epochs"], strict=True):
        net, line = (judged[f"{what}, {epochs} epochs"] for what in (
            "network", "one matrix, ArcFace s=4"))  # fmt: skip
        said |= {
            f"net{how}": percent(net),
            f"net-line{how}": percent(line),
            f"net-gain{how}": gain(net, judged[top]),
            f"net-gain-line{how}": gain(net, line),
            f"net-epochs{how}": str(epochs),
        }
    said |= {
        "net-weights": f"{network['weights']:,}",
        "net-products": f"{network['products']:,}",
        "net-sets": str(len(network["seeds"])),
        "loss-sets": str(len(losses["seeds"])),
    }
    turned = pose["accuracy"]
    said |= {f"pose-{key.split()[0]}": percent(values) for key, values in turned.items()}
    said |= {
        "pose-many-one": gain(turned["many-to-one"], turned["one-to-many"]),
        "pose-one-real": gain(turned["one-to-many"], turned["real poses"]),
        "pose-many-real": gain(turned["many-to-one"], turned["real poses"]),
        "pose-sets": str(len(pose["seeds"])),
    }
    rows = np.array(distinct(system))
    failed = rows[:, 1] == 0
    said |= {
        "settings": str(len(rows)),
        "failures": str(failed.sum()),
        "rescued": str((failed & (rows[:, 3] == 1)).sum()),
        "lost": str((~failed & (rows[:, 3] == 0)).sum()),
        "landmark-error": f"{100 * system['landmark_error']:.1f}\u00a0%",
        "landmark-sigma": f"{100 * system['landmark_error'] / RADIAL:.1f}\u00a0%",
    }
    large = system["photograph"]
    said |= {
        "photo-find": f"{large['seconds']['find']:.0f}\u00a0seconds",
        "photo-name": f"{large['seconds']['name']:.0f}\u00a0seconds",
        "photo-memory": f"{large['megabytes']}\u00a0MB",
    }
    held = list(system["evenings"].values())
    for k, how in ((0, "found"), (1, "exact")):
        for what in ("right", "unknown", "wrong", "not found", "strangers"):
            said[f"evening-{how}-{what.split()[0]}"] = str(sum(one[k][what] for one in held))
    said["evening-guests"] = str(18 * len(held))
    said["evening-strangers"] = str(6 * len(held))
    return said
