"""Every file of a plugin in Python: what runs is what was summed, and nobody else may write it."""

import json
import os
import pathlib
import struct
import subprocess

import pytest

from floe_command import BIN
from python_plugin import write_plugin

PYTHON = "/usr/bin/python3"
LINEAGE = """
    import os
    import sys
    from floe.plugins import LineageBackendPlugin
    from . import words
    from .deep.down import WORD as down
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "path"))
    import onpath_{name}

    class Book(LineageBackendPlugin):
        def transport_config(self, call):
            with open(os.path.join(os.path.dirname(__file__), "data.txt")) as file:
                return {{"type": " ".join([words.WORD, down, onpath_{name}.WORD, file.read().strip()])}}

        def namespace_mapping(self, call):
            return {{}}

        def emit(self, call, events):
            pass

        def check_connection(self, call):
            return {{"status": "ok", "latency_ms": 0, "message": "", "warnings": []}}
"""
FILES = {"words.py": "WORD = 'right'\n", "deep/__init__.py": "", "deep/down.py": "WORD = 'right'\n", "path/onpath_book.py": "WORD = 'right'\n",
         "data.txt": "right\n", "lib/native.bin": "x"}
RIGHT = "right right right right"
OTHER = {path: text.replace("right", "other") + ("y" if path.startswith("lib") else "# more\n" if path.endswith("__.py") else "") for path, text in FILES.items()}


@pytest.fixture
def folder(tmp_path):
    folder = write_plugin(tmp_path / "plugins", "book", "floe.lineage/1", LINEAGE.format(name="book"))
    for path, text in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return folder


def call(folder, expect=0):
    process = subprocess.run([BIN, "--plugin-root", str(folder.parents[1]), "plugin", "call", "floe.lineage_backends/book", "transport_config"],
                             cwd=folder.parents[1], capture_output=True, text=True, timeout=60)
    assert process.returncode == expect, process.stderr
    return json.loads(process.stdout)["result"]["type"] if expect == 0 else process.stderr


def forge(source, kind):
    """A .pyc that Python takes for the compiled `source`, with other code in it."""
    cached = pathlib.Path(subprocess.run([PYTHON, "-c", f"import importlib.util; print(importlib.util.cache_from_source({str(source)!r}))"],
                                         capture_output=True, text=True, check=True).stdout.strip())
    cached.parent.mkdir(exist_ok=True)
    code = source.read_text().replace("right", "forged")
    program = (f"import importlib.util, marshal, sys; sys.stdout.buffer.write(importlib.util.MAGIC_NUMBER + {header(source, kind)!r}"
               f" + marshal.dumps(compile({code!r}, {str(source)!r}, 'exec')))")
    cached.write_bytes(subprocess.run([PYTHON, "-c", program], capture_output=True, check=True).stdout)
    return cached


def header(source, kind):
    if kind == "unchecked":
        return struct.pack("<I", 1) + b"whatever"
    return struct.pack("<III", 0, int(source.stat().st_mtime), source.stat().st_size)


@pytest.mark.parametrize("kind", ["by time", "unchecked"])
@pytest.mark.parametrize("path", ["plugin.py", "words.py", "deep/down.py", "path/onpath_book.py"])
def test_no_compiled_file_is_run(folder, path, kind):
    forged = forge(folder / path, kind)
    control = subprocess.run([PYTHON, "-c", "import words; print(words.WORD)"], cwd=folder, capture_output=True, text=True)
    assert path != "words.py" or control.stdout == "forged\n"  # Python by itself runs it
    before = sorted(folder.rglob("*"))
    assert call(folder) == RIGHT
    assert sorted(folder.rglob("*")) == before and forged.exists()  # and nothing was written


def test_a_compiled_file_without_a_source_is_no_module(folder):
    compiled = forge(folder / "words.py", "unchecked")
    compiled.rename(folder / "words.pyc")
    (folder / "words.py").unlink()
    assert "ImportError" in call(folder, expect=2)


