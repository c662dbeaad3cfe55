"""Record the first step of Adam in PyTorch, Keras and Optax, for gradients of several sizes.

They differ in where they add epsilon, and in its default. In an environment of its own::

    pip install torch==2.13.0 keras==3.15.1 optax==0.2.8
    python tests/references/record_first_steps.py
"""

import json
import os
from pathlib import Path

GRADIENTS = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10]


def by_torch(g):
    weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    weight.grad = torch.tensor([g], dtype=torch.float64)
    torch.optim.Adam([weight], lr=1.0).step()
    return -weight.item()


def by_keras(g):
    weight, adam = keras.Variable([0.0], dtype="float64"), keras.optimizers.Adam(1.0)
    adam.build([weight])
    adam.apply([keras.ops.convert_to_tensor([g], dtype="float64")], [weight])
    return -float(keras.ops.convert_to_numpy(weight)[0])


def by_optax(g):
    adam, weight = optax.adam(1.0), jax.numpy.zeros(1)
    update, _ = adam.update(jax.numpy.array([g]), adam.init(weight), weight)
    return -float(update[0])


if __name__ == "__main__":
    os.environ["KERAS_BACKEND"] = "torch"
    import jax
    import keras
    import optax
    import torch

    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    found = {
        "gradients": GRADIENTS,
        f"PyTorch {torch.__version__.split('+')[0]}": [by_torch(g) for g in GRADIENTS],
        f"Keras {keras.__version__}": [by_keras(g) for g in GRADIENTS],
        f"Optax {optax.__version__}": [by_optax(g) for g in GRADIENTS],
    }
    path = Path(__file__).parent / "first_steps.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
