"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def doubled():
    """Ask what doubling the scale of the inputs costs."""
    right = "889 million"
    return quiz(
        "At ‖x + y‖ = 2 an error of 10 % takes 5,360 positive directions. You double all queries "
        "and keys. How many now?",
        {
            "5,360": "The number does not depend on how many tokens there are, but it does on "
            "their lengths.",
            "21,440": "Four times as many would do if the variance grew like ‖x + y‖². It grows "
            "like its exponential.",
            "85,760": "Sixteen times would be the fourth power. It is an exponential of a square.",
            right: "‖x + y‖ is 4, and (e¹⁶ − 1) / 0.01 is 889 million.",
        },
        right=right,
    )


def mirror():
    """Ask where trigonometric features beat hyperbolic ones."""
    right = "Where x · y > 0: the kernel is above 1"
    return quiz(
        "With equally many features, where do trigonometric ones err less than hyperbolic ones?",
        {
            "Where x and y are short": "There both are good. Which is better depends on the angle "
            "alone.",
            "Where x · y < 0: the kernel is below 1": "The other way round: there x + y is shorter "
            "than x − y, and hyperbolic features know x + y alone.",
            right: "Exactly there x − y is shorter than x + y.",
            "Nowhere: positive features are always better": "On x = y trigonometric features are "
            "exact, with a single direction.",
        },
        right=right,
    )


def floor():
    """Ask what to look at when an error does not move with m."""
    right = "An ε that was added to each feature"
    return quiz(
        "A Performer's output is 72 % off. You take four times as many directions, and it is 72 % "
        "off. What do you look at first?",
        {
            "The variance: take more still": "Four times the directions halve a variance's error, "
            "as long as it is small. This one did not move.",
            right: "What does not depend on W is not its noise. Compare with the plain mean of the "
            "values.",
            "The signs of the QR decomposition": "They cost some per cent, in some directions.",
            "The number of tokens": "It does not occur in the law of the error.",
        },
        right=right,
    )


def signs():
    """Ask which features a raw QR leaves unharmed."""
    return quiz(
        "Which features does a raw QR leave unbiased? Tick all that it does.",
        {
            "Trigonometric ones": "cos(ω·(x − y)) is the same for ω and −ω.",
            "Positive ones": "e^(ω·z) is not the same for ω and −ω, and half of the directions are "
            "missing.",
            "Hyperbolic ones": "cosh(ω·z) is the same for ω and −ω.",
        },
        right=["Trigonometric ones", "Hyperbolic ones"],
    )
