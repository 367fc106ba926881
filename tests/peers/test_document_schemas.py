"""`floe schema KIND`: a valid schema of 2020-12, and an independent validator decides with it as floe does."""

import functools
import json
import shutil
import subprocess

import jsonschema
import pytest
import yaml

from floe_command import BIN, ROOT

EXAMPLES = {"manifest": sorted((ROOT / "examples").glob("*/manifest.yaml")),
            "product": sorted((ROOT / "examples").glob("*/floe.yaml")),
            "platform": sorted((ROOT / "examples").glob("*/platform/*/platform.yaml"))}

# kind, document, whether it is accepted
CASES = [
    ("manifest", "metadata: {name: a, version: '1.0.0'}", True),
    ("manifest", "metadata: {name: a, version: '1.0'}", False),
    ("manifest", "metadata: {name: a, version: '1.0.0', ownr: b}", False),
    ("manifest", "metadata: {name: a}", False),
    ("manifest", "{metadata: {name: a, version: '1.0.0'}, plugins: {compute: {config: {}}}}", False),
    ("manifest", "{metadata: {name: a, version: '1.0.0'}, plugins: {compute: 5}}", False),
    ("manifest", "{metadata: {name: a, version: '1.0.0'}, governance: {policy_enforcement_level: strikt}}", False),
    ("manifest", "{metadata: {name: a, version: '1.0.0'}, governance: {quality_gates: {minimum_test_coverage: 101}}}", False),
    ("manifest", "{metadata: {name: a, version: '1.0.0'}, scope: enterprise, approved_plugins: {compute: duckdb}}", True),
    ("manifest", "{metadata: {name: a, version: '1.0.0'}, approved_plugins: {compte: duckdb}}", False),
    ("product", "{apiVersion: floe.dev/v1, kind: DataProduct, metadata: {name: a, version: '1.0'}}", True),
    ("product", "{apiVersion: floe.dev/v2, kind: DataProduct, metadata: {name: a, version: '1.0'}}", False),
    ("product", "{apiVersion: floe.dev/v1, kind: DataProduct, metadata: {name: A, version: '1.0'}}", False),
    ("product", "{apiVersion: floe.dev/v1, kind: DataProduct, metadata: {name: a, version: '1.0'}, profiles: {store: b}}", False),
    ("product", "{name: a, version: '1.0', owner: b}", True),
    ("product", "{name: a, version: '1.0', ownr: b}", False),
    ("product", "{name: a, transforms: [{type: dbt, path: models}]}", False),
    ("product", "{transforms: [{type: dbt, path: models}]}", True),
    ("product", "{version: '1.0', transforms: [{type: dbt, path: models}]}", False),
    ("product", "{owner: b}", False),
    ("product", "{apiVersion: floe.dev/v1, name: a, version: '1.0'}", False),
    ("product", "{apiVersion: floe.dev/v1, kind: FloeSpec, metadata: {name: a, version: 1.0.0}, transforms: [{name: b, tier: gold}]}", True),
    ("product", "{apiVersion: floe.dev/v1, kind: FloeSpec, metadata: {name: a, version: 1.0.0}, transforms: [{name: b, tier: iron}]}", False),
    ("platform", "{version: 1.1.0, storage: {default: {type: s3, bucket: b, credentials: {mode: iam_role}}}}", True),
    ("platform", "{apiVersion: floe.dev/v1, kind: PlatformEnvironment}", True),
    ("platform", "{storage: {default: {type: s3}}}", False),
    ("platform", "{version: 1.1.0, storage: {default: {bucket: b}}}", False),
    ("platform", "{version: 1.1.0, storage: {default: {type: s3, credentials: {mode: iam}}}}", False),
    ("platform", "{version: 1.1.0, storage: {default: {type: s3, credentials: {role_arn: x}}}}", False),
    ("platform", "{version: 1.1.0, storage: {default: {type: s3, credentials: {mode: oauth2, client_id: a}}}}", False),
    ("platform", "{version: 1.1.0, storage: {default: {type: s3, credentials: {mode: static, password: {secret_ref: P_W}}}}}", False),
    ("platform", "{version: 1.1.0, infrastructure: {cloud: {provider: aws, aws: {account_id: '123'}}}}", False),
]


