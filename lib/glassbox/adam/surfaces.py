"""Surfaces over the plane to walk down, each with its exact gradient."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from glassbox.checks import broadcast_array, float_array, generator, integer, real_number


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of (x, y), and what is known about it.

    Attributes
    ----------
    name : str
        What to call it in a figure.
    f, df : callable
        Value, and the pair of partial derivatives, as functions of x and y.
    domain : tuple
        ``((x_low, x_high), (y_low, y_high))``, the part worth drawing.
    minimum : tuple of float
        Where it is least.
    start : tuple of float
        Where a walk is worth watching from.
    hessian : ndarray, shape (2, 2), or None
        Second derivatives, if they are the same everywhere.
    """

    name: str
    f: Callable
    df: Callable
    domain: tuple[tuple[float, float], tuple[float, float]]
    minimum: tuple[float, float]
    start: tuple[float, float]
    hessian: np.ndarray | None = None

    def value(self, points):
        """Height at `points`, shape (..., 2); shape (...)."""
        return self.f(*_split(points))

    def gradient(self, points):
        """Gradient at `points`, shape (..., 2); same shape."""
        return np.stack(self.df(*_split(points)), axis=-1)

    def grid(self, n=101):
        """Return x and y, shape (n,), and the heights over the domain, shape (n, n), rows y."""
        x, y = (np.linspace(low, high, integer("n", n, least=2)) for low, high in self.domain)
        return x, y, self.value(np.stack(np.meshgrid(x, y), axis=-1))


def _split(points):
    points = np.asarray(points, dtype=float)
    if points.ndim == 0 or points.shape[-1] != 2:
        raise ValueError(f"points must have shape (..., 2), x and y, got {points.shape}")
    return points[..., 0], points[..., 1]


def quadratic(condition=10.0, angle=0.0, minimum=(0.0, 0.0)):
    r"""Bowl :math:`\frac12 (\theta - \theta^*)^\top H (\theta - \theta^*)`.

    Parameters
    ----------
    condition : float
        Condition number of the Hessian, >= 1: its curvatures are 1 and `condition`, so gradient
        descent is stable for learning rates below ``2 / condition``.
    angle : float
        Direction of the flat axis in degrees, anticlockwise from x.
    minimum : array_like, shape (2,)
        The lowest point.

    Raises
    ------
    ValueError
        If `condition` is below 1, or a number is not finite.

    Examples
    --------
    >>> quadratic(condition=4).value([2, 1])
    np.float64(4.0)
    """
    condition = real_number("condition", condition, least=1)
    a, b = (float(c) for c in float_array("minimum", minimum, (2,), note=", a point"))
    turn = np.deg2rad(real_number("angle", angle))
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    hessian = axes @ np.diag([1.0, condition]) @ axes.T
    (xx, xy), (_, yy) = hessian

    def f(x, y):
        x, y = x - a, y - b
        return (xx * x**2 + 2 * xy * x * y + yy * y**2) / 2

    def df(x, y):
        x, y = x - a, y - b
        return xx * x + xy * y, xy * x + yy * y

    return Surface(
        f"quadratic, condition {condition:g}",
        f,
        df,
        domain=((a - 4, a + 4), (b - 3, b + 3)),
        minimum=(a, b),
        start=(a - 3.5, b + 2),
        hessian=hessian,
    )


def rosenbrock():
    """Curved valley ``(1 - x)² + 100 (y - x²)²``: steep walls, an almost flat floor.

    References
    ----------
    rosenbrock1960automatic.

    Examples
    --------
    >>> rosenbrock().gradient([1, 2])
    array([-400.,  200.])
    """
    return Surface(
        "Rosenbrock",
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        minimum=(1.0, 1.0),
        start=(-1.2, 1.0),
    )


def beale():
    """Beale's function: flat plains, steep at the corners of its domain.

    ``(1.5 - x + x y)² + (2.25 - x + x y²)² + (2.625 - x + x y³)²``

    Examples
    --------
    >>> beale().value([[3, 0.5], [0, 0]])
    array([ 0.      , 14.203125])
    """

    def residuals(x, y):
        return [c - x * (1 - y**k) for k, c in enumerate((1.5, 2.25, 2.625), start=1)]

    def df(x, y):
        r = residuals(x, y)
        dx = sum(-2 * r[k - 1] * (1 - y**k) for k in (1, 2, 3))
        dy = sum(2 * r[k - 1] * x * k * y ** (k - 1) for k in (1, 2, 3))
        return dx, dy

    return Surface(
        "Beale",
        lambda x, y: sum(r**2 for r in residuals(x, y)),
        df,
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        minimum=(3.0, 0.5),
        start=(1.0, 1.5),
    )


def saddle():
    """Saddle ``x²/2 - y²/2 + y⁴/4`` at the origin, between two minima at (0, -1) and (0, 1).

    The start lies so close to the ridge y = 0 that the gradient leads to the saddle first.

    Examples
    --------
    >>> saddle().value([[0, 0], [0, 1], [0, -1]])
    array([ 0.  , -0.25, -0.25])
    """
    return Surface(
        "saddle",
        lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
        lambda x, y: (x, y**3 - y),
        domain=((-2.0, 2.0), (-1.5, 1.5)),
        minimum=(0.0, 1.0),
        start=(-1.8, 0.001),
    )


