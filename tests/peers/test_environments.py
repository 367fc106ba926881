"""One floe.yaml, four environments: one artifact, tables where the environment says, and no secret anywhere."""

import pytest
import yaml

from conftest import copy_example
from floe_command import Product

ENVIRONMENTS = ("local", "dev", "staging", "prod")
TOKEN = "pl4nted-t0ken-5c1d"


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    return copy_example("sales-analytics", tmp_path_factory.mktemp("environments") / "p")


def test_the_artifact_is_the_same_for_all(product):
    artifacts = set()
    for environment in ENVIRONMENTS:
        product.run("compile", "--env", environment)
        artifacts.add((product.state / "target/compiled_artifacts.json").read_bytes())
    product.run("compile")
    artifacts.add((product.state / "target/compiled_artifacts.json").read_bytes())
    assert len(artifacts) == 1


def test_tables_lie_where_the_environment_says(product):
    rows = None
    for environment in ENVIRONMENTS:
        product.run("run", "--env", environment)
        listed = product.json("table", "list", "--env", environment)["tables"]
        warehouse = (product.state / environment / "warehouse").as_uri()
        assert {table["identifier"] for table in listed} == {
            "main.raw_orders", "main.bronze_orders", "main.silver_orders", "main.gold_revenue_by_region"}
        assert all(table["location"].startswith(warehouse + "/") for table in listed)
        shown = sorted(map(str, product.json("show", "gold_revenue_by_region", "--env", environment)["rows"]))
        assert rows in (None, shown)
        rows = shown


def test_the_file_can_be_named(product, tmp_path):
    elsewhere = tmp_path / "platform.yaml"
    elsewhere.write_text('version: "1.1.0"\ncatalogs:\n  default: {type: sqlite, uri: catalog.db, warehouse: tables}\n')
    product.run("run", "--platform-config", elsewhere)
    assert (tmp_path / "catalog.db").exists() and (tmp_path / "tables/main/silver_orders").is_dir()
    listed = product.run("table", "list", "--output", "json", env={"FLOE_PLATFORM_CONFIG": str(elsewhere), "PATH": "/usr/bin"})
    assert str(tmp_path) in listed.stdout


def write_platform(product, environment, text):
    path = product.directory / "platform" / environment / "platform.yaml"
    path.parent.mkdir(parents=True)
    path.write_text('version: "1.1.0"\n' + text)


def test_an_environment_chooses_no_plugin_that_the_manifest_does_not_allow(product_of_manifest):
    product = product_of_manifest("approved_plugins: {storage: [file], secrets: [env]}\n")
    write_platform(product, "s3", "storage: {default: {type: s3}}\n")
    refused = product.run("compile", "--env", "s3", expect=1)
    assert "error[FLOE-E0342]: `storage.default.type` is for storage plugin `s3`, but the platform chooses `local`" in refused.stderr
    assert "= note: the manifest says nothing of `plugins.storage`, so the default holds" in refused.stderr
    write_platform(product, "files", "security: {secret_backends: {primary: file}}\n")
    refused = product.run("compile", "--env", "files", expect=1)
    assert "error[FLOE-E0329]: secrets plugin `file` is not approved" in refused.stderr
    product.run("compile")
    written = {name: (product.directory / name).read_bytes() for name in (".floe/target/compiled_artifacts.json", "floe.lock")}
    write_platform(product, "laptop", "security: {secret_backends: {primary: env}}\nstorage: {default: {type: file}}\n")
    product.run("compile", "--env", "laptop")
    assert written == {name: (product.directory / name).read_bytes() for name in written}


def test_a_secret_comes_from_the_primary_backend(product_of_manifest):
    """A reference may say so, and not otherwise; the plugin gets the name of the secret."""
    product = product_of_manifest("plugins: {storage: local}\n")
    for name, source in (("same", "env"), ("other", "vault")):
        write_platform(product, name, "security: {secret_backends: {primary: env}}\nstorage:\n  default:\n    type: local\n"
                                      f"    credentials: {{mode: static, password: {{secret_ref: planted, source: {source}}}}}\n")
    said = product.run("compile", "--env", "same", expect=1).stderr  # local storage has no credentials, which is another matter
    assert "E0207" not in said and "FLOE-E0415" in said
    refused = product.run("compile", "--env", "other", expect=1).stderr
    assert "error[FLOE-E0207]: the backend `vault` of a secret is not supported by this version of floe" in refused


def test_a_secrets_plugin_of_a_third_party_serves_an_environment(product_of_manifest):
    """Its name is whatever its folder is called; one that is not installed is named with those that are."""
    product = product_of_manifest("plugins: {storage: local}\n")
    write_platform(product, "missing", "security: {secret_backends: {primary: drawer_2}}\n")
    said = product.run("compile", "--env", "missing").stderr
    assert "warning[FLOE-W1401]: secrets plugin `drawer_2` is not installed" in said
    write_platform(product, "wrong", "security: {secret_backends: {primary: ../drawer}}\n")
    said = product.run("compile", "--env", "wrong", expect=1).stderr
    assert "error[FLOE-E0205]" in said and "expected the name of a secrets plugin, such as `env` or `vault`" in said


