"""Record what other tools say of the same boxes, in ``detection_tools.json``; run once.

The tests read the values and need none of the tools. In a virtual environment of its own::

    pip install numpy torch torchmetrics pycocotools scikit-learn ultralytics==8.4.190 tidecv
    pip install --no-deps --target OLD ultralytics==8.3.200
    python tests/references/record_detection_tools.py --old OLD --sources FOLDER

FOLDER has what no registry has: VOCdevkit (the VOC2012 devkit), py-faster-rcnn and
Object-Detection-Metrics, at the commits named in ``SOURCES``; the devkit runs in Octave. The 2007
devkit differs in its last lines, a mean of max(prec(rec>=t)) over t=0:0.1:1, which Octave runs too.
``torchvision`` need not work: torchmetrics takes no more of it than a change of coordinates.
"""

import argparse
import contextlib
import importlib
import importlib.metadata
import importlib.util
import io
import json
import subprocess
import sys
import tempfile
import types
from importlib.metadata import version
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np

OUT = Path(__file__).with_name("detection_tools.json")
SOURCES = {
    "VOCdevkit": "weiliu89/VOCdevkit 6c126483af7b53c7a1da76b1620fb4c4a0fe3a7c (VOC2012)",
    "py-faster-rcnn": "rbgirshick/py-faster-rcnn 781a917b378dbfdedb45b6a56189a31982da1b43",
    "Object-Detection-Metrics": (
        "rafaelpadilla/Object-Detection-Metrics e3f29579afef10e8057bda1beb6154a3f354287c"
    ),
}


# --- the data ----------------------------------------------------------------------------------


def data_sets():
    """Yield sets of one class: the worked example, then random boxes that tie at IoU 0.5."""
    from glassbox.mean_average_precision import worked_example

    e = worked_example()
    shown = {
        "gt_image": e.gt_image.tolist(), "gt_boxes": e.gt_boxes.tolist(),
        "dt_image": e.dt_image.tolist(), "dt_scores": e.dt_scores.tolist(),
        "dt_boxes": e.dt_boxes.tolist(),
    }  # fmt: skip
    for threshold in (0.3, 0.5):
        yield shown | {"name": "worked example", "iou_threshold": threshold}
    yield {
        "name": "halves", "iou_threshold": 0.5,  # reached, not exceeded
        "gt_image": [1, 2, 2], "dt_image": [1, 2, 2], "dt_scores": [0.9, 0.8, 0.7],
        "gt_boxes": [[0.0, 0.0, 9.0, 9.0], [0.0, 0.0, 10.0, 10.0], [40.0, 40.0, 60.0, 60.0]],
        "dt_boxes": [[0.0, 0.0, 9.0, 4.0], [0.0, 0.0, 10.0, 5.0], [40.0, 40.0, 60.0, 60.0]],
    }  # fmt: skip
    for seed in range(20):
        rng = np.random.default_rng(seed)
        n, m = 12, 15
        corner = rng.integers(0, 6, (n, 2)) * 10.0
        gt = np.hstack([corner, corner + 10 * rng.integers(1, 4, (n, 2)) - seed % 2])
        source = rng.integers(n, size=m)
        shift = 5.0 * rng.integers(-1, 2, (m, 2))
        dt = gt[source] + np.tile(shift, 2) * rng.integers(0, 2, (m, 1))
        dt = np.maximum(dt, 0)
        dt[:, 2:] = np.maximum(dt[:, 2:], dt[:, :2] + 5)
        gt_image = rng.integers(1, 4, n)
        yield {
            "name": f"random {seed}", "iou_threshold": 0.5,
            "gt_image": gt_image.tolist(), "gt_boxes": gt.tolist(),
            "dt_image": gt_image[source].tolist(),
            "dt_scores": (rng.permutation(m) / 20 + 0.1).round(2).tolist(), "dt_boxes": dt.tolist(),
        }  # fmt: skip


# --- the tools ---------------------------------------------------------------------------------


