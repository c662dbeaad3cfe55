"""Time `coco_evaluate` against pycocotools and faster-coco-eval, on a data set of COCO's size.

Run by hand: ``python benchmarks/mean_average_precision.py [--images 5000]``; it needs
pycocotools, faster-coco-eval and pandas. Each contender runs in a process of its own, reads the
same two JSON files and writes down its numbers, all of precision and recall and the 12; they must
agree to 1e-12. Time is CPU time of that process (``time.process_time``), memory its peak resident
size.

* *evaluate*: from the library's own tables (ours: arrays; theirs: indexed records) to 12 numbers;
* *load*: from parsed JSON to those tables;
* *MB* covers everything, the reading of JSON included; *over JSON* is how far evaluating it
  raised the peak.

With ``--write`` it records what the chapter reads instead: twenty scenes with balloons, and what
noise does to the numbers of a perfect detector, each by a seed of its own.
"""

import argparse
import contextlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from race import written

N_CATEGORIES = 80
DETECTIONS_PER_IMAGE = 100


def make_dataset(n_images, rng):
    """Annotations and detections as COCO records: about 7.4 objects and 100 detections an image."""
    n_objects = rng.poisson(7.37, n_images)
    popularity = 1 / np.arange(1, N_CATEGORIES + 1)
    annotations, detections = [], []
    for image in range(1, n_images + 1):
        n = n_objects[image - 1]
        kinds = rng.choice(N_CATEGORIES, size=min(3, n), p=popularity / popularity.sum())
        category = rng.choice(kinds, size=n) + 1 if n else np.zeros(0, dtype=int)
        boxes = random_boxes(n, rng)
        crowd = rng.random(n) < 0.01
        for i in range(n):
            area = round(float(boxes[i, 2] * boxes[i, 3]) * 0.7, 2)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": int(category[i]),
                    "bbox": boxes[i].tolist(),
                    "area": area,
                    "iscrowd": int(crowd[i]),
                }
            )
        near = rng.random(DETECTIONS_PER_IMAGE) < (0.4 if n else 0.0)
        found = random_boxes(DETECTIONS_PER_IMAGE, rng)
        kind = rng.integers(1, N_CATEGORIES + 1, DETECTIONS_PER_IMAGE)
        if n:
            source = rng.integers(n, size=DETECTIONS_PER_IMAGE)
            jitter = rng.normal(0, 0.1, (DETECTIONS_PER_IMAGE, 4)) * boxes[source][:, [2, 3, 2, 3]]
            found[near] = np.maximum(boxes[source] + jitter, 1)[near]
            kind[near] = category[source][near]
        score = np.where(near, rng.beta(3, 3, len(near)), rng.beta(1, 6, len(near))).round(3)
        detections += [
            {
                "image_id": image,
                "category_id": int(kind[j]),
                "bbox": found[j].round(2).tolist(),
                "score": float(score[j]),
            }
            for j in range(DETECTIONS_PER_IMAGE)
        ]
    images = [{"id": i} for i in range(1, n_images + 1)]
    categories = [{"id": k} for k in range(1, N_CATEGORIES + 1)]
    truth = {"images": images, "categories": categories, "annotations": annotations}
    return truth, detections


def random_boxes(n, rng):
    corner = rng.uniform(0, (600, 440), (n, 2))
    size = np.exp(rng.uniform(np.log(10), np.log(300), (n, 2)))
    return np.hstack([corner, size]).round(2)


def run_glassbox(truth, detections):
    from glassbox.mean_average_precision import coco_evaluate, load_coco

    start = time.process_time()
    arrays = load_coco(truth, detections)
    loaded = time.process_time()
    result = coco_evaluate(**arrays)
    return (
        loaded - start,
        time.process_time() - loaded,
        (result.stats, result.precision, result.recall),
    )


def run_pycocotools(truth, detections):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    return run_peer(COCO, COCOeval, truth, detections)


def run_faster_coco_eval(truth, detections):
    from faster_coco_eval import COCO, COCOeval_faster

    return run_peer(COCO, COCOeval_faster, truth, detections)


