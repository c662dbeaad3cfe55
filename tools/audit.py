"""Look up known faults of the packages that are locked: pip-audit for Python, npm for JavaScript.

Both ask a service on the internet; where one cannot be reached, that is said, and is no verdict.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Run by uv in a place of its own: nothing else needs what it is made of.
PIP_AUDIT = "pip-audit==2.10.1"
COMMANDS = {
    "Python": [sys.executable, "-m", "uv", "tool", "run", "--quiet", PIP_AUDIT, "--strict",
               "--disable-pip", "--no-deps", "--requirement"],
    "JavaScript": ["npm", "audit", "--audit-level=low"],
}  # fmt: skip
#: What is said of a service that gives no answer.
NO_ANSWER = (
    "ConnectionError", "ServiceError", "Max retries", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT",
    "could not be audited", "ENOAUDIT", "Failed to fetch", "audit endpoint returned an error",
    "error sending request",
)  # fmt: skip


def judge(process):
    """Return what an audit found: "clean", "faults" or "no answer"."""
    if process.returncode == 0:
        return "clean"
    said = process.stdout + process.stderr
    return "no answer" if any(word in said for word in NO_ANSWER) else "faults"


def pins(lock):
    """Return the pins of a lock, without the project itself."""
    return "".join(line + "\n" for line in lock.splitlines() if line[:1] not in ("", "#", "-"))


def main():
    """Ask both; the exit code is 1 if there are faults, 2 if one gave no answer."""
    found = {}
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(pins((ROOT / "requirements.txt").read_text(encoding="utf-8")))
        file.flush()
        COMMANDS["Python"].append(file.name)
        ran = {
            name: subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            for name, command in COMMANDS.items()
        }
    for name, process in ran.items():
        found[name] = judge(process)
        if found[name] == "clean":
            print(f"{name}: no known faults.")
        elif found[name] == "faults":
            print(f"{name}: faults are known.", process.stdout, process.stderr, sep="\n")
        else:
            said = (process.stderr or process.stdout).strip().splitlines() or ["nothing"]
            print(f"{name}: not audited, for the service cannot be reached. It says: {said[-1]}")
    sys.exit(1 if "faults" in found.values() else 2 if "no answer" in found.values() else 0)


if __name__ == "__main__":
    main()
