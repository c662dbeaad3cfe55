"""Serve a folder: made again when its sources change, or as a host on the internet does."""

import contextlib
import gzip
import http.server
import threading
import time
from functools import cache, partial
from pathlib import Path

RELOAD = """let seen;
setInterval(async () => {
    const now = await (await fetch("/made")).text().catch(() => seen);
    if (seen !== undefined && now !== seen) location.reload();
    seen = now;
}, 500);
"""
SCRIPT = b'<script src="/reload.js"></script>'
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".wasm")


def stamps(paths):
    """Return when each file of these files and folders was last written."""
    files = [
        f for p in paths for f in ([p] if p.is_file() else sorted(p.rglob("*"))) if f.is_file()
    ]
    return {f: f.stat().st_mtime_ns for f in files if "__pycache__" not in f.parts}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder; each page asks now and then whether it was made again."""

    made = 0

    def do_GET(self):
        """Answer a request."""
        path = Path(self.translate_path(self.path))
        if self.path == "/made":
            self.answer(str(Handler.made).encode(), "text/plain")
        elif self.path == "/reload.js":
            self.answer(RELOAD.encode(), "text/javascript")
        elif path.suffix == ".html" and path.is_file():
            self.answer(path.read_bytes() + SCRIPT, "text/html; charset=utf-8")
        else:
            super().do_GET()

    def answer(self, content, kind):
        """Send content that no browser keeps."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Say nothing."""


def remake(make, watched, pause=0.5):
    """Make the folder now, and again whenever something in ``watched`` changes."""
    while True:
        before = stamps(watched)
        make()
        Handler.made += 1
        while stamps(watched) == before:
            time.sleep(pause)


def serve(folder, make, watched, port):
    """Serve ``folder`` at ``http://localhost:port`` until Ctrl-C."""
    handler = partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Serving at http://localhost:{port} (stop with Ctrl-C); a change is built at once.")
        try:
            remake(make, watched)
        except KeyboardInterrupt:
            server.shutdown()


@cache
def compressed(path):
    """Return a file as a host compresses it."""
    return gzip.compress(path.read_bytes(), 6)


class Host(http.server.SimpleHTTPRequestHandler):
    """A static host that compresses and lets a browser keep files, as such hosts do."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def do_GET(self):
        """Send a file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        stamp = f'"{path.stat().st_mtime_ns}"'
        if self.headers.get("If-None-Match") == stamp:
            self.send_response(304)
            self.send_header("ETag", stamp)
            self.end_headers()
            return
        squeeze = path.suffix in COMPRESSED
        body = compressed(path) if squeeze else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("ETag", stamp)
        if squeeze:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        Host.sent += len(body)

    def log_message(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def hosted(folder):
    """Serve a folder on a free port as a host does; gives its address."""
    handler = partial(Host, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{host.server_port}/"
        finally:
            host.shutdown()
