"""Plugins in Python where the host is no Python: floe finds a libpython, and a run gets along with what it runs."""

import json
import os
import pathlib
import subprocess

import pyarrow
import pytest

from python_plugin import write_plugin
from recording_servers import http_recorder

PYTHON = "/usr/bin/python3"

# Prints, logs, uses extension modules of the standard library, and a package of the virtualenv.
LINEAGE = """
    import decimal
    import json
    import logging
    import os
    import sys
    import yellow_pages
    from floe.plugins import LineageBackendPlugin

    class Book(LineageBackendPlugin):
        def __init__(self, call, config):
            self.path = config["path"]
            self.secret = config.get("connection_secret_ref")
            self.events = 0

        def transport_config(self, call):
            return {"type": "file", "path": self.path}

        def namespace_mapping(self, call):
            return {}

        def emit(self, call, events):
            print("so many:", len(events), "with", self.secret, flush=True)
            os.write(2, b"")
            logging.getLogger("book").warning("page %d", self.events)
            with open(self.path, "a") as file:
                for event in events:
                    file.write(json.dumps(event) + "\\n")
            self.events += len(events)

        def check_connection(self, call):
            return {"status": "ok", "latency_ms": 0, "message": yellow_pages.WORD + str(decimal.Decimal("1.10")), "warnings": []}
"""
SECRETS = """
    from floe.plugins import SecretsPlugin

    class Words(SecretsPlugin):
        def get(self, call, key):
            return b"pl4nted-" + key.encode()

        def pod_environment(self, call, request):
            return {"env": [], "envFrom": [], "volumeMounts": [], "volumes": []}
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtualenv of the system's Python with one package, active."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    (packages / "yellow_pages.py").write_text("WORD = 'yellow '\n")
    others = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FLOE_"))}
    return {**others, "VIRTUAL_ENV": str(folder)}


@pytest.fixture
def root(tmp_path):
    write_plugin(tmp_path / "plugins", "book", "floe.lineage/1", LINEAGE)
    write_plugin(tmp_path / "plugins", "words", "floe.secrets/1", SECRETS)
    return tmp_path / "plugins"


LETTERS = """
    import pyarrow
    from floe.plugins import SinkConnector

    class Letters(SinkConnector):
        def open(self, call, target):
            return object()

        def write(self, call, sink, rows, options):
            {}
            return {{"rows": {}, "bytes": 0, "idempotency_key": options["idempotency_key"], "errors": []}}

        def close(self, call, sink):
            pass
