"""Tests of the checks that topics share: what passes, how it comes out, and what is said."""

from fractions import Fraction

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassbox.checks import (
    as_list,
    box_array,
    broadcast_array,
    check_same_length,
    checked,
    finite_numbers,
    flag,
    float_array,
    function,
    generator,
    image_array,
    integer,
    integers,
    number_array,
    one_of,
    real_array,
    real_number,
    within,
)

# --- numbers -----------------------------------------------------------------------------------


def test_an_integer_becomes_pythons():
    for value in (3, np.int8(3), np.uint64(3), np.array(3)):
        found = integer("n", value, least=3)
        assert type(found) is int
        assert found == 3
    assert integers("n", (1, np.int64(2))) == [1, 2]


@pytest.mark.parametrize("value", [2.0, np.float64(2), "2", None, True, np.True_, [2]])
def test_what_is_no_integer_is_refused(value):
    with pytest.raises(TypeError, match=r"n must be an integer, got "):
        integer("n", value)
    with pytest.raises(TypeError, match=r"n\[1\] must be an integer, got "):
        integers("n", [1, value])


def test_a_small_integer_is_refused():
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        integer("n", 0, least=1)


@pytest.mark.parametrize(
    "value", [0.5, np.float32(0.5), np.float64(0.5), np.array(0.5), Fraction(1, 2)]
)
def test_a_real_number_becomes_a_float(value):
    found = real_number("eps", value, least=0.5)
    assert type(found) is float
    assert found == 0.5


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (True, TypeError, "eps must be real numbers, got dtype bool"),
        ("1", TypeError, "eps must be real numbers, got dtype <U1"),
        (1j, TypeError, "eps must be real numbers, got dtype complex128"),
        (None, TypeError, "eps must be real numbers, got dtype object"),
        ([1.0], ValueError, r"eps must be one number, got shape \(1,\)"),
        ([], ValueError, r"eps must be one number, got shape \(0,\)"),
        ([[1], [2, 3]], ValueError, "eps must be a rectangular array"),
        (np.nan, ValueError, "eps must be finite, got eps = nan"),
        (-np.inf, ValueError, "eps must be finite, got eps = -inf"),
        (10**400, ValueError, r"eps must fit a float, got 1000.*\.\.\..*000$"),
    ],
)
def test_what_is_no_real_number_is_refused(value, error, message):
    with pytest.raises(error, match=message):
        real_number("eps", value)


@pytest.mark.parametrize(
    ("bounds", "good", "bad", "wanted"),
    [
        ({"least": 0}, [0, 1e300], [-1e-9], ">= 0"),
        ({"above": 1}, [1.5], [1, 0], "> 1"),
        ({"least": 0, "below": 1}, [0, 0.9], [1, -1], r"in \[0, 1\)"),
        ({"above": 0, "most": 1}, [1e-9, 1], [0, 1.1], r"in \(0, 1\]"),
        ({"least": -2, "most": 0.5}, [-2, 0.5], [0.6], r"in \[-2, 0.5\]"),
        ({"above": 0, "below": 1}, [0.5], [0, 1], r"in \(0, 1\)"),
        ({"most": 1}, [-1e300, 1], [1.1], "<= 1"),
        ({"below": 1}, [0], [1], "< 1"),
    ],
)
def test_bounds_are_kept_and_named(bounds, good, bad, wanted):
    for value in good:
        assert real_number("x", value, **bounds) == value
    for value in bad:
        with pytest.raises(ValueError, match=f"x must be {wanted}, got {float(value)}$"):
            real_number("x", value, **bounds)


def test_the_first_entry_out_of_bounds_is_named():
    values = np.array([[1.0, 2.0], [-3.0, -4.0]])
    assert within("x", values, least=-4) is values
    with pytest.raises(ValueError, match=r"x must be > 0, got x\[1, 0\] = -3\.0$"):
        within("x", values, above=0)
    with pytest.raises(ValueError, match=r"x must be > 0, got x\[1\] = -3\.0$"):
        within("x", np.array([1.0, -3.0]), above=0)
    assert within("x", np.array([]), least=0).size == 0


def test_an_integer_stays_within_its_bounds():
    assert integer("n", 5, least=5, most=5) == 5
    with pytest.raises(ValueError, match="n must be at most 1,000, got 1001"):
        integer("n", 1001, least=1, most=1000)


