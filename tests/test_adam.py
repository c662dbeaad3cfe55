from dataclasses import astuple
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassbox.adam import (
    AdamState,
    adagrad_step,
    adam_step,
    adamw_step,
    beale,
    box_minimum,
    cosine_schedule,
    descend,
    init_state,
    init_weights,
    minibatch_gradient,
    minibatches,
    minimise,
    network_error,
    network_loss,
    noisy,
    quadratic,
    resting_place,
    ridge_minimum,
    rmsprop_step,
    rosenbrock,
    saddle,
    sgd_step,
    step_factor,
    translate_decay,
    unpack,
    warmup_schedule,
)
from glassbox.adam.examples import load_digits, noisy_digits, pixel_factors
from glassbox.adam.steps import adam_direction

STEPS = [adam_step, adamw_step, sgd_step, rmsprop_step, adagrad_step]
ADAMS = [adam_step, adamw_step]
SURFACES = [quadratic(), quadratic(30, 25, (3, 0.5)), rosenbrock(), beale(), saddle()]

# Recorded from PyTorch by references/record_adam.py, which has the same names.
RECORDED = np.load(Path(__file__).parent / "references" / "adam.npz")
FAST = {"lr": 0.01, "beta1": 0.8, "beta2": 0.95}
CASES = {
    "adam": (adam_step, {}),
    "adam_lr": (adam_step, {"lr": 0.3}),
    "adam_betas": (adam_step, FAST),
    "adam_no_memory": (adam_step, {"lr": 0.01, "beta1": 0.0, "beta2": 0.0}),
    "adam_eps": (adam_step, {"lr": 0.01, "eps": 1e-3}),
    "adam_l2": (adam_step, {"lr": 0.01, "weight_decay": 0.1}),
    "adam_amsgrad": (adam_step, {"lr": 0.01, "amsgrad": True}),
    "adam_l2_amsgrad": (adam_step, FAST | {"weight_decay": 0.3, "amsgrad": True}),
    "adamw": (adamw_step, {}),
    "adamw_lr": (adamw_step, {"lr": 0.3}),
    "adamw_decay": (adamw_step, {"lr": 0.01, "weight_decay": 0.5}),
    "adamw_no_decay": (adamw_step, {"lr": 0.01, "weight_decay": 0.0}),
    "adamw_eps": (adamw_step, FAST | {"eps": 1e-3}),
    "adamw_amsgrad": (adamw_step, FAST | {"weight_decay": 0.3, "amsgrad": True}),
    "sgd": (sgd_step, {"lr": 0.01}),
    "sgd_momentum": (sgd_step, {"lr": 0.01, "momentum": 0.9}),
    "sgd_l2": (sgd_step, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
    "sgd_nesterov": (sgd_step, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    "sgd_nesterov_l2": (
        sgd_step,
        {"lr": 0.01, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
    ),
    "rmsprop": (rmsprop_step, {}),
    "rmsprop_all": (
        rmsprop_step,
        {"lr": 0.003, "beta2": 0.9, "eps": 1e-4, "momentum": 0.8, "weight_decay": 0.1},
    ),
    "adagrad": (adagrad_step, {}),
    "adagrad_all": (adagrad_step, {"lr": 0.1, "eps": 1e-3, "weight_decay": 0.1}),
}
ROSENBROCK = {
    "adam": (adam_step, {"lr": 0.02}),
    "adamw": (adamw_step, {"lr": 0.02, "weight_decay": 0.1}),
    "sgd_momentum": (sgd_step, {"lr": 2e-4, "momentum": 0.9}),
    "rmsprop": (rmsprop_step, {"lr": 0.005}),
    "adagrad": (adagrad_step, {"lr": 0.3}),
}
BUFFERS = {
    "exp_avg": "m",
    "exp_avg_sq": "v",
    "max_exp_avg_sq": "v_max",
    "momentum_buffer": "m",
    "square_avg": "v",
    "sum": "v",
}

moderate = st.floats(-100, 100).filter(lambda x: x == 0 or abs(x) > 1e-3)
gradient_lists = arrays(float, (6, 3), elements=moderate)
points = arrays(float, 3, elements=moderate)


def replayed(grads):
    """Return a gradient function that gives the rows of `grads` in turn, wherever it is asked."""
    rows = iter(np.asarray(grads, dtype=float))
    return lambda params: np.broadcast_to(next(rows), params.shape)


def walk(step, start, grads, **hyper):
    """Return the trajectory of `step` on given gradients."""
    return minimise(step, replayed(grads), start, len(grads), **hyper)[0]


def by_differences(f, x, h=1e-6):
    """Return the gradient of the scalar function f at the vector x, by central differences."""
    units = h * np.eye(len(x))
    return np.array([f(x + e) - f(x - e) for e in units]) / (2 * h)


# --- worked by hand ----------------------------------------------------------------------------


def test_two_steps_of_adam_by_hand():
    # beta1 = beta2 = 1/2, gradients 2 then -4, eps 0, lr 1.
    # t = 1: m = 1, v = 2; corrected by 1/2: 2 and 4; step 2 / 2 = 1.
    # t = 2: m = 1/2 - 2 = -3/2, v = 1 + 8 = 9; by 3/4: -2 and 12; step -2 / sqrt(12).
    hyper = {"lr": 1, "beta1": 0.5, "beta2": 0.5, "eps": 0}
    trajectory, moments = minimise(adam_step, replayed([[2], [-4]]), [10], 2, **hyper)
    np.testing.assert_allclose(trajectory.ravel(), [10, 9, 9 + 2 / 12**0.5], rtol=1e-15)
    np.testing.assert_array_equal(moments.m.ravel(), [0, 1, -1.5])
    np.testing.assert_array_equal(moments.v.ravel(), [0, 2, 9])
    np.testing.assert_array_equal(moments.t, [0, 1, 2])


def test_the_decay_of_adamw_stays_out_of_the_moments_and_that_of_adam_does_not():
    # theta = 4, g = 2, lambda = 1/2. L2: g becomes 4 and the first step is still lr = 1/4.
    # AdamW: the step is lr * (1 + 1/2 * 4) = 3/4, the moments are those of g = 2.
    hyper = {"lr": 0.25, "beta1": 0.5, "beta2": 0.5, "eps": 0, "weight_decay": 0.5}
    params, state = adam_step([4], [2], init_state([4]), **hyper)
    assert (params[0], state.m[0], state.v[0]) == (3.75, 2, 8)
    params, state = adamw_step([4], [2], init_state([4]), **hyper)
    assert (params[0], state.m[0], state.v[0]) == (3.25, 1, 2)


def test_amsgrad_divides_by_the_largest_second_moment_so_far():
    # Without memory v is 16, then 1: AMSGrad's second step is 1 / 4, Adam's 1 / 1.
    hyper = {"lr": 1, "beta1": 0, "beta2": 0, "eps": 0}
    grads = [[4], [1]]
    assert walk(adam_step, [0], grads, **hyper)[-1] == -2
    assert walk(adam_step, [0], grads, amsgrad=True, **hyper)[-1] == -1.25


def test_nesterov_by_hand():
    # g = 1 twice, momentum 1/2: m = 1, 3/2; looking ahead: 1 + 1/2, 1 + 3/4.
    grads = [[1], [1]]
    hyper = {"lr": 1, "momentum": 0.5}
    np.testing.assert_array_equal(walk(sgd_step, [0], grads, **hyper).ravel(), [0, -1, -2.5])
    ahead = walk(sgd_step, [0], grads, nesterov=True, **hyper)
    np.testing.assert_array_equal(ahead.ravel(), [0, -1.5, -3.25])


# --- PyTorch -----------------------------------------------------------------------------------


def test_every_recorded_case_is_compared():
    recorded = {name.split("/")[1] for name in RECORDED if name.startswith("open/")}
    assert recorded == set(CASES)
    recorded = {name.split("/")[1] for name in RECORDED if name.startswith("rosenbrock/")}
    assert recorded == set(ROSENBROCK)


@pytest.mark.parametrize("name", CASES)
def test_given_gradients_lead_where_pytorch_goes(name):
    step, hyper = CASES[name]
    grads = RECORDED["grads"]
    gradient = replayed(grads)
    trajectory, moments = minimise(step, gradient, RECORDED["start"], len(grads), **hyper)
    np.testing.assert_allclose(trajectory[10::10], RECORDED[f"open/{name}"], rtol=1e-12, atol=1e-12)
    compared = 0
    for buffer, ours in BUFFERS.items():
        if f"open/{name}/{buffer}" in RECORDED:
            theirs = RECORDED[f"open/{name}/{buffer}"]
            np.testing.assert_allclose(getattr(moments, ours)[-1], theirs, rtol=1e-12, atol=1e-310)
            compared += 1
    assert compared or name == "sgd"


@pytest.mark.parametrize("name", ROSENBROCK)
def test_the_way_down_rosenbrock_is_pytorchs(name):
    step, hyper = ROSENBROCK[name]
    trajectory, _ = minimise(step, rosenbrock().gradient, [-1.2, 1.0], 200, **hyper)
    np.testing.assert_allclose(trajectory[::10], RECORDED[f"rosenbrock/{name}"], rtol=1e-9)


def test_schedules_are_pytorchs():
    np.testing.assert_allclose(warmup_schedule(20, 8), RECORDED["schedule/warmup"], rtol=1e-12)
    ours = cosine_schedule(50, floor=0.1)
    np.testing.assert_allclose(ours, RECORDED["schedule/cosine"], rtol=1e-12)


# --- properties of the steps -------------------------------------------------------------------


@given(points, gradient_lists, st.integers(-100, 100))
def test_adam_does_not_see_the_scale_of_the_gradient(start, grads, power):
    hyper = {"lr": 0.1, "eps": 0}
    scaled = walk(adam_step, start, grads * 2.0**power, **hyper)
    np.testing.assert_array_equal(scaled, walk(adam_step, start, grads, **hyper))


@given(points, gradient_lists, arrays(float, 3, elements=st.sampled_from([1e-3, 0.5, 1e3])))
def test_adamw_does_not_see_the_scale_of_a_coordinate_but_adam_with_l2_does(start, grads, scale):
    hyper = {"lr": 0.1, "eps": 0, "weight_decay": 0.3}
    scaled = walk(adamw_step, start, grads * scale, **hyper)
    np.testing.assert_allclose(scaled, walk(adamw_step, start, grads, **hyper), atol=1e-9)


def test_adam_with_l2_sees_the_scale_of_a_coordinate():
    hyper = {"lr": 0.1, "eps": 0, "weight_decay": 0.3}
    grads = np.array([[1.0], [-1.0], [1.0]])
    small, large = (walk(adam_step, [5], grads * c, **hyper)[-1, 0] for c in (1e-3, 1e3))
    assert abs(small - large) > 0.1


@pytest.mark.parametrize("step", ADAMS)
def test_eps_breaks_the_invariance_for_gradients_of_its_size(step):
    # First step: lr g / (g + eps).
    for g, share in [(1e-8, 1 / 2), (1e-6, 100 / 101), (1.0, 1.0)]:
        params, _ = step([0], [g], init_state([0]), lr=1, eps=1e-8)
        assert params[0] == pytest.approx(-share, rel=1e-7)


@pytest.mark.parametrize("step", ADAMS)
@given(points, points, st.floats(1e-4, 1), st.floats(0, 0.99), st.floats(0, 0.9999))
def test_the_first_step_has_size_lr(step, start, grad, lr, beta1, beta2):
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": 0, "weight_decay": 0}
    params, _ = step(start, grad, init_state(start), **hyper)
    np.testing.assert_allclose(params, start - lr * np.sign(grad), rtol=1e-10, atol=1e-10)


@given(points, gradient_lists, st.booleans())
def test_without_decay_adamw_is_adam(start, grads, amsgrad):
    hyper = {"lr": 0.1, "weight_decay": 0, "amsgrad": amsgrad}
    np.testing.assert_array_equal(
        walk(adamw_step, start, grads, **hyper), walk(adam_step, start, grads, **hyper)
    )


@given(points, st.floats(1e-3, 0.99), st.floats(0, 1), st.integers(0, 30))
def test_decay_alone_shrinks_by_a_power(start, lr, decay, n_steps):
    zeros = np.zeros((n_steps, 3))
    trajectory = walk(adamw_step, start, zeros, lr=lr, weight_decay=decay)
    np.testing.assert_allclose(trajectory[-1], start * (1 - lr * decay) ** n_steps, rtol=1e-9)


@given(points, gradient_lists, st.floats(1e-3, 0.1), st.floats(0, 1))
def test_for_plain_sgd_l2_and_decoupled_decay_are_one(start, grads, lr, decay):
    # Proposition 1 of the AdamW paper, in PyTorch's parametrisation.
    l2 = walk(sgd_step, start, grads, lr=lr, weight_decay=decay)
    params = start
    for grad in grads:
        params = (1 - lr * decay) * params - lr * grad
    np.testing.assert_allclose(l2[-1], params, rtol=1e-9, atol=1e-9)


def test_with_momentum_l2_and_decoupled_decay_differ():
    l2 = walk(sgd_step, [1.0], np.zeros((5, 1)), lr=0.1, momentum=0.9, weight_decay=0.1)
    assert abs(l2[-1, 0] - 0.99**5) > 0.01


def test_constant_gradients_make_adam_step_by_lr_for_ever():
    trajectory = walk(adam_step, [0, 0], np.tile([3.0, -1e-3], (50, 1)), lr=0.1, eps=0)
    np.testing.assert_allclose(trajectory[:, 0], -0.1 * np.arange(51), atol=1e-12)
    np.testing.assert_allclose(trajectory[:, 1], 0.1 * np.arange(51), atol=1e-12)


def test_a_step_can_be_seven_times_lr_but_no_more():
    # Cauchy and Schwarz: |m| / sqrt(v) <= (1 - b1) / sqrt((1 - b2) (1 - b1² / b2)), a limit that
    # gradients growing like (b2 / b1)^t approach; Kingma and Ba's Section 2.1 says 3.16.
    bound = 0.1 / np.sqrt(0.001 * (1 - 0.81 / 0.999))
    assert bound == pytest.approx(7.2703, abs=1e-4)
    grads = (0.999 / 0.9) ** np.arange(3000.0)[:, None] * 1e-100
    trajectory = walk(adam_step, [0], grads, lr=1, eps=0)
    last = trajectory[-2, 0] - trajectory[-1, 0]
    factor = step_factor(3000)
    assert last / factor == pytest.approx(bound, rel=1e-6)
    assert last / factor < bound


def test_adamw_can_leave_the_box_on_gradients_chosen_for_it():
    grads = (0.999 / 0.9) ** np.arange(3000.0)[:, None] * 1e-100
    trajectory = walk(adamw_step, [0], grads, lr=0.01, eps=0, weight_decay=1.0)
    assert np.abs(trajectory).max() > 6


@given(points, gradient_lists)
def test_amsgrad_never_divides_by_less(start, grads):
    _, moments = minimise(adam_step, replayed(grads), start, len(grads), amsgrad=True)
    assert (np.diff(moments.v_max, axis=0) >= 0).all()
    assert (moments.v_max >= moments.v).all()


def test_with_eps_0_a_coordinate_without_gradient_stays():
    for step in (adam_step, rmsprop_step, adagrad_step):
        params, _ = step([2.0, 2.0], [0.0, 1.0], init_state([2.0, 2.0]), eps=0)
        assert params[0] == 2 and params[1] < 2


@pytest.mark.parametrize("step", ADAMS)
def test_a_gradient_whose_square_overflows_stops_its_coordinate(step):
    with pytest.warns(RuntimeWarning, match="overflow"):
        params, state = step([1, 1], [1e200, 1], init_state([1, 1]), lr=0.5, weight_decay=0)
    assert np.isinf(state.v[0])
    np.testing.assert_allclose(params, [1, 0.5])


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_pure(step):
    params, grad = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    _, state = step(params, grad, init_state(params), lr=0.1)
    kept = [array.copy() for array in (params, grad, state.m, state.v, state.v_max)]
    _, after = step(params, grad, state, lr=0.1)
    assert (state.t, after.t) == (1, 2)
    for array, copy in zip((params, grad, state.m, state.v, state.v_max), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("step", STEPS)
def test_a_grid_of_runs_equals_one_run_each(step):
    lr = np.array([0.01, 0.02, 0.05])[:, None, None]
    decay = np.array([0.0, 0.1])[:, None]
    start = np.array([-1.2, 1.0])
    gradient = quadratic(5, 30).gradient
    starts = np.broadcast_to(start, (3, 2, 2))
    grid, moments = minimise(step, gradient, starts, 20, lr=lr, weight_decay=decay)
    assert grid.shape == moments.m.shape == (21, 3, 2, 2)
    for i in range(3):
        for j in range(2):
            hyper = {"lr": lr[i, 0, 0], "weight_decay": decay[j, 0]}
            one, _ = minimise(step, gradient, start, 20, **hyper)
            np.testing.assert_allclose(grid[:, i, j], one, rtol=1e-13, atol=1e-15)


def test_all_hyper_parameters_may_be_arrays():
    column = np.array([[0.5], [0.9]])
    hyper = {"lr": column, "beta1": column, "beta2": column, "eps": column, "weight_decay": column}
    together = walk(adam_step, np.ones((2, 3)), np.ones((4, 3)), **hyper)
    for i in range(2):
        one = walk(adam_step, np.ones(3), np.ones((4, 3)), **{k: c[i, 0] for k, c in hyper.items()})
        np.testing.assert_allclose(together[:, i], one, rtol=1e-14)


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grad": [1.0]}, r"grad must have shape \(2,\), that of params, got \(1,\)"),
        ({"grad": [1.0, np.nan]}, r"grad must be finite, got grad\[1\] = nan"),
        ({"grad": [np.inf, 1.0]}, r"grad must be finite, got grad\[0\] = inf"),
        ({"params": [1.0, -np.inf]}, r"params must be finite, got params\[1\] = -inf"),
        ({"state": init_state([1.0])}, r"state.m must have shape \(2,\), that of params"),
        ({"lr": 0.0}, "lr must be > 0, got 0.0"),
        ({"lr": -1}, "lr must be > 0, got -1.0"),
        ({"lr": np.nan}, "lr must be finite, got lr = nan"),
        ({"lr": [[0.1], [0.2]]}, r"lr must broadcast to the shape \(2,\), got \(2, 1\)"),
        ({"lr": [0.1, 0.2, 0.3]}, r"lr must broadcast to the shape \(2,\), got \(3,\)"),
        ({"weight_decay": -0.1}, "weight_decay must be >= 0, got -0.1"),
    ],
)
def test_bad_input_is_named(step, changes, message):
    arguments = {"params": [1.0, 2.0], "grad": [1.0, 2.0], "state": init_state([1.0, 2.0])}
    with pytest.raises(ValueError, match=message):
        step(**arguments | changes)


@pytest.mark.parametrize(
    ("m", "v", "message"),
    [
        ([np.nan, 0], [0, 0], r"state.m must be finite, got state.m\[0\] = nan"),
        ([0, 0], [0, -1], "state.v must be >= 0, got -1.0"),
        ([0, 0], [np.nan, 0], "state.v must be >= 0, got nan"),
    ],
)
def test_a_state_that_no_step_makes_is_refused(m, v, message):
    state = AdamState(np.array(m, float), np.array(v, float), np.zeros(2), 1)
    with pytest.raises(ValueError, match=message):
        adam_step([1.0, 2.0], [1.0, 2.0], state)


def test_with_eps_0_a_gradient_whose_square_vanishes_counts_as_none():
    params, _ = adam_step([1.0], [1e-170], init_state([1.0]), eps=0)
    assert params == 1.0


BAD_HYPER = [
    ("beta1", 1.0, r"beta1 must be in \[0, 1\), got 1.0"),
    ("beta1", -0.1, r"beta1 must be in \[0, 1\), got -0.1"),
    ("beta2", 1.0, r"beta2 must be in \[0, 1\), got 1.0"),
    ("beta2", [0.5, 1.5], r"beta2 must be in \[0, 1\), got beta2\[1\] = 1.5"),
    ("momentum", 1.0, r"momentum must be in \[0, 1\), got 1.0"),
    ("eps", -1e-8, "eps must be >= 0, got -1e-08"),
]


@pytest.mark.parametrize(
    ("step", "name", "value", "message"),
    [(step, *bad) for step in STEPS for bad in BAD_HYPER if bad[0] in signature(step).parameters],
)
def test_a_bad_hyper_parameter_is_named(step, name, value, message):
    with pytest.raises(ValueError, match=message):
        step([1.0, 2.0], [1.0, 2.0], init_state([1.0, 2.0]), **{name: value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"params": ["a", "b"]}, "params must be real numbers"),
        ({"grad": None}, "grad must be real numbers"),
        ({"lr": "0.1"}, "lr must be real numbers"),
        ({"lr": True}, "lr must be real numbers, got dtype bool"),
        ({"state": None}, "state must be an AdamState"),
        ({"state": AdamState(*np.zeros((3, 2)), 0.5)}, "state.t must be an integer"),
        ({"amsgrad": "no"}, "amsgrad must be True or False, got 'no'"),
        ({"amsgrad": np.array([True, False])}, "amsgrad must be True or False"),
    ],
)
def test_a_wrong_type_is_named(changes, message):
    arguments = {"params": [1.0, 2.0], "grad": [1.0, 2.0], "state": init_state([1.0, 2.0])}
    with pytest.raises(TypeError, match=message):
        adam_step(**arguments | changes)


