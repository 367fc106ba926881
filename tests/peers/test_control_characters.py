"""Names, rows, messages and files of others reach stdout and stderr without control characters, in each format and command."""

import json
import re
import shlex

import pytest

from floe_command import Project

REACHED_BY = ("cli/", "base/diagnostics/", "base/text/", "base/json/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "libfloe-dbt/src/execute/")

ESCAPE = "\x1b[31m\x07\x7f\u009b2J"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/rows.sql": "{{ config(materialized='table') }} {% do log('said %s', info=True) %} select 'value %s' as \"column %s\"",
    "models/fails.sql": "{{ config(materialized='table') }} select error('why %s')",
    "models/rows.yml": "models:\n  - name: rows\n    description: \"described \\e[31m\\a\\x7f\\x9b2J\"\n    columns:\n"
                       "      - {name: \"column \\e[31m\\a\\x7f\\x9b2J\", description: \"a \\e[31m\"}\n",
    "models/un%sknown.yml": "models:\n  - name: fails\n    \"unknown \\e[31m\": 1\n",
    "tests/warns.sql": "{{ config(severity='warn') }} select * from {{ ref('rows') }}",
    "plugins/floe.storage/odd/plugin.json": json.dumps({"description": f"text {ESCAPE}", "id": f"odd {ESCAPE}"}),
}
COMMANDS = ["compile", "run", "dbt build", "dbt ls", "dbt compile --select rows", "dbt show --select rows", "show rows", "table list",
            "table describe main.rows", "table history main.rows", "table files main.rows", "table verify", "plugin list", "plugin why odd", "lineage",
            "governance report", "doctor", "explain odd%s", "table describe main.odd%s", "od%s", "run --select odd%s"]
FORMATS = ["full", "concise", "json", "sarif", "github", "junit"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    directory = tmp_path_factory.mktemp("control")
    for name, text in FILES.items():
        path = directory / name.replace("%s", ESCAPE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("%s", ESCAPE))
    project = Project(directory)
    assert "value " in project.run("run", expect=1).stderr + project.run("show", "rows").stdout
    return project


def said(project, command, *options):
    words = [word.replace("%s", ESCAPE) for word in shlex.split(command)]
    finished = project.run("--plugin-root", project.directory / "plugins", *options, *words, expect=None)
    return finished.stdout, finished.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_of_commands(project, command):
    for options in ((), ("-vv",), ("--output", "json"), ("--log-format", "json", "-v")):
        for text in said(project, command, *options):
            assert not CONTROL.search(text), (options, CONTROL.search(text), text)


@pytest.mark.parametrize("form", FORMATS)
def test_of_findings(project, form):
    stdout, stderr = said(project, "run", "--error-format", form)
    assert "why " in stderr and not CONTROL.search(stdout + stderr), stderr


def test_the_values_are_in_the_json(project):
    [row] = project.show("rows")["rows"]
    assert row == {f"column {ESCAPE}": f"value {ESCAPE}"}
