"""Documents for a deployment that plugins render in a compile: what keeps `governance.network_policies`, and what does not."""

import hashlib
import json
import os

import pytest
import yaml
from kubernetes_validate import validate

from python_plugin import write_plugin

REACHED_BY = ("base/json/", "base/yaml/", "libfloe-core/src/", "libfloe-core/spec/", "plugin-support/kubernetes/",
              "plugins/floe.network_security/", "plugins/floe.rbac/")
KUBERNETES = "1.37"
LABELS = {"app.kubernetes.io/managed-by": "floe", "app.kubernetes.io/part-of": "floe"}
DB = {"name": "db", "cidr": "10.0.0.0/8", "cidr_except": ["10.2.0.0/16", "10.1.0.0/16"], "ports": [{"port": 5432}]}
DEMANDED = {"enabled": True}

# Answers what the test left in a file.
RENDERER = """
    import json
    from floe.plugins import NetworkSecurityPlugin

    class Renderer(NetworkSecurityPlugin):
        def __init__(self, call, config):
            self.path = config["answer"]

        def policies(self, call, config):
            with open(self.path) as file:
                answer = json.load(file)
            if answer == "raise":
                raise RuntimeError("no answer today")
            return answer

        def pod_security_context(self, call, request):
            return {}

        def container_security_context(self, call, request):
            return {}

        def writable_volumes(self, call, request):
            return {}
"""


def policy(name, spec, namespace="shop", **members):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": namespace}, "spec": spec, **members}


def egress(*rules, pods=None, types=("Egress",)):
    return {"podSelector": pods or {}, "policyTypes": list(types), "egress": list(rules)}


DENY = policy("deny", {"podSelector": {}, "policyTypes": ["Egress", "Ingress"]})
BLOCK = {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}}
TO_DB = {"to": [BLOCK], "ports": [{"port": 5432, "protocol": "TCP"}]}
NAMES = {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}], "ports": [{"port": 53, "protocol": "UDP"}]}
OPEN = "lets traffic out that nobody asked for"

