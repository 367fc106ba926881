"""The verbs of floe.h say what they take and answer: each of them is called, and its answer has the declared shape."""

import ctypes
import json
import os

import jsonschema
import pytest

from floe_command import BIN, Product
from payload_schemas import closed

REACHED_BY = ("libfloe-core/src/verbs/", "libfloe-core/include/floe/")
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: shop.orders
version: 1.0.0
status: active
schema: [{name: orders, properties: [{name: id, logicalType: integer}]}]
"""
ENTERPRISE = "enterprise/enterprise-manifest.yaml"
DOMAIN = "domain/domain-manifest.yaml"


def load_verbs():
    library = ctypes.CDLL(str(BIN.parent.parent / "lib/libfloe-core.so.1"))
    library.floe_verbs.restype = ctypes.c_char_p
    return {verb["name"]: verb for verb in json.loads(library.floe_verbs(None))["verbs"]}


VERBS = load_verbs()
# The words of each verb, in the order in which they are given; with the exit code when it is not 0.
CALLS = [
    ("compile",), ("compile", "--dry-run"), ("verify", ".floe/target/compiled_artifacts.json", "--platform", "DIGEST"), ("run",), ("ingest",), ("test",), ("show", "orders"),
    ("table list",), ("table describe", "main.orders"), ("table history", "main.orders"), ("table files", "main.orders"), ("table refs", "main.orders"),
    ("table verify",), ("table verify", "main.orders", "--current"), ("table register", "--scan", "--dry-run"),
    ("dbt parse",), ("dbt compile",), ("dbt ls",), ("dbt seed",), ("dbt snapshot",), ("dbt run",), ("dbt test",),
    ("dbt build",), ("dbt show", "--select", "orders"), ("dbt run-operation", "noop"),
    ("platform compile",), ("platform show",), ("platform diff", "manifest.yaml", "manifest.yaml"),
    ("platform test", "products"),
    ("enterprise compile", ENTERPRISE), ("enterprise show", ENTERPRISE), ("enterprise diff", ENTERPRISE, ENTERPRISE),
    ("enterprise test", "products", "--platform", ENTERPRISE),
    ("domain compile", DOMAIN), ("domain show", DOMAIN), ("domain diff", DOMAIN, DOMAIN), ("domain test", "products", "--platform", DOMAIN),
    ("docs build",), ("lineage",), ("lineage", "--column", "orders.id"), ("lineage", "--format", "dot"),
    ("schema", "product"), ("plugin list",), ("plugin show", "duckdb"), ("plugin why", "duckdb"), ("plugin why", "nothing"),
    ("plugin trace", "trace.json"), ("plugin new", "mine", "--lang", "c", "--interface", "floe.secrets/1"),
    ("plugin call", "floe.storage/local", "health"), ("plugin check", "mine", "--level", "0"),
    ("contract validate", "contract.yaml"), ("contract diff", "contract.yaml", "contract.yaml"),
    ("contract generate",), ("contract drift",), ("contract check",),
    ("product list",), ("product show", "shop"), ("product graph",), ("product graph", "--format", "dot"),
    ("product register",), ("governance report",), ("audit verify",), ("audit resume", "--reason", "a test"), ("explain",), ("explain", "E0701"), ("doctor",), ("init", "new"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """One product that has what the verbs need; calls change it in the order of CALLS."""
    project = Product(tmp_path_factory.mktemp("shop"))
    project.choose()
    here = project.directory
    (here / "macros").mkdir()
    (here / "macros/noop.sql").write_text("{% macro noop() %}{% endmacro %}")
    (here / "models/orders.sql").write_text("{{ config(materialized='table') }} select 1 as id, 'ü' as name")
    (here / "floe.yaml").write_text((here / "floe.yaml").read_text() +
                                    "output_ports: [{name: orders, model: orders}]\n")
    (here / "floe.yaml").write_text((here / "floe.yaml").read_text().replace("name: shop,", "name: shop, owner: me,"))
    (here / "contract.yaml").write_text(CONTRACT)
    for scope, above in (("enterprise", ""), ("domain", "parent_manifest: ../enterprise/enterprise-manifest.yaml\n")):
        (here / scope).mkdir()
        (here / scope / f"{scope}-manifest.yaml").write_text(
            f"apiVersion: floe.dev/v1\nkind: Manifest\nscope: {scope}\nmetadata: {{name: {scope}, version: 1.0.0}}\n{above}")
    (here / "products/one").mkdir(parents=True)
    (here / "products/one/floe.yaml").write_text(
        "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: one, version: '1.0', description: d}\n"
        "platform: {ref: ../../manifest.yaml}\n")
    project.run("run", "--plugin-trace", "trace.json", cwd=here)
    (here / ".floe/audit").mkdir()
    (here / ".floe/audit/audit.jsonl").write_text("no line of an audit log\n")
    return project


def problems(verb, answer):
    validator = jsonschema.Draft202012Validator(closed(VERBS[verb]["answer"]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]


def test_every_verb_is_called():
    assert {call[0] for call in CALLS} == set(VERBS)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_an_answer_has_its_shape(shop, call):
    verb, *words = call
    words = [shop.json("platform", "show")["digest"] if word == "DIGEST" else word for word in words]
    process = shop.run("--output", "json", *verb.split(), *words, expect=None)
    answer = json.loads(process.stdout)
    assert process.returncode in (0, 1) and "exit_code" not in answer, process.stdout + process.stderr
    assert problems(verb, answer) == []


@pytest.mark.parametrize("name", VERBS)
def test_the_schemas_of_a_verb_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(VERBS[name]["request"])
    jsonschema.Draft202012Validator.check_schema(VERBS[name]["answer"])


SCOPE = "error[FLOE-E0115]: `{}` is no {} manifest\n --> {}\n  = note: its scope is {}\n  = help: `floe {} ...` takes it\n"
REFUSED = [
    (("enterprise", "test", "products", "--platform", "manifest.yaml"),
     SCOPE.format("manifest.yaml", "enterprise", "manifest.yaml", "platform", "platform")),
    (("domain", "test", "products"), SCOPE.format("../../manifest.yaml", "domain", "../../manifest.yaml", "platform", "platform")),
    (("run", "--schedule", ""), "error[FLOE-E0001]: `schedule` of `run` must not be empty\n"),
    (("show", "orders", "--at", ""), "error[FLOE-E0001]: `at` of `show` must not be empty\n"),
    (("lineage", "--depth", "1"),
     "error[FLOE-E0001]: `upstream`, `downstream` and `depth` need a selector or a column to start from\n"),
]


@pytest.mark.parametrize("call", REFUSED, ids=lambda call: " ".join(call[0]))
def test_what_a_verb_cannot_mean_is_refused(shop, call):
    words, said = call
    assert shop.run(*words, expect=2, cwd=shop.directory).stderr == said


@pytest.mark.parametrize("name, value", [("FLOE_LOCKED", "on"), ("FLOE_SAFE_MODE", "on"), ("FLOE_PLUGIN_TIMEOUT", "1.5")])
def test_a_variable_that_means_nothing_is_refused(shop, name, value):
    assert shop.run("compile", env={**os.environ, name: value}, expect=2).stderr.startswith(
        f"error[FLOE-E0001]: `{name}` is `{value}`")


def test_places_of_profiles_start_at_the_folder_of_the_project(shop):
    (shop.directory / "prof").mkdir()
    (shop.directory / "prof/profiles.yml").write_text("mine:\n  target: dev\n  outputs: {dev: {type: duckdb, schema: analytics}}\n")
    shop.run("dbt", "ls", "--profiles-dir", "prof", "--profile", "mine", cwd="/")
    assert "there is no profile `mien`" in shop.run("dbt", "ls", "--profiles-dir", "prof", "--profile", "mien", expect=1).stderr


def test_sql_that_fails_is_a_finding(shop):
    (shop.directory / "models/broken.sql").write_text("select error('boom') as a")
    shop.run("-q", "run", "--select", "broken")
    assert shop.run("-q", "show", "broken", expect=1).stderr == "error[FLOE-E0803]: Invalid Input Error: boom\n"
    for words in (("--select", "broken"), ("--inline", "select error('boom')")):
        assert "Invalid Input Error: boom" in shop.run("-q", "dbt", "show", *words, expect=1).stderr