# --- trajectories and schedules ----------------------------------------------------------------


def test_a_trajectory_is_the_step_repeated():
    gradient = quadratic().gradient
    trajectory, moments = minimise(adam_step, gradient, [1, 2], 5, lr=0.1)
    params, state = np.array([1.0, 2.0]), init_state([1, 2])
    for t in range(5):
        np.testing.assert_array_equal(trajectory[t], params)
        np.testing.assert_array_equal(moments.v[t], state.v)
        params, state = adam_step(params, gradient(params), state, lr=0.1)
    np.testing.assert_array_equal(trajectory[5], params)


def test_keep_thins_a_trajectory():
    arguments = (adam_step, quadratic().gradient, [1, 2], 9)
    whole, moments = minimise(*arguments, lr=0.1)
    thin, thin_moments = minimise(*arguments, lr=0.1, keep=[0, 4, 9])
    np.testing.assert_array_equal(thin, whole[[0, 4, 9]])
    np.testing.assert_array_equal(thin_moments.m, moments.m[[0, 4, 9]])
    np.testing.assert_array_equal(thin_moments.t, [0, 4, 9])


def test_a_schedule_scales_the_learning_rate():
    trajectory, _ = minimise(
        sgd_step, lambda x: np.ones_like(x), [0.0], 4, schedule=warmup_schedule(4, 4), lr=4
    )
    np.testing.assert_array_equal(trajectory.ravel(), [0, -1, -3, -6, -10])


