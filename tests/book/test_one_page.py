"""One page is built alone; a build keeps what notebooks gave, and serves what is made anew."""

import os
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

import serving

from .conftest import TOC, build_book, write_chapter

OTHER = '{"cells": [{"cell_type": "markdown", "id": "a", "source": "(a-label)=", "metadata": {}}]}'
LEADS_AWAY = """# Small

See {numref}`a-label`, {eq}`a-label`, {ref}`a-label`, [the label](a-label), {doc}`other`,
[the chapter](other), [it again](other.ipynb) and [the start](../intro)."""


@pytest.fixture
def two_chapters(small_book):
    """Make a small book with a second chapter, which cannot run."""
    (small_book / "_toc.yml").write_text(TOC.replace("[", "[{file: chapters/other}, "))
    (small_book / "chapters/other.ipynb").write_text(OTHER)
    return small_book


def build_alone(book, slug):
    """Build one page as ``make page`` does; the finished process."""
    command = [sys.executable, str(book / "tools/one_page.py"), slug]
    return subprocess.run(command, cwd=book, capture_output=True, text=True)


def test_a_page_alone_may_refer_to_other_chapters_and_to_nothing_else(two_chapters):
    write_chapter(two_chapters, LEADS_AWAY)
    process = build_alone(two_chapters, "small")
    assert process.returncode == 0, process.stdout + process.stderr
    html = two_chapters / "_build/page/small/html"
    assert process.stdout.splitlines()[-1] == (html / "chapters/small.html").as_uri()
    assert not (html / "chapters/other.html").exists()

    write_chapter(two_chapters, LEADS_AWAY.replace("{ref}`a-label`", "{ref}`a-lable`"))
    process = build_alone(two_chapters, "small")
    assert process.returncode != 0
    (warning,) = [line for line in process.stderr.splitlines() if "WARNING" in line]
    assert "undefined label: 'a-lable'" in warning


def test_a_page_that_is_no_chapter_is_refused(two_chapters):
    write_chapter(two_chapters, "# Small")
    process = build_alone(two_chapters, "smal")
    assert process.returncode != 0
    assert process.stderr == "slug wants a chapter (other, small); got 'smal'\n"


def test_a_notebook_runs_again_only_if_something_it_depends_on_changed(small_book, monkeypatch):
    monkeypatch.setenv("GLASSBOX_KEEP", str(small_book / "_build/kept"))
    count = "from pathlib import Path\nwith Path('runs').open('a') as file:\n    file.write('1')"
    module = small_book / "lib/glassbox/topic.py"
    module.parent.mkdir(parents=True)

    def runs(*sources):
        """Build the book; how often the notebook has run so far."""
        write_chapter(small_book, *sources)
        process = build_book(small_book, small_book)
        assert process.returncode == 0, process.stdout
        page = (small_book / "_build/html/chapters/small.html").read_text(encoding="utf-8")
        assert "three" in page
        return len((small_book / "chapters/runs").read_text())

    assert runs("# Small", count, "print('th' + 'ree')") == 1
    assert runs("# Another title", count, "print('th' + 'ree')") == 1
    assert runs("# Small", count, "print('thr' + 'ee')") == 2
    module.write_text("x = 1")
    assert runs("# Small", count, "print('thr' + 'ee')") == 3
    assert len(list((small_book / "_build/kept").glob("*.ipynb"))) == 1


def test_a_notebook_that_failed_is_not_kept_and_says_so_once(small_book, monkeypatch):
    monkeypatch.setenv("GLASSBOX_KEEP", str(small_book / "_build/kept"))
    for _ in range(2):
        write_chapter(small_book, "# Small\n\n{glue:}`a` {glue:}`b`", "1 / 0")
        process = build_book(small_book, small_book)
        assert process.returncode != 0
        said = process.stdout.count("ZeroDivisionError: division by zero")
        assert said == 1 and "glue" not in process.stdout, process.stdout


def test_a_folder_is_served_and_made_again_when_a_source_changes(tmp_path, monkeypatch):
    source, html = tmp_path / "source", tmp_path / "html"
    html.mkdir()
    source.write_text("one")
    port = 18_000 + os.getpid() % 2000

    def make():
        (html / "page.html").write_text(f"<p>{source.read_text()}</p>")

    def get(path):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60).read().decode()

    def wait_for(made):
        for _ in range(2000):
            time.sleep(0.05)
            if source.exists() and serving.Handler.made >= made:
                return get("page.html")
        raise AssertionError("the folder is not made")

    arguments = (html, make, [source], port)
    threading.Thread(target=serving.serve, args=arguments, daemon=True).start()
    assert "<p>one</p>" in (page := wait_for(1))
    assert '<script src="/reload.js">' in page and "location.reload" in get("reload.js")
    source.write_text("another")
    assert "<p>another</p>" in wait_for(2)
    assert get("made") == "2"
