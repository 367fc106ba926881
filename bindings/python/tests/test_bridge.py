"""Plugins written in Python, in a process that is a Python: the interpreter that is there runs them."""

import json
import subprocess
import sys
import textwrap
import threading

import polars
import pyarrow
import pytest

import floe

GROUPS = {"floe.secrets/1": "floe.secrets", "floe.sink/1": "floe.sinks", "floe.compute/1": "floe.computes", "floe.alert_channel/1": "floe.alert_channels"}


@pytest.fixture
def root(tmp_path):
    return tmp_path / "plugins"


def write_plugin(root, name, interface, source, schema=None, **manifest):
    folder = root / GROUPS[interface] / name
    folder.mkdir(parents=True)
    (folder / "plugin.py").write_text(textwrap.dedent(source))
    if schema is not None:
        (folder / "config.schema.json").write_text(json.dumps(schema))
        manifest["config_schema"] = "config.schema.json"
    document = {"manifest_version": 1, "id": f"org.example.{name}", "version": "1.0.0", "vendor": "Example Ltd", "license": "Apache-2.0",
                "abi": {"major": 1}, "group": GROUPS[interface], "name": name, "interface": interface, "runtime": "python",
                "library": "plugin.py", **manifest}
    (folder / "plugin.json").write_text(json.dumps(document))
    return folder


@pytest.fixture
def opened(folder, root):
    """A plugin from its source, and the log lines of the project."""
    projects = []

    def open_plugin(name, interface, source, config=None, **manifest):
        write_plugin(root, name, interface, source, **manifest)
        lines = []
        project = floe.Project(folder, plugin_roots=[root], on_event=lambda event: lines.append(event) if event["event"] == "log" else None)
        projects.append(project)
        return project.plugin(name, config), lines

    yield open_plugin
    for project in projects:
        project.close()


SECRETS = """
    import logging
    import sys
    from floe import abi
    from floe.plugin_call import PluginError
    from floe.plugins import SecretsPlugin

    class Vault(SecretsPlugin):
        @classmethod
        def validate_config(cls, call, config):
            return [{"path": "level", "message": "is odd"}] if config.get("level", 0) % 2 else []

        def __init__(self, call, config):
            self.values = {"known": b"\\x00value\\xff"}

        def get(self, call, key):
            if key == "looked-up":
                return {}["nothing"]
            if key == "wrong-type":
                return "text"
            if key == "printed":
                print("two", "words", end="\\n half")
                logging.getLogger("vault").warning("careful with %s", "this")
            if key == "exits":
                sys.exit(3)
            if key not in self.values:
                raise PluginError(abi.FLOE_NOT_FOUND, f"there is no `{key}`", {"vault": "here"})
            return self.values[key]

        def put(self, call, key, value):
            self.values[key] = value

        def remove(self, call, key):
            self.values.pop(key, None)

        def pod_environment(self, call, request):
            raise NotImplementedError
"""


def place(text):
    """Where a line of SECRETS is, as errors say it."""
    return rf"\(plugin.py:{SECRETS[:SECRETS.index(text)].count(chr(10)) + 1}\)"


SCHEMA = {"type": "object", "properties": {"level": {"type": "integer"}}}


def test_values_and_errors(opened, capfd):
    vault, lines = opened("vault", "floe.secrets/1", SECRETS, capabilities=["writes"])
    assert vault.get("known") == b"\x00value\xff"
    vault.put("new", b"")
    assert vault.get("new") == b""
    assert vault.describe() == {"name": "vault", "version": "1.0.0"}
    assert vault.health() == {"state": "ok", "message": "", "details": {}}
    with pytest.raises(floe.NotFound, match="there is no `älter`") as caught:
        vault.get("älter")
    assert caught.value.details["vault"] == "here"
    with pytest.raises(floe.Unsupported, match="this is not implemented " + place("raise NotImplementedError")):
        vault.pod_environment({"keys": [], "namespace": "a", "secret_name": "b"})
    with pytest.raises(floe.Internal, match="KeyError: 'nothing' " + place('["nothing"]')):
        vault.get("looked-up")
    with pytest.raises(floe.Internal, match="TypeError: `value` is str, not bytes"):
        vault.get("wrong-type")
    with pytest.raises(floe.Internal, match="SystemExit: 3 " + place("sys.exit(3)")):
        vault.get("exits")
    assert vault.get("known") == b"\x00value\xff"  # no instance is given up for an exception
    assert capfd.readouterr() == ("", "")