def test_a_run_that_diverges_stops_and_leaves_the_others_alone():
    lr = np.array([[0.1], [0.5]])  # 2 / 10 is the limit of stability
    start = np.ones((2, 2))
    trajectory, _ = minimise(sgd_step, quadratic(10).gradient, start, 60, lr=lr, limit=100)
    alone, _ = minimise(sgd_step, quadratic(10).gradient, start[0], 60, lr=0.1)
    np.testing.assert_array_equal(trajectory[:, 0], alone)
    assert np.abs(trajectory).max() <= 100
    stopped = np.flatnonzero((np.diff(trajectory[:, 1], axis=0) == 0).all(axis=1))
    np.testing.assert_array_equal(stopped, np.arange(stopped[0], 60))  # for good
    assert stopped[0] == 3  # 1, -4, 16, -64, 256 in the steep coordinate


def test_a_run_that_has_stopped_does_not_come_back():
    places = iter([5.0, 20.0, 6.0, 7.0])
    trajectory, _ = minimise(
        lambda params, grad, state: (params * 0 + next(places), state),
        lambda x: x,
        [1.0],
        4,
        limit=10,
    )
    np.testing.assert_array_equal(trajectory.ravel(), [1, 5, 5, 5, 5])


def test_without_a_limit_a_gradient_that_overflows_is_an_error():
    with (
        pytest.raises(ValueError, match=r"must be finite, got"),
        np.errstate(over="ignore", invalid="ignore"),
    ):
        minimise(sgd_step, rosenbrock().gradient, [-1.2, 1.0], 100, lr=1.0)