@functools.cache
def schema(kind):
    return json.loads(subprocess.run([BIN, "schema", kind], capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_schema_and_examples(kind):
    jsonschema.Draft202012Validator.check_schema(schema(kind))
    assert EXAMPLES[kind]
    for path in EXAMPLES[kind]:
        jsonschema.validate(yaml.safe_load(path.read_text()), schema(kind), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("kind, text, accepted", CASES)
def test_verdicts(tmp_path, kind, text, accepted):
    document = yaml.safe_load(text)
    assert jsonschema.Draft202012Validator(schema(kind)).is_valid(document) == accepted
    head = "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: '1.0'}\n"
    (tmp_path / "manifest.yaml").write_text(text if kind == "manifest" else "metadata: {name: a, version: '1.0.0'}\n")
    (tmp_path / "floe.yaml").write_text(text if kind == "product" else head + "platform: {ref: manifest.yaml}\n")
    (tmp_path / "platform.yaml").write_text(text if kind == "platform" else "version: 1.1.0\n")
    answer = subprocess.run([BIN, "-C", tmp_path, "compile", "--platform-config", "platform.yaml", "--error-format", "concise"],
                            capture_output=True, text=True)
    # What a schema can say are the codes of shapes; a plugin that is not installed, for instance, is another matter.
    refused = any(f"[FLOE-E02{number:02}]" in answer.stderr for number in range(1, 12))
    assert refused != accepted, answer.stderr


@pytest.mark.parametrize("example", ["sales-analytics", "customer-360", None])
def test_compiled_artifacts(tmp_path, example):
    """What two tiers, a product of everything and an empty one are compiled to, and nothing that lacks a member."""
    if example is None:
        (tmp_path / "floe.yaml").write_text("apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: '1.0'}\n")
    else:
        shutil.copytree(ROOT / "examples" / example, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".floe"))
    subprocess.run([BIN, "-C", tmp_path, "compile"], capture_output=True, text=True, check=True)
    artifact = json.loads((tmp_path / ".floe/target/compiled_artifacts.json").read_text())
    validator = jsonschema.Draft202012Validator(schema("artifacts"))
    validator.check_schema(schema("artifacts"))
    validator.validate(artifact)
    for member in artifact:
        assert not validator.is_valid({name: value for name, value in artifact.items() if name != member}), member
    assert not validator.is_valid({**artifact, "surprise": 1})


FLOE_SPEC = """
apiVersion: floe.dev/v1
kind: FloeSpec
metadata: {name: shop, version: 1.0.0, owner: sales, labels: {cost-centre: "42"}}
transforms:
  - {name: stg_orders, tier: bronze, tags: [raw, daily]}
  - {name: orders, dependsOn: [stg_orders]}
destinations:
  - {name: crm, sink_type: salesforce, source_table: orders, connection_secret_ref: crm-key, batch_size: 100}
"""


def test_what_a_floe_spec_says_is_carried(tmp_path):
    (tmp_path / "floe.yaml").write_text(FLOE_SPEC)
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/stg_orders.sql").write_text("select 1 as id")
    (tmp_path / "models/orders.sql").write_text("select * from {{ ref('stg_orders') }}")
    subprocess.run([BIN, "-C", tmp_path, "compile"], capture_output=True, text=True, check=True)
    artifact = json.loads((tmp_path / ".floe/target/compiled_artifacts.json").read_text())
    jsonschema.Draft202012Validator(schema("artifacts")).validate(artifact)
    assert artifact["identity"] == {"name": "shop", "version": "1.0.0", "owner": "sales", "description": None,
                                    "labels": {"cost-centre": "42"}}
    said = {one["name"]: (one.get("tier"), one.get("tags"), one["depends_on"]) for one in artifact["transforms"]}
    assert said == {"stg_orders": ("bronze", ["raw", "daily"], []), "orders": (None, None, ["model.shop.stg_orders"])}
    assert artifact["destinations"] == [{"name": "crm", "sink_type": "salesforce", "source_table": "orders",
                                         "target": {"name": "crm", "mode": "replace", "batch_rows": 100}}]