def run_peer(coco, evaluator, truth, detections):
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.process_time()
        gt = coco()
        gt.dataset = truth
        gt.createIndex()
        dt = gt.loadRes(detections)
        loaded = time.process_time()
        run = evaluator(gt, dt, "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
        took = time.process_time() - loaded
    return (
        loaded - start,
        took,
        (run.stats[:12], run.eval["precision"][..., -1], run.eval["recall"]),
    )


CONTENDERS = {
    "glassbox": run_glassbox,
    "pycocotools": run_pycocotools,
    "faster-coco-eval": run_faster_coco_eval,
}


def peak_mb():
    # Linux counts in kB, macOS in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )


def contend(name, folder):
    """What a subprocess does: read, evaluate, write down."""
    with open(folder / "truth.json") as file:
        truth = json.load(file)
    with open(folder / "detections.json") as file:
        detections = json.load(file)
    parsed_mb = peak_mb()
    load, evaluate, arrays = CONTENDERS[name](truth, detections)
    np.savez(folder / f"{name}.npz", *arrays)
    report = {
        "load": load,
        "evaluate": evaluate,
        "mb": peak_mb(),
        "over_json": peak_mb() - parsed_mb,
    }
    print(json.dumps(report))


def compare(n_images, seed):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        truth, detections = make_dataset(n_images, np.random.default_rng(seed))
        (folder / "truth.json").write_text(json.dumps(truth))
        (folder / "detections.json").write_text(json.dumps(detections))
        print(
            f"{n_images:,} images, {N_CATEGORIES} categories, "
            f"{len(truth['annotations']):,} objects, {len(detections):,} detections"
        )
        del truth, detections
        reports = {name: run_alone(name, folder) for name in CONTENDERS}
        results = {name: np.load(folder / f"{name}.npz") for name in CONTENDERS}
        print_table(reports)
        print_agreement(results)


def run_alone(name, folder):
    command = [sys.executable, __file__, "--contend", name, "--folder", str(folder)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])


def print_table(reports):
    ours = reports["glassbox"]
    columns = "{:<17} {:>10} {:>7} {:>8} {:>10} {:>8} {:>10}"
    print(columns.format("", "evaluate s", "x ours", "load s", "both x", "MB", "over JSON"))
    for name, r in reports.items():
        both = (r["load"] + r["evaluate"]) / (ours["load"] + ours["evaluate"])
        numbers = [r["evaluate"], r["evaluate"] / ours["evaluate"], r["load"], both]
        sizes = [r["mb"], r["over_json"]]
        print(columns.format(name, *(f"{x:.2f}" for x in numbers), *(f"{x:,.0f}" for x in sizes)))


def print_agreement(results):
    for name, arrays in results.items():
        gap = max(np.abs(arrays[key] - results["glassbox"][key]).max() for key in arrays)
        print(f"{name}: AP {arrays['arr_0'][0]:.6f}, greatest difference from ours {gap:g}")
        if not gap <= 1e-12:
            raise SystemExit(f"{name} and glassbox disagree")


def record_balloons():
    """Paint twenty scenes and run the detector; boxes and scores rounded, so that all agree."""
    from glassbox.mean_average_precision import balloon_coco

    annotations, detections = balloon_coco(np.random.default_rng(12), n_scenes=20, decoys=True)
    for record in annotations["annotations"]:
        record["bbox"] = [round(v, 4) for v in record["bbox"]]
        record["area"] = round(record["area"], 4)
    for record in detections:
        record["bbox"] = [round(v, 4) for v in record["bbox"]]
        record["score"] = round(record["score"], 6)
    return {"annotations": annotations, "detections": detections}


SIGMAS = [round(0.01 * k, 2) for k in range(21)]
SEEDS = list(range(10))


def record_shaky(annotations):
    """AP, AP50 and AP75 of a detector that finds every balloon, with noise, by setting and seed.

    Noise on the edges moves each edge by itself; on the places it moves the whole box. Scores are
    random, for all boxes are meant. The scenes have 160 balloons.
    """
    from glassbox.mean_average_precision import coco_evaluate, load_coco
    from glassbox.mean_average_precision.figures import corners, shaken

    data = load_coco(annotations, [])
    data = {key: value for key, value in data.items() if key.startswith("gt")}
    only = data["gt_category"] == 1
    data = {key: value[only] for key, value in data.items()}
    truth = corners(data["gt_xywh"])
    settings = {}
    for kind in ("edges", "places"):
        settings[kind] = []
        for seed in SEEDS:
            runs = []
            for sigma in SIGMAS:
                rng = np.random.default_rng([seed, SIGMAS.index(sigma)])
                found = shaken(truth, sigma, kind, rng)
                found[:, 2:] -= found[:, :2]
                stats = coco_evaluate(
                    **data, dt_image=data["gt_image"], dt_category=data["gt_category"],
                    dt_xywh=found, dt_score=rng.random(len(found)),
                ).stats  # fmt: skip
                runs.append([round(float(v), 5) for v in stats[:3]])
            settings[kind].append(runs)
    return {"sigmas": SIGMAS, "seeds": SEEDS, "settings": settings}


def write_records():
    balloons = record_balloons()
    records = {"balloons": balloons, "shaky": record_shaky(balloons["annotations"])}
    folder = Path(__file__).parents[1] / "lib/glassbox/mean_average_precision/records"
    folder.mkdir(exist_ok=True)
    for name, record in records.items():
        (folder / f"{name}.json").write_text(written(record), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=5000, help="number of images (5000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--contend", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="record what the chapter reads")
    options = parser.parse_args()
    if options.write:
        write_records()
    elif options.contend:
        contend(options.contend, options.folder)
    else:
        compare(options.images, options.seed)


if __name__ == "__main__":
    main()
