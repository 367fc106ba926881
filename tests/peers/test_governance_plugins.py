"""Plugins that decide over a compile: rules of policy plugins, and who may compile by an identity plugin."""

import json
import os

import pytest

import payload_schemas
from python_plugin import write_plugin


RULES = """
    import json
    from floe.plugins import PolicyEnforcer

    class House(PolicyEnforcer):
        def __init__(self, call, config):
            self.path = config["seen"]

        def rules(self, call):
            return {"rules": [{"code": "ACME-001", "name": "model-has-owner", "severity": "error"}]}

        def evaluate(self, call, graph, config):
            with open(self.path, "w") as file:
                json.dump(graph, file)
            severity = config.get("ACME-001", {}).get("severity", "error")
            return {"violations": [
                {"code": "ACME-001", "severity": severity, "model": model["unique_id"], "message": f"`{model['name']}` names no owner",
                 "expected": "meta.owner", "actual": "nothing", "help": "add `meta: {owner: <team>}`"}
                for model in graph["models"] if "owner" not in model["meta"]]}
"""
PEOPLE = """
    from floe.plugins import IdentityPlugin

    class People(IdentityPlugin):
        def oidc_config(self, call):
            return {"issuer_url": "https://id.example.com"}

        def user_info(self, call, token):
            return {"subject": "ada"}

        def validate_token(self, call, token):
            if not token.startswith(b"good."):
                return {"valid": False, "error": "the token has expired"}
            return {"valid": True, "subject": "ada", "roles": token.decode().split(".")[2:]}
"""


@pytest.fixture
def root(tmp_path):
    write_plugin(tmp_path / "plugins", "house", "floe.policy/1", RULES)
    write_plugin(tmp_path / "plugins", "people", "floe.identity/1", PEOPLE)
    return tmp_path / "plugins"


def rules(tmp_path, **settings):
    return {"policies": [{"type": "house", "config": {"seen": str(tmp_path / "graph.json")}, **settings}]}


def test_rules_of_a_plugin(product, root, tmp_path):
    product.choose(**rules(tmp_path))
    refused = product.run("--plugin-root", root, "compile", expect=1)
    assert refused.stdout.splitlines()[5:] == [
        "[3/4] Enforcing rules of house", "  ✗ ERROR: 'orders' breaks ACME-001: `orders` names no owner", "    Expected: meta.owner",
        "[4/4] Compilation FAILED"]
    assert refused.stderr == (
        "error[FLOE-E0768]: `orders` names no owner\n --> models/orders.yml:2:11\n  |\n2 |   - name: orders\n  |           ^^^^^^\n  |\n"
        "  = note: rule ACME-001 of policy plugin `house`\n  = note: expected: meta.owner\n  = note: found: nothing\n"
        "  = help: add `meta: {owner: <team>}`\n")
    graph = json.loads((tmp_path / "graph.json").read_text())
    assert payload_schemas.Payloads().problems("policy/graph", graph) == []
    assert (graph["product"], [model["unique_id"] for model in graph["models"]]) == ("shop", ["model.shop.orders"])
    product.choose(**rules(tmp_path, rules={"ACME-001": {"severity": "warning"}}))
    assert "WARNING: 'orders' breaks ACME-001" in product.run("--plugin-root", root, "compile").stdout
    (product.directory / "models/orders.yml").write_text("models:\n  - name: orders\n    config: {meta: {owner: sales}}\n")
    product.choose(**rules(tmp_path))
    assert "✓ 1 model: valid" in product.run("--plugin-root", root, "compile").stdout


def test_without_the_plugin_nothing_compiles(product, tmp_path):
    product.choose(**rules(tmp_path))
    refused = product.run("compile", expect=2)
    assert "FLOE-W1401" in refused.stderr and "house" in refused.stderr


