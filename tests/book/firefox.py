"""Firefox by WebDriver BiDi, as much of it as a walk through the book needs.

Playwright's own way to an unpatched Firefox wants commands that Debian's does not know yet.
"""

import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile

import pytest
import websocket

NAMES = ("firefox-esr", "firefox")
MISSING = "this test wants Firefox; on Debian: apt install firefox-esr"
#: No request of its own: not for updates, hints, or a first page.
PREFERENCES = {
    "app.normandy.enabled": False, "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.malware.enabled": False, "browser.safebrowsing.phishing.enabled": False,
    "browser.startup.homepage": "about:blank", "datareporting.policy.dataSubmissionEnabled": False,
    "dom.w3c_touch_events.enabled": 1, "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True, "services.settings.server": "data:,#remote-settings",
    "toolkit.telemetry.enabled": False, "ui.prefersReducedMotion": 1,
}  # fmt: skip
KEYS = {
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
    "Home": "\ue011", "End": "\ue010", "Space": " ", "Enter": "\ue007",
}  # fmt: skip
#: Said of a formula that is painted while half of it is loaded; the build counts the children.
HALF = "Invalid markup: Incorrect number of children"
PATIENCE = 120  # seconds: a busy machine is slow, not wrong


def find_firefox():
    """Return Firefox's path. Without one skip, or fail if ``GLASSBOX_REQUIRE_BROWSER=1``."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        (pytest.fail if os.environ.get("GLASSBOX_REQUIRE_BROWSER") == "1" else pytest.skip)(MISSING)
    return found


class BiDiError(Exception):
    """What Firefox answers to a command that it cannot carry out."""


class Firefox:
    """A Firefox that was started; keeps the errors of all pages, and what they asked for."""

    def __init__(self, port):
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}/session", timeout=PATIENCE, suppress_origin=True
        )
        self.numbers, self.errors, self.requests = itertools.count(1), [], []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def send(self, method, **parameters):
        """Carry out a command; its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self.socket.recv())
            if said.get("id") == number:
                if said["type"] == "error":
                    raise BiDiError(f"{method}: {said['message']}")
                return said["result"]
            self.hear(said)

    def hear(self, said):
        """Keep an error or a request."""
        if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
            text = said["params"]["text"]
            self.errors += [] if text.startswith(HALF) else [text]
        if said.get("method") == "network.beforeRequestSent":
            self.requests.append(said["params"]["request"]["url"])

    @contextlib.contextmanager
    def opened(self, url, width=1280, height=900):
        """Open a page in a tab of its own."""
        tab = Tab(self, self.send("browsingContext.create", type="tab")["context"])
        try:
            size = {"width": width, "height": height}
            tab.send("browsingContext.setViewport", viewport=size)
            tab.send("browsingContext.navigate", url=url, wait="complete")
            yield tab
        finally:
            tab.send("browsingContext.close")


class Tab:
    """A page."""

    def __init__(self, firefox, context):
        self.firefox, self.context = firefox, context

    def send(self, method, **parameters):
        """Carry out a command on the page."""
        return self.firefox.send(method, context=self.context, **parameters)

    def call(self, function, *arguments):
        """Call a function of JavaScript with what JSON can say; its result, awaited."""
        told = json.dumps(arguments)
        code = f"async () => JSON.stringify(await ({function})(...{told}) ?? null)"
        answer = self.firefox.send(
            "script.callFunction", functionDeclaration=code, awaitPromise=True,
            target={"context": self.context}, userActivation=True,
        )  # fmt: skip
        if answer["type"] == "exception":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def press(self, *keys):
        """Press keys, one after the other."""
        actions = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        board = {"type": "key", "id": "board", "actions": actions}
        self.send("input.performActions", actions=[board])

    def drag(self, *places, kind="touch"):
        """Put a finger down, drag it over points of the window, lift it."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in places]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        hand = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}}
        actions = [{**hand, "actions": [moves[0], down, *moves[1:], up]}]
        self.send("input.performActions", actions=actions)


@contextlib.contextmanager
def started():
    """Start Firefox with an empty profile; it ends with the block."""
    path = find_firefox()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        with open(f"{profile}/user.js", "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        command = [path, "--headless", "--no-remote", "--profile", profile]
        process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            port = next(
                found[1]
                for line in process.stderr
                if (found := re.search(r"BiDi listening on ws://127\.0\.0\.1:(\d+)", line))
            )
            yield Firefox(port)
        finally:
            process.terminate()
            process.communicate()