@pytest.mark.parametrize("path", sorted(FILES))
def test_the_sum_of_plugin_json_is_over_all_files(folder, path):
    manifest = json.loads((folder / "plugin.json").read_text())
    printed = subprocess.run("find . -type f ! -path ./plugin.json ! -path '*/__pycache__/*' -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum",
                             shell=True, cwd=folder, capture_output=True, text=True, check=True).stdout
    (folder / "plugin.json").write_text(json.dumps({**manifest, "sha256": printed.split()[0]}))
    assert call(folder) == RIGHT
    (folder / path).write_text(OTHER[path])
    assert "FLOE-E0418" in call(folder, expect=2)


@pytest.mark.parametrize("change", [*sorted(FILES), "new file", "gone", "compiled", "plugin.json"])
def test_the_lock_is_over_all_files(product, folder, change):
    product.choose(lineage_backend="book")
    product.run("--plugin-root", folder.parents[1], "compile")
    product.run("--plugin-root", folder.parents[1], "compile", "--locked")
    if change == "new file":
        (folder / "json.py").write_text("")
    elif change == "gone":
        (folder / "data.txt").unlink()
    elif change == "compiled":
        forge(folder / "words.py", "by time")
    elif change == "plugin.json":
        manifest = json.loads((folder / "plugin.json").read_text())
        (folder / "plugin.json").write_text(json.dumps({**manifest, "description": "another"}))
    else:
        (folder / change).write_text(OTHER[change])
    is_same = change in ("compiled", "plugin.json")
    outcome = product.run("--plugin-root", folder.parents[1], "compile", "--locked", expect=0 if is_same else 1)
    assert ("FLOE-E0433" in outcome.stderr) == (not is_same)


@pytest.mark.parametrize("path", [*sorted(FILES), "plugin.py", "plugin.json", "deep", "path", "lib", "."])
def test_what_everybody_may_write_is_not_run(folder, path):
    (folder / path).chmod((folder / path).stat().st_mode | 0o002)
    said = call(folder, expect=2)
    assert "FLOE-E0405" in said and "can be written by everybody" in said and os.path.normpath(folder / path).rsplit("/", 1)[1] in said


@pytest.mark.parametrize("path", ["words.py", "deep"])
def test_a_link_that_leaves_the_root_is_not_run(folder, tmp_path, path):
    outside = tmp_path / "outside"
    (folder / path).rename(outside)
    (folder / path).symlink_to(outside)
    said = call(folder, expect=2)
    assert "FLOE-E0405" in said and "lies outside its plugin root" in said


def test_a_link_back_is_no_way_on(folder):
    (folder / "lib/round").symlink_to(folder)
    assert call(folder) == RIGHT


LISTED = {
    "class Book: pass\n": ("unchecked", None),  # what runs only can say whether it is one
    "Book = type('Book', (), {})\n": ("unchecked", None),
    "raise ValueError('on import')\nclass Book: pass\n": ("unchecked", None),
    "": ("broken", "one class of the file has to derive from its base in floe.plugins, and the file defines none (plugin.py)"),
    "import os\nx = 1\n": ("broken", "one class of the file has to derive from its base in floe.plugins, and the file defines none (plugin.py)"),
    "x = 1\ndef": ("broken", "SyntaxError: invalid syntax (plugin.py:2)"),
}


@pytest.mark.parametrize("text", LISTED)
def test_what_a_list_knows_of_a_file_that_it_does_not_run(folder, text):
    (folder / "plugin.py").write_text(text)
    listed = subprocess.run([BIN, "--plugin-root", folder.parents[1], "plugin", "list", "--output", "json"], capture_output=True, text=True, check=True)
    [found] = [plugin for plugin in json.loads(listed.stdout)["plugins"] if plugin["path"] == str(folder)]
    state, reason = LISTED[text]
    assert (found["state"], found["reason"]) == (state, reason and f"plugin `{found['id']}` cannot be loaded: {reason}")
