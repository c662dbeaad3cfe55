"""HiPPO, S4 and Mamba: remember a signal by coefficients, then make a sequence model of it.

``hippo`` has the basis, the matrices and the projections that everything else is held to.
``scan`` feeds a signal to LegS sample by sample, ``memories`` to its rivals: a sliding window
(LegT) and a bank of leaky averages. ``ssm`` is the general state space model as a recurrence and as
a convolution, ``s4`` the fast way to its kernel, ``diagonal`` the short one. ``delay`` fits C to a
task, ``selective`` has scans in parallel, and steps that depend on the input.

Signs are those of the HiPPO paper: c' = -A c / t + B f / t with A lower triangular and positive.
The state space models of ``ssm`` read x' = A x + B u; for them HiPPO's A goes in with a minus.
"""

from .delay import delay_errors, fit_delay, random_stable, state_kernels
from .diagonal import eig_kernel, s4d_kernel, s4d_modes
from .hippo import (
    hippo_lagt,
    hippo_legs,
    hippo_legt,
    legendre_basis,
    legs_project,
    legs_project_samples,
    legs_reconstruct,
    legt_project,
    s4_basis,
)
from .memories import (
    MEMORIES,
    band_covariance,
    band_limited,
    band_waves,
    leaky_scan,
    leaky_weights,
    legt_scan,
    linear_decoder,
    memory_weights,
    overtakes,
    recall_errors,
    recollect,
    time_constants,
)
from .s4 import (
    cauchy_sum,
    dplr_kernel,
    dplr_legs,
    generating_function,
    kernel_from_generating_function,
    nplr_legs,
    s4_kernel,
    truncated_output,
)
from .scan import RULES, legs_matvec, legs_scan, legs_solve
from .selective import (
    combine,
    fixed_floor,
    marked_values,
    parallel_scan,
    selective_scan,
    softplus,
)
from .ssm import causal_conv, discretize, ssm_kernel, ssm_scan, ssm_states

__all__ = [
    "MEMORIES",
    "RULES",
    "band_covariance",
    "band_limited",
    "band_waves",
    "cauchy_sum",
    "causal_conv",
    "combine",
    "delay_errors",
    "discretize",
    "dplr_kernel",
    "dplr_legs",
    "eig_kernel",
    "fit_delay",
    "fixed_floor",
    "generating_function",
    "hippo_lagt",
    "hippo_legs",
    "hippo_legt",
    "kernel_from_generating_function",
    "leaky_scan",
    "leaky_weights",
    "legendre_basis",
    "legs_matvec",
    "legs_project",
    "legs_project_samples",
    "legs_reconstruct",
    "legs_scan",
    "legs_solve",
    "legt_project",
    "legt_scan",
    "linear_decoder",
    "marked_values",
    "memory_weights",
    "nplr_legs",
    "overtakes",
    "parallel_scan",
    "random_stable",
    "recall_errors",
    "recollect",
    "s4_basis",
    "s4_kernel",
    "s4d_kernel",
    "s4d_modes",
    "selective_scan",
    "softplus",
    "ssm_kernel",
    "ssm_scan",
    "ssm_states",
    "state_kernels",
    "time_constants",
    "truncated_output",
]