def test_finite_numbers_come_out_as_pythons():
    found = finite_numbers("v", [1, np.int8(2), Fraction(1, 2), np.float32(0.5)])
    assert found == [1, 2, Fraction(1, 2), 0.5]
    assert [type(x) for x in found] == [int, int, Fraction, float]
    with pytest.raises(ValueError, match=r"v\[1\] must be finite, got nan"):
        finite_numbers("v", [1, np.nan])
    with pytest.raises(ValueError, match=r"v\[0\] must be finite, got nan"):
        finite_numbers("v", [np.nan])
    with pytest.raises(TypeError, match=r"v\[0\] must be a real number, got 'a'"):
        finite_numbers("v", ["a"])


def test_a_number_with_more_digits_than_a_float_is_not_rounded_silently():
    third = np.longdouble(1) / 3
    if float(third) == third:
        pytest.skip("long double is double here")
    with pytest.raises(ValueError, match=r"v\[0\] must fit a float without rounding, got "):
        finite_numbers("v", [third])


def test_what_is_iterable_becomes_a_new_list():
    values = [1, 2]
    found = as_list("v", values)
    assert found == values and found is not values and as_list("v", iter("ab")) == ["a", "b"]
    with pytest.raises(TypeError, match="words must be a list of texts, got 3"):
        as_list("words", 3, "texts")


# --- arrays ------------------------------------------------------------------------------------


@given(
    st.sampled_from(["f2", "f4", "f8", "i1", "u8", "?", "c8"]),
    hnp.array_shapes(min_dims=0, min_side=0),
)
def test_float32_stays_and_all_else_gets_double_precision(dtype, shape):
    values = np.ones(shape, dtype)
    kept = values.copy()
    found = number_array("x", values)
    wanted = {"f4": np.float32, "c8": np.complex128}.get(dtype, np.float64)
    assert found.dtype == wanted
    np.testing.assert_array_equal(found, kept)
    np.testing.assert_array_equal(values, kept)
    as_list = number_array("x", values.tolist())
    np.testing.assert_array_equal(as_list.ravel(), found.ravel())


@pytest.mark.parametrize(
    ("check", "values", "wanted"),
    [
        (real_array, [1j], "real numbers, got dtype complex128"),
        (float_array, [1j], "real numbers, got dtype complex128"),
        (number_array, ["a"], "numbers, got dtype <U1"),
        (real_array, None, "real numbers, got dtype object"),
    ],
)
def test_other_kinds_are_refused(check, values, wanted):
    with pytest.raises(TypeError, match=f"x must be {wanted}"):
        check("x", values)


def test_float_arrays_are_of_double_precision_and_copy_only_if_they_must():
    assert float_array("x", np.ones(2, np.float32)).dtype == np.float64
    values = np.ones(2)
    assert float_array("x", values) is values


@pytest.mark.parametrize(
    ("shape", "good", "bad", "written"),
    [
        ((), [()], [(1,)], r"\(\)"),
        ("d", [(0,), (3,)], [(), (1, 3)], r"\(d,\)"),
        ("n d", [(2, 3), (0, 1)], [(2,), (1, 2, 3)], r"\(n, d\)"),
        ("N N", [(2, 2), (0, 0)], [(2, 3), (2,)], r"\(N, N\)"),
        ("n 3", [(7, 3)], [(3, 7), (3,)], r"\(n, 3\)"),
        ((2, 3), [(2, 3)], [(2, 4), (3, 2)], r"\(2, 3\)"),
        ("... n d", [(2, 3), (5, 2, 3)], [(), (3,)], r"\(\.\.\., n, d\)"),
        ("... 3", [(3,), (2, 0, 3)], [(), (3, 2)], r"\(\.\.\., 3\)"),
    ],
)
def test_a_shape_is_asked_by_lengths_and_names(shape, good, bad, written):
    for found in good:
        assert real_array("x", np.ones(found), shape).shape == found
    for found in bad:
        with pytest.raises(ValueError) as caught:
            real_array("x", np.ones(found), shape, note=", that of y")
        caught.match(rf"^x must have shape {written}, that of y, got ")
        assert str(caught.value).endswith(f"got {found}")


