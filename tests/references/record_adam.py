"""Record what PyTorch's optimisers do, in ``adam.npz``; run once: ``pip install torch==2.13.0``.

The tests read the values and need no PyTorch. Everything is float64.

``grads`` (300, 8) is fed to every optimiser from ``start`` (8,), whatever it does ("open loop").
Coordinates: sizes from 1e-4 to 1e2, zeros at first, long zero stretches, zeros only, 1e-150, 1e150.
``open/<name>`` (30, 8) is the point after every tenth step, ``open/<name>/<buffer>`` (8,) the
optimiser's buffers at the end. ``rosenbrock/<name>`` (21, 2) is every tenth point of a walk down
Rosenbrock's function by automatic differentiation. ``schedule/<name>`` are factors on the
learning rate.
"""

from pathlib import Path

import numpy as np

try:
    import torch
except ImportError:  # pytest looks for doctests here too
    torch = None

OUT = Path(__file__).with_name("adam.npz")

# Case: optimiser, arguments. The tests have the same names.
CASES = {
    "adam": ("Adam", {}),
    "adam_lr": ("Adam", {"lr": 0.3}),
    "adam_betas": ("Adam", {"lr": 0.01, "betas": (0.8, 0.95)}),
    "adam_no_memory": ("Adam", {"lr": 0.01, "betas": (0.0, 0.0)}),
    "adam_eps": ("Adam", {"lr": 0.01, "eps": 1e-3}),
    "adam_l2": ("Adam", {"lr": 0.01, "weight_decay": 0.1}),
    "adam_amsgrad": ("Adam", {"lr": 0.01, "amsgrad": True}),
    "adam_l2_amsgrad": (
        "Adam",
        {"lr": 0.01, "betas": (0.8, 0.95), "weight_decay": 0.3, "amsgrad": True},
    ),
    "adamw": ("AdamW", {}),
    "adamw_lr": ("AdamW", {"lr": 0.3}),
    "adamw_decay": ("AdamW", {"lr": 0.01, "weight_decay": 0.5}),
    "adamw_no_decay": ("AdamW", {"lr": 0.01, "weight_decay": 0.0}),
    "adamw_eps": ("AdamW", {"lr": 0.01, "eps": 1e-3, "betas": (0.8, 0.95)}),
    "adamw_amsgrad": (
        "AdamW",
        {"lr": 0.01, "betas": (0.8, 0.95), "weight_decay": 0.3, "amsgrad": True},
    ),
    "sgd": ("SGD", {"lr": 0.01}),
    "sgd_momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "sgd_l2": ("SGD", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
    "sgd_nesterov": ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    "sgd_nesterov_l2": (
        "SGD",
        {"lr": 0.01, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
    ),
    "rmsprop": ("RMSprop", {}),
    "rmsprop_all": (
        "RMSprop",
        {"lr": 0.003, "alpha": 0.9, "eps": 1e-4, "momentum": 0.8, "weight_decay": 0.1},
    ),
    "adagrad": ("Adagrad", {}),
    "adagrad_all": ("Adagrad", {"lr": 0.1, "eps": 1e-3, "weight_decay": 0.1}),
}

ROSENBROCK = {
    "adam": ("Adam", {"lr": 0.02}),
    "adamw": ("AdamW", {"lr": 0.02, "weight_decay": 0.1}),
    "sgd_momentum": ("SGD", {"lr": 2e-4, "momentum": 0.9}),
    "rmsprop": ("RMSprop", {"lr": 0.005}),
    "adagrad": ("Adagrad", {"lr": 0.3}),
}


def gradients(rng, n_steps=300):
    """Return the gradients that all optimisers get, shape (n_steps, 8)."""
    sizes = np.array([1e-4, 1.0, 1e2, 1.0, 1.0, 0.0, 1e-150, 1e150])
    grads = sizes * rng.standard_normal((n_steps, 8))
    grads[:40, 3] = 0
    grads[50:200, 4] = 0
    return grads


def open_loop(name, args, start, grads):
    """Return every tenth point, and the buffers at the end."""
    params = torch.tensor(start, requires_grad=True)
    optimiser = getattr(torch.optim, name)([params], **args)
    points = []
    for t, grad in enumerate(grads, start=1):
        params.grad = torch.tensor(grad)
        optimiser.step()
        if t % 10 == 0:
            points.append(params.detach().numpy().copy())
    buffers = {
        buffer: value.numpy().copy()
        for buffer, value in optimiser.state[params].items()
        if isinstance(value, torch.Tensor) and value.shape == params.shape
    }
    return np.array(points), buffers


def rosenbrock_walk(name, args, n_steps=200):
    """Return every tenth point, the start first."""
    params = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    optimiser = getattr(torch.optim, name)([params], **args)
    points = [params.detach().numpy().copy()]
    for t in range(1, n_steps + 1):
        optimiser.zero_grad()
        x, y = params
        ((1 - x) ** 2 + 100 * (y - x**2) ** 2).backward()
        optimiser.step()
        if t % 10 == 0:
            points.append(params.detach().numpy().copy())
    return np.array(points)


def factors(make, n_steps):
    """Return the factor on the learning rate at each step."""
    params = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([params], lr=1.0)
    scheduler = make(optimiser)
    found = []
    for _ in range(n_steps):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return np.array(found)


def main():
    """Record everything."""
    rng = np.random.default_rng(20150507)
    start, grads = rng.standard_normal(8), gradients(rng)
    arrays = {"start": start, "grads": grads, "torch": np.array(torch.__version__)}
    for case, (name, args) in CASES.items():
        arrays[f"open/{case}"], buffers = open_loop(name, args, start, grads)
        arrays |= {f"open/{case}/{buffer}": value for buffer, value in buffers.items()}
    for case, (name, args) in ROSENBROCK.items():
        arrays[f"rosenbrock/{case}"] = rosenbrock_walk(name, args)
    schedulers = torch.optim.lr_scheduler
    arrays["schedule/warmup"] = factors(
        lambda o: schedulers.LinearLR(o, 1 / 8, 1.0, total_iters=7), 20
    )
    arrays["schedule/cosine"] = factors(
        lambda o: schedulers.CosineAnnealingLR(o, 50, eta_min=0.1), 50
    )
    np.savez_compressed(OUT, **arrays)


if __name__ == "__main__":
    main()