def test_what_is_printed_is_logged(opened, capfd, caplog):
    vault, lines = opened("vault", "floe.secrets/1", SECRETS, capabilities=["writes"])
    before = sys.stdout
    with pytest.raises(floe.NotFound):
        vault.get("printed")
    assert [(line["level"], line["message"]) for line in lines if line["target"] == "python.print"] == [("info", "two words"), ("info", " half")]
    print("mine")
    assert capfd.readouterr() == ("mine\n", "")
    assert ("vault", 30, "careful with this") in caplog.record_tuples  # logging is the program's own
    assert sys.stdout is before or sys.stdout.other is before


def test_configurations(opened, root):
    vault, _ = opened("vault", "floe.secrets/1", SECRETS, {"level": 3}, schema=SCHEMA, capabilities=["writes"])
    assert vault.validate_config() == [{"path": "level", "message": "is odd"}]
    with pytest.raises(floe.InvalidConfig, match="`level`: is odd"):
        vault.get("known")


SINK = """
    from floe.plugins import SinkConnector

    class Letters(SinkConnector):
        opened = 0

        def open(self, call, target):
            return {"rows": 0, "target": target["object"]}

        def write(self, call, sink, rows, options):
            import pyarrow
            table = pyarrow.table(rows)
            sink["rows"] += table.num_rows
            return {"rows": sink["rows"], "bytes": table.nbytes, "idempotency_key": sink["target"], "errors": []}

        def close(self, call, sink):
            assert isinstance(sink, dict)

        def destroy(self):
            with open(self.config["end"], "w") as file:
                file.write("ended")
"""


def test_handles_are_objects_and_rows_come_in(opened, tmp_path):
    letters, _ = opened("letters", "floe.sink/1", SINK, {"end": str(tmp_path / "end")})
    first, second = letters.open({"object": "a"}), letters.open({"object": "b"})
    assert letters.write(first, polars.DataFrame({"x": [1, 2]}), {})["rows"] == 2
    assert letters.write(first, polars.DataFrame({"x": [3]}), {})["rows"] == 3
    assert letters.write(second, pyarrow.table({"x": [1]}), {}) == {"rows": 1, "bytes": 8, "idempotency_key": "b", "errors": []}
    letters.call("close", first)
    with pytest.raises(floe.InvalidArgument, match="`sink` is no handle that was given, or it has ended"):
        letters.write(first, polars.DataFrame({"x": [1]}), {})
    with pytest.raises(floe.InvalidArgument):
        letters.call("close", first)
    letters.close()
    assert (tmp_path / "end").read_text() == "ended"


COMPUTE = """
    import polars
    from floe.plugins import ComputePlugin
    from floe.plugin_call import PluginError
    from floe import abi

    class Frames(ComputePlugin):
        def open_session(self, call, options): return object()
        def close_session(self, call, session): pass
        def interrupt(self, call, session): pass
        def query(self, call, session, sql, params):
            if sql == "wait":
                call.wait(600)
            if sql == "nothing":
                return None
            frame = polars.DataFrame(params) if params is not None else polars.DataFrame({"sql": [sql]})
            return frame, {"seconds": 0.0}
"""
MANDATORY = ["dbt_profile", "required_packages", "resources", "check_connection", "execute", "describe_query", "tables_in", "bind", "unbind", "bound",
             "stage", "write_files", "rewrite_files", "read_files", "analyze", "catalog_attachment"]


@pytest.fixture
def frames(opened):
    """Every mandatory method, the uninteresting ones after their parameters."""
    from floe import plugins

    source = textwrap.dedent(COMPUTE)
    for method in plugins.ComputePlugin.METHODS:
        if not method.optional and f"def {method.name}(" not in source:
            source += f"    def {method.name}(self, call, {', '.join(value.name for value in method.inputs)}): raise NotImplementedError\n"
    choice = "    def catalog_attachment(self, call, request): return {'statements': []}\n    CAPABILITIES = ('native_iceberg',)\n"
    return opened("frames", "floe.compute/1", source + choice, capabilities=["native_iceberg"])[0]


def test_rows_go_out(frames):
    session = frames.open_session({})
    rows, stats = frames.query(session, "select 1")
    assert polars.DataFrame(rows).rows() == [("select 1",)] and stats == {"seconds": 0.0}
    rows, _ = frames.query(session, "again", pyarrow.table({"n": list(range(100_000))}))
    assert polars.DataFrame(rows)["n"].sum() == 4_999_950_000
    with pytest.raises(floe.Internal, match=r"TypeError: query returns NoneType, not the tuple \(rows, stats\)"):
        frames.query(session, "nothing")