def test_no_steps_leave_the_start():
    trajectory, moments = minimise(adam_step, quadratic().gradient, [1, 2], 0)
    np.testing.assert_array_equal(trajectory, [[1, 2]])
    assert moments.m.shape == (1, 2)


def test_a_gradient_that_writes_on_its_argument_does_no_harm():
    def gradient(x):
        x *= 2
        return x / 2

    start = np.array([8.0])
    trajectory, _ = minimise(sgd_step, gradient, start, 2, lr=0.5)
    np.testing.assert_array_equal(trajectory.ravel(), [8, 4, 2])
    assert start == 8


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_steps": -1}, ValueError, "n_steps must be at least 0, got -1"),
        ({"n_steps": True}, TypeError, "n_steps must be an integer, got True"),
        ({"n_steps": 2.5}, TypeError, "n_steps must be an integer, got 2.5"),
        ({"start": [np.nan, 1]}, ValueError, "start must be finite"),
        ({"start": 1.0}, ValueError, r"start must have shape \(..., d\), got \(\)"),
        ({"step": None}, TypeError, "step must be a function"),
        ({"schedule": [1, 1]}, ValueError, "schedule multiplies lr: give lr too"),
        ({"schedule": [1, 1], "lr": 1}, ValueError, r"\(3,\), one factor a step, got \(2,\)"),
        ({"schedule": [1, 0, 1], "lr": 1}, ValueError, "lr must be > 0, got 0.0"),
        ({"limit": 0}, ValueError, "limit must be > 0, got 0"),
        ({"keep": [2, 1]}, ValueError, r"keep must increase .* got \[2, 1\]"),
        ({"keep": [4]}, ValueError, r"to 3 or less, got \[4\]"),
        ({"keep": []}, ValueError, r"got \[\]"),
        ({"keep": [0, 99]}, ValueError, r"keep must increase .* got \[0, 99\]"),
        ({"keep": [-1]}, ValueError, "each of keep must be at least 0, got -1"),
        ({"gradient": lambda x: x[:1]}, ValueError, "that of params, got"),
    ],
)
def test_a_bad_walk_is_refused(arguments, error, message):
    good = {"step": adam_step, "gradient": lambda x: x, "start": [1.0, 2.0], "n_steps": 3}
    with pytest.raises(error, match=message):
        minimise(**good | arguments)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
