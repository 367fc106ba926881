"""Plugins that misbehave: the tables of hostile/*.toml, one test for each pair of a place and an action.

A case has `command`, `at` (stages of the plugin) and `do` (actions): each pair is one test. Expected: `exit` (0) or `exits` by
action, or the `signal` by action (one of `signals`) that ends floe; `says`, texts on stderr, `said` by action; `prints`, on stdout; `quiet`, texts that are nowhere; `answer`, members of the JSON on
stdout; `honest`: exit 0 or 1, and the JSON on stdout has the `success` that belongs to it; `longest`, characters on stderr; `within` seconds. `only` lists the pairs to run, when not all make sense. {id}, {method}, {at}, {do} and {signal} are replaced.
"""

import json
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import time
import tomllib
from random import Random

import pytest

from hostile_plugin import ID, INGESTION, LIBRARY, LINEAGE, METHODS, Box, manifest

TABLES = sorted((pathlib.Path(__file__).parent / "hostile").glob("*.toml"))
WITHIN = 15


def method_of(stage, command):
    if stage in METHODS:
        return METHODS[stage]
    return ("ingestion." if command == "read" else "lineage.") + stage


def cases():
    for table in TABLES:
        for case in tomllib.loads(table.read_text())["case"]:
            for at in case.get("at", [""]):
                for do in case.get("do", [""]):
                    behaviour = f"{at}:{do}" if at else do
                    if behaviour not in case.get("only", [behaviour]):
                        continue
                    marks = [pytest.mark.smoke] if behaviour in case.get("smoke", []) else []
                    yield pytest.param(case, at, do, id=f"{table.stem}-{case['command'].split(' ')[0]}-{behaviour}", marks=marks)


@pytest.fixture
def box(tmp_path):
    return Box(tmp_path)


@pytest.mark.parametrize("case, at, do", list(cases()))
def test_hostile(box, case, at, do):
    ended_by = case.get("signal", {}).get(do)
    words = {"id": ID, "method": method_of(at, case["command"]), "at": at, "do": do, "signal": ended_by}
    outcome = box.run(case["command"].format(**words), f"{at}:{do}", seconds=2 * case.get("within", WITHIN))
    signals = [ended_by] if ended_by else case.get("signals", [])
    expected = [-getattr(signal, name) for name in signals] or [case.get("exits", {}).get(do, case.get("exit", 0))]
    if case.get("honest"):
        assert json.loads(outcome.stdout)["success"] == (outcome.exit == 0), outcome
        expected = [0, 1]
    assert outcome.exit in expected, outcome
    for text in case.get("says", []) + [said for action, said in case.get("said", {}).items() if action == do]:
        assert text.format(**words) in outcome.stderr, (text, str(outcome))
    for text in case.get("prints", []):
        assert text.format(**words) in outcome.stdout, (text, str(outcome))
    for text in case.get("quiet", []):
        assert text.format(**words) not in outcome.stdout + outcome.stderr, (text, str(outcome))
    assert len(outcome.stderr) <= case.get("longest", len(outcome.stderr)), len(outcome.stderr)
    if "answer" in case:
        answer = json.loads(outcome.stdout)
        assert {key: answer.get(key) for key in case["answer"]} == case["answer"], outcome
    assert outcome.seconds <= case.get("within", WITHIN), outcome


@pytest.mark.parametrize("command, behaviour, method", [
    pytest.param("plugin call floe.lineage_backends/hostile describe", "describe", "lineage.describe", marks=pytest.mark.smoke),
    ("read", "get_next", "ingestion.read"),
    ("read", "release_stream", "ingestion.read"),
    ("run", "constructor", "load"),
    ("run", "create", "lineage.create"),
])
@pytest.mark.parametrize("action", ["hang", "spin"])
def test_an_interrupt_names_the_plugin_that_does_not_answer(box, command, behaviour, method, action):
    """The plugin says on stderr that it is there, then hangs for longer than it has to be opened."""
    process = box.start(command, f"{behaviour}:tell=here\n|{behaviour}:{action}", FLOE_PLUGIN_TIMEOUT="600")
    assert "here" in iter(process.stderr.readline, "").__next__()
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130, stderr
    assert f"interrupted: `{method}` of plugin `{ID}`" in stderr
    assert time.monotonic() - began < 2, stderr


def loadable_segment_end(library):
    """Where the first loadable segment that goes beyond byte 3000 ends, in a 64-bit little-endian ELF file."""
    content = library.read_bytes()
    place, = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    for header in range(place, place + size * count, size):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", content, header)
        if kind == 1 and offset + length > 3000:
            return offset + length
    raise AssertionError(f"{library} has no such segment")


FOLDERS = tomllib.loads((pathlib.Path(__file__).parent / "hostile_folders.toml").read_text())["case"]


