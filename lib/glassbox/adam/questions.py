"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def scale():
    """Ask who notices that all gradients are multiplied by 1,000."""
    right = "Adam + L2"
    return quiz(
        "Somebody sums the loss over a batch of 1,000 instead of averaging it: all gradients of "
        "the loss are 1,000 times as large. Which optimiser walks another way?",
        {
            "Adam without decay": "m and √v both grow by 1,000, and the ratio stays (far above ε).",
            right: "The penalty's gradient λθ does not grow with the others: beside them it is now "
            "a thousandth of what it was.",
            "AdamW": "Its direction is Adam's, and its decay never meets the gradient.",
        },
        right=right,
    )


def dialect():
    """Ask for a decay in the dialect of the paper."""
    return quiz(
        "A run in PyTorch has lr = 0.002 and weight_decay = 0.05. Which λ does the paper's formula "
        "need for the same run?",
        answer=1e-4,
        wrong={
            0.05: "That is PyTorch's. The paper's λ is not multiplied by the rate.",
            25: "You divided. A step of PyTorch takes off lr · λ, a step of the paper λ.",
        },
        why="λ of the paper = α · λ of PyTorch = 0.002 · 0.05.",
        hint="What fraction of a weight does one step take off?",
    )


def swing():
    """Ask how the size of weights under noise depends on the rate."""
    right = "They get twice as large"
    return quiz(
        "A weight's gradient is pure noise. AdamW has run for very long. Now the rate is 4 times "
        "as large, the same λ in PyTorch, and it runs for very long again. What do such weights "
        "do?",
        {
            "They keep their size, for it is about 1/λ": "That is the wall, for gradients that "
            "keep their sign. Under noise the directions cancel, and the size is √(α/2λ).",
            right: "√(α/2λ) grows by √4 = 2.",
            "They get 4 times as large": "Each step is 4 times as long, but the weight also "
            "forgets 4 times as fast.",
            "They get half as large": "The decay is stronger, but so are the steps.",
        },
        right=right,
    )


def least_shrunk():
    """Ask which weight L2 inside Adam shrinks least."""
    right = "One whose gradients are large"
    return quiz(
        "Which weight does an L2 penalty inside Adam shrink least, share by share?",
        {
            "One whose gradients are small": "Its λθ is divided by a small √v: it shrinks fast.",
            right: "Its λθ is divided by a large √v.",
            "One that is large itself": "While λθ is small beside the gradients, the share that is "
            "taken off does not depend on θ.",
        },
        right=right,
    )