def test_a_schedule_rises_to_one_and_falls_to_its_floor(n_steps, n_warmup, floor):
    if n_warmup > n_steps:
        with pytest.raises(ValueError, match="n_warmup must be at most n_steps"):
            cosine_schedule(n_steps, n_warmup, floor)
        return
    factors = cosine_schedule(n_steps, n_warmup, floor)
    assert factors.shape == (n_steps,)
    assert (factors > 0).all() and (factors <= 1).all()
    assert (np.diff(factors[:n_warmup]) > 0).all()
    assert (np.diff(factors[n_warmup:]) <= 0).all()
    assert (factors[n_warmup:] >= floor).all()
    if 0 < n_warmup < n_steps:
        assert factors[n_warmup - 1] == factors[n_warmup] == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: warmup_schedule(-1, 0), "n_steps must be at least 0, got -1"),
        (lambda: warmup_schedule(5, -1), "n_warmup must be at least 0, got -1"),
        (lambda: cosine_schedule(5, floor=1.5), r"floor must be in \[0, 1\], got 1.5"),
        (lambda: step_factor(0), "t must be >= 1, got 0"),
        (lambda: step_factor(1, beta1=1.0), r"beta1 must be in \[0, 1\), got 1.0"),
        (lambda: step_factor(1, beta2=1.0), r"beta2 must be in \[0, 1\), got 1.0"),
        (lambda: step_factor(1, beta1=-0.5), r"beta1 must be in \[0, 1\), got -0.5"),
        (lambda: step_factor(1, beta2=-0.5), r"beta2 must be in \[0, 1\), got -0.5"),
    ],
)
def test_a_bad_schedule_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_without_a_warmup_the_rate_is_full_at_once():
    with np.errstate(all="raise"):
        assert warmup_schedule(3, 0).tolist() == warmup_schedule(3, 1).tolist() == [1, 1, 1]


def test_bias_correction_scales_the_raw_moments():
    rng = np.random.default_rng(1)
    grads = rng.standard_normal((40, 2))
    trajectory, moments = minimise(adam_step, replayed(grads), [0, 0], 40, lr=1, eps=0)
    raw = moments.m[1:] / np.sqrt(moments.v[1:])
    factor = step_factor(np.arange(1, 41))[:, None]
    np.testing.assert_allclose(-np.diff(trajectory, axis=0), factor * raw, rtol=1e-9, atol=1e-12)


def test_without_correction_early_steps_are_too_large_and_worst_at_the_twelfth():
    inverse = 1 / step_factor(np.arange(1, 5001))
    assert inverse[0] == pytest.approx(10**0.5)
    assert inverse.argmax() + 1 == 12
    assert inverse[11] == pytest.approx(6.569, abs=5e-4)
    assert 1 / step_factor(1, 0.9, 0.95) == pytest.approx(0.447, abs=5e-4)  # here: too small


# --- surfaces ----------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_a_gradient_is_that_of_the_value(surface):
    rng = np.random.default_rng(2)
    low, high = np.transpose(surface.domain)
    for point in rng.uniform(low, high, (20, 2)):
        # A polynomial is exact at complex points, and has no cancellation there.
        by_complex_step = [surface.f(*(point + 1e-30j * unit)).imag / 1e-30 for unit in np.eye(2)]
        np.testing.assert_allclose(surface.gradient(point), by_complex_step, rtol=1e-11, atol=1e-9)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_a_minimum_is_one_and_the_start_is_in_the_domain(surface):
    np.testing.assert_allclose(surface.gradient(surface.minimum), [0, 0], atol=1e-12)
    x, y, heights = surface.grid(201)
    assert heights.min() >= surface.value(surface.minimum)
    for point in (surface.start, surface.minimum):
        assert (np.array(surface.domain)[:, 0] <= point).all()
        assert (np.array(surface.domain)[:, 1] >= point).all()
    i, j = 50, 120
    assert heights[i, j] == surface.value([x[j], y[i]])


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_adam_gets_down_from_the_start(surface):
    trajectory, _ = minimise(adam_step, surface.gradient, surface.start, 3000, lr=0.05)
    np.testing.assert_allclose(trajectory[-1], surface.minimum, atol=1e-3)


def test_a_quadratic_has_the_condition_number_and_axes_asked_for():
    surface = quadratic(condition=30, angle=25, minimum=(3, 0.5))
    assert np.linalg.cond(surface.hessian) == pytest.approx(30)
    flat = np.array([np.cos(np.deg2rad(25)), np.sin(np.deg2rad(25))])
    np.testing.assert_allclose(surface.hessian @ flat, flat)
    point = np.array([1.0, -2.0])
    offset = point - surface.minimum
    assert surface.value(point) == pytest.approx(offset @ surface.hessian @ offset / 2)


