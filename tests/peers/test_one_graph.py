"""What a platform judged is what runs: no argument, file, clock or template makes another graph of it in between."""

import dataclasses
import json

import pytest

from floe_command import Project

REACHED_BY = ["libfloe-core/src/compile", "libfloe-core/src/engine", "libfloe-core/src/model", "libfloe-core/src/verbs/pipeline.cpp",
              "libfloe-dbt", "plugins/floe.dbt"]

BASE = {
    "mesh/enterprise.yaml": """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: acme, version: 1.0.0}
scope: enterprise
plugins: {compute: duckdb}
data_architecture: {pattern: medallion, naming: {enforcement: strict}}
governance:
  classification: {enforcement: strict, layers: {gold: internal}}
  secret_scanning: {enabled: true}
""",
    "mesh/sales.yaml": """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: sales, version: 1.0.0}
scope: domain
parent_manifest: enterprise.yaml
approved_products: [shop]
""",
    "floe.yaml": """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: shop, version: '1.0', description: orders}
platform: {ref: mesh/sales.yaml}
""",
    "dbt_project.yml": "name: shop\nprofile: shop\nmodel-paths: [models, \"{{ 'dist' }}\"]\n",
    "models/bronze_a.sql": "select 1 as id, 'a@b' as email",
    "models/bronze_a.yml": "models: [{name: bronze_a, columns: [{name: id}, {name: email, meta: {classification: pii}}]}]\n",
    "models/silver_y.sql": "select id, email from {{ ref('bronze_a') }}",
}

BAD = "select 1 as ssn {{ config(enabled=%s) }}"
HR = "%s: {target: %s, outputs: {%s: {type: duckdb, schema: hr.main}}}\n"
WRITES_A_MODEL = """{% if execute %}{% do run_query("copy (select 'select 42 as evil' as x) to 'models/orders.sql' """ \
    """(format csv, header false, quote '')") %}{% endif %}"""
KEY = "select '{{ \"AKIAIOSFODNN7EXAMPLQ\" }}' as key"
# From one call to the next it answers otherwise.
ODD_SECOND = "{% set other = modules.datetime.datetime.now().microsecond % 2 == 0 %}"


@dataclasses.dataclass
class Attack:
    """`files` are written after `before` ran; `codes`: one of them is told; () when the command may succeed."""

    files: dict
    command: tuple
    codes: tuple
    before: tuple = ()
    forbidden: tuple = ("orders",)


ATTACKS = {
    "full refresh": Attack({"models/orders.sql": BAD % "flags.FULL_REFRESH"}, ("run", "--full-refresh"), ("FLOE-E0701",)),
    "fail fast": Attack({"models/orders.sql": BAD % "flags.FAIL_FAST"}, ("dbt", "build", "--fail-fast"), ("FLOE-E0701",)),
    "store failures": Attack({"models/orders.sql": BAD % "flags.STORE_FAILURES"}, ("dbt", "build", "--store-failures"),
                             ("FLOE-E0701",)),
    "which": Attack({"models/orders.sql": BAD % "flags.WHICH == 'run'"}, ("dbt", "run"), ("FLOE-E0701",)),
    "arguments": Attack({"models/orders.sql": BAD % "invocation_args_dict.get('threads') == 3"}, ("run", "--threads", "3"),
                        ("FLOE-E0701",)),
    "profiles folder": Attack({"evil/profiles.yml": HR % ("shop", "dev", "dev")}, ("dbt", "run", "--profiles-dir", "evil"),
                              ("FLOE-E0741",), forbidden=("hr.main",)),
    "profile": Attack({"profiles.yml": HR % ("evilp", "dev", "dev")}, ("dbt", "run", "--profile", "evilp"), ("FLOE-E0741",),
                      forbidden=("hr.main",)),
    "target of a profile": Attack({"models/orders.sql": BAD % "target.name == 'prod'",
                                   "evil/profiles.yml": (HR % ("shop", "prod", "prod")).replace("hr.main", "sales.main")},
                                  ("dbt", "run", "--profiles-dir", "evil"), ("FLOE-E0701",)),
    "after a clean run, full refresh": Attack({}, ("run", "--full-refresh"), ("FLOE-E0701",), before=("run",)),
    "a model that is written by a model": Attack({"models/bronze_b.sql": WRITES_A_MODEL + "select 1 as id"}, ("run",), ()),
    "which, in SQL": Attack({"models/gold_x.sql": "select id {% if flags.WHICH == 'build' %}, email{% endif %} from "
                                                  "{{ ref('silver_y') }}"}, ("run",), ("FLOE-E0753",), forbidden=("gold_x",)),
    "a flag, in SQL": Attack({"models/gold_x.sql": "select id {% if flags.FULL_REFRESH %}, email{% endif %} from "
                                                   "{{ ref('silver_y') }}"}, ("run", "--full-refresh"), ("FLOE-E0753",),
                             before=("run",), forbidden=("gold_x",)),
    "upper case": Attack({"models/orders.SQL": "select 1 as ssn"}, ("run",), ("FLOE-E0701",), before=("run",)),
    "a folder that a template names": Attack({"dist/orders.sql": "select 1 as ssn"}, ("run",), ("FLOE-E0701",), before=("run",)),
    "upper case, compile": Attack({"models/orders.SQL": "select 1 as ssn"}, ("compile",), ("FLOE-E0701",), before=("compile",)),
    "a folder that a template names, compile": Attack({"dist/orders.sql": "select 1 as ssn"}, ("compile",), ("FLOE-E0701",),
                                                      before=("compile",)),
    "a snapshot elsewhere": Attack({"snapshots/s.SQL": "{% snapshot zz %}{{ config(target_schema='hr.main', unique_key='id', "
                                                       "strategy='check', check_cols='all') }}select 1 as id{% endsnapshot %}"},
                                   ("run",), ("FLOE-E0741",), before=("run",), forbidden=("hr.main",)),
    "a key in a macro": Attack({"macros/m.SQL": "{% macro m() %}" + KEY + "{% endmacro %}"}, ("compile",), ("FLOE-E0732",),
                               before=("compile",)),
    "a key in a folder that a template names": Attack({"dist/bronze_c.sql": KEY}, ("compile",), ("FLOE-E0732",),
                                                      before=("compile",)),
}