def voc_devkit(data, folder):
    """Run VOCevaldet of the devkit in Octave; AP of 2012, and of 2007 from its curve."""
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        ids = [f"2007_{i:06}" for i in sorted({*data["gt_image"], *data["dt_image"]})]
        lines = ["gtids={" + ",".join(f"'{i}'" for i in ids) + "}';"]
        for k, image in enumerate(ids, 1):
            boxes = [b for i, b in zip(data["gt_image"], data["gt_boxes"], strict=True)
                     if f"2007_{i:06}" == image]  # fmt: skip
            lines.append(f"recs({k}).objects=struct('class',{{}},'bbox',{{}},'difficult',{{}});")
            lines += [
                f"recs({k}).objects({j})=struct('class','balloon','bbox',{box},'difficult',false);"
                for j, box in enumerate(boxes, 1)
            ]
        found = zip(data["dt_image"], data["dt_scores"], data["dt_boxes"], strict=True)
        results = "\n".join(f"2007_{i:06} {s} {' '.join(map(str, b))}" for i, s, b in found)
        (place / "r_balloon.txt").write_text(results)
        cache = place / "test_anno.mat"
        script = f"""
        addpath('{folder}/VOCcode'); warning('off','all');
        {" ".join(lines)}
        save('{cache}','gtids','recs');
        o.testset='test'; o.annocachepath='{place}/%s_anno.mat';
        o.detrespath='{place}/%s_%s.txt'; o.minoverlap={data["iou_threshold"]};
        tic; [rec,prec,ap]=VOCevaldet(o,'r','balloon',false);
        old=0; for t=0:0.1:1 p=max(prec(rec>=t)); if isempty(p) p=0; end; old=old+p/11; end
        printf('AP %.17g %.17g\\n', ap, old);
        """
        (place / "go.m").write_text(script)
        run = ["octave-cli", "--no-gui", "--no-history", str(place / "go.m")]
        said = subprocess.run(run, capture_output=True, text=True, check=False).stdout
    new, old = next(line for line in said.splitlines() if line.startswith("AP ")).split()[1:]
    return {"VOC devkit 2012": float(new), "VOC devkit 2007": float(old)}


def py_faster_rcnn(data, folder):
    """Run voc_eval, turned into Python 3, on files that it reads."""
    from lib2to3.refactor import RefactoringTool, get_fixers_from_package

    source = (folder / "lib/datasets/voc_eval.py").read_text() + "\n"
    tool = RefactoringTool(get_fixers_from_package("lib2to3.fixes"))
    module = types.ModuleType("voc_eval")
    code = str(tool.refactor_string(source, "voc_eval")).replace("np.bool)", "bool)")
    exec(code.replace("'w') as f:\n            pickle", "'wb') as f:\n            pickle"),
         module.__dict__)  # fmt: skip
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(io.StringIO()):
        place = Path(place)
        images = sorted({*data["gt_image"], *data["dt_image"]})
        for image in images:
            boxes = [b for i, b in zip(data["gt_image"], data["gt_boxes"], strict=True)
                     if i == image]  # fmt: skip
            names = ("xmin", "ymin", "xmax", "ymax")
            objects = "".join(
                "<object><name>balloon</name><pose>x</pose><truncated>0</truncated>"
                "<difficult>0</difficult><bndbox>"
                + "".join(f"<{n}>{int(v)}</{n}>" for n, v in zip(names, box, strict=True))
                + "</bndbox></object>"
                for box in boxes
            )
            (place / f"{image}.xml").write_text(f"<annotation>{objects}</annotation>")
        (place / "set.txt").write_text("\n".join(map(str, images)))
        found = zip(data["dt_image"], data["dt_scores"], data["dt_boxes"], strict=True)
        (place / "det_balloon.txt").write_text(
            "\n".join(f"{i} {s} {' '.join(map(str, b))}" for i, s, b in found)
        )
        names = [place / "det_{}.txt", place / "{}.xml", place / "set.txt"]
        ap = {}
        for label, old in (("py-faster-rcnn", False), ("py-faster-rcnn, 11 points", True)):
            cache = str(place / f"cache{int(old)}")
            ap[label] = float(
                module.voc_eval(
                    *map(str, names), "balloon", cache, data["iou_threshold"], use_07_metric=old
                )[2]
            )
    return ap


def padilla(data, folder):
    sys.path.insert(0, str(folder / "lib"))
    evaluator = importlib.import_module("Evaluator")
    boxes = evaluator.BoundingBoxes()
    corners = evaluator.BBFormat.XYX2Y2
    for image, box in zip(data["gt_image"], data["gt_boxes"], strict=True):
        boxes.addBoundingBox(evaluator.BoundingBox(str(image), "balloon", *box, format=corners))
    found = zip(data["dt_image"], data["dt_scores"], data["dt_boxes"], strict=True)
    for image, score, box in found:
        boxes.addBoundingBox(
            evaluator.BoundingBox(
                str(image), "balloon", *box, bbType=evaluator.BBType.Detected,
                classConfidence=score, format=corners,
            )
        )  # fmt: skip
    said = evaluator.Evaluator().GetPascalVOCMetrics(boxes, IOUThreshold=data["iou_threshold"])
    sys.path.pop(0)
    return {"Padilla": float(said[0]["AP"])}