# What a plugin answers, the egress rules of the platform, and what E0782 says; None: the control is kept.
ANSWERS = {
    "kept": ([DENY], [], None),
    "names": ([DENY, policy("names", egress(NAMES))], [], None),
    "asked for": ([DENY, policy("db", egress(TO_DB))], [DB], None),
    "asked for, for some pods too": ([DENY, policy("db", egress(TO_DB)), policy("db-a", egress(TO_DB, pods={"matchLabels": {"a": "b"}}))], [DB], None),
    "raises": ("raise", [], "rendered no network policies"),
    "nothing": ([], [], "no policy denies all pods of the namespace `shop` both directions"),
    "no list": ({"manifests": {}}, [], "the answer has no list `manifests`"),
    "50 MB": ([policy("deny", DENY["spec"], padding="x" * 50_000_000)], [], "bytes, more than 1048576"),
    "many": ([DENY] * 300, [], "300 documents, more than 256"),
    "no object": ([DENY, 1], [], "document 2 is 1, no object"),
    "another kind": ([DENY, {**DENY, "kind": "ClusterRoleBinding"}], [], "document 2 is no NetworkPolicy"),
    "another version": ([{**DENY, "apiVersion": "example.com/v1"}], [], "document 1 is no NetworkPolicy"),
    "another namespace": ([policy("deny", DENY["spec"], "other")], [], '`deny` is for the namespace "other", not for `shop`'),
    "a name that is a path": ([policy("../../deny", DENY["spec"])], [], "has a name that is none or is there twice"),
    "twice": ([DENY, DENY], [], "has a name that is none or is there twice"),
    "one direction": ([policy("deny", {"podSelector": {}, "policyTypes": ["Ingress"]})], [], "no policy denies all pods"),
    "some pods": ([policy("deny", {"podSelector": {"matchLabels": {"a": "b"}}, "policyTypes": ["Egress", "Ingress"]})], [], "no policy denies all pods"),
    "everything out": ([DENY, policy("open", egress({}))], [], "`open` lets traffic out to everywhere"),
    "no peers": ([DENY, policy("open", egress({"to": []}))], [], "`open` lets traffic out to everywhere"),
    "everything in": ([DENY, policy("open", {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]})], [], "lets traffic in that nobody asked for"),
    "the internet": ([DENY, policy("open", egress({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}))], [], OPEN),
    "the internet in halves": ([DENY, policy("open", egress({"to": [{"ipBlock": {"cidr": cidr}} for cidr in ("0.0.0.0/1", "128.0.0.0/1")]}))], [], OPEN),
    "all namespaces": ([DENY, policy("open", egress({"to": [{"namespaceSelector": {}}]}))], [], OPEN),
    "the own namespace": ([DENY, policy("open", egress({"to": [{"podSelector": {}}]}))], [], OPEN),
    "a second peer": ([DENY, policy("db", egress({**TO_DB, "to": [BLOCK, {"podSelector": {}}]}))], [DB], OPEN),
    "without the exceptions": ([DENY, policy("db", egress({**TO_DB, "to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}))], [DB], OPEN),
    "all ports": ([DENY, policy("db", egress({"to": [BLOCK]}))], [DB], OPEN),
    "a range of ports": ([DENY, policy("db", egress({"to": [BLOCK], "ports": [{"port": 5432, "endPort": 65535}]}))], [DB], "a rule that is not understood"),
    "names of everybody": ([DENY, policy("names", egress({"to": [{"namespaceSelector": {}}], "ports": [{"port": 53}]}))], [], OPEN),
    "names on all ports": ([DENY, policy("names", egress({"to": NAMES["to"]}))], [], OPEN),
    "without what is asked for": ([DENY], [DB], "no policy of all pods has the egress rule `db`"),
    "asked for, of some pods": ([DENY, policy("db", egress(TO_DB, pods={"matchLabels": {"a": "b"}}))], [DB], "no policy of all pods has the egress rule `db`"),
    "asked for, without its type": ([DENY, policy("db", egress(TO_DB, types=("Ingress",)))], [DB], "no policy of all pods has the egress rule `db`"),
    "an unknown member": ([policy("deny", {**DENY["spec"], "order": 1})], [], "a `spec` that is not understood"),
}


@pytest.fixture
def root(tmp_path):
    write_plugin(tmp_path / "plugins", "renderer", "floe.network_security/1", RENDERER)
    return tmp_path / "plugins"


def answering(tmp_path, answer):
    (tmp_path / "answer.json").write_text(json.dumps({"manifests": answer} if isinstance(answer, list) else answer))
    return {"type": "renderer", "config": {"answer": str(tmp_path / "answer.json")}}


def compiled(product, *words, expect=0):
    return product.run("compile", "--error-format", "concise", *words, expect=expect)


def documents(product):
    """By path, as the artifact names them; each is on disk as its digest says, and nothing else is."""
    folder = product.state / "target"
    named = json.loads((folder / "compiled_artifacts.json").read_text()).get("deploy_documents", [])
    written = {str(path.relative_to(folder)) for path in (folder / "deploy").rglob("*") if path.is_file()}
    assert written == {one["path"] for one in named}
    found = {}
    for one in named:
        text = (folder / one["path"]).read_bytes()
        assert hashlib.sha256(text).hexdigest() == one["sha256"]
        found[one["path"]] = yaml.safe_load(text)
        validate(found[one["path"]], KUBERNETES, strict=True)
        assert (found[one["path"]]["kind"], found[one["path"]]["metadata"]["name"]) == (one["kind"], one["name"])
    return found


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_keeps_the_control_only_by_what_it_is(product, root, tmp_path, case):
    answer, rules, said = ANSWERS[case]
    product.choose({"network_policies": {**DEMANDED, "custom_egress_rules": rules}}, network_security=answering(tmp_path, answer))
    process = product.run("--plugin-root", root, "compile", expect=1 if said else 0)
    assert (said in process.stderr and "error[FLOE-E0782]" in process.stderr) if said else "E0782" not in process.stderr
    assert len(process.stderr) < 20_000
    assert (product.state / "target/deploy").exists() == (said is None)


def test_documents_of_the_plugin_of_kubernetes(product):
    product.choose({"network_policies": {**DEMANDED, "custom_egress_rules": [DB]}}, network_security="kubernetes", rbac="kubernetes")
    process = compiled(product)
    assert "[3/4] Enforcing network policies\n" in process.stdout and "FLOE-W1406" not in process.stderr
    found = documents(product)
    assert list(found) == ["deploy/network/floe-default-deny.yaml", "deploy/network/floe-allow-dns.yaml", "deploy/network/floe-egress-db.yaml",
                           "deploy/rbac/namespace.yaml", "deploy/rbac/service-account.yaml"]
    assert found["deploy/network/floe-default-deny.yaml"] == {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "floe-default-deny", "namespace": "shop", "labels": LABELS},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}}
    assert found["deploy/network/floe-egress-db.yaml"]["spec"]["egress"] == [
        {"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.2.0.0/16", "10.1.0.0/16"]}}], "ports": [{"protocol": "TCP", "port": 5432}]}]
    assert found["deploy/rbac/service-account.yaml"] == {
        "apiVersion": "v1", "kind": "ServiceAccount", "automountServiceAccountToken": False,
        "metadata": {"name": "shop", "namespace": "shop", "labels": LABELS}}
    assert found["deploy/rbac/namespace.yaml"]["metadata"]["name"] == "shop"


