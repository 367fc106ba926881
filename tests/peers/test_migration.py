"""ADR-0038: a platform that grows from two tiers to a data mesh in three phases, and a floe.yaml that stays what it is.

The manifests are the ADR's, with the name and version that their tags need; skopeo reads what is published.
"""

import json
import subprocess

import pytest

from floe_command import BIN, Project

PRODUCT = "platform:\n  ref: oci://registry/platform-manifest:v1.0.0\ntransforms:\n  - type: dbt\n    path: models/\n"
IN_SALES = PRODUCT.replace("platform-manifest:v1.0.0", "sales-domain-manifest:v2.0.0")

ENTERPRISE = "scope: enterprise\napproved_plugins:\n  compute: [duckdb, snowflake]\n"
BELOW = "scope: domain\nparent_manifest: oci://registry/enterprise-manifest:v1.0.0\n"
TWO_TIERS = {"platform-manifest:v1.0.0": "plugins:\n  compute: duckdb\n"}
WITH_ENTERPRISE = {
    "enterprise-manifest:v1.0.0": ENTERPRISE + "plugins:\n  observability: datadog\n",
    "platform-manifest:v1.0.0": BELOW + "plugins:\n  compute: duckdb\n",
}
MESH = {
    "enterprise-manifest:v1.0.0": ENTERPRISE,
    "sales-domain-manifest:v2.0.0": BELOW + 'plugins:\n  compute: snowflake\napproved_products: ["customer-360"]\n',
    "marketing-domain-manifest:v2.0.0": BELOW + 'plugins:\n  compute: duckdb\napproved_products: ["campaign-analytics"]\n',
}

# manifests, floe.yaml, mode, scopes of the chain, compute, which of its plugins nobody has installed here
PHASES = {
    "two tiers": (TWO_TIERS, PRODUCT, "centralized", ["platform"], "duckdb", None),
    "with an enterprise": (WITH_ENTERPRISE, PRODUCT, "mesh", ["enterprise", "domain"], "duckdb", "datadog"),
    "mesh": (MESH, IN_SALES, "mesh", ["enterprise", "domain"], "snowflake", "snowflake"),
}


def publish(folder, manifests):
    """OCI layouts below `folder`, as FLOE_OCI_MIRROR has them; parents come first."""
    for reference, text in manifests.items():
        name, tag = reference.split(":v")
        (folder / f"{name}.yaml").write_text(f'metadata: {{name: {name}, version: "{tag}"}}\n{text}')
        subprocess.run([BIN, "-C", folder, "platform", "compile", f"{name}.yaml", "--layout", folder / "registry" / name],
                       check=True, capture_output=True, env={"FLOE_OCI_MIRROR": str(folder)})
        image = subprocess.run(["skopeo", "inspect", "--raw", f"oci:{folder}/registry/{name}:v{tag}"], capture_output=True, check=True)
        assert json.loads(image.stdout)["artifactType"] == "application/vnd.floe.platform.v1+json"


@pytest.fixture
def mirror(tmp_path):
    (tmp_path / "mirror").mkdir()
    return tmp_path / "mirror"


@pytest.fixture
def project(tmp_path):
    models = tmp_path / "customer-360/models"
    models.mkdir(parents=True)
    (models / "customers.sql").write_text("select 1 as customer_id, 'Ada' as name\n")
    return Project(models.parent)


@pytest.mark.parametrize("phase", PHASES)
def test_phase(project, mirror, phase):
    manifests, product, mode, scopes, compute, missing = PHASES[phase]
    publish(mirror, manifests)
    (project.directory / "floe.yaml").write_text(product)
    environment = {"FLOE_OCI_MIRROR": str(mirror)}
    project.run("compile", env=environment)
    artifact = json.loads((project.state / "target/compiled_artifacts.json").read_text())
    assert (artifact["mode"], [tier["scope"] for tier in artifact["inheritance_chain"]]) == (mode, scopes)
    assert (artifact["identity"]["name"], artifact["plugins"]["compute"]["type"]) == ("customer-360", compute)
    assert [transform["name"] for transform in artifact["transforms"]] == ["customers"]
    if missing is None:
        project.run("run", env=environment)
        assert project.json("show", "customers", env=environment)["rows"] == [{"customer_id": 1, "name": "Ada"}]
    else:
        refused = project.run("run", expect=2, env=environment)
        assert f"plugin `{missing}`" in refused.stderr and "is not installed" in refused.stderr


def test_only_the_reference_differs():
    changed = [(old, new) for old, new in zip(PRODUCT.splitlines(), IN_SALES.splitlines(), strict=True) if old != new]
    assert len(changed) == 1 and all(line.startswith("  ref: ") for line in changed[0])


def test_a_domain_decides_which_products_it_has(project, mirror):
    publish(mirror, MESH)
    (project.directory / "floe.yaml").write_text(PRODUCT.replace("platform-manifest:v1.0.0", "marketing-domain-manifest:v2.0.0"))
    refused = project.run("compile", expect=1, env={"FLOE_OCI_MIRROR": str(mirror)})
    assert "customer-360" in refused.stderr and "campaign-analytics" in refused.stderr


# What a domain asks for, and what it is told: the validation rules of the ADR.
@pytest.mark.parametrize("above, below, told", [
    ("governance: {pii_encryption: required}", "governance: {pii_encryption: optional}", "Cannot override security policy"),
    ("approved_plugins: {compute: [duckdb]}", "plugins: {compute: spark}", "spark"),
    ("governance: {audit_logging: enabled}", "governance: {audit_logging: disabled}", "Cannot override security policy"),
])
def test_a_domain_stays_within_its_enterprise(project, above, below, told):
    (project.directory / "enterprise.yaml").write_text(f"scope: enterprise\n{above}\n")
    (project.directory / "sales.yaml").write_text(f"scope: domain\nparent_manifest: enterprise.yaml\n{below}\n")
    (project.directory / "floe.yaml").write_text("platform: {ref: sales.yaml}\ntransforms: [{type: dbt, path: models/}]\n")
    refused = project.run("compile", expect=1)
    assert told in refused.stderr and "enterprise.yaml:2" in refused.stderr and "sales.yaml:3" in refused.stderr
