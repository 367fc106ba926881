"""A compiled platform is an OCI image that another tool reads, checks and copies, and floe compiles against the copy."""

import json
import subprocess

import pytest

from floe_command import Project

MANIFESTS = {
    "enterprise.yaml": 'metadata: {name: acme, version: "1.0.0"}\nscope: enterprise\napproved_plugins: {compute: [duckdb]}\n'
                       "plugins: {compute: duckdb}\ngovernance: {pii_encryption: required}\n",
    "sales.yaml": 'metadata: {name: sales, version: "2.1.0"}\nscope: domain\nparent_manifest: enterprise.yaml\n',
    "floe.yaml": 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: a, version: "1.0", description: A.}\n'
                 "platform: {ref: 'oci://registry.example.com/platforms/sales:v2.1.0'}\n",
}
FILES = ["architecture/layer-constraints.json", "architecture/naming-rules.json", "catalog/namespaces.json",
         "catalog/schema-registry.json", "manifest.json", "policies/access-control.json", "policies/classification.json",
         "policies/quality-gates.json"]


@pytest.fixture
def project(tmp_path):
    for name, text in MANIFESTS.items():
        (tmp_path / name).write_text(text)
    return Project(tmp_path)


def skopeo(*arguments):
    return subprocess.run(["skopeo", *arguments], capture_output=True, text=True, check=True).stdout


def test_another_tool_reads_and_copies_it(project):
    compiled = project.json("platform", "compile", "sales.yaml", "--layout", "layout")
    assert (compiled["tag"], compiled["files"]) == ("v2.1.0", FILES)
    image = json.loads(skopeo("inspect", "--raw", f"oci:{project.directory}/layout:v2.1.0"))
    assert image["artifactType"] == "application/vnd.floe.platform.v1+json"
    assert [layer["annotations"]["org.opencontainers.image.title"] for layer in image["layers"]] == FILES
    # A copy reads every blob and checks it against its digest.
    mirror = project.directory / "mirror/registry.example.com/platforms/sales"
    mirror.parent.mkdir(parents=True)
    skopeo("copy", f"oci:{project.directory}/layout:v2.1.0", f"oci:{mirror}:v2.1.0")
    project.run("compile", env={"FLOE_OCI_MIRROR": "mirror", "PATH": "/usr/bin"})
    artifact = json.loads((project.state / "target/compiled_artifacts.json").read_text())
    assert [(tier["scope"], tier["name"]) for tier in artifact["inheritance_chain"]] == [("enterprise", "acme"), ("domain", "sales")]
    assert artifact["mode"] == "mesh" and artifact["governance"]["pii_encryption"] == "required"


@pytest.mark.parametrize(("before", "after"), [
    ("data_architecture: {pattern: medallion, naming: {enforcement: warn}}", "data_architecture: {pattern: medallion, naming: {enforcement: strict}}"),
    ("governance: {policy_enforcement_level: warn, quality_gates: {require_descriptions: true}}", "governance: {quality_gates: {require_descriptions: true}}"),
    ("governance: {quality_gates: {require_descriptions: true, action: warn}}", "governance: {quality_gates: {require_descriptions: true}}"),
    ("governance: {quality_gates: {require_descriptions: true}, policy_overrides: [{pattern: orders, action: downgrade, reason: r}]}",
     "governance: {quality_gates: {require_descriptions: true}}"),
])
def test_an_upgrade_that_makes_an_error_of_a_warning_breaks(product, before, after):
    for name, text in (("before", before), ("after", after)):
        (product.directory / f"{name}.yaml").write_text(f'metadata: {{name: acme, version: "1.0.0"}}\n{text}\n')
    broken = json.loads(product.run("platform", "diff", "before.yaml", "after.yaml", "--output", "json", expect=1).stdout)
    assert [change["effect"] for change in broken["changes"]] == ["tightened"] and not broken["success"]
    assert [finding["severity"] for finding in broken["product"]["new_findings"]] == ["error"]
    mended = product.json("platform", "diff", "after.yaml", "before.yaml")
    assert [change["effect"] for change in mended["changes"]] == ["loosened"] and mended["success"]


def test_a_version_is_one_image_for_ever(project):
    digests = {project.json("platform", "compile", "sales.yaml", "--layout", layout)["digest"] for layout in ("a", "b", "a")}
    assert len(digests) == 1
    (project.directory / "sales.yaml").write_text(MANIFESTS["sales.yaml"] + "governance: {data_retention_days: 5}\n")
    refused = project.run("platform", "compile", "sales.yaml", "--layout", "a", expect=None)
    assert refused.returncode != 0 and "raise `metadata.version`" in refused.stderr
    assert skopeo("inspect", "--raw", f"oci:{project.directory}/a:v2.1.0")