def test_a_place_is_for_a_plugin_under_each_of_its_names(product_of_manifest):
    product = product_of_manifest("plugins: {compute: duckdb@io.floe.compute.duckdb, storage: file, secrets: kubernetes}\n"
                                  "approved_plugins: {compute: [duckdb], storage: [local], secrets: [k8s]}\n")
    for name, compute, storage in (("a", "duckdb", "local"), ("b", "duckdb@io.floe.compute.duckdb", "file")):
        write_platform(product, name, f"compute: {{default: {{type: {compute}}}}}\nstorage: {{default: {{type: {storage}}}}}\n"
                                      "security: {secret_backends: {primary: k8s}}\n")
        product.run("compile", "--env", name)


def test_the_place_of_a_backend_may_be_that_of_the_environment_alone(product_of_manifest):
    product = product_of_manifest("plugins: {telemetry_backend: otlp, lineage_backend: http}\n")
    product.run("compile")
    write_platform(product, "whole", "observability: {otlp_endpoint: http://127.0.0.1:1, lineage_endpoint: http://127.0.0.1:1}\n")
    product.run("compile", "--env", "whole")
    write_platform(product, "half", "observability: {otlp_endpoint: http://127.0.0.1:1}\n")
    refused = product.run("compile", "--env", "half", "--error-format", "concise", expect=1)
    assert refused.stderr == "manifest.yaml:3:53: error[FLOE-E0415]: configuration of plugin `http`: `url` is missing\n"
    refused = product.run("run", expect=None)
    assert refused.returncode != 0 and "FLOE-E0415" in refused.stderr and "is missing" in refused.stderr


@pytest.fixture
def product_of_manifest(tmp_path):
    def write(text):
        product = Product(tmp_path)
        (product.directory / "manifest.yaml").write_text("scope: enterprise\nmetadata: {name: acme, version: 1.0.0}\n" + text)
        return product
    return write


def positions(value, path=()):
    """Every secret reference of a document."""
    if isinstance(value, dict):
        if "secret_ref" in value:
            yield path
        for key, item in value.items():
            yield from positions(item, (*path, key))


REFERENCE = {"secret_ref": "planted"}
SECRETS = {  # every place of platform.yaml that takes a secret
    "storage": {"default": {"type": "local", "credentials": {
        "mode": "static", "username": REFERENCE, "password": REFERENCE, "access_key_id": REFERENCE,
        "secret_access_key": REFERENCE, "session_token": REFERENCE, "token": REFERENCE, "account_key": REFERENCE}}},
    "catalogs": {"default": {"type": "sqlite", "credentials": {
        "mode": "oauth2", "client_id": REFERENCE, "client_secret": REFERENCE}}},
    "compute": {"default": {"type": "duckdb", "credentials": {"mode": "iam_role", "external_id": REFERENCE}}},
    "security": {"authentication": {"enabled": True, "method": "oidc", "oidc": {
        "provider_url": "https://auth.example.com", "client_id": REFERENCE, "client_secret": REFERENCE}}},
}
COMMANDS = [("-vv", "compile"), ("compile", "--output", "json"), ("compile", "--error-format", "concise"),
            ("compile", "--error-format", "json"), ("run",), ("table", "list"), ("dbt", "ls"), ("platform", "show")]


def search(project, output):
    assert TOKEN not in output
    for written in project.state.rglob("*"):
        if written.is_file():
            assert TOKEN.encode() not in written.read_bytes(), written


def run_all(project):
    for command in COMMANDS:
        process = project.run(*command, "--env", "planted", expect=None, env={"FLOE_SECRET_PLANTED": TOKEN, "PATH": "/usr/bin"})
        assert process.returncode in (0, 1, 2), (command, process.stderr)
        search(project, process.stdout + process.stderr)
        yield command, process


def write_environment(project, document):
    path = project.directory / "platform/planted/platform.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('version: "1.1.0"\n' + yaml.safe_dump(document))


def test_references_are_resolved_nowhere_but_in_plugins(tmp_path):
    project = copy_example("sales-analytics", tmp_path / "p")
    write_environment(project, SECRETS)
    assert len(list(run_all(project))) == len(COMMANDS)


@pytest.mark.parametrize("path", list(positions(SECRETS)), ids=".".join)
def test_a_secret_in_plain_text_is_refused_and_not_echoed(tmp_path, path):
    project = copy_example("sales-analytics", tmp_path / "p")
    document = yaml.safe_load(yaml.safe_dump(SECRETS))
    owner = document
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = TOKEN
    write_environment(project, document)
    # What may be written as text (a user's name, a client's id) is no secret; only what floe makes of the rest counts.
    takes_text = path[-1] in ("username", "access_key_id", "client_id", "external_id")
    if takes_text:
        owner[path[-1]] = {"secret_ref": "planted", "password": TOKEN}
        write_environment(project, document)
    for command, process in run_all(project):
        if command[-1] == "compile":
            assert process.returncode == 1, process.stderr