@pytest.fixture
def shop(tmp_path):
    project = Project(tmp_path / "shop")
    write(project, BASE)
    return project


def write(project, files):
    for name, text in files.items():
        path = project.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def codes(process):
    return {one["code"] for one in json.loads(process.stderr)["diagnostics"]} if process.stderr else set()


def tables(project):
    return sorted(project.tables()) if (project.state / "catalog.db").exists() else []


@pytest.mark.parametrize("name", ATTACKS)
def test_what_was_not_judged_does_not_run(shop, name):
    attack = ATTACKS[name]
    if not attack.files:
        write(shop, {"models/orders.sql": BAD % "flags.FULL_REFRESH"})
    if attack.before:
        shop.run(*attack.before)
    write(shop, attack.files)
    process = shop.run("-q", "--error-format", "json", *attack.command, expect=None, cwd=shop.directory)
    found = [table for table in tables(shop) if any(word in table for word in attack.forbidden)]
    if attack.codes:
        assert process.returncode == 1, process.stderr
        assert codes(process) & set(attack.codes), process.stderr
        assert not [table for table in found if not attack.before or "gold_x" not in table], found
    else:
        assert not found


def test_hidden_folders_are_seen_by_all_or_by_none(shop, tmp_path):
    shop.run("run")
    write(shop, {"models/.git/orders.sql": "select 1 as ssn", "models/.floe/orders.sql": "select 1 as ssn"})
    cached = shop.run("-q", "--error-format", "json", "run", expect=None)
    fresh = shop.run("-q", "--error-format", "json", "run", expect=None, env={"XDG_CACHE_HOME": str(tmp_path / "no cache yet")})
    assert (cached.returncode, codes(cached)) == (fresh.returncode, codes(fresh))
    assert not [table for table in tables(shop) if "orders" in table]


def test_the_clock_judges_and_runs_once(shop):
    """Each run is refused, or has no model that the platform refuses: whatever the clock says twice."""
    write(shop, {"models/orders.sql": ODD_SECOND + BAD % "other"})
    outcomes = [shop.run("run", expect=None) for _ in range(8)]
    assert {one.returncode for one in outcomes} <= {0, 1}
    assert not [table for table in tables(shop) if "orders" in table]


def test_the_record_says_which_graph_ran(shop):
    shop.run("run")
    first = json.loads((shop.run_directories()[-1] / "run.json").read_text())
    shop.run("run")
    again = json.loads((shop.run_directories()[-1] / "run.json").read_text())
    write(shop, {"models/silver_y.sql": "select id from {{ ref('bronze_a') }}"})
    shop.run("run")
    changed = json.loads((shop.run_directories()[-1] / "run.json").read_text())
    for key in ("graph_sha256", "artifact_sha256"):
        assert len(first[key]) == 64 and first[key] == again[key] != changed[key], key


def test_plain_compile_after_a_run_says_what_it_said(shop):
    artifact = shop.state / "target/compiled_artifacts.json"
    shop.run("compile")
    plain = artifact.read_bytes()
    shop.run("run", "--full-refresh")
    shop.run("compile")
    assert artifact.read_bytes() == plain
