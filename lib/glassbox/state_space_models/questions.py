"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def rate():
    """Ask what a doubled sampling rate does to LegS."""
    right = "The exact one alone"
    return quiz(
        "You record the same signal twice as finely, so that each sample comes twice. Which step "
        "rules leave LegS with the same memory?",
        {
            "All: no step size occurs in the equation": "None occurs in the equation. But a rule "
            "that approximates the step errs by an amount that depends on how long steps are.",
            "Forward Euler and the exact one": "Forward Euler's steps are linear pieces: two short "
            "ones are not one long one.",
            right: "It solves the equation for a staircase, and the staircase is the same.",
            "None": "The exact rule does: two halves of a stair are one stair.",
        },
        right=right,
    )


def clock():
    """Ask where a sample of some age stands on S4's clock."""
    right = "At s = e^-1, about 0.37"
    return quiz(
        "S4 with Δ = 0.01. Where on the warped clock is a sample that is 100 samples old?",
        {
            "At s = 0.99": "That is e^-0.01, the sample before.",
            right: "Its age is 100 × 0.01 = 1 unit, and s = e^-1.",
            "At s = 0, the start of the past": "There is no start: s falls towards 0 with age, and "
            "never gets there.",
            "It depends on how long the signal is": "In LegS it does. Without the 1/t the clock "
            "knows ages alone.",
        },
        right=right,
    )


def padding():
    """Ask what happens without padding."""
    right = "The first ones, by the end of the input"
    return quiz(
        "A colleague convolves by irfft(rfft(u) * rfft(K)), both of length L, without zeros behind "
        "them. Which outputs are wrong, and by what?",
        {
            "None: that is the convolution theorem": "It is the theorem of the circular "
            "convolution.",
            right: "The result is circular: what runs over the end comes back at the start.",
            "The last ones, by the start of the input": "The last ones have their whole past at "
            "hand; they are right.",
            "All, by a constant factor": "The factors of rfft and irfft fit each other.",
        },
        right=right,
    )


def state_size():
    """Ask how large the state of a layer is, against a cache."""
    return quiz(
        "A layer has 256 channels, each a model of its own with N = 16 real numbers. How many "
        "numbers must it keep to generate the 10,001st sample?",
        answer=4096,
        wrong={
            16: "That is one channel. Each has its own state.",
            256: "That is how many come in and go out at each step.",
            2_560_000: "That would be all inputs so far: the cache of a convolution, or of "
            "attention.",
        },
        why="256 × 16, as for the second sample. A cache of the past would hold 256 × 10,000.",
        unit="numbers",
    )


def choosing():
    """Ask which models can ignore a sample because of what it is."""
    return quiz(
        "Which of these can ignore a sample because of what the sample says?",
        {
            "S4": "Its steps are all alike: every sample is written by the same B.",
            "S4D": "Diagonal, but still the same at every step.",
            "Mamba": "Its step depends on the sample; a step near 0 passes it by.",
            "LegS": "Its step depends on the time, not on the sample.",
            "A gated recurrent network": "Its gates are computed from the sample.",
        },
        right=["Mamba", "A gated recurrent network"],
    )
