"""Products to compile: one that the Python floe compiles too, and generated ones on a platform of three tiers."""

import dbt_project

SPEC = """apiVersion: floe.dev/v1
kind: FloeSpec
metadata: {name: shop, version: 1.0.0, description: Orders of the shop}
platform: {manifest: manifest.yaml}
transforms:
  - {name: gold_orders, compute: duckdb}
"""
MANIFEST = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: acme, version: 1.0.0, owner: platform@example.com}
plugins: {compute: {type: duckdb}, orchestrator: {type: dagster}}
"""
ENTERPRISE = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: acme, version: "1.0.0"}
scope: enterprise
plugins: {compute: duckdb}
approved_plugins: {compute: [duckdb], catalog: [sqlite]}
data_architecture:
  pattern: medallion
  naming: {enforcement: strict}
  layers:
    - {name: bronze, prefix: bronze_, reads_from: [bronze]}
    - {name: silver, prefix: silver_, reads_from: [bronze, silver]}
    - {name: gold, prefix: gold_, reads_from: [bronze, silver, gold]}
governance:
  pii_encryption: required
  quality_gates: {minimum_test_coverage: 10, require_descriptions: true}
"""
DOMAIN = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: sales, version: "2.1.0"}
scope: domain
parent_manifest: enterprise.yaml
approved_products: [generated]
governance:
  quality_gates: {minimum_test_coverage: 20}
  custom_rules:
    - {type: require_tests_of_type, test_types: [not_null], applies_to: "gold_*"}
"""
PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: generated, version: "1.0", description: Generated models., domain: sales}
platform: {ref: domain.yaml}
"""


def write_small(directory):
    """One model; floe also gets the dbt project, which the Python floe never reads."""
    (directory / "models").mkdir(parents=True)
    (directory / "floe.yaml").write_text(SPEC)
    (directory / "manifest.yaml").write_text(MANIFEST)
    (directory / "dbt_project.yml").write_text("name: shop\n")
    (directory / "models/gold_orders.sql").write_text("select 1 as id")


def write_product(directory, models):
    """So many models under an enterprise and a domain, with every kind of policy that a dbt project can break, kept."""
    dbt_project.write_project(directory, models)
    for name, text in {"enterprise.yaml": ENTERPRISE, "domain.yaml": DOMAIN, "floe.yaml": PRODUCT}.items():
        (directory / name).write_text(text)
