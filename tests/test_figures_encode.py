"""The payload: JavaScript reads back what Python wrote, and what repeats travels once."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassbox.figures import explore, lines, matrix, slider, text
from glassbox.figures.encode import SHORT, Pool, encode_frames, pack, rounded
from glassbox.figures.panels import Fields, Panel

SHAPES = hnp.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=12)
fast = settings(max_examples=150)


def unpacked(call_js, array):
    """Return an array after a trip to JavaScript."""
    packed = json.loads(json.dumps(pack(array), allow_nan=False))
    return packed["dtype"], np.array(call_js("decode.js", "unpack", packed), dtype=float)


@fast
@given(st.data())
def test_floats_come_back_within_half_a_step(call_js, data):
    dtype = data.draw(st.sampled_from(["f2", "f4", "f8"]))
    numbers = st.floats(-60000, 60000, width={"f2": 16, "f4": 32, "f8": 64}[dtype])
    array = data.draw(hnp.arrays(dtype, SHAPES, elements=numbers))
    kind, back = unpacked(call_js, array)
    assert back.shape == array.shape
    exact = array.astype(float)
    if kind == "q2":
        assert np.abs(back - exact).max() <= np.ptp(exact) / 65535 * 0.5001
    else:
        assert kind in ("f4", "f8")
        assert np.allclose(back, exact, rtol=1e-7, atol=0)


@fast
@given(hnp.arrays("f8", SHAPES, elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_no_finite_float_comes_back_as_anything_else(call_js, array):
    low, high = float(array.min()), float(array.max())
    kind, back = unpacked(call_js, array)
    assert np.isfinite(back).all()
    if kind == "q2":
        assert np.abs(back - array).max() <= (high - low) / 65535 * 0.5001 + 1e-300
    else:
        assert np.allclose(back, array, rtol=1e-7, atol=0)


@fast
@given(
    hnp.arrays(
        st.sampled_from(["i1", "u1", "i2", "u2", "i4", "u4", "i8"]), SHAPES,
    )
)  # fmt: skip
def test_integers_come_back_exactly(call_js, array):
    assume(np.abs(array.astype(float)).max() <= 2**53)
    kind, back = unpacked(call_js, array)
    assert (back == array.astype(float)).all()
    widest = {"u1": 8, "i2": 16, "i4": 32, "f8": 64}[kind]
    fits = [bits for name, bits in (("u1", 8), ("i2", 16), ("i4", 32)) if (
        np.iinfo(name).min <= array.min() and array.max() <= np.iinfo(name).max)]  # fmt: skip
    assert widest == min(fits, default=64)


@fast
@given(hnp.arrays("f8", hnp.array_shapes(max_dims=2, max_side=6), elements=st.floats(-1e9, 1e9)))
def test_short_arrays_keep_six_digits_of_their_range(array):
    back = np.array(rounded(array), dtype=float)
    assert back.shape == array.shape
    span = np.ptp(array)
    near = 1e-5 * span if span else 1e-11 * np.abs(array).max()
    assert np.abs(back - array).max() <= near + 1e-15 * np.abs(array).max()


def test_short_arrays_carry_no_more_digits_than_that():
    assert rounded(np.array([0.125730221093, 0.0])) == [0.12573, 0.0]
    assert rounded(np.array([-0.125730221093, 0.0])) == [-0.12573, 0.0]
    assert rounded(np.array([100.1234567, 101.0])) == [100.123457, 101.0]
    assert rounded(np.array([1234567.89])) == [1234567.89], "a lone number may be one of two ends"


def test_two_limits_far_from_zero_stay_apart():
    assert Pool().encode([2e6 + 0.1, 2e6 + 0.3]) == [2000000.1, 2000000.3]
    assert rounded(np.float64(1 / 3)) == pytest.approx(1 / 3, rel=1e-11)
    neighbours = [1.0, 1.0 + 2**-52]
    assert rounded(np.array(neighbours)) == neighbours


def test_a_constant_array_comes_back_exactly(call_js):
    with np.errstate(all="raise"):
        assert (unpacked(call_js, np.full(30, 0.1))[1] == 0.1).all()


def test_values_over_many_decades_keep_their_relative_precision(call_js):
    array = np.geomspace(1e-30, 1e30, 50)
    kind, back = unpacked(call_js, array)
    assert kind == "f4" and np.allclose(back, array, rtol=1e-6, atol=0)
    array = np.geomspace(1e-300, 1e300, 50)
    kind, back = unpacked(call_js, array)
    assert kind == "f8" and (back == array).all()


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [
        (0, 1, "q2"),
        (-1e-6, 1, "q2"),
        (1, 1000, "q2"),
        (1, 1001, "f4"),
        (1, 1e37, "f4"),
        (1, 1e39, "f8"),
        (1e-38, 1, "f8"),
    ],
)
def test_the_type_follows_from_the_range(low, high, kind):
    assert pack(np.array([low, high], dtype=float))["dtype"] == kind


def test_equal_values_are_stored_once():
    pool = Pool()
    a = np.arange(100.0)
    assert pool.add(pool.encode(a)) == pool.add(pool.encode(a.copy()))
    assert pool.add("a") == pool.add("a") != pool.add("b")
    assert len(pool.items) == 4  # the packed array, the reference to it, two texts


def test_values_of_different_types_are_not_confused():
    pool = Pool()
    assert len({pool.add(item) for item in (1, True, "1", [1], None, "None", 0, False)}) == 8


def test_long_arrays_travel_packed_and_short_ones_as_text():
    pool = Pool()
    assert pool.encode(np.arange(SHORT)) == list(range(SHORT))
    assert set(pool.encode(np.arange(SHORT + 1))) == {"$"}
    assert pool.encode(np.float64(0.1)) == 0.1 and pool.encode((1, "a")) == [1, "a"]
    assert pool.encode(list(np.array(["blue", "red"]))) == ["blue", "red"]


def test_an_array_in_two_places_of_all_frames_is_packed_once():
    x = np.linspace(0, 1, 100)
    frames = [[lines(x, x, label=str(i)), lines(x, x * 0 + x)] for i in range(50)]
    encoded = encode_frames(frames)
    assert sum("dtype" in item for item in encoded["pool"] if isinstance(item, dict)) == 1


def test_what_never_changes_is_in_the_base_and_what_changes_is_a_column():
    frames = [[text(word, title="always")] for word in ("a", "b", "a")]
    (place,) = encode_frames(frames)["panels"]
    assert set(place["base"]) == {"title"} and set(place["vary"]) == {"text"}
    a, b, again = place["vary"]["text"]
    assert a == again != b


def test_what_is_said_in_some_frames_only_is_nothing_in_the_others():
    frames = [[text("a", title=title)] for title in ("", "b", "")]
    encoded = encode_frames(frames)
    (place,) = encoded["panels"]
    assert [encoded["pool"][i] for i in place["vary"]["title"]] == [None, "b", None]


@pytest.mark.parametrize("other", [[text("a")], [lines([1], [1]), text("a")], []])
def test_every_frame_has_the_same_kinds_of_panels_in_the_same_places(other):
    frame = [text("a"), lines([1, 2], [1, 2])]
    with pytest.raises(ValueError, match=r"text, plot at first, .*in frame 2"):
        encode_frames([frame, frame, other])


def test_the_payload_is_the_same_each_time():
    def make():
        return explore(lambda n: matrix(np.eye(8) * n), n=(1, 5)).payload

    assert make() == make()


def test_not_a_number_that_slips_through_is_still_refused():
    with pytest.raises(ValueError):
        encode_frames([[Panel("text", Fields(text=float("nan")))]])


def test_javascript_finds_the_frame_that_python_drew(call_js):
    figure = explore(
        lambda a, b, c: text(f"{a} {b} {c}"), a=["p", "q"], b=slider([1, 10, 100]), c=True
    )
    spec = json.loads(figure.payload)
    sizes = [range(len(c["labels"])) for c in spec["controls"]]
    column = spec["panels"][0]["vary"]["text"]
    for positions in itertools.product(*sizes):
        a, b, c = (figure.controls[k].values[i] for k, i in zip("abc", positions, strict=True))
        frame = call_js("decode.js", "frameOf", spec["controls"], positions)
        assert spec["pool"][column[frame]] == f"{a} {b} {c}"
