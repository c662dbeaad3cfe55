"""Replay: step through what an algorithm did to its lists, beside the line that did it."""

import itertools
from dataclasses import dataclass, replace
from functools import cache

from .controls import Control
from .controls import control as to_control
from .figure import explore
from .panels import array, code
from .words import counted

VERBS = {
    "get": "read {name}[{index}], {value}",
    "set": "write {value} to {name}[{index}]",
    "push": "append {value} to {name}",
    "pop": "take {value} off the end of {name}",
    "note": "{name} {value}",
}
SIGNS = {"lt": "<", "le": "≤"}


@dataclass(frozen=True, eq=False)
class Moment:
    """A trace after some of its events.

    Attributes
    ----------
    trace : Trace
    step : int
        How many events have happened.
    state : dict
        Content of each list, by name.
    marks : dict
        For each list, its marked cells: what the last event wrote or compared, and what was read
        since the last change.
    counts : dict
        How often each operation has happened.
    """

    trace: object
    step: int
    state: dict
    marks: dict
    counts: dict

    @property
    def event(self):
        """The last event ``[op, name, index, value, line]``, or None before the first."""
        return self.trace.events[self.step - 1] if self.step else None

    def array(self, name, **options):
        """Return the panel of one list, its marks included."""
        given = {"marks": self.marks.get(name, {}), "title": name, **options}
        return array(self.state[name], **given)

    def code(self, **options):
        """Return the panel of the source, the running line lit; options as in `code`."""
        return code(self.trace.source, self.event and self.event[-1], **options)

    def sentence(self):
        """Return the last event in words, and the counts so far."""
        counts = self.counts
        moves = counts["set"] + counts["push"] + counts["pop"]
        asked = counts["lt"] + counts["le"]
        done = say(self.event) if self.event else "Nothing has happened yet"
        numbers = {"comparison": asked, "read": counts["get"], "write": moves}
        return f"{done}. So far {', '.join(counted(n, noun) for noun, n in numbers.items())}."


def say(event):
    """Return one event in words, with a capital letter."""
    op, name, index, value, _ = event
    if op in SIGNS:
        words = f"ask whether {index[0]} {SIGNS[op]} {index[1]}: {'yes' if value else 'no'}"
    else:
        words = VERBS[op].format(name=name, index=index, value="" if value is None else value)
    return words.strip()[:1].upper() + words.strip()[1:]


def moments(trace):
    """Return the trace's moments: one before the first event, and one after each."""
    state = {name: list(data) for name, data in trace.start.items()}
    counts = dict.fromkeys((*VERBS, *SIGNS), 0)
    made = [Moment(trace, 0, copied(state), {}, dict(counts))]
    marks, changed = {}, True
    for step, (op, name, index, value, _) in enumerate(trace.events, 1):
        if changed:
            marks, changed = {}, False
        else:
            marks = {key: dict(cells) for key, cells in marks.items()}
        counts[op] += 1
        if op == "get":
            marks.setdefault(name, {})[index] = "read"
        elif op in ("set", "push"):
            change(state[name], op, index, value)
            marks.setdefault(name, {})[index] = "write"
        elif op == "pop":
            state[name].pop()
            marks.get(name, {}).pop(index, None)
        changed = op in ("set", "push", "pop", "note")
        made.append(Moment(trace, step, copied(state), marks, dict(counts)))
    return made


def copied(state):
    """Return the lists of a state, copied."""
    return {name: list(cells) for name, cells in state.items()}


def change(cells, op, index, value):
    """Apply a write to a list."""
    if op == "push":
        cells.append(value)
    else:
        cells[index] = value


def steps(count, start=0, *, questions=None, label="step"):
    """Make a control that plays: buttons, a scrubber, a speed, and perhaps questions.

    Parameters
    ----------
    count : int
        Number of steps; positions run from 0 to ``count``.
    start : int
        Where it starts.
    questions : mapping of int to (question, options, answer), optional
        What the predict mode asks before the step to that position: the answer is one of options,
        of which there are two at least.
    """
    if count < 1 or not 0 <= start <= count:
        raise ValueError(f"steps wants count >= 1 and 0 <= start <= count; got {count}, {start}")
    values = tuple(range(count + 1))
    labels = tuple(f"{v} of {count}" for v in values)
    return Control("steps", values, labels, start, label, checked_questions(questions or {}))