def test_noise_has_mean_zero_and_the_scale_asked_for_and_comes_from_rng():
    still = quadratic(4)
    surface = noisy(still, [0.1, 2.0], np.random.default_rng(3))
    points = np.tile([1.0, 1.0], (20_000, 1))
    noise = surface.gradient(points) - still.gradient(points)
    np.testing.assert_allclose(noise.std(axis=0), [0.1, 2.0], rtol=0.02)
    np.testing.assert_allclose(noise.mean(axis=0) / [0.1, 2.0], 0, atol=0.03)
    assert surface.value([1, 1]) == still.value([1, 1])
    again = [noisy(still, 1, np.random.default_rng(4)).gradient([1, 1]) for _ in range(2)]
    np.testing.assert_array_equal(*again)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: quadratic(0.5), ValueError, "condition must be >= 1, got 0.5"),
        (lambda: quadratic(minimum=(1, 2, 3)), ValueError, r"\(2,\), a point, got \(3,\)"),
        (lambda: beale().value([1, 2, 3]), ValueError, r"points must have shape \(..., 2\)"),
        (lambda: saddle().grid(1), ValueError, "n must be at least 2, got 1"),
        (lambda: noisy(beale(), -1, np.random.default_rng(0)), ValueError, "scale must be >= 0"),
        (lambda: noisy(beale(), 1, None), TypeError, "rng must be a generator"),
        (lambda: noisy("beale", 1, None), TypeError, "surface must be a Surface"),
        (lambda: ridge_minimum(np.eye(2), [1], 1), ValueError, r"hessian .* shape \(1, 1\) for"),
        (lambda: ridge_minimum([[1, 2], [2, 1]], [1, 1], 1), ValueError, "positive definite"),
        (lambda: box_minimum(np.eye(3), [1, 1, 1], 1), ValueError, "a point of the plane"),
        (lambda: box_minimum(np.eye(2), [1, 1], 0), ValueError, "half_width must be > 0"),
    ],
)
def test_a_bad_surface_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# --- where the decay leads ---------------------------------------------------------------------

numbers = st.floats(-3, 3)


@settings(max_examples=40)
@given(st.floats(1, 30), st.floats(0, 180), numbers, numbers, st.floats(0.1, 4))
def test_the_box_minimum_beats_every_point_of_the_box(condition, angle, a, b, half_width):
    surface = quadratic(condition, angle, (a, b))
    best = box_minimum(surface.hessian, (a, b), half_width)
    assert np.abs(best).max() <= half_width
    side = np.linspace(-half_width, half_width, 81)
    heights = surface.value(np.stack(np.meshgrid(side, side), axis=-1))
    assert surface.value(best) <= heights.min() + 1e-12


@given(st.floats(1, 30), st.floats(0, 180), numbers, numbers, st.floats(0, 4))
def test_at_the_ridge_minimum_gradient_and_decay_cancel(condition, angle, a, b, decay):
    surface = quadratic(condition, angle, (a, b))
    best = ridge_minimum(surface.hessian, (a, b), decay)
    np.testing.assert_allclose(surface.gradient(best) + decay * best, 0, atol=1e-10)


@pytest.mark.parametrize("angle", [30, -60])
def test_adam_with_l2_ends_on_the_ridge_and_adamw_in_the_box(angle):
    # The memory of v, 1 / (1 - beta2) steps, sets how fast AdamW gets there.
    surface = quadratic(10, angle, (3, 0.5))
    decays = np.array([0.1, 0.2, 0.4, 0.6, 1.0])
    arguments = (surface.gradient, np.zeros((5, 2)), 3000, cosine_schedule(3000))
    hyper = {"lr": 0.05, "beta2": 0.95, "weight_decay": decays[:, None], "keep": [3000]}
    l2, adamw = (minimise(step, *arguments, **hyper)[0][-1] for step in ADAMS)
    ridge = [ridge_minimum(surface.hessian, surface.minimum, decay) for decay in decays]
    box = [box_minimum(surface.hessian, surface.minimum, 1 / decay) for decay in decays]
    np.testing.assert_allclose(l2, ridge, atol=1e-6)
    np.testing.assert_allclose(adamw, box, atol=3e-4)
    np.testing.assert_array_equal(box[:2], [surface.minimum] * 2)  # inside: no shrinking at all
    assert np.abs(np.subtract(ridge, box)).max(axis=1).min() > 0.05


def test_near_an_interior_minimum_the_memory_of_v_sets_the_pace_of_adamw():
    # At rest the direction is -decay * theta while g dies like r^t, and then
    # g / sqrt(v) = sqrt((1 - beta2 / r²) / (1 - beta2)): r² = beta2 / (1 - (1 - beta2) direction²).
    hyper = {"beta1": 0, "beta2": 0.99, "weight_decay": 0.2}
    r = np.sqrt(0.99 / (1 - 0.01 * 0.6**2))
    for lr in (0.01, 0.03):
        trajectory, _ = minimise(adamw_step, lambda x: x - 3, [0], 1600, lr=lr, **hyper)
        error = np.abs(trajectory[:, 0] - 3)
        assert (error[1600] / error[1200]) ** (1 / 400) == pytest.approx(r, abs=1e-5)


# --- the network -------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 5, 4, 3)])
def test_backpropagation_agrees_with_differences(sizes):
    rng = np.random.default_rng(5)
    inputs, labels = rng.standard_normal((7, sizes[0])), rng.integers(0, sizes[-1], 7)
    weights = init_weights(sizes, rng) + 0.1  # biases off 0
    _, gradient = network_loss(weights, inputs, labels, sizes)
    expected = by_differences(lambda w: network_loss(w, inputs, labels, sizes)[0], weights)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)


def test_networks_side_by_side_equal_one_each():
    rng = np.random.default_rng(6)
    sizes = (3, 4, 2)
    inputs, labels = rng.standard_normal((7, 3)), rng.integers(0, 2, 7)
    weights = np.stack([init_weights(sizes, rng) for _ in range(6)]).reshape(2, 3, -1)
    loss, gradient = network_loss(weights, inputs, labels, sizes)
    error = network_error(weights, inputs, labels, sizes)
    assert loss.shape == error.shape == (2, 3)
    for i in np.ndindex(2, 3):
        one_loss, one_gradient = network_loss(weights[i], inputs, labels, sizes)
        assert loss[i] == pytest.approx(one_loss, rel=1e-12)
        np.testing.assert_allclose(gradient[i], one_gradient, atol=1e-14)
        assert error[i] == network_error(weights[i], inputs, labels, sizes)