@pytest.mark.parametrize("case", FOLDERS, ids=[case["what"].replace(" ", "-") for case in FOLDERS])
def test_a_folder_that_would_not_load_is_listed_with_the_reason(box, case):
    shutil.rmtree(box.folder(INGESTION))  # the other folder of the same plugin
    box.write_manifest(**case.get("manifest", {}), **dict.fromkeys(case.get("without", [])))
    words = {"root": box.root, "above": box.root.parent, "segment_end": loadable_segment_end(box.folder() / "hostile.so")}
    subprocess.run(case.get("shell", "true"), shell=True, cwd=box.folder(), check=True)
    outcome = box.run("plugin list --output json", seconds=10)
    assert outcome.exit == 0, outcome
    [found] = [plugin for plugin in json.loads(outcome.stdout)["plugins"] if plugin["path"] == str(box.folder())]
    assert (found["state"], found["reason"]) == ("broken", case["reason"].format(**words)), outcome
    assert outcome.seconds < 5, outcome


ROOTS = tomllib.loads((pathlib.Path(__file__).parent / "hostile_roots.toml").read_text())["case"]


@pytest.mark.parametrize("case", ROOTS, ids=[case["what"].replace(" ", "-") for case in ROOTS])
def test_a_root_that_is_no_plain_folder(box, case):
    shutil.rmtree(box.folder(INGESTION))
    subprocess.run(case.get("shell", "true"), shell=True, cwd=box.root, check=True)
    path = case.get("path", "").format(above=box.root.parent)
    outcome = box.run("plugin list --output json", seconds=10, FLOE_PLUGIN_PATH=path)
    assert outcome.exit == 0, outcome
    found = {plugin["path"].removeprefix(f"{box.root}/"): plugin["state"] for plugin in json.loads(outcome.stdout)["plugins"]
             if plugin["path"].startswith(str(box.root))}
    assert found == {LINEAGE: "usable", **case.get("others", {})}, outcome
    assert outcome.seconds < 5, outcome


def mutated(library, random):
    """A few to many of its bytes changed, most of them where the tables are; one of ten is cut, too."""
    content = bytearray(library)
    end = random.choice([64, 1024, 4096, len(content)])
    for _ in range(random.choice([1, 4, 60])):
        content[random.randrange(end)] = random.randrange(256)
    return bytes(content[:random.randrange(len(content))] if random.random() < 0.1 else content)


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


@pytest.mark.parametrize("seed", range(5))
def test_changed_libraries_are_looked_at_in_bounded_time_and_memory(box, seed):
    """100 in one root; `floe plugin list` reads each of them and opens none."""
    random, library = Random(seed), LIBRARY.read_bytes()
    for number in range(100):
        folder = box.folder().parent / f"changed{number}"
        folder.mkdir()
        (folder / "hostile.so").write_bytes(mutated(library, random))
        (folder / "plugin.json").write_text(json.dumps({**manifest(LINEAGE), "name": folder.name, "id": f"org.example.{folder.name}"}))
    outcome = box.run("plugin list --output json", seconds=60, preexec_fn=limited)
    shutil.rmtree(box.root)
    assert (outcome.exit, outcome.stderr) == (0, ""), (seed, outcome)
    states = [plugin["state"] for plugin in json.loads(outcome.stdout)["plugins"] if "/changed" in plugin["path"]]
    assert len(states) == 100 and set(states) == {"usable", "broken"}, (seed, outcome)


@pytest.mark.parametrize("command", ["plugin list", "plugin show hostile", "plugin why hostile"])
def test_no_escape_sequence_of_a_manifest_reaches_the_terminal(box, command):
    box.write_manifest(description="\x1b[2Jred", vendor="\x9b31m", license="\x07")
    outcome = box.run(command)
    assert not set(outcome.stdout + outcome.stderr) & {"\x1b", "\x07", "\x9b"}, outcome


def test_names_of_folders_follow_the_rule_of_ids(box):
    for name in ("\x1b[31mred", "-flag", "a@b", "\u0435nv"):
        shutil.copytree(box.folder(), box.folder().parent / name)
        (box.folder().parent / name / "plugin.json").write_text(json.dumps({**manifest(LINEAGE), "name": name, "id": "org.example.other"}))
    outcome = box.run("plugin list --output json")
    found = {plugin["path"].rsplit("/", 1)[1]: plugin for plugin in json.loads(outcome.stdout)["plugins"]}
    for name in ("\x1b[31mred", "-flag", "a@b", "\u0435nv"):
        assert found[name]["state"] == "broken" and "accepted are up to 100 of a-z" in found[name]["reason"], outcome
    assert "\x1b" not in box.run("plugin list").stdout
