"""Fixtures that several tests share."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a loaded machine is slow, not wrong
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def call_js():
    """Return a function that calls a function of the figures' JavaScript in one Node process."""
    from glassbox.figures.figure import find_node

    process = subprocess.Popen(
        [find_node(), str(Path(__file__).parent / "js" / "call.js")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip

    def call(module, name, *args):
        request = {"module": module, "name": name, "args": args}
        process.stdin.write(json.dumps(request, allow_nan=False) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"{name} of {module} failed: see standard error"
        return json.loads(answer)

    yield call
    process.stdin.close()
    process.wait(timeout=10)


@pytest.fixture(scope="session")
def panels_of(call_js):
    """Return a function that gives the panels of a figure at a setting of its controls.

    What a test leaves out is where the figure starts. Long arrays stay packed.
    """

    def panels(figure, **setting):
        spec = json.loads(figure.payload)
        controls = spec["controls"]
        assert setting.keys() <= {c["name"] for c in controls}, "controls that the figure has"
        at = [
            c["values"].index(setting[c["name"]]) if c["name"] in setting else c["index"]
            for c in controls
        ]
        if "model" in spec:
            values = {c["name"]: c["values"][i] for c, i in zip(controls, at, strict=True)}
            return call_js(f"models/{spec['model']}.js", spec["model"], values, spec["constants"])
        frame = 0
        for c, i in zip(controls, at, strict=True):
            frame = frame * len(c["values"]) + i
        return [panel_at(spec["pool"], panel, frame) for panel in spec["panels"]]

    return panels


def panel_at(pool, panel, frame):
    """Return the fields of one panel in one frame."""

    def resolve(item):
        if isinstance(item, list):
            return [resolve(value) for value in item]
        if isinstance(item, dict):
            if "$" in item:
                return resolve(pool[item["$"]])
            return {name: resolve(value) for name, value in item.items()}
        return item

    fields = {name: column[frame] for name, column in panel["vary"].items()} | panel["base"]
    return {"kind": panel["kind"], **{name: resolve(pool[i]) for name, i in fields.items()}}