def xywh(box):
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def coco(data):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    images = sorted({*data["gt_image"], *data["dt_image"]})
    annotations = [
        {"id": k, "image_id": i, "category_id": 1, "bbox": xywh(b), "area": 100, "iscrowd": 0}
        for k, (i, b) in enumerate(zip(data["gt_image"], data["gt_boxes"], strict=True), 1)
    ]
    found = zip(data["dt_image"], data["dt_scores"], data["dt_boxes"], strict=True)
    results = [{"image_id": i, "category_id": 1, "bbox": xywh(b), "score": s} for i, s, b in found]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": i} for i in images], "categories": [{"id": 1}],
            "annotations": annotations,
        }  # fmt: skip
        truth.createIndex()
        run = COCOeval(truth, truth.loadRes(results), "bbox")
        run.params.iouThrs = np.array([data["iou_threshold"]])
        run.evaluate()
        run.accumulate()
    return {"COCO": float(run.eval["precision"][0, :, 0, 0, -1].mean())}


def torchmetrics(data):
    import torch

    detection = importlib.import_module("torchmetrics.detection.mean_ap")
    detection._TORCHVISION_AVAILABLE = True
    detection.box_convert = box_convert
    ops = types.ModuleType("torchvision.ops")
    ops.box_convert = box_convert
    sys.modules["torchvision.ops"] = ops
    metric = detection.MeanAveragePrecision(iou_thresholds=[data["iou_threshold"]])
    predicted, target = [], []
    for image in sorted({*data["gt_image"], *data["dt_image"]}):
        gt = [b for i, b in zip(data["gt_image"], data["gt_boxes"], strict=True) if i == image]
        mine = [k for k, i in enumerate(data["dt_image"]) if i == image]
        boxes = torch.tensor([data["dt_boxes"][k] for k in mine]).reshape(-1, 4)
        scores = torch.tensor([data["dt_scores"][k] for k in mine])
        predicted.append(
            {"boxes": boxes, "scores": scores, "labels": torch.zeros(len(mine), dtype=torch.int)}
        )
        target.append(
            {"boxes": torch.tensor(gt).reshape(-1, 4), "labels": torch.zeros(len(gt)).int()}
        )
    metric.update(predicted, target)
    return {"torchmetrics": float(metric.compute()["map"])}


def box_convert(boxes, in_fmt, out_fmt):
    import torch

    assert (in_fmt, out_fmt) == ("xyxy", "xywh")
    return torch.cat([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], dim=1)


def scikit_learn(data):
    """Give scikit-learn the hits of VOC's rule; it does not know the objects that none found."""
    from sklearn.metrics import average_precision_score

    from glassbox.mean_average_precision import match_detections

    names = ("gt_image", "gt_boxes", "dt_image", "dt_scores", "dt_boxes", "iou_threshold")
    hits = match_detections(*(data[name] for name in names), plus_one=True)
    said = float(average_precision_score(hits, data["dt_scores"])) if hits.any() else 0.0
    found = int(hits.sum())
    return {"scikit-learn": said * found / len(data["gt_image"]), "scikit-learn, found": said}


def ultralytics(data, label):
    """Match each picture and average, with the functions of the ultralytics that is imported."""
    import torch

    if "torchvision" not in sys.modules and not importlib.util.find_spec(
        "torchvision"
    ):  # its version is read, no more
        importlib.metadata.version = lambda name, real=version: (
            "0.28.0" if name == "torchvision" else real(name)
        )
        sys.modules["torchvision"] = MagicMock()
    metrics = importlib.import_module("ultralytics.utils.metrics")
    validator = importlib.import_module("ultralytics.engine.validator").BaseValidator
    judge = types.SimpleNamespace(iouv=torch.tensor([data["iou_threshold"]]))
    correct, scores = [], []
    for image in sorted({*data["gt_image"], *data["dt_image"]}):
        gt = [b for i, b in zip(data["gt_image"], data["gt_boxes"], strict=True) if i == image]
        mine = [k for k, i in enumerate(data["dt_image"]) if i == image]
        mine.sort(key=lambda k: -data["dt_scores"][k])
        boxes = torch.tensor([data["dt_boxes"][k] for k in mine]).reshape(-1, 4)
        iou = metrics.box_iou(torch.tensor(gt).reshape(-1, 4), boxes)
        zeros = [torch.zeros(len(part)) for part in (mine, gt)]
        tp = np.zeros((len(mine), 1), bool)
        if mine and gt:
            tp = validator.match_predictions(judge, *zeros, iou).numpy()
        correct.append(tp)
        scores += [data["dt_scores"][k] for k in mine]
    tp, scores = np.concatenate(correct), np.array(scores)
    classes = np.zeros(len(tp)), np.zeros(len(data["gt_image"]))
    with contextlib.redirect_stdout(io.StringIO()):
        ap = metrics.ap_per_class(tp, scores, *classes)[5]
    return {label: float(ap[0, 0])}


