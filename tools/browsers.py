"""Find a browser on this machine, for the tests and for the commands that print and measure."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = "Chromium or Chrome; on Debian or Ubuntu: apt install chromium"


def find_browser():
    """Return the path of a browser; None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
