"""The models of the state and of the memories agree with the helpers on random pairs."""

import numpy as np
import pytest

from glassbox import linear_attention as la

RULES = ("elu + 1, divided", "sum", "delta rule")


def drawn(seed):
    rng = np.random.default_rng(seed)
    n, d, d_v = rng.integers(1, 7), rng.integers(1, 5), rng.integers(1, 4)
    return *rng.standard_normal((2, n, d)), rng.standard_normal((n, d_v))


def wanted(rule, q, k, v, decay):
    """Return what is read at each token, by the helpers."""
    if rule == "elu + 1, divided":
        return la.linear_attention_recurrent(q, k, v)
    q, k = la.unit_rows(q), la.unit_rows(k)
    if rule == "delta rule":
        return la.delta_attention(q, k, v)
    return la.decay_attention(q, k, v, decay)


@pytest.mark.parametrize("rule", RULES)
def test_state(call_js, rule):
    for seed in range(40):
        q, k, v = drawn(seed)
        decay = float(np.random.default_rng(seed).random())
        rows = (x.tolist() for x in (q, k, v))
        film = call_js("linear_attention/states.js", "film", rule, *rows, decay)
        read = np.array([step["read"] for step in film["steps"]])
        np.testing.assert_allclose(read, wanted(rule, q, k, v, decay), rtol=1e-9, atol=1e-9)
        weights = np.array([[w or 0 for w in row] for row in film["map"]])
        np.testing.assert_allclose(weights @ v, read, rtol=1e-9, atol=1e-9)


def test_what_comes_in_is_what_the_state_gains(call_js):
    q, k, v = drawn(5)
    for rule in RULES:
        film = call_js(
            "linear_attention/states.js", "film", rule, q.tolist(), k.tolist(), v.tolist(), 0.5
        )
        before = np.zeros((q.shape[1], v.shape[1]))
        for step in film["steps"]:
            fade = 0.5 if rule == "sum" else 1
            np.testing.assert_allclose(step["S"], fade * before + step["comes"], atol=1e-12)
            before = np.array(step["S"])


def test_memory(call_js):
    kinds = {
        "plain sum": "identity", "delta rule": "delta", "elu + 1": "elu_plus_one",
        "1 + u + u²/2": "taylor2", "softmax": "softmax",
    }  # fmt: skip
    for seed in range(12):
        _, k, v = drawn(seed)
        k, beta = la.unit_rows(k), float(2.0 ** (seed % 4))
        for name, rule in kinds.items():
            store = la.fill_memory(k, v, rule, sharpness=beta)
            rows = k.tolist(), v.tolist()
            reads = call_js("linear_attention/memories.js", "recalled", name, *rows, beta)
            np.testing.assert_allclose(reads, store.read, rtol=1e-9, atol=1e-9)
            errors = call_js("linear_attention/memories.js", "errorsOf", reads, rows[1])
            np.testing.assert_allclose(errors, la.memory_errors(store, v), rtol=1e-9, atol=1e-12)
