"""A project whose writer is not trusted is judged, shows nothing of the machine, and is not executed."""

import json
import os
import subprocess

import pytest

from floe_command import Project
from machine_files import with_machine_files

REACHED_BY = ("base/io/", "libfloe-core/src/", "libfloe-dbt/src/", "plugins/floe.dbt/native/")
SECRET = "sesame-of-the-machine"


PLATFORM = """metadata: {name: acme, version: "1.0.0"}
data_architecture: {pattern: medallion}
governance: {classification: {layers: {gold: internal}}}
"""
PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: shop, version: "1.0", description: Orders.}
platform: {ref: manifest.yaml}
"""
SOURCES = """sources: [{name: raw, tables: [{name: people, columns: [{name: id, data_type: integer}, {name: email, meta: {classification: pii}}]}]}]
"""


class Shop(Project):
    def __init__(self, directory):
        super().__init__(directory / "shop")
        self.outside = directory / "outside"
        self.write({"../outside/secret.sql": f"select '{SECRET}' as a\n", "../outside/macros/m.sql": "{% macro m() %}1{% endmacro %}\n",
                    "../outside/dbt_project.yml": "name: outside\n", "dbt_project.yml": "name: shop\n", "models/orders.sql": "select 1 as id\n"})

    def write(self, files):
        for name, text in files.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def answer(self, *words, **variables):
        """Exit code, codes of the errors, and all that was printed or written."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory.parent), "API_KEY": SECRET, **variables}
        process = self.run(*words, "--error-format", "json", env=environment, expect=None)
        told = [line for line in process.stderr.splitlines() if line.startswith("{")]
        found = json.loads(told[-1]) if told else {"diagnostics": []}
        codes = sorted({one["code"] for one in found["diagnostics"] if one["severity"] == "error"})
        written = "".join(path.read_text(errors="replace") for path in self.state.rglob("*") if path.is_file()) if self.state.is_dir() else ""
        return process.returncode, codes, process.stdout + process.stderr + written


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def linked(name, target):
    def change(shop):
        path = shop.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(shop.outside / target)

    return change


def written(name, text):
    return lambda shop: shop.write({name: text})


READS = [
    ("a variable with a default", written("models/a.sql", "select '{{ env_var('API_KEY', 'none') }}' as a"), []),
    ("a variable that is needed", written("models/a.sql", "select '{{ env_var('API_KEY') }}' as a"), ["FLOE-E0607"]),
    ("a variable in a log", written("models/a.sql", "{{ log(env_var('API_KEY', 'none'), info=True) }} select 1 as a"), []),
    ("a variable in dbt_project.yml", written("dbt_project.yml", "name: shop\nvars: {a: \"{{ env_var('API_KEY', 'none') }}\"}\n"), []),
    ("a model behind a link", linked("models/a.sql", "secret.sql"), ["FLOE-E0603"]),
    ("a folder behind a link", linked("models/a", "macros"), ["FLOE-E0603"]),
    ("macros behind a link", linked("macros", "macros"), ["FLOE-E0603"]),
    ("a package behind a link", linked("dbt_packages/outside", "."), ["FLOE-E0601"]),
    ("profiles of the home folder", lambda shop: shop.write({"../.dbt/profiles.yml": f"shop: {{target: a, outputs: {{a: {{type: duckdb, schema: {SECRET}}}}}}}\n",
                                                              "dbt_project.yml": "name: shop\nprofile: shop\n"}), []),
]


@pytest.mark.parametrize("change, codes", [row[1:] for row in READS], ids=[row[0] for row in READS])
def test_what_templates_see(shop, change, codes):
    """With the option; without it the same project shows what it reads."""
    change(shop)
    code, found, said = shop.answer("compile", "--untrusted")
    assert (code, found) == (1 if codes else 0, codes), said
    assert SECRET not in said


FOREIGN = f'metadata: {{name: acme, version: "1.0.0"}}\n{SECRET}: 1\n'
DOCUMENTS = [
    ("a platform", {"floe.yaml": "../outside/manifest.yaml"}, None),
    ("a platform behind a link", {"floe.yaml": "manifest.yaml"}, "manifest.yaml"),
    ("an enterprise above the platform", {"floe.yaml": "manifest.yaml", "manifest.yaml": "scope: domain\nparent_manifest: ../outside/manifest.yaml\n"}, None),
    ("the product behind a link", {}, "floe.yaml"),
    ("credentials of git", {"floe.yaml": ".git/config"}, ".git/config"),
]


@pytest.mark.parametrize("files, link", [row[1:] for row in DOCUMENTS], ids=[row[0] for row in DOCUMENTS])
def test_no_excerpt_of_a_document_outside(shop, files, link):
    shop.write({"../outside/manifest.yaml": FOREIGN})
    for name, text in files.items():
        shop.write({name: PRODUCT.replace("manifest.yaml", text) if name == "floe.yaml" else 'metadata: {name: sales, version: "1.0.0"}\n' + text})
    if link == ".git/config":
        shop.write({link: FOREIGN})
    elif link:
        (shop.directory / link).symlink_to(shop.outside / "manifest.yaml")
    assert SECRET in shop.answer("compile")[2]
    code, found, said = shop.answer("compile", "--untrusted")
    assert code != 0 and SECRET not in said and "lies outside of the project" in said, said


