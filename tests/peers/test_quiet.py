"""`-q` leaves out what was done, never what was asked for; tests that fail or warn are findings, in each format."""

import json
import shlex

import pytest

from floe_command import Project

REACHED_BY = ("cli/", "base/diagnostics/", "libfloe-dbt/src/execute/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/")

ANSWERS = ["table list", "table describe main.orders", "table history main.orders", "table files main.orders", "show main.orders",
           "lineage orders", "schema product", "plugin list", "plugin show duckdb", "doctor", "dbt ls", "dbt show --inline 'select 1 as c'",
           "dbt compile --inline 'select 1 as c'", "explain FLOE-E0603", "governance report", "completion bash", "--version"]
DEEDS = ["compile", "run --select orders", "dbt parse", "dbt run", "dbt compile"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    directory = tmp_path_factory.mktemp("quiet")
    for name, text in {
        "dbt_project.yml": "name: shop\n",
        "models/orders.sql": "{{ config(materialized='table') }} select 1 as id union all select 1",
        "models/orders.yml": "models:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [unique]\n",
        "tests/none.sql": "\nselect * from {{ ref('orders') }}",
    }.items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text(text)
    project = Project(directory)
    project.run("run", expect=1)
    return project


@pytest.mark.parametrize("command", ANSWERS)
def test_answers_stay(project, command):
    loud, quiet = project.run(*shlex.split(command), expect=None), project.run("-q", *shlex.split(command), expect=None)
    assert (quiet.stdout, quiet.returncode) == (loud.stdout, loud.returncode)
    assert quiet.stdout


@pytest.mark.parametrize("command", DEEDS)
def test_deeds_are_silent(project, command):
    finished = project.run("-q", *shlex.split(command), expect=None)
    assert (finished.stdout, "✓" in finished.stderr) == ("", False)
    assert project.run(*shlex.split(command), expect=None).stdout


IN_FORMAT = {
    "full": " --> models/orders.yml:5:22",
    "github": "::error file=models/orders.yml,line=5,col=22,",
    "junit": 'file="models/orders.yml" line="5"><failure type="FLOE-E0632" message="test `unique_orders_id` failed: got 1 result, '
             'configured to fail if != 0">',
    "json": '"address":"test.shop.unique_orders_id.',
    "sarif": '"ruleId": "FLOE-E0632"',
}


@pytest.mark.parametrize("form", IN_FORMAT)
@pytest.mark.parametrize("command", [("test",), ("run",), ("dbt", "test"), ("dbt", "build")], ids=" ".join)
def test_failed_tests_are_findings(project, command, form):
    finished = project.run("-q", "--error-format", form, *command, expect=1)
    assert IN_FORMAT[form] in finished.stderr
    assert finished.stdout == ""
    if form == "json":
        findings = json.loads(finished.stderr)["diagnostics"]
        assert sorted((one["code"], one["labels"][0]["span"]["file"], one["labels"][0]["span"]["line"]) for one in findings) == [
            ("FLOE-E0632", "models/orders.yml", 5), ("FLOE-E0632", "tests/none.sql", 2)]


WARNED = {
    "full": "warning[FLOE-W0632]: test `unique_orders_id` warns: got 1 result, configured to warn if != 0\n --> models/orders.yml:5:22",
    "concise": "models/orders.yml:5:22: warning[FLOE-W0632]: test `unique_orders_id` warns: got 1 result, configured to warn if != 0",
    "github": "::warning file=models/orders.yml,line=5,col=22,",
    "junit": 'file="models/orders.yml" line="5"><system-out>warning[FLOE-W0632]: test `unique_orders_id` warns',
    "json": '"severity":"warning","message":"test `unique_orders_id` warns',
    "sarif": '"ruleId": "FLOE-W0632"',
}


@pytest.mark.parametrize("form", WARNED)
def test_tests_that_warn_are_findings(project, form):
    """By `severity` and by `warn_if`; the exit code stays 0."""
    models = project.directory / "models/orders.yml"
    none = project.directory / "tests/none.sql"
    before = models.read_text(), none.read_text()
    try:
        models.write_text(before[0].replace("[unique]", "[unique: {config: {severity: warn}}]"))
        none.write_text("{{ config(error_if='> 5') }}" + before[1])
        for command in (("test",), ("run",), ("dbt", "test"), ("dbt", "build")):
            finished = project.run("-q", "--error-format", form, *command)
            assert WARNED[form] in finished.stderr and finished.stdout == ""
            assert finished.stderr.count("W0632") >= 2
    finally:
        models.write_text(before[0])
        none.write_text(before[1])


@pytest.mark.parametrize("calc, select, says", [
    ("max(id)", "select null::int as id union all select null", "NULL"),
    ("max(id)", "select 'x' as id", "the text `x`"),
    ("max(id)", "select '0' as id", "the text `0`"),
    ("bool_or(id = 1)", "select 1 as id", "true"),
])
def test_a_number_of_failures_that_is_no_number_is_an_error(project, calc, select, says):
    """As in dbt: it counts no failure, and says nothing of the rows that the test found."""
    none = project.directory / "tests/none.sql"
    before = none.read_text()
    try:
        none.write_text(f"{{{{ config(fail_calc='{calc}', warn_if='is not null', error_if='is not null') }}}}\n{select}")
        finished = project.run("-q", "test", expect=1)
        assert f"test `none` failed: the test counts its failures with `fail_calc`, which is no number here but {says}\n" in finished.stderr
        [result] = [one for one in json.loads((project.state / "target/run_results.json").read_text())["results"] if ".none" in one["unique_id"]]
        assert result["status"] == "error"
    finally:
        none.write_text(before)