# --- the errors --------------------------------------------------------------------------------


def errors(seed):
    """What TIDE counts and gains on random boxes of three classes."""
    from tidecv import TIDE, Data

    rng = np.random.default_rng(seed)
    n, m = 14, 30
    corner = rng.integers(0, 120, (n, 2))
    gt = np.hstack([corner, rng.integers(20, 60, (n, 2))]).astype(float)
    image, kind = rng.integers(1, 4, n), rng.integers(1, 4, n)
    source = rng.integers(n, size=m)
    dt = gt[source] + rng.normal(0, rng.choice([1, 6, 14], (m, 1)), (m, 4)).round()
    dt[:, 2:] = np.maximum(dt[:, 2:], 1)
    dt_kind = np.where(rng.random(m) < 0.75, kind[source], rng.integers(1, 4, m))
    far = rng.random(m) < 0.15
    dt[far, :2] += 500
    score = (rng.permutation(m) + 1) / (m + 1)
    truth, found = Data("gt"), Data("dt")
    for i, k, b in zip(image, kind, gt, strict=True):
        truth.add_image(int(i), str(i))
        truth.add_class(int(k), str(k))
        truth.add_ground_truth(int(i), int(k), b.tolist(), None)
    for i, k, b, s in zip(image[source], dt_kind, dt, score, strict=True):
        found.add_detection(int(i), int(k), float(s), b.tolist(), None)
    tide = TIDE()
    with contextlib.redirect_stdout(io.StringIO()):
        run = tide.evaluate(truth, found, mode=TIDE.BOX)
        gains = {type_.short_name: gain for type_, gain in run.fix_main_errors().items()}
        counts = {type_.short_name: count for type_, count in run.count_errors().items()}
        special = {t.short_name: gain for t, gain in run.fix_special_errors().items()}
    return {
        "gt_image": image.tolist(), "gt_category": kind.tolist(), "gt_xywh": gt.tolist(),
        "dt_image": image[source].tolist(), "dt_category": dt_kind.tolist(),
        "dt_xywh": dt.tolist(), "dt_score": score.tolist(), "ap": run.ap / 100,
        "gains": {k: v / 100 for k, v in (gains | special).items()}, "counts": counts,
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--old", type=Path, help="a folder with ultralytics 8.3.200")
    parser.add_argument("--only-old", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_old:
        sys.path.insert(0, str(options.old))
        print(json.dumps([ultralytics(d, "Ultralytics 8.3") for d in data_sets()]))
        return
    sets = []
    for data in data_sets():
        said = voc_devkit(data, options.sources / "VOCdevkit")
        said |= py_faster_rcnn(data, options.sources / "py-faster-rcnn")
        said |= padilla(data, options.sources / "Object-Detection-Metrics")
        said |= coco(data) | torchmetrics(data) | scikit_learn(data)
        said |= ultralytics(data, "Ultralytics 8.4")
        sets.append(data | {"ap": said})
    old = [sys.executable, __file__, "--sources", options.sources, "--old", options.old]
    said = subprocess.run([*old, "--only-old"], check=True, stdout=subprocess.PIPE, text=True)
    for data, more in zip(sets, json.loads(said.stdout.splitlines()[-1]), strict=True):
        data["ap"] |= more
    names = ("pycocotools", "torchmetrics", "scikit-learn", "ultralytics", "tidecv", "numpy")
    record = {
        "versions": {name: version(name) for name in names} | {"old ultralytics": "8.3.200"},
        "sources": SOURCES,
        "sets": sets,
        "errors": [errors(seed) for seed in range(12)],
    }
    OUT.write_text(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