def test_a_platform_of_the_same_repository(shop):
    (shop.directory.parent / ".git").mkdir()
    shop.write({"../platform/manifest.yaml": 'metadata: {name: acme, version: "1.0.0"}\n', "floe.yaml": PRODUCT.replace("manifest.yaml", "../platform/manifest.yaml")})
    assert shop.answer("compile", "--untrusted")[:2] == (0, [])


MACHINE = {"platform.yaml": 'version: "1.1.0"\ncompute: {default: {type: duckdb, memory_limit: 2GB}}\n'}


def test_what_the_machine_says_of_the_platform_is_read(shop):
    """It is no document that the project names."""
    shop.write({"floe.yaml": PRODUCT, "manifest.yaml": 'metadata: {name: acme, version: "1.0.0"}\n'})
    command = with_machine_files(shop.directory.parent / "machine", MACHINE, shop.command("compile", "--untrusted"))
    process = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (process.returncode, process.stderr) == (0, "")


def test_the_same_without_the_option(shop):
    shop.write({"models/a.sql": "{{ log(env_var('API_KEY'), info=True) }} select 1 as a"})
    code, found, said = shop.answer("compile")
    assert (code, found) == (0, []) and SECRET in said


COMMANDS = ["run", "ingest", "dbt build", "dbt run", "dbt test", "dbt seed", "dbt snapshot", "dbt show --inline select+1", "show orders", "table list",
            "dbt run-operation drop_all"]


@pytest.mark.parametrize("words", COMMANDS)
def test_nothing_is_executed(shop, words):
    shop.write({"macros/m.sql": "{% macro drop_all() %}{{ run_query('select 1') }}{% endmacro %}", "seeds/s.csv": "a\n1\n",
                "data/o.csv": "a\n1\n",
                "floe.yaml": 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: "1.0"}\n'
                             "ingestion: {sources: [{name: o, format: csv, path: data/o.csv, table: raw.o, write_mode: replace}]}\n"})
    code, found, said = shop.answer(*words.split(), FLOE_UNTRUSTED="1")
    assert (code, found) == (1, ["FLOE-E0759"]), said
    assert not (shop.state / "catalog.db").exists() and not any((shop.state / "warehouse").rglob("*"))


def event(head, base="acme/shop"):
    return json.dumps({"pull_request": {"head": {"repo": {"full_name": head} if head else None}, "base": {"repo": {"full_name": base}}}})


JOBS = [
    ("no job", None, {}, 0),
    ("a pull request of the repository itself", event("acme/shop"), {}, 0),
    ("of a fork", event("mallory/shop"), {}, 1),
    ("of a fork that is gone", event(None), {}, 1),
    ("of a fork, after a review", event("mallory/shop"), {"FLOE_UNTRUSTED": "0"}, 0),
    ("a push", json.dumps({"ref": "refs/heads/main"}), {}, 0),
    ("no JSON", "{", {}, 1),
    ("a merge request of the project itself", None, {"CI_PROJECT_ID": "7", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "7"}, 0),
    ("of another project", None, {"CI_PROJECT_ID": "7", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "8"}, 1),
]


@pytest.mark.parametrize("text, variables, expected", [row[1:] for row in JOBS], ids=[row[0] for row in JOBS])
def test_what_a_job_says(shop, text, variables, expected):
    if text is not None:
        path = shop.directory.parent / "event.json"
        path.write_text(text)
        variables = {**variables, "GITHUB_EVENT_PATH": str(path)}
    assert shop.answer("run", **variables)[:2] == (expected, ["FLOE-E0759"] * expected)
    assert shop.answer("compile", **variables)[:2] == (0, [])


def test_an_event_that_is_not_there(shop):
    assert shop.answer("run", GITHUB_EVENT_PATH=str(shop.directory / "nowhere"))[:2] == (1, ["FLOE-E0759"])


def classified(shop, sql):
    (shop.directory / "models/orders.sql").unlink()
    shop.write({"manifest.yaml": PLATFORM, "floe.yaml": PRODUCT, "models/sources.yml": SOURCES, "models/bronze_people.sql": sql})


def test_a_query_of_a_template_has_no_rows(shop):
    classified(shop, "select id{% if execute and run_query('select range as n from range(3)').rows | length > 0 %}, email as seen_address"
                     "{% endif %} from {{ source('raw', 'people') }}")
    assert "seen_address" in shop.answer("compile")[2]
    code, found, said = shop.answer("compile", "--untrusted")
    assert (code, found) == (0, []) and "seen_address" not in said


def test_what_cannot_be_traced_is_an_error(shop):
    classified(shop, "select * from {{ source('raw', 'people') }} join nowhere using (id)")
    assert shop.answer("compile")[:2] == (0, [])
    assert shop.answer("compile", "--untrusted")[:2] == (1, ["FLOE-E0759"])


@pytest.mark.parametrize("words", ["compile", "run", "dbt ls", "dbt parse", "dbt compile", "dbt run", "show orders"])
def test_a_dbt_of_its_own_code_is_refused(shop, words):
    """Before it is asked anything, whichever command would ask it."""
    shop.write({"floe.yaml": PRODUCT, "manifest.yaml": 'metadata: {name: acme, version: "1.0.0"}\nplugins: {dbt: {type: core}}\n'})
    code, found, said = shop.answer(*words.split(), FLOE_UNTRUSTED="1")
    assert (code, found) == (1, ["FLOE-E0759"]) and "confined" in said