"""


# What a sink does with the one row that it is given, how many it says it delivered, and what the run says.
@pytest.mark.parametrize("reads, says, message", [
    ("pass", 0, "the sink read 0 rows and not the others"), ("pass", 1, "the sink read 0 rows and not the others"),
    ("pyarrow.table(rows)", 0, "the sink was given 1 row and delivered 0"), ("pyarrow.table(rows)", 2, "the sink was given 1 row and delivered 2"),
    ("pyarrow.table(rows)", 1, None)])
def test_a_sink_that_delivers_other_rows_than_it_is_given_fails(product, environment, tmp_path, reads, says, message):
    write_plugin(tmp_path / "plugins", "letters", "floe.sink/1", LETTERS.format(reads, says))
    floe_yaml = product.directory / "floe.yaml"
    floe_yaml.write_text(floe_yaml.read_text() + "destinations: [{name: crm, sink_type: letters, source_table: orders, config: {target: x}}]\n")
    product.choose()
    packages = {"PYTHONPATH": str(pathlib.Path(pyarrow.__file__).parents[1])}
    process = product.run("--plugin-root", tmp_path / "plugins", "run", env={**environment, **packages}, expect=1 if message else 0)
    assert ("error[FLOE-E0811]: destination `crm` was not delivered: " in process.stderr) == bool(message), process.stderr
    assert message is None or message in process.stderr


def test_a_run_with_a_backend_in_python(product, root, environment, tmp_path):
    events = tmp_path / "book.jsonl"
    product.choose(lineage_backend={"type": "book", "config": {"path": str(events)}})
    process = product.run("--plugin-root", root, "run", "--output", "json", env=environment)
    assert json.loads(process.stdout)["success"] is True
    run = product.run_directories()[-1]
    assert [json.loads(line) for line in events.read_text().splitlines()] == [
        json.loads(line) for line in (run / "lineage.jsonl").read_text().splitlines()]
    said = product.run("--plugin-root", root, "run", "--full-refresh", "-v", env=environment)
    assert "so many:" not in said.stdout and "so many: " in said.stderr and "page 0" in said.stderr


def test_the_secret_of_a_connection(product, root, environment, tmp_path):
    """Its name is one more setting; a plugin that has no such setting does not get it."""
    backend = {"type": "book", "config": {"path": str(tmp_path / "book.jsonl")}, "connection_secret_ref": "book-key"}
    product.choose(lineage_backend=backend)
    assert "with book-key" in product.run("--plugin-root", root, "run", "-v", env=environment).stderr
    product.choose(compute={"type": "duckdb", "connection_secret_ref": "warehouse-key"})
    assert "connection_secret_ref" in product.run("compile", expect=1).stderr


def test_an_environment_chooses_where_secrets_are(product, root, environment):
    """The manifest names no secrets plugin; the one of platform.yaml is asked while the run sends its lineage."""
    path = product.directory / "platform/vaulted/platform.yaml"
    path.parent.mkdir(parents=True)
    path.write_text('version: "1.1.0"\nsecurity: {secret_backends: {primary: words}}\n')
    with http_recorder() as backend:
        product.choose(lineage_backend={"type": "http", "config": {
            "url": backend.url, "timeout": 2, "auth": {"type": "api_key", "secret_ref": "backend-key"}}})
        said = product.run("--plugin-root", root, "run", "--env", "vaulted", "-vv", env=environment)
    assert {headers["authorization"] for _, headers, _ in backend.requests} == {"Bearer pl4nted-backend-key"}
    assert [json.loads(body) for _, _, body in backend.requests] == [
        json.loads(line) for line in (product.run_directories()[-1] / "lineage.jsonl").read_text().splitlines()]
    assert "pl4nted" not in said.stdout + said.stderr
    for written in product.state.rglob("*"):
        assert not written.is_file() or b"pl4nted" not in written.read_bytes(), written


def test_methods_from_the_command_line(product, root, environment):
    def call(*words, **options):
        return product.run("--plugin-root", root, "plugin", "call", *words, env=environment, **options)

    assert json.loads(call("book", "check_connection", "--config", "{path: /dev/null}").stdout)["result"]["message"] == "yellow 1.10"
    hidden = call("words", "get", "{key: door}")
    assert (json.loads(hidden.stdout), hidden.stderr) == ({"value": "***"}, "")
    assert json.loads(call("words", "get", '{"key": "door"}', "--show-secrets").stdout) == {"value": "cGw0bnRlZC1kb29y"}
    assert json.loads(call("words", "health", "--output", "json").stdout) == {"result": {"state": "ok", "message": "", "details": {}}}
    assert json.loads(call("words", "pod_environment", '{"request": {"keys": ["a"], "namespace": "n", "secret_name": "s"}}').stdout)["result"]["env"] == []
    refused = call("words", "get", "{name: door}", expect=2)
    assert "`get` has no argument `name`; it takes: key" in refused.stderr and refused.stdout == ""
    broken = call("book", "health", expect=2)
    assert "KeyError: 'path' (plugin.py:12)" in broken.stderr


def test_without_a_python(product, root, environment, tmp_path):
    words = ("--plugin-root", root, "plugin", "call", "words", "get", "{key: a}")
    said = product.run(*words, expect=2, env={**environment, "FLOE_PYTHON": str(tmp_path / "none")}).stderr
    assert said.startswith("error[FLOE-E0436]: plugin `org.example.words` is written in Python, and no Python is found\n")
    assert f"tried FLOE_PYTHON: `{tmp_path / 'none'}`, which does not exist" in said and "apt-get install libpython3.11" in said
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/pyvenv.cfg").write_text("home = /nowhere/bin\nversion = 3.98.1\n")
    said = product.run(*words, expect=2, env={**environment, "VIRTUAL_ENV": str(tmp_path / "venv")}).stderr
    assert "and no libpython of Python 3.98 is found" in said


@pytest.mark.parametrize("given", ["library", "interpreter", "prefix", "path"])
def test_where_python_is_said(product, root, environment, tmp_path, given):
    [library] = pathlib.Path("/usr/lib").glob("*/libpython3.11.so.1.0")
    where = {"library": {"FLOE_PYTHON": str(library)}, "interpreter": {"FLOE_PYTHON": PYTHON}, "prefix": {"FLOE_PYTHON": environment["VIRTUAL_ENV"]},
             "path": {"PATH": "/usr/bin:/bin"}}[given]
    plain = {name: value for name, value in environment.items() if name != "VIRTUAL_ENV"}
    assert json.loads(product.run("--plugin-root", root, "plugin", "call", "words", "get", "{key: a}", env={**plain, **where}).stdout) == {"value": "***"}


def test_a_syntax_error_is_found_before_the_plugin_is_opened(product, root, environment):
    """By what lists plugins and what chooses them; nothing of the file runs, and no Python starts where none is chosen."""
    folder = write_plugin(root, "wrong", "floe.lineage/1", "open('ran', 'w')\ndef broken(:\n    pass\n")
    listed = {plugin["name"]: plugin for plugin in product.json("--plugin-root", root, "plugin", "list", env=environment)["plugins"]}
    assert listed["wrong"]["state"] == "broken" and "SyntaxError: invalid syntax" in listed["wrong"]["reason"]
    assert not any(product.directory.rglob("ran"))
    product.choose()
    product.run("--plugin-root", root, "compile", env=environment)
    product.choose(lineage_backend={"type": "wrong"})
    for command in ("compile", "run"):
        refused = product.run("--plugin-root", root, command, env=environment, expect=1).stderr
        assert "plugin `org.example.wrong` cannot be loaded: SyntaxError: invalid syntax" in refused
        assert f" --> {folder.relative_to(product.directory)}/plugin.py:2:1" in refused
    (folder / "plugin.py").write_bytes(b"x = '\0'\n")
    assert "cannot be loaded: " in product.run("--plugin-root", root, "compile", env=environment, expect=1).stderr