REFUSED = {
    "no plugin": ({"network_policies": DEMANDED}, {}, (), "chooses no plugin that renders them"),
    "not installed": ({"network_policies": DEMANDED}, {"network_security": "missing"}, (), "the network security plugin `missing` rendered no network policies"),
    "no CIDR": ({"network_policies": {**DEMANDED, "custom_egress_rules": [{"cidr": "10.0.0.1/8"}]}}, {"network_security": "kubernetes"}, (),
                "the network security plugin `kubernetes` rendered no network policies"),
    "untrusted": ({"network_policies": DEMANDED}, {"network_security": "kubernetes"}, ("--untrusted",), "not rendered for a project that is not trusted"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(product, case):
    governance, plugins, words, said = REFUSED[case]
    product.choose(governance, **plugins)
    process = compiled(product, *words, expect=1)
    assert "FLOE-E0782" in process.stderr and said in process.stderr
    assert not (product.state / "target/deploy").exists()


def test_an_untrusted_project_goes_without_documents_that_nothing_demands(product):
    product.choose({}, network_security="kubernetes", rbac="kubernetes")
    compiled(product)
    assert len(documents(product)) == 4
    compiled(product, "--untrusted")
    assert documents(product) == {}


EDITS = {
    "edited": lambda folder: (folder / "network/floe-default-deny.yaml").write_text("kind: List\n"),
    "removed": lambda folder: (folder / "network/floe-default-deny.yaml").unlink(),
    "added": lambda folder: (folder / "network/open.yaml").write_text("kind: List\n"),
    "added in a folder": lambda folder: ((folder / "more").mkdir(), (folder / "more/open.yaml").write_text("kind: List\n")),
    "a link": lambda folder: ((folder / "rbac/namespace.yaml").rename(folder.parent / "elsewhere.yaml"), (folder / "network/a.yaml").symlink_to("../../elsewhere.yaml")),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_edited_is_written_anew(product, edit):
    product.choose({"network_policies": DEMANDED}, network_security="kubernetes", rbac="kubernetes")
    compiled(product)
    made = documents(product)
    EDITS[edit](product.state / "target/deploy")
    compiled(product)
    assert documents(product) == made


def test_a_compile_from_the_cache_leaves_the_same_files(product, root, tmp_path):
    """The renderer is not asked again: what it would answer now keeps nothing."""
    product.choose({"network_policies": DEMANDED}, network_security=answering(tmp_path, [DENY]))
    first = product.run("--plugin-root", root, "compile")
    made = documents(product)
    answering(tmp_path, [])
    assert product.run("--plugin-root", root, "compile").stdout == first.stdout
    assert documents(product) == made
    (product.state / "target/compiled_artifacts.json").unlink()
    product.run("--plugin-root", root, "compile", expect=1)


def test_a_dry_run_writes_nothing(product):
    product.choose({"network_policies": DEMANDED}, network_security="kubernetes")
    assert "Would compile" in compiled(product, "--dry-run").stdout
    assert not (product.state / "target/deploy").exists()


def test_nothing_stays_of_a_plugin_that_is_chosen_no_longer(product):
    product.choose({}, network_security="kubernetes")
    compiled(product)
    assert len(documents(product)) == 2
    product.choose({})
    compiled(product)
    assert documents(product) == {} and not (product.state / "target/deploy").exists()


ENTERPRISE = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {{name: acme, version: "1.0.0"}}
scope: enterprise
plugins: {{compute: duckdb, network_security: kubernetes}}
governance: {{network_policies: {above}}}
"""
DOMAIN = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {{name: sales, version: "1.0.0"}}
scope: domain
parent_manifest: enterprise.yaml
governance: {{network_policies: {below}}}
"""
# Above, below, and what the domain is told.
TIERS = {
    "disabled": (DEMANDED, {"enabled": False}, "FLOE-E0321"),
    "open": (DEMANDED, {"default_deny": False}, "FLOE-E0321"),
    "more egress": (DEMANDED, {"custom_egress_rules": [DB]}, "FLOE-E0321"),
    "other egress": ({**DEMANDED, "custom_egress_rules": [DB]}, {"custom_egress_rules": [{"cidr": "0.0.0.0/0"}]}, "FLOE-E0323"),
    "the same": ({**DEMANDED, "custom_egress_rules": [DB]}, {"enabled": True}, None),
    "stricter": ({"enabled": False}, {"enabled": True}, None),
}


@pytest.mark.parametrize("case", TIERS)
def test_a_domain_only_makes_it_stricter(product, case):
    above, below, said = TIERS[case]
    (product.directory / "enterprise.yaml").write_text(ENTERPRISE.format(above=json.dumps(above)))
    (product.directory / "manifest.yaml").write_text(DOMAIN.format(below=json.dumps(below)))
    process = compiled(product, expect=1 if said else 0)
    if said:
        assert f"error[{said}]" in process.stderr
    else:
        assert {one["metadata"]["namespace"] for one in documents(product).values()} == {"sales"}


def test_verify_compares_what_lies_beside_the_artifact(product):
    product.choose({"network_policies": DEMANDED}, network_security="kubernetes")
    compiled(product)
    digest = product.json("platform", "show")["digest"]
    words = ("verify", ".floe/target/compiled_artifacts.json", "--platform", digest)
    product.run(*words)
    (product.state / "target/deploy/network/floe-default-deny.yaml").write_text("kind: List\n")
    assert "`deploy/network/floe-default-deny.yaml` differs" in product.run(*words, expect=1).stderr


def test_who_compiles_is_asked_with_the_plugin_too(product):
    product.choose({"rbac": {"enabled": True}}, rbac="kubernetes")
    environment = {name: value for name, value in os.environ.items() if name not in ("FLOE_TOKEN", "FLOE_PRINCIPAL")}
    assert "FLOE-E0781" in product.run("compile", env=environment, expect=1).stderr
    product.run("compile", env={**environment, "FLOE_PRINCIPAL": "ada"})
    assert len(documents(product)) == 2
