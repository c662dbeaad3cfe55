"""Pyodide's files: only what the lock names, verified each time, and a book without them."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest

from glassbox.page import archives, files, library

LOCK = {
    "info": {"version": "0.27.7"},
    "packages": {
        "numpy": {"file_name": "numpy.whl", "depends": [], "imports": ["numpy"]},
        "scipy": {"file_name": "scipy.whl", "depends": ["numpy"], "imports": ["scipy"]},
        "drawn": {"file_name": "drawn.whl", "depends": ["pytz", "numpy"], "imports": ["drawn"]},
        "pytz": {"file_name": "pytz.whl", "depends": [], "imports": ["pytz"]},
    },
}


def test_packages_come_with_what_they_depend_on_and_no_more():
    assert list(files.choose(LOCK, ["scipy", "math"])) == ["numpy", "scipy"]
    assert list(files.choose(LOCK, ["drawn"])) == ["drawn", "numpy"]
    assert list(files.choose(LOCK, ["autograd"])) == ["autograd", "numpy"]
    assert not files.choose(LOCK, ["json"])


def test_what_is_too_heavy_is_not_shipped():
    heavy = {"file_name": "s.whl", "depends": ["lazy_loader"], "imports": ["skimage"]}
    lock = {"packages": {"scikit-image": heavy}}
    assert not files.choose(lock, ["skimage"])


def test_a_file_is_verified_also_in_the_cache(tmp_path, monkeypatch):
    chosen = files.choose(LOCK, ["numpy"])
    chosen["numpy"]["sha256"] = hashlib.sha256(b"right").hexdigest()
    sent = [("numpy.whl", b"right")]
    monkeypatch.setattr(files, "fetch_distributed", lambda version, names: sent if names else [])
    assert files.fetch_packages(LOCK, chosen, tmp_path) == {"numpy.whl": b"right"}
    (tmp_path / "0.27.7" / "numpy.whl").write_bytes(b"wrong")
    with pytest.raises(files.WrongHash, match=r"numpy\.whl is not the file that its lock names"):
        files.fetch_packages(LOCK, chosen, tmp_path)


def test_a_core_of_another_hash_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "npm_pack", lambda requirement: b"not it")
    with pytest.raises(files.WrongHash, match="sha512"):
        files.fetch_core(tmp_path)


def test_what_cannot_be_reached_is_said(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no way out")

    def unreachable(requirement):
        raise files.Unreachable(requirement)

    monkeypatch.setattr(files, "urlopen", refuse)
    monkeypatch.setattr(files, "downloaded", unreachable)
    with pytest.raises(files.Unreachable, match="provisa"):
        files.fetch_packages(LOCK, files.choose(LOCK, ["numpy"]), tmp_path)


def test_the_mirror_answers_where_the_distribution_does_not(tmp_path, monkeypatch):
    _, folder = files.MIRROR
    with zipfile.ZipFile(tmp_path / "mirror.whl", "w") as archive:
        archive.writestr(f"{folder}numpy.whl", b"content")

    class downloaded:
        def __init__(self, requirement):
            pass

        def __enter__(self):
            return tmp_path / "mirror.whl"

        def __exit__(self, *exception):
            pass

    def answer(url, timeout):
        if "scipy" in url:
            return BytesIO(b"from afar")
        raise OSError("no way out")

    monkeypatch.setattr(files, "urlopen", answer)
    monkeypatch.setattr(files, "downloaded", downloaded)
    found = dict(files.fetch_distributed("0", ["scipy.whl", "numpy.whl"]))
    assert found == {"scipy.whl": b"from afar", "numpy.whl": b"content"}
    with pytest.raises(files.Unreachable, match="absent"):
        list(files.fetch_distributed("0", ["absent.whl"]))


def test_wheels_from_elsewhere_have_the_versions_of_the_lock():
    pinned = (files.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for name, entry in files.MORE.items():
        assert f"{name}=={entry['version']}" in pinned


def test_imports_are_followed_through_the_package():
    assert "numpy" in library.outside({"glassbox.adam"})
    assert library.outside({"glassbox.heaps"}, deep=False).isdisjoint({"numpy", "anywidget"})
    assert "numpy" in library.outside({"glassbox.figures"})


def test_the_wheel_is_the_same_twice_and_holds_what_a_page_needs():
    (name, wheel), (_, again) = library.make_wheel(), library.make_wheel()
    assert wheel == again and name.startswith("glassbox-")
    inside = zipfile.ZipFile(BytesIO(wheel)).namelist()
    assert "glassbox/page/runner.py" in inside and "glassbox/heaps/__init__.py" in inside
    assert not [path for path in inside if path.endswith((".mjs", ".cjs", "sphinx_ext.py"))]
    assert "glassbox/figures/static/models/adam.js" in inside
    assert len(wheel) < 800_000


def test_the_lock_of_the_core_is_pyodide_s():
    try:
        lock = json.loads(files.fetch_core()["pyodide-lock.json"])
    except files.Unreachable as error:
        pytest.skip(str(error))
    assert lock["info"]["version"] == "0.27.7"
    assert len(lock["packages"]["numpy"]["sha256"]) == 64


def test_the_licences_of_what_a_page_loads_are_there():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("some-1.0.dist-info/licenses/LICENSE.txt", "Do as you like.")
        made.writestr("some/LICENSE_of_a_font", "No.")
    text = archives.licences({"some-1.0.whl": file.getvalue(), "pyodide.js": b""})
    assert "some-1.0.whl\n\nDo as you like." in text and "No." not in text
    for word in ("Mozilla Public License", "PYTHON SOFTWARE FOUNDATION", "OpenBLAS", "Haverbeke"):
        assert word in text


def archive_of(**content):
    """Return a zip of some modules."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in content.items():
            made.writestr(f"{name.replace('__', '/')}.py", text)
    return file.getvalue()


def test_a_compiled_module_takes_the_place_of_its_source_and_needless_ones_go():
    library_ = archive_of(json="1", pdb="2", encodings__utf_8="3", encodings__big5="4")
    compiled = {f"{archives.LIBRARY}/json.pyc": b"compiled"}
    made = archives.repacked(archives.LIBRARY, library_, compiled)
    assert made == archives.repacked(archives.LIBRARY, library_, compiled)
    inside = zipfile.ZipFile(BytesIO(made))
    assert inside.namelist() == ["encodings/utf_8.py", "json.pyc"]
    assert inside.read("json.pyc") == b"compiled"


def test_each_file_of_the_package_is_in_one_wheel_and_arrays_are_in_that_of_their_topic():
    _, main = library.make_wheel()
    held = [name for name in names_in(main) if name.startswith("glassbox/")]
    for topic, (_, wheel) in library.make_data().items():
        inside = [name for name in names_in(wheel) if name.startswith("glassbox/")]
        assert all(name.startswith(f"glassbox/{topic}/") for name in inside)
        held += inside
    assert sorted(held) == sorted(f"glassbox/{name}" for name in library.paths())
    assert not [name for name in names_in(main) if name.endswith(".npz")]
    assert names_in(library.make_data()["adam"][1])[0] == "glassbox/adam/digits.npz"


def names_in(wheel):
    """Return the names in a wheel."""
    return zipfile.ZipFile(BytesIO(wheel)).namelist()
