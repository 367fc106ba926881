"""What `floe compile` writes, read by those it is written for: YAML readers, Kubernetes, dbt. A dry run writes nothing."""

import json
import os
import shutil
import subprocess

import pytest
import yaml
from kubernetes_validate import validate

from floe_command import BIN, Project
from peer_dbt import environment

NAMES = {"json": "compiled_artifacts.json", "yaml": "compiled_artifacts.yaml", "configmap": "compiled_artifacts.configmap.yaml"}


@pytest.fixture
def shop(product):
    product.choose()
    return product


def written(project):
    return sorted(path.name for path in (project.state / "target").iterdir())


def files(project):
    return {str(path.relative_to(project.directory)): path.read_bytes() for path in project.directory.rglob("*") if path.is_file()}


def compiled(project, output_format):
    answer = project.json("compile", "--output-format", output_format)
    assert answer["artifact"] == str(project.state / "target" / NAMES[output_format])
    return (project.state / "target" / NAMES[output_format]).read_text()


def test_every_format_carries_the_same_artifact(shop):
    artifact = json.loads(compiled(shop, "json"))
    assert yaml.safe_load(compiled(shop, "yaml")) == artifact
    config_map = yaml.safe_load(compiled(shop, "configmap"))
    validate(config_map, "1.37", strict=True)
    assert config_map["metadata"] == {"name": "shop-compiled-artifacts", "labels": {
        "app.kubernetes.io/name": "shop", "app.kubernetes.io/managed-by": "floe", "app.kubernetes.io/version": "1.0"}}
    assert json.loads(config_map["data"]["compiled_artifacts.json"]) == artifact
    # An artifact in another format would be an old one.
    assert [name for name in written(shop) if name.startswith("compiled")] == [NAMES["configmap"]]


@pytest.mark.parametrize("output_format", NAMES)
def test_the_same_bytes_each_time(shop, output_format, tmp_path, monkeypatch):
    first = compiled(shop, output_format)
    again = shop.json("compile", "--output-format", output_format)
    assert again["from_cache"] and (shop.state / "target" / NAMES[output_format]).read_text() == first
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no cache yet"))
    assert compiled(shop, output_format) == first


@pytest.mark.parametrize("has_project", [True, False])
@pytest.mark.parametrize("folder", ["models", "models/data", "models/build", "models/target", "models/platform"])
def test_every_model_is_an_input(shop, has_project, folder):
    """Wherever it lies; also where floe itself writes the dbt_project.yml, outside of the models' folder."""
    if not has_project:
        (shop.directory / "dbt_project.yml").unlink()
    before = json.loads(compiled(shop, "json"))["metadata"]["source_hash"]
    (shop.directory / folder).mkdir(exist_ok=True)
    (shop.directory / folder / "other.sql").write_text("select 1 as id\n")
    answer = shop.json("compile")
    assert (answer["from_cache"], answer["models"]) == (False, 2)
    assert json.loads((shop.state / "target" / NAMES["json"]).read_text())["metadata"]["source_hash"] != before


