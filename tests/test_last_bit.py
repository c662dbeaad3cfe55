"""What the docstrings print is the same on processors that round the last bit differently."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARRAYS = "import numpy as np; a = np.ones((64, 64)) + 1j; np.vdot(a @ a, a)"


def run_on(processor, *command):
    """Run Python as on another processor: OpenBLAS takes the kernels written for it."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_CORETYPE": processor},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("processor", ["Haswell", "Zen", "SkylakeX"])
def test_no_doctest_depends_on_the_last_bit(processor):
    if run_on(processor, "-c", ARRAYS).returncode:
        pytest.skip(f"this processor lacks the instructions of {processor}")
    options = ("-q", "-x", "--no-header", "-p", "no:cacheprovider")
    process = run_on(processor, "-m", "pytest", "lib", *options)
    assert process.returncode == 0, process.stdout
