"""Installed plugins, listed and called."""

import polars
import pyarrow
import pytest

import floe


@pytest.fixture
def storage(project):
    return project.plugin("floe.storage/local")


def test_plugins_are_listed(project):
    found = {f"{plugin['group']}/{plugin['name']}": plugin for plugin in project.plugins()}
    assert {"floe.computes/duckdb", "floe.catalogs/sqlite", "floe.storage/local", "floe.dbt/native"} <= set(found)
    assert found["floe.computes/duckdb"]["state"] == "usable"
    assert {plugin["interface"] for plugin in project.plugins(interface="floe.compute/1")} == {"floe.compute/1"}


def test_bytes_json_and_rows(storage, tmp_path):
    uri = f"file://{tmp_path}/greeting.bin"
    storage.put(uri, bytes(range(256)), {})
    assert storage.read(uri, []) == bytes(range(256))
    assert storage.read(uri=uri, ranges=[[1, 2]]) == b"\x01\x02"
    assert storage.stat(uri)["size"] == 256
    listed = pyarrow.table(storage.list(f"file://{tmp_path}/"))
    assert uri in listed.column("uri").to_pylist()
    assert storage.health()["state"] == "ok"


def test_sessions_live_from_call_to_call_and_rows_go_in(project):
    compute = project.plugin("duckdb")
    session = compute.open_session({})
    rows, stats = compute.query(session, "select ?::int + ?::int as answer", pyarrow.table({"a": [40], "b": [2]}))
    assert pyarrow.table(rows).to_pylist() == [{"answer": 42}]
    assert stats["seconds"] >= 0
    answer = compute.query(session, "select 'x' as letter")
    assert polars.DataFrame(answer.rows).rows() == [("x",)]
    with pytest.raises(ValueError, match="read already"):
        answer.rows.__arrow_c_stream__()
    compute.close()
    with pytest.raises(floe.FloeError):
        compute.query(session, "select 1")


def test_what_is_wrong_is_said_before_the_call(storage):
    with pytest.raises(AttributeError, match="floe.storage/1 has no method 'peruse'; it has: health, describe, stat"):
        storage.peruse()
    with pytest.raises(TypeError, match="stat needs uri"):
        storage.stat()
    with pytest.raises(TypeError, match="stat takes 1 arguments"):
        storage.stat("a", "b")
    with pytest.raises(TypeError, match="'url' is none of them"):
        storage.stat(url="a")
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        storage.project.plugin("duckdb").query(1, "select 1", [1])
    assert "read_next" in dir(storage) and "read_next" in storage.methods()


def test_errors_of_plugins(project, storage):
    with pytest.raises(floe.NotFound, match="nothing.bin"):
        storage.read("file:///nothing.bin", [])
    with pytest.raises(floe.NotFound):
        project.plugin("floe.storage/nowhere")
    refused = project.plugin("sqlite", {"uri": 7})
    assert refused.validate_config()
    with pytest.raises(floe.InvalidConfig) as caught:
        refused.health()
    assert caught.value.diagnostics[0]["code"] == "FLOE-E0415"


def test_roots_are_the_projects_own(folder, tmp_path):
    root = tmp_path / "roots"
    (root / "floe.storage" / "local").mkdir(parents=True)
    (root / "floe.storage" / "local" / "plugin.json").write_text("{")
    with floe.Project(folder) as plain, floe.Project(folder, plugin_roots=[root]) as other:
        assert all(plugin["state"] == "usable" for plugin in plain.plugins())
        assert [plugin["state"] for plugin in other.plugins() if plugin["name"] == "local"][0] == "broken"


def test_calls_are_traced(folder, tmp_path):
    with floe.Project(folder, plugin_trace=tmp_path / "trace.json") as project:
        assert project.run(locked=False).success
        methods = {f"{each['plugin']} {each['method']}": each["calls"] for each in project.trace(tmp_path / "trace.json")}
    assert any("duckdb" in name for name in methods) and all(calls > 0 for calls in methods.values())


def test_plugins_are_begun_and_checked(project, folder):
    made = project.plugin_new("hello", interface="floe.secrets/1", lang="c")
    assert "plugin.json" in made["files"] and (folder / "hello" / "Makefile").exists()
    with pytest.raises(floe.InvalidArgument, match="is there already"):
        project.plugin_new("hello", interface="floe.secrets/1", lang="c")
    [path] = [plugin["path"] for plugin in project.plugins(group="floe.storage") if plugin["name"] == "local"]
    checked = project.plugin_check(path, level=0)
    assert checked.success and {check["level"] for check in checked["checks"]} == {0}
    assert [check["id"] for check in project.plugin_check(path, only=["load.entry"])["checks"] if check["verdict"] == "passed"]
    assert not project.plugin_check(folder / "hello", level=0).success  # not built yet


def test_a_secret_that_is_asked_for_is_no_mask(folder, monkeypatch):
    monkeypatch.setenv("FLOE_SECRET_DOOR", "sesame-9f8e7d")
    with floe.Project(folder) as project:
        assert project.plugin("floe.secrets/env").get("door") == b"sesame-9f8e7d"
        request = {"plugin": "floe.secrets/env", "method": "get", "arguments": {"key": "door"}}
        assert project.call("plugin call", request)["value"] == "***"