# What a compile refuses of a domain is refused when its platform is shown, compared and published, so that no artifact
# carries it to products.
ABOVE = """scope: enterprise
approved_plugins: {compute: [duckdb]}
plugins: {identity: {type: oidc, config: {issuer: "https://id.example", audience: floe}}}
data_architecture: {pattern: medallion, naming: {enforcement: strict}}
governance: {secret_scanning: {enabled: true}, quality_gates: {minimum_test_coverage: 80}}
"""
REFUSED = {
    "FLOE-E0769": "governance: {policy_overrides: [{pattern: '*', action: exclude, reason: r}]}",
    "FLOE-E0321": "governance: {secret_scanning: {exclude_patterns: ['*']}}",
    "FLOE-E0322": "governance: {quality_gates: {layer_thresholds: {gold: 1}}}",
    "FLOE-E0323": "data_architecture: {layers: [{name: any, prefix: ''}]}",
    "FLOE-E0329": "plugins: {compute: spark}",
    "FLOE-E0415": "plugins: {storage: {type: local, config: {root: 1}}}",
    "security of a plugin: FLOE-E0321": 'plugins: {identity: {type: oidc, config: {issuer: "https://other.example", audience: floe}}}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_product_may_use_is_not_published(project, name):
    code = name[-10:]
    (project.directory / "enterprise.yaml").write_text('metadata: {name: acme, version: "1.0.0"}\n' + ABOVE)
    (project.directory / "other.yaml").write_text(MANIFESTS["sales.yaml"])
    (project.directory / "sales.yaml").write_text(MANIFESTS["sales.yaml"] + REFUSED[name] + "\n")
    for command in ["domain compile sales.yaml --layout layout", "platform show sales.yaml",
                    "domain diff other.yaml sales.yaml"]:
        refused = project.run(*command.split(), expect=1)
        assert [line[6:16] for line in refused.stderr.splitlines() if line.startswith("error[")] == [code], refused.stderr
    assert not (project.directory / "layout").exists()


def test_an_enterprise_may_leave_the_choice_to_its_domains(project):
    (project.directory / "enterprise.yaml").write_text(
        'metadata: {name: acme, version: "1.0.0"}\nscope: enterprise\napproved_plugins: {compute: [spark]}\n')
    project.run("enterprise", "compile", "enterprise.yaml", "--layout", "layout")


def test_an_artifact_demands_what_every_domain_around_it_does(project):
    (project.directory / "sales.yaml").write_text(MANIFESTS["sales.yaml"] + "approved_products: [b]\n")
    (project.directory / "emea.yaml").write_text(
        'metadata: {name: emea, version: "1.0.0"}\nscope: domain\nparent_domain: sales.yaml\n')
    project.run("domain", "compile", "emea.yaml", "--out", "tree")
    (project.directory / "floe.yaml").write_text(MANIFESTS["floe.yaml"].replace("oci://registry.example.com/platforms/sales:v2.1.0", "tree"))
    assert "error[FLOE-E0330]" in project.run("compile", expect=1).stderr


def test_a_model_of_a_domain_is_shown_where_it_is(project):
    (project.directory / "floe.yaml").write_text(MANIFESTS["floe.yaml"].replace("oci://registry.example.com/platforms/sales:v2.1.0", "sales.yaml"))
    (project.directory / "dbt_project.yml").write_text("name: a\n")
    (project.directory / "models").mkdir()
    (project.directory / "models/orders.sql").write_text("select 1::integer as id")
    project.run("run")
    assert project.show("orders")["rows"] == project.show("sales.main.orders")["rows"] == [{"id": 1}]


def artifact_of(project, reference):
    (project.directory / "floe.yaml").write_text(MANIFESTS["floe.yaml"].replace("oci://registry.example.com/platforms/sales:v2.1.0", reference))
    project.run("compile")
    return json.loads((project.state / "target/compiled_artifacts.json").read_text())


def test_a_product_cannot_tell_an_artifact_from_its_manifests(project):
    (project.directory / "emea").mkdir()
    (project.directory / "emea/manifest.yaml").write_text(
        "scope: domain\nparent_manifest: ../enterprise.yaml\n"
        "governance: {data_retention_days: 5, denied_services: [floe.host.http/*]}\n")
    enterprise = MANIFESTS["enterprise.yaml"].replace("{pii", "{denied_services: [floe.host.trace/*], pii")
    (project.directory / "enterprise.yaml").write_text(enterprise)
    (project.directory / "models").mkdir()
    (project.directory / "dbt_project.yml").write_text("name: a\n")
    (project.directory / "models/a.sql").write_text("select 1 as id\n")
    source = artifact_of(project, "emea")
    project.run("domain", "compile", "emea", "--out", "tree")
    tree = artifact_of(project, "tree")
    assert source["governance_origins"] == {
        "governance.data_retention_days": "emea", "governance.denied_services[0]": "acme",
        "governance.denied_services[1]": "emea", "governance.pii_encryption": "acme"}
    for member in ("governance", "governance_origins", "mode"):
        assert tree[member] == source[member]
    assert tree["domain_context"]["namespace"] == source["domain_context"]["namespace"] == "emea"
