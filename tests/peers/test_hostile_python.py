"""What a plugin in Python can do wrong and what becomes of it: hostile_python/cases.toml, one `floe plugin call` for each."""

import json
import pathlib
import signal
import textwrap
import tomllib

import pyarrow
import pytest

from hostile_plugin import run_to_its_end
from python_plugin import write_plugin

FOLDER = pathlib.Path(__file__).parent / "hostile_python"
CASES = tomllib.loads((FOLDER / "cases.toml").read_text())["case"]
ARGUMENTS = {"get": {"key": "k"}, "put": {"key": "k", "value": "dg=="}, "read": {"source": {}, "state": {}},
             "pod_environment": {"request": {"keys": [], "namespace": "n", "secret_name": "s"}}}
SMOKE = {"an exception whose text raises", "exit(0) in a method", "nothing at all"}


def source_of(case, interface):
    """The right plugin with the code of the case at its mark, and without the other marks."""
    lines = []
    for line in (FOLDER / f"{interface}.py").read_text().splitlines():
        indent = line[:len(line) - len(line.lstrip())]
        if line.strip() == f"#{case['at']}":
            lines.append(textwrap.indent(case["do"].strip("\n"), indent))
        elif not line.strip().startswith("#"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def install(root, case):
    interface = case.get("interface", "floe.secrets/1")
    name = interface.removeprefix("floe.").removesuffix("/1")
    capabilities = {"capabilities": ["writes"]} if name == "secrets" else {"capabilities": ["reads"]}
    folder = write_plugin(root, "book", interface, source_of(case, name), **capabilities)
    helper = case["do"] if case["at"] == "beside" else ""
    (folder / "helper.py").write_text(helper)
    return f"{folder.parent.name}/book"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["what"], marks=[pytest.mark.smoke] if case["what"] in SMOKE else [])
                                  for case in CASES])
def test_hostile_python(tmp_path, case):
    name = install(tmp_path / "plugins", case)
    method = case.get("call", "get")
    words = ["--plugin-root", str(tmp_path / "plugins"), "plugin", "call", name, method, json.dumps(ARGUMENTS.get(method, {}))]
    outcome = run_to_its_end(words, tmp_path, PYTHONPATH=str(pathlib.Path(pyarrow.__file__).parents[1]))
    expected = -getattr(signal, case["signal"]) if "signal" in case else 0 if "answer" in case else case.get("exit", 2)
    assert outcome.exit == expected, outcome
    assert (json.loads(outcome.stdout) if "answer" in case else outcome.stdout) == case.get("answer", ""), outcome
    for text in case.get("says", []):
        assert text in outcome.stderr, (text, str(outcome))
    for text in case.get("quiet", []):
        assert text not in outcome.stderr, (text, str(outcome))


def test_every_case_stands_where_the_plugin_has_a_place_for_it():
    for case in CASES:
        plugin = FOLDER / f"{case.get('interface', 'floe.secrets/1').removeprefix('floe.').removesuffix('/1')}.py"
        assert case["at"] == "beside" or f"#{case['at']}\n" in plugin.read_text(), case["what"]
    assert len(CASES) == len({case["what"] for case in CASES}) >= 60