def checked_questions(questions):
    """Return the questions of a predict mode, by position, as the front end wants them.

    What has one possible answer is no question: it is left out.
    """
    asked = {
        int(k): {
            "ask": ask, "options": list(dict.fromkeys(map(str, options))), "answer": str(answer),
        }
        for k, (ask, options, answer) in questions.items()
    }  # fmt: skip
    for k, entry in asked.items():
        if entry["answer"] not in entry["options"]:
            raise ValueError(f"questions[{k}] wants an answer among its options; got {entry}")
    return {k: entry for k, entry in asked.items() if len(entry["options"]) > 1}


def replay(trace, /, view=None, *, questions=None, start=0, title="", caption="", name=""):
    """Make a figure that replays a trace: step, scrub, play, or predict each step.

    Parameters
    ----------
    trace : glassbox.trace.Trace
    view : callable, optional
        From a :class:`Moment` to a panel or a list of panels; by default every list as an array,
        and the source. Use ``moment.array(name)``, ``moment.code()`` and any other panel.
    questions : mapping, optional
        As in :func:`steps`; by default :func:`which_cell` asks which cell is read next.
    start : int
        The step it starts at.
    title, caption, name : see :func:`explore`
    """
    made = moments(trace)
    view = default_view if view is None else view
    asked = which_cell(trace) if questions is None else questions
    control = steps(len(trace.events), start, questions=asked)
    return explore(
        lambda step: view(made[step]), title=title, caption=caption, name=name, step=control
    )


def replay_each(
    run, view=None, /, *, questions=None, start=0, title="", caption="", name="", **switches
):  # fmt: skip
    """Make a figure that replays one trace for each setting of some switches.

    Parameters
    ----------
    run : callable
        Called with one keyword a switch; returns a trace. ``moment.trace.arguments`` tells a view
        the setting, if the switches are arguments of the recorded function.
    view : see :func:`replay`
    questions : callable, optional
        From a trace to its questions, as in :func:`steps`; by default :func:`which_cell`.
    start, title, caption, name : see :func:`replay`
    **switches : the abbreviations of :func:`explore`

    Notes
    -----
    Traces may differ in length; who stands at the end of one comes to the end of the next.
    """
    made = {key: to_control(key, given) for key, given in switches.items()}
    settings = list(itertools.product(*(range(len(c.values)) for c in made.values())))
    played, cases = {}, []
    for at in settings:
        trace = run(**{key: c.values[i] for (key, c), i in zip(made.items(), at, strict=True)})
        asked = (which_cell if questions is None else questions)(trace)
        played[at] = moments(trace)
        cases.append({"last": len(trace.events), "questions": checked_questions(asked)})
    view = cache(default_view if view is None else view)

    def draw(step, **values):
        at = tuple(made[key].position(key, value) for key, value in values.items())
        return view(played[at][min(step, len(played[at]) - 1)])

    longest = steps(max(case["last"] for case in cases), start)
    bare = tuple(str(v) for v in longest.values)  # "3 of 7" depends on the case
    control = replace(longest, labels=bare, cases=tuple(cases))
    return explore(draw, title=title, caption=caption, name=name, **made, step=control)


def default_view(moment):
    """Return every list as an array, then the source."""
    arrays = [moment.array(name) for name in moment.state]
    return [*arrays, moment.code(describe=moment.sentence())]


def which_cell(trace):
    """Return the questions "which cell is read next?", each answered by the event to come."""
    questions = {}
    state = moments(trace)
    for step, (op, name, index, _, _) in enumerate(trace.events, 1):
        n = len(state[step - 1].state.get(name, ())) if op == "get" else 0
        if n > 2:
            others = sorted({(index + k) % n for k in (1, n // 2, n - 1)} - {index})
            options = [f"{name}[{i}]" for i in sorted([index, *others])]
            questions[step] = ("Which cell is read next?", options, f"{name}[{index}]")
    return questions