def test_a_layer_without_hidden_ones_is_logistic_regression():
    # Outputs (0, log 3) have probabilities 1/4 and 3/4.
    loss, gradient = network_loss([0, np.log(3), 0, 0], [[1]], [0], (1, 2))
    assert loss == pytest.approx(np.log(4))
    np.testing.assert_allclose(gradient, [-0.75, 0.75, -0.75, 0.75])


@pytest.mark.parametrize("label", [-1, 2, 3])
def test_a_label_is_the_number_of_an_output(label):
    weights = np.zeros(3 * 4 + 4 + 4 * 2 + 2)
    for function in (network_loss, network_error):
        with pytest.raises(ValueError, match="labels must be from 0 to 1"):
            function(weights, np.zeros((2, 3)), [0, label], (3, 4, 2))


def test_a_vector_is_cut_in_order_and_an_array_may_be_empty():
    parts = unpack(np.arange(12).reshape(2, 6), {"none": (0, 3), "W": (2, 2), "b": (2,)})
    assert parts["none"].shape == (2, 0, 3)
    assert parts["W"].tolist() == [[[0, 1], [2, 3]], [[6, 7], [8, 9]]]
    assert parts["b"].tolist() == [[4, 5], [10, 11]]
    with pytest.raises(ValueError, match=r"shapes\['W'\]\[0\] must be at least 0, got -1"):
        unpack(np.zeros(1), {"W": (-1, -1)})


@pytest.mark.parametrize(("n", "batch_size"), [(1, 1), (5, 1), (5, 2), (5, 5), (6, 2)])
def test_an_epoch_has_each_row_at_most_once_in_full_batches(n, batch_size):
    batches = minibatches(n, batch_size, np.random.default_rng(0))
    for _ in range(3):
        epoch = np.concatenate([next(batches) for _ in range(n // batch_size)])
        assert len(epoch) == n - n % batch_size == len(set(epoch) & set(range(n)))
    for size in (0, n + 1):
        with pytest.raises(ValueError, match=f"batch_size must be .*got {size}"):
            minibatches(n, size, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"^n must be at least 1, got 0"):
        minibatches(0, batch_size, np.random.default_rng(0))


def half_square(x):
    return float(x @ x) / 2, x


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"loss_and_gradient": 3}, "loss_and_gradient must be a function"),
        ({"step": 3}, "step must be a function"),
        ({"watch": 3}, "watch must be a function"),
        ({"rates": [0]}, "each of rates must be > 0, got 0"),
        ({"rates": 0.5}, "rates must be iterable"),
        ({"batches": [1]}, "each of batches must be a tuple, got 1"),
        ({"batches": [(1,)]}, "what loss_and_gradient takes .* got 1 of them"),
        ({"weights": [[8.0]]}, "weights must have shape"),
    ],
)
def test_a_descent_says_what_does_not_fit(changes, message):
    good = {"weights": [8.0], "loss_and_gradient": half_square, "batches": [()], "rates": [0.5]}
    with pytest.raises((ValueError, TypeError), match=message):
        descend(**good | changes)


def test_a_loss_whose_arguments_python_cannot_tell_is_called_all_the_same():
    class Compiled:
        def __call__(self, x, scale):
            return float(scale * x @ x) / 2, scale * x

        @property
        def __signature__(self):
            raise ValueError("no signature found")

    found, _ = descend([8.0], Compiled(), [(1.0,), (0.0,)], [0.5] * 2, sgd_step)
    assert found.tolist() == [4.0]


def test_a_direction_is_what_a_step_multiplies_by_the_rate():
    params, grad = np.array([1.0, -2.0]), np.array([1e-9, 3.0])
    state = init_state(params)
    for _ in range(3):
        direction, after = adam_direction(grad, state)
        new, state = adam_step(params, grad, state, lr=0.5)
        np.testing.assert_allclose(new, params - 0.5 * direction, rtol=1e-15)
        np.testing.assert_array_equal(after.v, state.v)
        params = new


def test_weights_start_with_variance_two_by_inputs_and_biases_with_0():
    weights = init_weights((50, 400, 10), np.random.default_rng(10))
    first, bias, second, _ = np.split(weights, np.cumsum([50 * 400, 400, 400 * 10]))
    assert first.std() == pytest.approx((2 / 50) ** 0.5, rel=0.02)
    assert second.std() == pytest.approx((2 / 400) ** 0.5, rel=0.04)
    np.testing.assert_array_equal(bias, 0)


def test_huge_outputs_do_not_overflow():
    loss, gradient = network_loss([0, 1000, 0, 0], [[1]], [0], (1, 2))
    assert loss == 1000
    np.testing.assert_array_equal(gradient, [-1, 1, -1, 1])


def test_a_network_learns_exclusive_or():
    rng = np.random.default_rng(7)
    inputs, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    sizes = (2, 8, 2)
    gradient = minibatch_gradient(inputs, labels, sizes, 2, rng)
    weights, _ = minimise(adamw_step, gradient, init_weights(sizes, rng), 300, lr=0.05, keep=[300])
    assert network_error(weights[-1], inputs, labels, sizes) == 0


def test_batches_of_an_epoch_cover_the_data():
    inputs = np.arange(1.0, 7.0)[:, None]
    gradient = minibatch_gradient(inputs, [0] * 6, (1, 2), 2, np.random.default_rng(8))
    for _ in range(2):
        means = [gradient(np.zeros(4))[1] * 2 for _ in range(3)]  # p = 1/2: mean input / 2
        assert np.mean(means) == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"weights": np.zeros(5)}, ValueError, r"weights must have shape \(..., 4\) .* got \(5,\)"),
        ({"weights": [0, 0, 0, np.nan]}, ValueError, r"weights must be finite"),
        ({"inputs": [[1, 2]]}, ValueError, r"inputs must have shape \(n, 1\)"),
        ({"inputs": np.zeros((0, 1))}, ValueError, r"must not be empty, got shape \(0, 1\)"),
        ({"labels": [2]}, ValueError, r"labels must be from 0 to 1, got \[2\]"),
        ({"labels": [0, 1]}, ValueError, r"labels must be whole numbers, shape \(1,\)"),
        ({"labels": [0.5]}, ValueError, "labels must be whole numbers"),
        ({"sizes": (1,)}, ValueError, "at least two layers"),
        ({"sizes": (1, 0)}, ValueError, r"sizes\[1\] must be at least 1, got 0"),
        ({"sizes": (1, 2.5)}, TypeError, r"sizes\[1\] must be an integer, got 2.5"),
    ],
)
def test_a_bad_network_is_refused(changes, error, message):
    good = {"weights": np.zeros(4), "inputs": [[1]], "labels": [0], "sizes": (1, 2)}
    for function in (network_loss, network_error):
        with pytest.raises(error, match=message):
            function(**good | changes)


