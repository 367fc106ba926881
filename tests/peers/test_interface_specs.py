"""The specification holds what was promised, and the generator refuses a specification that no language could carry out."""

import copy
import inspect
import json
import re
import subprocess
import sys

import pytest

from floe_command import BIN
from payload_schemas import ROOT

sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "bindings" / "python")]
from floe import plugins  # noqa: E402
from interfaces import model  # noqa: E402

# Interface, directory, class in the Python floe.
PROMISED = """
floe.compute/1           floe.computes             ComputePlugin
floe.orchestrator/1      floe.orchestrators        OrchestratorPlugin
floe.catalog/1           floe.catalogs             CatalogPlugin
floe.storage/1           floe.storage              StoragePlugin
floe.telemetry/1         floe.telemetry_backends   TelemetryBackendPlugin
floe.lineage/1           floe.lineage_backends     LineageBackendPlugin
floe.dbt/1               floe.dbt                  DBTPlugin
floe.semantic_layer/1    floe.semantic_layers      SemanticLayerPlugin
floe.ingestion/1         floe.ingestion            IngestionPlugin
floe.secrets/1           floe.secrets              SecretsPlugin
floe.identity/1          floe.identity             IdentityPlugin
floe.quality/1           floe.quality              DataQualityPlugin
floe.rbac/1              floe.rbac                 RBACPlugin
floe.alert_channel/1     floe.alert_channels       AlertChannelPlugin
floe.network_security/1  floe.network_security     NetworkSecurityPlugin
floe.policy/1            floe.policies             PolicyEnforcer
floe.data_contract/1     floe.data_contracts       DataContractPlugin
floe.sink/1              floe.sinks                SinkConnector
"""
STABLE = {"floe.secrets/1", "floe.lineage/1", "floe.alert_channel/1"}
SPECS = {spec["name"]: spec for spec in model.load_all()}


def test_the_18_interfaces():
    found = {(s["interface"], s["group"], s["base_class"]) for s in SPECS.values() if s["kind"] == "plugin"}
    assert found == {tuple(line.split()) for line in PROMISED.strip().splitlines()}
    assert {s["interface"] for s in SPECS.values() if s["lifecycle"] == "stable"} == STABLE


def test_python_classes_have_the_methods_of_their_interface():
    for spec in SPECS.values():
        if spec["kind"] == "host":
            continue
        interface = plugins.INTERFACES[spec["interface"]]
        assert [m.name for m in interface.METHODS] == [m["name"] for m in spec["methods"]]
        for method in interface.METHODS:
            signature = inspect.signature(getattr(interface, method.name))
            assert list(signature.parameters) == ["self", "call", *(value.name for value in method.inputs)]
            assert not interface.implements(method.name) and getattr(interface, method.name).__doc__


def test_the_status_of_an_interface_is_what_the_code_does():
    """Who calls an interface names its client or its table."""
    sources = [path.read_text() for part in ("libfloe-core", "libfloe-iceberg", "libfloe-dbt") for path in (ROOT / part / "src").rglob("*.?pp")
               if "generated" not in path.parts]
    words = set(re.findall(r"\w+", "\n".join(sources)))
    plugins_of = {name: spec for name, spec in SPECS.items() if spec["kind"] == "plugin"}
    assert {name: model.status(spec) == "called" for name, spec in plugins_of.items()} == {
        name: not words.isdisjoint({f"{model.pascal(name)}Client", spec["table"]}) for name, spec in plugins_of.items()}


UNCALLED = {"called": "", "by_hand": "; only `floe plugin call` calls it", "specification": "; nothing calls it yet"}


def test_the_keys_of_a_manifest_say_what_nothing_calls():
    keys = json.loads(subprocess.run([BIN, "schema", "manifest"], capture_output=True, check=True).stdout)["properties"]["plugins"]["properties"]
    others = ("observability", "audit_sinks")  # both choose plugins of groups that have a key of their own
    said = {key: value["description"].partition(";")[1:] for key, value in keys.items() if key not in others}
    categories = {spec["group"].removeprefix("floe."): model.status(spec) for spec in SPECS.values() if spec["kind"] == "plugin"}
    of = {key: categories.get(key) or categories[key + "s"] for key in said}
    assert {key: "".join(text) for key, text in said.items()} == {key: UNCALLED[status] for key, status in of.items()}


def changed(name, change):
    spec = copy.deepcopy(SPECS[name])
    change(spec)
    return spec


@pytest.mark.parametrize("name, change, message", [
    ("secrets", lambda s: s["methods"][0].update(name="delete"), "secrets.delete: a keyword of C, C++ or Rust"),
    ("secrets", lambda s: s["methods"][0].update(name="health"), "secrets.health: the name is taken"),
    ("secrets", lambda s: s["methods"][1].update(name="get"), "secrets.get: the name is taken"),
    ("secrets", lambda s: s["methods"][1].update(capability="rotates"), "secrets.put: unknown capability rotates"),
    ("secrets", lambda s: s["methods"][0]["params"][0].update(kind="float"), "secrets.get.key: unknown kind float"),
    ("secrets", lambda s: s["methods"][3]["returns"][0].pop("schema"), "secrets.list.result: a JSON value names a schema of spec/schemas, no other does"),
    ("secrets", lambda s: s["methods"][3]["returns"][0].update(schema="secrets/none"), "secrets.list.result: no schema secrets/none"),
    ("sink", lambda s: s["methods"][0]["returns"][0].pop("closed_by"), "sink.open.sink: nothing ends the handle"),
    ("quality", lambda s: s.update(status="soon"), "quality: unknown status soon; accepted are called, by_hand, specification"),
    ("quality", lambda s: s["choices"][0]["capabilities"].append("magic"), "quality: a choice between unknown capabilities ['sql', 'external', 'magic']"),
])
def test_a_wrong_specification_is_refused(name, change, message):
    with pytest.raises(ValueError) as refusal:
        model.check(changed(name, change))
    assert str(refusal.value) == message


def test_conformance_list_names_every_method():
    listed = json.loads((ROOT / "docs/reference/conformance.json").read_text())
    methods = {(i["interface"], m["name"]): m for i in listed["interfaces"] for m in i["methods"]}
    assert set(methods) == {(s["interface"], m["name"]) for s in SPECS.values() if s["kind"] == "plugin" for m in s["methods"]}
    checks = {check["id"]: check for check in listed["checks"]}
    assert all(checks[one]["scope"] == "method" for method in methods.values() for one in method["checks"])
    used = {one for i in listed["interfaces"] for m in [i, *i["methods"]] for one in m["checks"]} | set(listed["plugin_checks"])
    assert sorted(set(checks) - used) == []
    assert "contract.secret" in methods["floe.secrets/1", "get"]["checks"]