@pytest.mark.parametrize("access, variables, said", [
    ({"enabled": False, "required_role": "builder"}, {}, None),
    ({"enabled": True}, {}, "nobody says who you are"),
    ({"enabled": True}, {"FLOE_PRINCIPAL": "ada@example.com"}, None),
    ({"enabled": True}, {"FLOE_PRINCIPAL": "ada; rm"}, "FLOE_PRINCIPAL is no name"),
    ({"enabled": True, "allow_principal_fallback": False}, {"FLOE_PRINCIPAL": "ada"}, "nobody says who you are"),
    ({"enabled": True, "required_role": "builder"}, {"FLOE_PRINCIPAL": "ada"}, "FLOE_PRINCIPAL is a name, which proves no role"),
    ({"enabled": True, "required_role": "builder"}, {"FLOE_TOKEN": "bad.pl4nted-token"}, "the token has expired"),
    ({"enabled": True, "required_role": "builder"}, {"FLOE_TOKEN": "good.pl4nted-token.reader"}, "it takes the role builder"),
    ({"enabled": True, "required_role": "builder"}, {"FLOE_TOKEN": "good.pl4nted-token.reader.builder"}, None),
])
def test_who_may_compile(product, root, access, variables, said):
    product.choose({"rbac": access, "audit_logging": "enabled"}, identity="people")
    plain = {name: value for name, value in os.environ.items() if name not in ("FLOE_TOKEN", "FLOE_PRINCIPAL")}
    process = product.run("--plugin-root", root, "compile", "-vv", env={**plain, **variables}, expect=1 if said else 0)
    assert (f"error[FLOE-E0781]: you may not compile on this platform: {said}\n" in process.stderr) if said else "E0781" not in process.stderr
    [line] = (product.state / "audit/audit.jsonl").read_text().splitlines()
    if access["enabled"] and not said:
        assert json.loads(line)["actor"] == ("ada" if "FLOE_TOKEN" in variables else "ada@example.com")
    everything = process.stdout + process.stderr + "".join(
        path.read_text(errors="replace") for path in product.state.rglob("*") if path.is_file())
    assert "pl4nted" not in everything


def test_a_token_needs_an_identity_plugin(product):
    product.choose({"rbac": {"enabled": True}})
    said = product.run("compile", expect=1, env={**os.environ, "FLOE_TOKEN": "good.x"}).stderr
    assert "the platform has no identity plugin to check a token with" in said


UNCALLED = {category: "nothing in floe calls" for category in ("orchestrator", "semantic_layer", "ingestion", "quality", "data_contracts")}


@pytest.mark.parametrize("category", UNCALLED)
def test_a_plugin_that_nothing_calls_has_no_effect(product, category):
    """Installed or not: there is one finding, and it says that the choice changes nothing."""
    product.choose({}, **{category: "kubernetes"})
    found = product.run("compile", "--error-format", "concise").stderr.splitlines()
    assert [line.split(": ", 2)[1:] for line in found if line.startswith("manifest.yaml")] == [
        ["warning[FLOE-W1406]", f"`plugins.{category}` has no effect: {UNCALLED[category]} a plugin of "
         f"`floe.{category.removesuffix('s') if category == 'data_contracts' else category}/1`"]]


SECRETS = {
    "models/key.sql": "select 'AKIAIOSFODNN7EXAMPLF' as key",
    "models/set.sql": "{% set api_key = 'pl4nted-0123' %}\nselect 1 as id",
    "macros/where.sql": "{% macro w() %}select 1 where token = 'expired' and status = 'pending'{% endmacro %}",  # harmless
    "models/sources.yml": "version: 2\nsources:\n  - name: raw\n    meta:\n      db_password: pl4nted-4567\n    tables: [{name: t}]\n",
    "models/ok.yml": "version: 2\nmodels:\n  - name: key\n    meta: {password: \"{{ env_var('X', '') }}\", unique_key: customer_identifier}\n",
}


def test_secrets_in_the_project(product):
    for name, text in SECRETS.items():
        path = product.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    custom = [{"name": "employee number", "pattern": "EMP-[0-9]{4}", "severity": "warning"}]
    (product.directory / "models/orders.sql").write_text("select 1 as id, 'EMP-8812' as name")
    product.choose({"secret_scanning": {"enabled": True, "custom_patterns": custom}})
    refused = product.run("compile", "--error-format", "concise", "-v", expect=1)
    assert sorted(line.split(":  ")[0] for line in refused.stderr.splitlines()) == [
        "models/key.sql:1:9: error[FLOE-E0732]: a secret in the clear: a key of a known kind",
        "models/set.sql:1:19: error[FLOE-E0732]: a secret in the clear: `api_key` is written out",
        "models/sources.yml:5:20: error[FLOE-E0732]: a secret in the clear: `db_password` is written out",
        "warning[FLOE-E0732]: a secret in the clear in models/orders.sql, line 1: employee number"]
    for form in ("full", "concise", "json", "sarif", "github", "junit"):
        process = product.run("compile", "--error-format", form, "-vv", expect=1)
        for value in ("pl4nted", "AKIAIOSF", "EMP-8812"):
            assert value not in process.stdout + process.stderr, (form, value)
    product.choose({"secret_scanning": {"enabled": True, "severity": "warning"}})
    assert "⚠ WARNING: 'models/key.sql' holds a secret" in product.run("compile").stdout
    product.choose({"secret_scanning": {"enabled": True, "exclude_patterns": ["models/*"]}})
    assert "FLOE-E0732" not in product.run("compile").stderr