def test_a_network_that_memory_does_not_bear_is_refused():
    wanted = "sizes must make at most 100,000,000 weights, got"
    for sizes in ((10**4, 10**4), (9, 10**9, 2)):
        with pytest.raises(ValueError, match=wanted):
            init_weights(sizes, np.random.default_rng(0))
    with pytest.raises(ValueError, match="n must be at most 100,000,000, got 1000000000"):
        minibatches(10**9, 5, np.random.default_rng(0))


def test_a_batch_is_no_larger_than_the_data():
    for batch_size in (0, 2):
        with pytest.raises(ValueError, match="batch_size must be at"):
            minibatch_gradient([[1]], [0], (1, 2), batch_size, np.random.default_rng(9))


def test_the_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits as theirs

    inputs, labels = load_digits()
    for ours, known in zip((inputs, labels), theirs(return_X_y=True), strict=True):
        np.testing.assert_array_equal(ours, known)
        assert ours.dtype == known.dtype


def test_noisy_digits_are_split_and_their_labels_spoilt():
    train, choose, test = noisy_digits(3)
    inputs, labels = load_digits()
    rows = np.concatenate([part[0] for part in (train, choose, test)])
    order = np.random.default_rng(3).permutation(len(inputs))
    np.testing.assert_array_equal(rows, inputs[order] / 16)
    assert [len(part[1]) for part in (train, choose, test)] == [300, 500, 997]
    np.testing.assert_array_equal(np.r_[choose[1], test[1]], labels[order][300:])
    assert 0.1 < (train[1] != labels[order][:300]).mean() < 0.26  # a fifth, less chance hits
    factors = pixel_factors(1, seed=3)
    np.testing.assert_allclose(noisy_digits(3, 1)[2][0], rows[800:] * factors)
    assert 0.1 <= factors.min() < 0.2 and 5 < factors.max() <= 10


# --- what a decay does -------------------------------------------------------------------------


def test_a_decay_is_the_same_run_in_each_dialect():
    for lr, decay in ((0.1, 0.5), (3e-4, 0.1)):
        one = translate_decay(lr, decay, sigma=2.0)
        for same, dialect in ((one.paper, "the AdamW paper"), (one.l2, "L2 in Adam")):
            other = translate_decay(lr, same, dialect=dialect, sigma=2.0)
            assert astuple(other) == pytest.approx(astuple(one))


def test_what_is_left_of_the_start_is_what_the_steps_leave():
    schedule = cosine_schedule(300, 20, 0.1)
    found = translate_decay(0.05, 0.2, schedule)
    way, _ = minimise(
        adamw_step, np.zeros_like, [3.0], 300, lr=0.05, weight_decay=0.2, schedule=schedule
    )
    assert way[-1, 0] / 3 == pytest.approx(found.left)
    one = translate_decay(0.05, 0.2)  # one step at the full rate, gradients of size 1
    assert one.left == pytest.approx(1 - 0.05 * 0.2) and one.l2 == one.pytorch == 0.2
    way, _ = minimise(adamw_step, np.zeros_like, [1.0], 200, lr=0.05, weight_decay=0.2)
    assert way[int(found.half_life), 0] > 0.5 > way[int(found.half_life) + 1, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"lr": 0.5, "weight_decay": 2},
            "must take off more .* less than all .* got 1",
        ),
        ({"schedule": [2.0]}, r"schedule must be in \[0, 1\], got schedule\[0\] = 2.0"),
        ({"dialect": "Keras"}, "dialect must be one of PyTorch, the AdamW paper, L2 in Adam"),
        ({"sigma": 0}, "sigma must be > 0"),
        ({"lr": -0.5}, "lr must be > 0"),
        ({"lr": 1e-200, "weight_decay": 1e-200}, "more than nothing and less than all .* got 0"),
    ],
)
def test_a_bad_decay_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        translate_decay(**{"lr": 0.1, "weight_decay": 0.1} | arguments)


def test_noise_of_size_one_is_what_is_meant_without_a_word():
    assert resting_place(0.1, 0.5, mean=2.0) == resting_place(0.1, 0.5, mean=2.0, noise=1.0)


def test_a_weight_without_gradients_rests_at_zero():
    assert resting_place(0.1, 0.5, mean=0, noise=0) == (0, 0)
    centre, radius = resting_place(0.1, 0.5, mean=0, decoupled=False)
    assert centre == 0 and np.isnan(radius)


@pytest.mark.parametrize(("mean", "noise"), [(0.0, 1.0), (0.6, 0.8), (-1.0, 0.0)])
def test_a_weight_rests_and_swings_as_foretold(mean, noise):
    rng, lr, decay = np.random.default_rng(11), 0.02, 0.5
    way, _ = minimise(
        adamw_step, lambda theta: mean + noise * rng.standard_normal(theta.shape),
        np.full(1500, 1.0), 1000, lr=lr, weight_decay=decay, keep=[1000],
    )  # fmt: skip
    centre, radius = resting_place(lr, decay, mean, noise)
    assert way.mean() == pytest.approx(centre, abs=0.02)
    assert way.std() == pytest.approx(radius, rel=0.15, abs=1e-3)
    assert resting_place(lr, decay, mean, noise, decoupled=False)[0] == -mean / decay


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "cosine_schedule": [("n_steps", 10**12, "at most 100,000,000")],
    "minibatch_gradient": [("batch_size", 0, "at least 1"), ("batch_size", 3, "at most 2")],
    "minimise": [("n_steps", 10**12, "at most 100,000,000")],
    "resting_place": [("weight_decay", 0, "> 0"), ("noise", -1, ">= 0")],
    "translate_decay": [("weight_decay", 0, "> 0")],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("adam", name, LIMITS[name])