def noisy(surface, scale, rng):
    """Return the surface with normal noise on its gradient, as mini-batches would give.

    A sample's loss is ``f(x, y) + n · (x, y)`` with n normal, and its gradient is exact; the
    value is that of the mean loss, the surface given. Each call draws anew.

    Parameters
    ----------
    surface : Surface
        What to disturb.
    scale : float or array_like, shape (2,)
        Standard deviation of each component of the noise, >= 0.
    rng : numpy.random.Generator
        Source of the noise. For a fair race give each runner one with the same seed.

    Raises
    ------
    ValueError
        If `scale` is negative or has another shape.

    Examples
    --------
    >>> bowl = noisy(quadratic(), 0.1, np.random.default_rng(1))
    >>> bowl.gradient([2, 1]).round(2)
    array([ 2.03, 10.08])
    """
    if not isinstance(surface, Surface):
        raise TypeError(f"surface must be a Surface, such as quadratic(), got {surface!r}")
    generator("rng", rng)
    scale = np.broadcast_to(broadcast_array("scale", scale, (2,), least=0), (2,))

    def df(x, y):
        dx, dy = surface.df(x, y)
        nx, ny = rng.standard_normal((2, *x.shape))
        return dx + scale[0] * nx, dy + scale[1] * ny

    return replace(surface, name=f"{surface.name}, noisy", df=df)


def ridge_minimum(hessian, minimum, weight_decay):
    r"""Where the L2 penalty moves the minimum of a quadratic; what Adam with L2 converges to.

    .. math:: \arg\min_\theta \tfrac12 (\theta - \theta^*)^\top H (\theta - \theta^*)
        + \tfrac\lambda2 \|\theta\|^2 = (H + \lambda I)^{-1} H \theta^*

    Parameters
    ----------
    hessian : array_like, shape (d, d)
        H, symmetric and positive definite.
    minimum : array_like, shape (d,)
        Minimum without the penalty.
    weight_decay : float
        Strength >= 0 of the penalty.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If H is not symmetric and positive definite, or a shape or number is wrong.

    Examples
    --------
    >>> ridge_minimum([[1, 0], [0, 3]], [4, 4], weight_decay=1)
    array([2., 3.])
    """
    hessian, minimum = _as_quadratic(hessian, minimum)
    weight_decay = real_number("weight_decay", weight_decay, least=0)
    return np.linalg.solve(hessian + weight_decay * np.eye(len(minimum)), hessian @ minimum)


def box_minimum(hessian, minimum, half_width):
    r"""Least point of a quadratic in the square :math:`\max(|x|, |y|) \le` `half_width`.

    AdamW, without noise and if it converges as its learning rate falls to 0, ends here for
    ``half_width = 1 / weight_decay``.

    Parameters
    ----------
    hessian : array_like, shape (2, 2)
        Symmetric and positive definite.
    minimum : array_like, shape (2,)
        Minimum without the constraint.
    half_width : float
        Half the side of the square, > 0.

    Returns
    -------
    ndarray, shape (2,)

    Raises
    ------
    ValueError
        If H is not symmetric and positive definite, or a shape or number is wrong.

    References
    ----------
    xie2024implicit.

    Examples
    --------
    Along the edge x = 2 the bowl is least at y = 1/2: it leans.

    >>> box_minimum([[2, 1], [1, 2]], [3, 0], half_width=2)
    array([2. , 0.5])
    """
    hessian, minimum = _as_quadratic(hessian, minimum)
    float_array("minimum", minimum, (2,), note=", a point of the plane")
    half_width = real_number("half_width", half_width, above=0)
    if (np.abs(minimum) <= half_width).all():
        return minimum
    edges = [
        _edge_minimum(hessian, minimum, i, side, half_width)
        for i in (0, 1)
        for side in (-half_width, half_width)
    ]
    return min(edges, key=lambda p: (p - minimum) @ hessian @ (p - minimum))


def _edge_minimum(hessian, minimum, i, side, half_width):
    """Least point of the edge where coordinate i is `side`."""
    j = 1 - i
    point = np.full(2, side)
    free = minimum[j] - hessian[i, j] / hessian[j, j] * (side - minimum[i])
    point[j] = np.clip(free, -half_width, half_width)
    return point


def _as_quadratic(hessian, minimum):
    minimum = float_array("minimum", minimum, "d").copy()
    d = len(minimum)
    hessian = float_array("hessian", hessian, (d, d), note=f" for a minimum of shape ({d},)")
    if not np.allclose(hessian, hessian.T) or not (np.linalg.eigvalsh(hessian) > 0).all():
        raise ValueError(f"hessian must be symmetric and positive definite, got {hessian.tolist()}")
    return hessian, minimum