def test_an_empty_array_is_refused_where_there_must_be_entries():
    assert real_array("x", []).shape == (0,)
    with pytest.raises(ValueError, match=r"x must not be empty, got shape \(0, 4\)"):
        real_array("x", np.ones((0, 4)), "n d", empty=False)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        (np.nan, "x = nan"),
        ([1, np.inf, np.nan], r"x\[1\] = inf"),
        (np.float32([[1, 2], [3, -np.inf]]), r"x\[1, 1\] = -inf"),
    ],
)
def test_the_first_entry_that_is_not_finite_is_named(values, where):
    with pytest.raises(ValueError, match=rf"x must be finite, got {where}$"):
        real_array("x", values)


def test_the_shape_is_looked_at_before_the_entries():
    with pytest.raises(ValueError, match="must have shape"):
        real_array("x", [np.nan], (2,))


def test_rows_of_many_lengths_are_refused_in_few_words():
    with pytest.raises(ValueError, match=r"x must be a rectangular array of numbers, got \[\[1, 2"):
        real_array("x", [[1, 2], [3]])
    with pytest.raises(ValueError) as caught:
        real_array("x", [list(range(i)) for i in range(100)])
    assert len(str(caught.value)) < 200


def test_what_autograd_traces_passes_if_it_has_the_shape():
    def loss(x, **how):
        return anp.sum(real_array("x", x, "... d", **how) ** 2)

    np.testing.assert_array_equal(grad(loss)(np.array([1.0, 2.0])), [2, 4])
    with pytest.raises(ValueError, match=r"x must have shape \(2, 2\), got \(3,\)"):
        grad(lambda x: anp.sum(real_array("x", x, (2, 2))))(np.ones(3))
    with pytest.raises(ValueError, match=r"x must not be empty, got shape \(0,\)"):
        grad(lambda x: loss(x, empty=False))(np.ones(0))


def test_a_number_or_an_array_broadcasts_and_is_not_enlarged():
    for value in (2, 2.0, [2], [[2], [2], [2]], [2] * 4, [[2] * 4] * 3):
        found = broadcast_array("lr", value, (3, 4))
        assert found.dtype == float and np.broadcast_to(found, (3, 4)).tolist() == [[2.0] * 4] * 3
    for value in ([2] * 3, [[2] * 3] * 4, [[[2]]], [[2] * 4] * 2, []):
        with pytest.raises(ValueError, match=r"lr must broadcast to the shape \(3, 4\), got \("):
            broadcast_array("lr", value, (3, 4))
    assert broadcast_array("lr", [1, 2, 3], None).tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match=r"lr must be > 0, got lr\[1\] = 0\.0"):
        broadcast_array("lr", [1, 0], (2,), above=0)


def test_an_image_has_a_height_a_width_and_perhaps_channels():
    for shape in [(1, 1), (4, 5), (4, 5, 3)]:
        assert image_array("image", np.ones(shape)).shape == shape
    for shape in [(), (4,), (1, 4, 5, 3), (0, 5), (4, 5, 0)]:
        with pytest.raises(ValueError, match=r"image must have shape \(height, width\) .* got"):
            image_array("image", np.ones(shape))


def test_boxes_are_four_columns_of_which_the_second_two_are_not_less():
    assert box_array("boxes", []).shape == (0, 4)
    good = [[1, 2, 1, 2], [0, 0, 3, 1]]
    assert box_array("boxes", good).tolist() == good
    for bad in ([1, 2, 3, 4], [[1, 2, 3]], [[1, 2, 3, 4, 5]], [[[1, 2, 3, 4]]]):
        with pytest.raises(ValueError, match=r"boxes must have shape \(n, 4\), .* got \("):
            box_array("boxes", bad)
    for bad in ([2, 0, 1, 9], [0, 2, 9, 1]):
        with pytest.raises(ValueError, match=r"boxes\[1\] must have x1 <= x2 and y1 <= y2"):
            box_array("boxes", [[0, 0, 1, 1], bad])


def test_lists_are_as_long_as_each_other_and_arrays_along_the_last_axis_but_one():
    check_same_length("a", [1, 2], "b", (3, 4))
    check_same_length("q", np.ones((5, 2, 3)), "k", np.ones((2, 4)))
    check_same_length("x", np.ones(3), "y", [1, 2, 3])
    for a, b, came in [([1, 2], [3], 1), (np.ones((5, 2, 3)), np.ones((5, 4, 3)), 4)]:
        with pytest.raises(ValueError, match=f"k must be as long as q, 2, got {came}$"):
            check_same_length("q", a, "k", b)