def test_a_cancel_wakes_the_plugin(frames):
    session = frames.open_session({})
    running = threading.Timer(0.2, frames.project.cancel)
    running.start()
    with pytest.raises(floe.Cancelled, match="the call was cancelled"):
        frames.query(session, "wait")
    running.join()


@pytest.mark.parametrize("source, message", [
    ("def broken(:\n    pass\n", "SyntaxError: invalid syntax"),
    ("\nimport nothing_of_that_name\n", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
    ("x = 1\n", "one class of the file has to derive from floe.plugins.AlertChannelPlugin, and none does"),
    ("from floe.plugins import *\nclass A(AlertChannelPlugin): pass\nclass B(AlertChannelPlugin): pass\n",
     "one class of the file has to derive from floe.plugins.AlertChannelPlugin, and 2 classes derive from it: `A`, `B`"),
    ("from floe.plugins import *\nclass A(AlertChannelPlugin):\n    def send(self, event): pass\n",
     "`send` takes other parameters than (self, call, event)"),
    ("from floe.plugins import *\nclass A(AlertChannelPlugin): THREADS = 'many'\n", "THREADS is 'many'; accepted are 'serial', 'concurrent', 'affine'"),
    ("from floe.plugins import *\nclass A(AlertChannelPlugin): CAPABILITIES = ('x',)\n", "CAPABILITIES has 'x', which floe.alert_channel/1 does not have"),
    ("from floe.plugins import *\nclass A(AlertChannelPlugin): pass\n", "lacks `send` of `floe.alert_channel/1`"),
])
def test_what_is_no_plugin_says_where(opened, source, message):
    bad, _ = opened("bad", "floe.alert_channel/1", source)
    with pytest.raises(floe.FloeError) as caught:
        bad.health()
    assert message in caught.value.diagnostics[0]["message"]
    assert caught.value.diagnostics[0]["labels"][0]["span"]["file"].endswith("plugin.py")


def test_services(opened):
    source = """
        import os
        from floe.host_services import HostHttp, HostTmpdir
        from floe.plugin_call import PluginError
        from floe.plugins import AlertChannelPlugin

        class Keeper(AlertChannelPlugin):
            def send(self, call, event):
                tmpdir = call.service(HostTmpdir)
                path = tmpdir.make("alerts")
                assert os.listdir(path) == []
                tmpdir.remove(path)
                try:
                    tmpdir.remove("/etc")
                except PluginError as error:
                    refused = f"{error.status}: {error.message}"
                try:
                    call.service(HostHttp)
                except PluginError as error:
                    return {"delivered": not os.path.exists(path), "attempts": error.status, "message": f"{refused}; {error.message}"}
    """
    keeper, _ = opened("keeper", "floe.alert_channel/1", source, services=["floe.host.tmpdir/1"])
    said = keeper.send({})
    assert said["delivered"] is True and said["attempts"] == 8
    assert said["message"].endswith("; the host does not give the plugin floe.host.http/1; `services` of plugin.json has to name it")
    assert said["message"].startswith("1: ") or said["message"].startswith("4: "), said


def test_files_beside_the_plugin_are_its_package(opened, root):
    for name in ("one", "two"):
        folder = root / "floe.alert_channels" / name
        source = "from floe.plugins import AlertChannelPlugin\nfrom .words import WORD\nclass A(AlertChannelPlugin):\n" \
                 "    def send(self, call, event): return {'delivered': True, 'attempts': 1, 'message': WORD}\n"
        write_plugin(root, name, "floe.alert_channel/1", source)
        (folder / "words.py").write_text(f"WORD = {name!r}\n")
    project = floe.Project(root.parent, plugin_roots=[root])
    assert [project.plugin(name).send({})["message"] for name in ("one", "two")] == ["one", "two"]


def test_ends_with_the_program(tmp_path, root):
    """No finalizer of the interpreter meets a plugin that is gone, or the other way round."""
    write_plugin(root, "vault", "floe.secrets/1", SECRETS, capabilities=["writes"])
    program = f"import floe; p = floe.Project({str(tmp_path)!r}, plugin_roots=[{str(root)!r}]); print(p.plugin('vault').get('known'))"
    process = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, timeout=120)
    assert (process.returncode, process.stdout, process.stderr) == (0, "b'\\x00value\\xff'\n", "")
