"""What SQL of a project may not do, whoever sends it: nothing is fetched, no file outside of the project is read or written."""

import http.server
import json
import threading

import pytest

from floe_command import Project

REACHED_BY = ["libfloe-core", "libfloe-dbt", "plugins/floe.computes/duckdb"]

PROJECT = "name: shop\nversion: '1'\n"
INSTALL = "install x from '{url}'"
ENVIRON = "select content from read_text('/proc/self/environ')"


class Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def listener():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hook(sql):
    return {"dbt_project.yml": PROJECT + 'on-run-end: ["' + sql + '"]\n'}


def called(sql):
    return "{% macro act() %}{% do run_query(\"" + sql + "\") %}{% endmacro %}"


MATERIALIZATION = """{% materialization odd, default %}
{% call statement('main') %}{{ sql }}{% endcall %}
{{ return({'relations': []}) }}
{% endmaterialization %}"""

# Who sends it.
SENDERS = {
    "model": lambda sql: {"models/bad.sql": sql},
    "view": lambda sql: {"models/bad.sql": "{{ config(materialized='view') }}" + sql},
    "header": lambda sql: {"models/bad.sql": "{{ config(sql_header=\"" + sql + ";\") }}select 1 as a"},
    "hook of a model": lambda sql: {"models/bad.sql": "{{ config(pre_hook=\"" + sql + "\") }}select 1 as a"},
    "hook of a run": hook,
    "run_query": lambda sql: {"models/bad.sql": "{% if execute %}{% do run_query(\"" + sql + "\") %}{% endif %}select 1 as a"},
    "macro": lambda sql: {"macros/act.sql": called(sql), "models/bad.sql": "{% if execute %}{{ act() }}{% endif %}select 1 as a"},
    "test": lambda sql: {"tests/bad.sql": sql},
    "materialization": lambda sql: {"macros/odd.sql": MATERIALIZATION,
                                    "models/bad.sql": "{{ config(materialized='odd') }}" + sql},
}
ROWS = [(f"{sender}: {what}", SENDERS[sender](sql), code)
        for what, sql, code in [("install", INSTALL, "FLOE-E0641"), ("environ", ENVIRON, "FLOE-E0642")]
        for sender in SENDERS
        if not (what == "install" and sender in ("model", "view", "test"))]
ROWS += [(sql, hook(sql), code) for sql, code in [
    ("load httpfs", "FLOE-E0641"),
    ("set custom_extension_repository = '{url}'", "FLOE-E0644"),
    ("set memory_limit = '100GB'", "FLOE-E0644"),
    ("call enable_logging(storage = 'file')", "FLOE-E0641"),
    ("attach 'x.db' as x", "FLOE-E0641"),
    ("detach floe", "FLOE-E0641"),
    ("create temp macro sum(x) as 0", "FLOE-E0641"),
    ("copy (select 1) to '{project}/.floe/catalog.db'", "FLOE-E0643"),
    ("copy (select 1) to '{project}/.floe/audit/audit.jsonl'", "FLOE-E0643"),
    ("copy (select 1) to '{project}/models/evil.sql'", "FLOE-E0643"),
    ("copy (select 1) to '{outside}/x.csv'", "FLOE-E0643"),
    ("select * from read_csv('{outside}/x.csv')", "FLOE-E0642"),
    ("select * from read_csv('{url}/x.csv')", "FLOE-E0642"),
    ("select * from '{project}/.floe/audit/audit.jsonl'", "FLOE-E0642"),
]]


def write(tmp_path, files, url=""):
    project = tmp_path / "project"
    outside = tmp_path / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "x.csv").write_text("a\n1\n")
    for name, text in {"dbt_project.yml": PROJECT, "models/one.sql": "select 1 as one", "data/x.csv": "a\n1\n", **files}.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for place, value in {"{url}": url, "{project}": str(project), "{outside}": str(outside)}.items():
            text = text.replace(place, value)
        path.write_text(text)
    return Project(project)


@pytest.mark.parametrize("files, code", [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_refused(tmp_path, listener, files, code):
    before = len(listener.seen)
    project = write(tmp_path, files, f"http://127.0.0.1:{listener.server_port}")
    process = project.run("build", expect=None, cwd=project.directory)
    assert process.returncode == 1, process.stdout + process.stderr
    assert code in process.stdout + process.stderr
    assert listener.seen[before:] == []
    assert not (project.directory / "models/evil.sql").exists()
    assert (tmp_path / "outside/x.csv").read_text() == "a\n1\n"


def test_a_run_operation_is_refused(tmp_path, listener):
    project = write(tmp_path, {"macros/act.sql": called(INSTALL)}, f"http://127.0.0.1:{listener.server_port}")
    process = project.run("dbt", "run-operation", "act", expect=1, cwd=project.directory)
    assert "SQL of a project may not use `INSTALL`" in process.stdout + process.stderr
    assert listener.seen == []


def test_what_a_project_without_a_platform_does(tmp_path):
    """It reads its own files, changes ordinary settings, and writes exports/."""
    project = write(tmp_path, {
        "dbt_project.yml": PROJECT + "on-run-start: [\"set timezone = 'UTC'\", \"create temp macro twice(x) as x * 2\"]\n"
        "on-run-end: [\"copy (select 7 as a) to 'exports/a.csv' (format csv, header false)\"]\n",
        "models/read.sql": "select * from read_csv('data/x.csv')",
        "models/named.sql": "select a from 'data/*.csv'",
        "exports/.keep": "",
    })
    project.run("build", cwd=project.directory)
    shown = json.loads(project.run("show", "read", "--output", "json", cwd=project.directory).stdout)
    assert [list(row.values()) if isinstance(row, dict) else row for row in shown["rows"]] == [[1]]
    assert (project.directory / "exports/a.csv").read_text() == "7\n"