def test_places_that_are_inputs_only_when_the_project_says_so(shop):
    (shop.directory / "data").mkdir()
    (shop.directory / "data/rows.csv").write_text("id\n1\n")
    (shop.directory / "platform/dev").mkdir(parents=True)
    (shop.directory / "platform/dev/platform.yaml").write_text("version: '1.1.0'\n")
    first = compiled(shop, "json")
    (shop.directory / "data/rows.csv").write_text("id\n2\n")
    (shop.directory / "platform/dev/platform.yaml").write_text("version: '1.1.0'\ncompute: {default: {type: duckdb}}\n")
    assert compiled(shop, "json") == first
    (shop.directory / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nseed-paths: [data]\n")
    second = json.loads(compiled(shop, "json"))["metadata"]["source_hash"]
    (shop.directory / "data/rows.csv").write_text("id\n3\n")
    assert json.loads(compiled(shop, "json"))["metadata"]["source_hash"] != second


@pytest.mark.parametrize("asked", ["env_var('WHERE', '')", "env_var ( 'WHERE', '')", "env_var(name, '')", "env_var(var='WHERE', default='')",
                                   "env_var('WH' ~ 'ERE', '')", "context['env_' ~ 'var']('WHERE', '')"])
def test_variables_that_dbt_asks_for_are_part_of_the_key(shop, asked):
    (shop.directory / "models/orders.sql").write_text("{% set name = 'WHERE' %}{{ config(enabled=" + asked + " != 'nowhere') }}\nselect 1 as id\n")

    def models(where):
        answer = json.loads(shop.run("compile", "--output", "json", env={**os.environ, "WHERE": where}).stdout)
        return answer["models"], answer["from_cache"]

    assert [models("here"), models("here"), models("nowhere"), models("nowhere")] == [(1, False), (1, True), (0, False), (0, True)]


def test_a_profile_outside_of_the_project_is_part_of_the_key(shop, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    project = shop.directory / "dbt_project.yml"
    project.write_text(project.read_text() + "profile: shop\n")

    def is_cached(**variables):
        variables = {**os.environ, "HOME": str(outside / "home"), **variables}
        return json.loads(shop.run("compile", "--output", "json", env=variables).stdout)["from_cache"]

    def say(directory, name):
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "profiles.yml").write_text(f"shop: {{target: dev, outputs: {{dev: {{type: duckdb, schema: {name}}}}}}}\n")
        return {"DBT_PROFILES_DIR": str(directory)}

    assert (is_cached(), is_cached()) == (False, True)
    say(outside / "home/.dbt", "home")
    assert (is_cached(), is_cached()) == (False, True)
    chosen = say(outside / "chosen", "chosen")
    assert (is_cached(**chosen), is_cached(**chosen)) == (False, True)
    say(outside / "chosen", "other")
    assert (is_cached(**chosen), is_cached(**chosen)) == (False, True)
    assert not is_cached()


@pytest.mark.parametrize("path, text, project", [
    (".dbtignore", "*.sql\n", ""),
    ("models/.hidden/a.sql", "select 1 as id\n", ""),
    ("kept/in/macros/a.sql", "{% macro a() %}{% endmacro %}\n", "packages-install-path: kept\n"),
    ("build/in/macros/a.sql", "{% macro a() %}{% endmacro %}\n", "packages-install-path: build\n"),
    ("data/a.sql", "select 1 as id\n", "model-paths: ['.']\n"),
])
def test_what_dbt_reads_is_an_input(shop, path, text, project):
    (shop.directory / path).parent.mkdir(parents=True, exist_ok=True)
    if path.split("/")[1:2] == ["in"]:
        (shop.directory / path).parents[1].joinpath("dbt_project.yml").write_text("name: inner\n")
    (shop.directory / "dbt_project.yml").open("a").write(project)
    before = json.loads(compiled(shop, "json"))["metadata"]["source_hash"]
    (shop.directory / path).write_text(text)
    assert json.loads(compiled(shop, "json"))["metadata"]["source_hash"] != before


def test_what_a_folder_of_models_has_beside_it(shop):
    """Data to load is no input of the compile; folders that are called as dbt calls its own are dbt's (decision 0039)."""
    (shop.directory / "dbt_project.yml").unlink()
    for path, text in (("landing/a.csv", "id\n1\n"), ("tests/test_python.py", "import nothing"), ("tests/notes.sql", "select 1 where false")):
        (shop.directory / path).parent.mkdir(exist_ok=True)
        (shop.directory / path).write_text(text)
    first = compiled(shop, "json")
    (shop.directory / "landing/a.csv").write_text("id\n2\n")
    assert shop.json("compile")["from_cache"] and compiled(shop, "json") == first
    (shop.directory / "tests/notes.sql").write_text("{{ nothing")
    assert " --> tests/notes.sql:1:1" in shop.run("compile", expect=1).stderr


BESIDE = {"tests/none.sql": "select 1 where false", "seeds/rates.csv": "id\n1\n", "macros/one.sql": "{% macro one() %}1{% endmacro %}"}


def product_of(shop, path, *folders):
    """A product without a dbt_project.yml whose models lie in `path`, with dbt's other folders in each of `folders`."""
    (shop.directory / "dbt_project.yml").unlink(missing_ok=True)
    (shop.directory / "floe.yaml").write_text(f"name: shop\nversion: '1.0'\ntransforms: [{{type: dbt, path: {path}}}]\n")
    for folder in folders:
        for name, text in BESIDE.items():
            (shop.directory / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (shop.directory / folder / name).write_text(text)


def nodes(shop):
    return {node["unique_id"].replace("model.shop.", "").replace("test.shop.", "") for node in shop.json("run")["results"]}


def test_folders_beside_nested_models_are_read(shop):
    (shop.directory / "sub").mkdir()
    (shop.directory / "models").rename(shop.directory / "sub/models")
    product_of(shop, "sub/models", "sub")
    (shop.directory / "sub/models/total.sql").write_text("select {{ one() }} as one, * from {{ ref('rates') }}")
    assert {"none", "seed.shop.rates", "total"} < nodes(shop)


@pytest.mark.parametrize("path,found,advice", [
    (".", "`seeds`, `tests`, `macros`", "write `path: models`"), ("sub", "`sub/seeds`, `sub/tests`, `sub/macros`", "write `path: sub/models`")])
def test_folders_among_models_are_no_models(shop, path, found, advice):
    if path == "sub":
        (shop.directory / "sub").mkdir()
        (shop.directory / "models").rename(shop.directory / "sub/models")
    product_of(shop, path, path)
    refused = shop.run("compile", expect=1).stderr
    assert f"error[FLOE-E0308]: {found} lie within the models of this transform" in refused and advice in refused, refused


def test_what_commands_write_is_no_model(shop):
    """The folder of the product as the folder of its models."""
    (shop.directory / "models/orders.sql").rename(shop.directory / "orders.sql")
    shutil.rmtree(shop.directory / "models")
    product_of(shop, ".")
    for folder in ("target", ".git", "deep/.hidden"):
        (shop.directory / folder).mkdir(parents=True)
        (shop.directory / folder / "copy.sql").write_text("select 1 as id")
    assert nodes(shop) == nodes(shop) == {"orders"}


def test_a_link_to_a_directory_above_is_no_way_on(shop):
    (shop.directory / "models/loop").symlink_to("..")
    assert shop.json("compile")["models"] == 1
    assert len(shop.json("product", "list")["products"]) == 1


@pytest.mark.parametrize("name", ["enforcement.json", "profiles.yml"])
def test_an_answer_from_the_cache_has_its_files(shop, name):
    shop.run("compile")
    path = shop.state / "target" / name
    before = path.read_text()
    for change in (path.unlink, lambda: path.write_text("{}")):
        change()
        shop.run("compile")
        assert path.read_text() == before
    assert shop.json("compile")["from_cache"]


def test_models_outside_of_the_product_are_left_alone(shop):
    """What is made of them lies below the target path, wherever they lie."""
    (shop.directory / "dbt_project.yml").unlink()
    (shop.directory / "product").mkdir()
    (shop.directory / "product/floe.yaml").write_text("name: inner\nversion: '1.0'\ntransforms: [{type: dbt, path: ../models}]\n")
    (shop.directory / "product/models").mkdir()
    before = files(shop)
    inner = Project(shop.directory / "product")
    inner.run("run")
    assert {path: text for path, text in files(shop).items() if not path.startswith("product/.floe/")} == {
        **before, "product/floe.lock": (inner.directory / "floe.lock").read_bytes()}
    assert (inner.state / "target/compiled/inner/_/models/orders.sql").exists()
    assert json.loads((inner.state / "target" / NAMES["json"]).read_text())["transforms"][0]["path"] == "../models/orders.sql"


def test_a_product_without_a_dbt_project_is_told_its_own_paths(shop):
    (shop.directory / "dbt_project.yml").unlink()
    (shop.directory / "models/broken.sql").write_text("select *\nfrom {{ ref('oders') }}\n")
    refused = shop.run("compile", "--error-format", "concise", expect=1).stderr
    assert refused.startswith("models/broken.sql:2:")
    (shop.directory / "models/broken.sql").unlink()
    shop.run("compile")
    assert json.loads((shop.state / "target" / NAMES["json"]).read_text())["transforms"][0]["path"] == "models/orders.sql"


def test_a_dbt_project_below_the_product_is_named_from_the_product(shop):
    """In findings of a compile and of a run, with their lines, and in the artifact."""
    (shop.directory / "dbt").mkdir()
    for name in ("dbt_project.yml", "models"):
        (shop.directory / name).rename(shop.directory / "dbt" / name)
    document = shop.directory / "floe.yaml"
    document.write_text(document.read_text().replace("path: models/", "path: dbt/models/"))
    shop.run("compile")
    assert json.loads((shop.state / "target" / NAMES["json"]).read_text())["transforms"][0]["path"] == "dbt/models/orders.sql"
    model = shop.directory / "dbt/models/orders.sql"
    for text, verb in (("select * from {{ ref('oders') }}\n", "compile"), ("select nothing as id, 'a' as name\n", "run")):
        model.write_text(text)
        told = shop.run(verb, expect=1).stderr
        assert " --> dbt/models/orders.sql:1:" in told and f"1 | {text}" in told


def test_the_source_date_is_that_of_this_compile(shop):
    variables = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    for date, said in (("0", "1970-01-01T00:00:00.000Z"), ("1800000000", "2027-01-15T08:00:00.000Z"), ("", None), (None, None)):
        shop.run("compile", env={**variables, **({} if date is None else {"SOURCE_DATE_EPOCH": date})})
        assert json.loads((shop.state / "target" / NAMES["json"]).read_text())["metadata"].get("compiled_at") == said


@pytest.mark.parametrize("date", ["abc", "-1", "1e9", " 0", "253402300800", "99999999999999999999"])
def test_a_source_date_that_is_none_is_refused(shop, date):
    refused = shop.run("compile", env={**os.environ, "SOURCE_DATE_EPOCH": date}, expect=2)
    assert f"`SOURCE_DATE_EPOCH` is `{date}`, which is no number of seconds" in refused.stderr


def test_the_artifact_says_which_plugins_and_who_demands_what(shop):
    artifact = json.loads(compiled(shop, "json"))
    duckdb = artifact["plugins"]["compute"]
    assert (duckdb["type"], duckdb["id"], duckdb["version"]) == ("duckdb", "io.floe.compute.duckdb", "0.1.0")
    shop.choose({"quality_gates": {"minimum_test_coverage": 10}})
    artifact = json.loads(compiled(shop, "json"))
    assert artifact["governance_origins"] == {"governance.quality_gates.minimum_test_coverage": "platform"}


def test_unknown_format_is_refused(shop):
    refused = shop.run("compile", "--output-format", "toml", expect=2)
    assert refused.stderr == ("error[FLOE-E0001]: `output_format` of `compile` takes no `toml`; it takes `json`, `yaml`, "
                              "`configmap`\n")


def test_an_artifact_too_large_for_a_config_map(shop):
    manifest = (shop.directory / "manifest.yaml").read_text()
    (shop.directory / "manifest.yaml").write_text(manifest + f"defaults: {{text: '{'x' * 1024 * 1024}'}}\n")
    assert "error[FLOE-E0114]: the artifact is larger than " in shop.run("compile", "--output-format", "configmap", expect=1).stderr
    assert not (shop.state / "target/compiled_artifacts.configmap.yaml").exists()


def test_a_dry_run_gives_all_verdicts_and_writes_nothing(shop, tmp_path_factory):
    before = files(shop)
    temporary = tmp_path_factory.mktemp("temporary")
    process = shop.run("compile", "--dry-run", env={**os.environ, "TMPDIR": str(temporary)})
    assert process.stdout.splitlines()[-1] == "[4/4] Would compile; nothing is written"
    assert shop.json("compile", "--dry-run")["artifact"] is None
    (shop.directory / "models/broken.sql").write_text("{{ ref('nowhere') }}")
    before["models/broken.sql"] = b"{{ ref('nowhere') }}"
    dry = shop.run("compile", "--dry-run", expect=1, env={**os.environ, "TMPDIR": str(temporary)})
    assert files(shop) == before and not list(temporary.iterdir())
    assert dry.stderr == shop.run("compile", expect=1).stderr and "models/broken.sql" in dry.stderr


def test_a_dry_run_without_a_dbt_project_names_the_files_of_the_product(shop):
    (shop.directory / "dbt_project.yml").unlink()
    (shop.directory / "manifest.yaml").write_text("metadata: {name: platform, version: 1.0.0}\n"
                                                  "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n")
    dry = shop.run("compile", "--dry-run", "--error-format", "concise", expect=1)
    assert "models/orders.sql:1:1: error[FLOE-E0701]" in dry.stderr and not shop.state.exists()
    assert dry.stderr == shop.run("compile", "--error-format", "concise", expect=1).stderr


def test_dbt_reads_the_profile(shop):
    shop.run("compile")
    dbt = [str(environment("dbt") / "dbt"), "--no-use-colors", "build", "--profiles-dir", str(shop.state / "target"), "--profile", "floe"]
    variables = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    done = subprocess.run(dbt, cwd=shop.directory, env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "PASS=2 WARN=0 ERROR=0" in done.stdout, done.stdout + done.stderr
    assert (shop.state / "floe.duckdb").exists()
    other = shop.directory / "other.duckdb"
    done = subprocess.run(dbt, cwd=shop.directory, env={**variables, "FLOE_DUCKDB_PATH": str(other)}, capture_output=True, timeout=300)
    assert done.returncode == 0 and other.exists()
