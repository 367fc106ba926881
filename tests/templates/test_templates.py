"""`floe plugin new`: what it writes builds outside of the tree against an installed floe, and passes the conformance checks."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("FLOE_BIN", ROOT / "build/release/bin/floe")).parents[1]
INTERFACES = sorted(spec["interface"] for spec in (json.loads(path.read_text()) for path in (ROOT / "libfloe-core/spec/interfaces").glob("*.json"))
                    if spec["kind"] == "plugin")
RUST = ["floe.secrets/1", "floe.alert_channel/1", "floe.compute/1", "floe.lineage/1", "floe.sink/1"]
CASES = [(lang, interface) for lang in ("c", "cpp", "python") for interface in INTERFACES] + [("rust", interface) for interface in RUST]


def run(*command, expect=0, **options):
    process = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **options)
    assert process.returncode == expect, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    """Installed once, then moved: the plugins know nothing of the tree."""
    first = tmp_path_factory.mktemp("sdk") / "first"
    run("cmake", "--install", BUILD, "--prefix", first)
    return first.rename(first.with_name("moved"))


def callable_methods(interface):
    """The mandatory methods that need no handle of another one."""
    specification = json.loads((ROOT / f"libfloe-core/spec/interfaces/{interface.split('.')[1].split('/')[0]}.json").read_text())
    return {method["name"] for method in specification["methods"]
            if not method.get("optional") and all(param["kind"] != "handle" for param in method["params"])}


def new_plugin(prefix, folder, lang, interface):
    name = f"{interface.split('.')[1].split('/')[0].replace('_', '-')}-{lang}"
    run(prefix / "bin/floe", "-C", folder, "plugin", "new", "--lang", lang, "--interface", interface, name)
    return folder / name


@pytest.mark.parametrize("lang, interface", CASES, ids=lambda value: value.removeprefix("floe.").removesuffix("/1"))
def test_template(prefix, tmp_path, lang, interface):
    assert len(INTERFACES) == 18
    plugin = new_plugin(prefix, tmp_path, lang, interface)
    run("make", f"PREFIX={prefix}", "CFLAGS=-O1 -Wall -Wextra -Werror", "CXXFLAGS=-O1 -Wall -Wextra -Werror", cwd=plugin)
    report = json.loads(run(prefix / "bin/floe", "-C", plugin, "plugin", "check", "--json", "."))
    bad = {check["id"]: check["findings"] for check in report["checks"] if check["verdict"] in ("failed", "warned")}
    unwritten = bad.pop("contract.implemented", [])  # nobody has written those methods yet, and the check warns of it
    idle = bad.pop("contract.works", [])
    assert [finding["message"].split(":")[0] for finding in idle] == ["no method works"]
    assert bad == {} and unwritten and {finding["message"].split(":")[0] for finding in unwritten} == {"is not implemented"}
    assert {finding["method"] for finding in unwritten} >= callable_methods(interface)
    levels = {check["level"] for check in report["checks"] if check["verdict"] == "passed"}
    assert levels == {0, 1, 2}


def test_a_small_interface_is_under_60_lines_of_c(prefix, tmp_path):
    for interface in ("floe.alert_channel/1", "floe.secrets/1"):
        source = new_plugin(prefix, tmp_path, "c", interface) / "plugin.c"
        assert len(source.read_text().splitlines()) < 60, interface


def test_make_check_and_make_install(prefix, tmp_path):
    plugin = new_plugin(prefix, tmp_path, "c", "floe.secrets/1")
    assert "0 failed" in run("make", "check", f"PREFIX={prefix}", cwd=plugin)
    run("make", "install", f"PREFIX={prefix}", f"ROOT={tmp_path / 'root'}", cwd=plugin)
    listed = json.loads(run(prefix / "bin/floe", "--plugin-root", tmp_path / "root", "plugin", "list", "--output", "json"))
    found = [one for one in listed["plugins"] if one["name"] == "secrets-c"]
    assert [(one["group"], one["id"], one["state"]) for one in found] == [("floe.secrets", "org.example.secrets-c", "usable")]


@pytest.mark.parametrize("arguments, message", [
    (["--lang", "cobol", "--interface", "floe.secrets/1", "x"], "error[FLOE-E0001]: `lang` of `plugin new` takes no `cobol`; it takes `c`, `cpp`, `rust`, `python`"),
    (["--lang", "c", "--interface", "floe.secrets/2", "x"], "error[FLOE-E0001]: there is no interface `floe.secrets/2`; accepted are "),
    (["--lang", "c", "--interface", "floe.secrets/1", "../x"], "error[FLOE-E0001]: the name is `../x`; accepted are a-z, 0-9 and `-`, a letter first"),
    (["--lang", "c", "--interface", "floe.secrets/1", "there"], "error[FLOE-E0001]: `there` is there already"),
])
def test_mistakes(prefix, tmp_path, arguments, message):
    (tmp_path / "there").mkdir()
    process = subprocess.run([prefix / "bin/floe", "-C", tmp_path, "plugin", "new", *arguments], capture_output=True, text=True, timeout=60)
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr.startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
