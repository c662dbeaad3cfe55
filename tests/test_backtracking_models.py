"""The model of backtracking's figures, held to the helpers by random states."""

import random

from glassbox.backtracking import CHILD_STARTS, DUPLICATES, PRUNES, ghost_nodes, widest_size

FIELDS = (
    "value",
    "index",
    "parent",
    "path",
    "rest",
    "cause",
    "seen",
    "answer",
    "reported",
    "lost",
)


def states(count):
    """Yield random candidates, a target, and rules."""
    rng = random.Random(14)
    for _ in range(count):
        start = rng.choice(CHILD_STARTS)
        candidates = [rng.randint(1, 6) for _ in range(rng.randint(0, 5))]
        yield (
            candidates if rng.random() < 0.3 else sorted(candidates),
            rng.randint(0, 7),
            {
                "widest": rng.choice(CHILD_STARTS[: CHILD_STARTS.index(start) + 1]),
                "child_start": start,
                "prune": rng.choice(PRUNES),
                "duplicates": rng.choice(DUPLICATES),
                "look_ahead": rng.random() < 0.5,
            },
        )


def test_ghost_tree(call_js):
    seen = set()
    for candidates, target, rules in states(400):
        named = {
            "widest": rules["widest"],
            "childStart": rules["child_start"],
            "prune": rules["prune"],
            "duplicates": rules["duplicates"],
            "lookAhead": rules["look_ahead"],
        }
        found = call_js("backtracking/ghosts.js", "ghostNodes", candidates, target, named)
        wanted = ghost_nodes(candidates, target, **rules)
        assert found == [{name: node[name] for name in FIELDS} for node in wanted], (
            candidates,
            target,
            rules,
        )
        size = call_js("backtracking/ghosts.js", "widestSize", candidates, target, rules["widest"])
        assert size == widest_size(candidates, target, child_start=rules["widest"]) == len(found)
        seen |= {node["cause"] for node in found}
        seen |= {"lost" for node in found if node["lost"]}
    assert seen == {None, "start", "prune", "skip", "ahead", "lost"}


def test_numbers_are_read_as_they_are_typed(call_js):
    def read(text):
        return call_js("backtracking/ghosts.js", "readNumbers", text)

    assert (
        read("2 3 3 4") == read("[2, 3, 3, 4]") == read(" 2;3,3  4 ") == {"numbers": [2, 3, 3, 4]}
    )
    assert read("") == {"numbers": []}
    for bad in ("2 x", "-1 2", "0", "1.5", "1e3"):
        assert "whole numbers from 1 on" in read(bad)["problem"]
    assert "six digits" in read("1234567")["problem"]