# --- options -----------------------------------------------------------------------------------


def test_an_option_is_one_of_those_offered():
    options = ("chunk", "n", None)
    for option in options:
        assert one_of("normalise", option, options) is option
    assert one_of("rule", "a", {"a": 1}) == "a"
    for value in ("chunks", "", 0, ["n"], np.array(["n", "n"])):
        with pytest.raises(ValueError, match=r"normalise must be one of chunk, n, None, got "):
            one_of("normalise", value, options)


def test_axes_of_one_name_have_one_length():
    lengths = {}
    assert real_array("q", np.ones((2, 3, 4), np.float32), "... n d", lengths).dtype == np.float32
    assert lengths == {"...": (2,), "n": 3, "d": 4}
    assert real_array("x", [1, 2], "2").tolist() == [1, 2]
    assert real_array("x", 5, "...").shape == ()


@pytest.mark.parametrize(
    ("shape", "axes", "message"),
    [
        ((2, 3, 5), "... n d", r"k must have shape \(\.\.\., n, d\) with d = 4, got \(2, 3, 5\)$"),
        ((3, 4), "... m d", r"k must have shape \(2, m, d\) with d = 4, got \(3, 4\)$"),
        ((4,), "... m d", r"k must have shape \(2, m, d\) with d = 4, got \(4,\)$"),
        ((4, 4), "d", r"k must have shape \(d,\) with d = 4, got \(4, 4\)$"),
        ((3, 5), "2 m", r"k must have shape \(2, m\), got \(3, 5\)$"),
        ((2, 0), "2 m", r"k must not be empty, got shape \(2, 0\)$"),
    ],
)
def test_a_shape_that_does_not_agree_is_refused_with_the_lengths_known(shape, axes, message):
    lengths = {"d": 4} if axes[0] != "." or axes == "... n d" else {"...": (2,), "d": 4}
    with pytest.raises(ValueError, match=message):
        real_array("k", np.ones(shape), axes, lengths, empty=False)


@checked(a="... n", b="n m", c="m")
def product(a, b, scale=1, c=None):
    """Return a b."""
    return scale * a @ b if c is None else scale * a @ b * c


def test_a_checked_function_gets_arrays_however_they_are_given():
    assert product([1, 2], [[1], [1]]).tolist() == [3.0]
    assert product(b=[[1], [1]], a=[1, 2], scale=2).tolist() == [6.0]
    assert product([1, 2], [[1], [1]], 1, [10]).tolist() == [30.0]
    assert product.__doc__ == "Return a b." and product.__name__ == "product"
    with pytest.raises(ValueError, match=r"c must have shape \(m,\) with m = 1, got \(2,\)"):
        product([1, 2], [[1], [1]], c=[1, 2])
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'b'"):
        product([1, 2])
    with pytest.raises(ValueError, match=r"a must not be empty, got shape \(0,\)"):
        product([], np.ones((0, 1)))


def test_a_checked_function_can_be_differentiated():
    slope = grad(lambda x: product(x, [[1.0], [3.0]])[0])(np.array([1.0, 2.0]))
    assert slope.tolist() == [1.0, 3.0]


# --- other kinds ---------------------------------------------------------------------------------


def test_a_flag_is_true_or_false():
    assert flag("causal", True) is True
    assert flag("causal", np.False_) is False
    for value in (1, 0, None, "yes", np.array([True]), [True]):
        with pytest.raises(TypeError, match="causal must be True or False, got "):
            flag("causal", value)


def test_a_function_can_be_called():
    assert function("phi", abs) is abs
    with pytest.raises(TypeError, match="phi must be a function, got 'relu'"):
        function("phi", "relu")


def test_a_seed_is_no_generator():
    rng = np.random.default_rng(0)
    assert generator("rng", rng) is rng
    for value in (0, None, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"rng must be a generator, such as numpy\.random"):
            generator("rng", value)


def test_masked_entries_are_not_taken_for_numbers():
    masked = np.ma.array([1.0, 2.0], mask=[True, False])
    with pytest.raises(TypeError, match="x must be plain numbers, got a masked array"):
        real_array("x", masked)
    assert real_array("x", np.ma.array([1.0, 2.0])).tolist() == [1, 2]
