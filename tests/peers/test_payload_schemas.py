"""The schemas of plugin payloads are valid, self-consistent, and refuse what they should."""

import copy
import json
import re

import jsonschema
import pytest

from payload_schemas import BASE, ROOT, Payloads

PAYLOADS = Payloads()
NAMES = sorted(PAYLOADS.schemas)


def interface_values():
    for path in sorted((ROOT / "libfloe-core/spec/interfaces").glob("*.json")):
        for method in json.loads(path.read_text())["methods"]:
            for value in method["params"] + method["returns"]:
                if "schema" in value:
                    yield value["schema"]


def references(schema):
    """Names of the schemas that a schema refers to."""
    return {match for match in re.findall(r'"\$ref": "\.\./([a-z_/]+)\.schema\.json"', json.dumps(schema))}


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_valid_and_so_are_its_examples(name):
    schema = PAYLOADS.schemas[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"{BASE}{name}.schema.json"
    assert schema["title"] and schema["examples"]
    for example in schema["examples"]:
        assert PAYLOADS.problems(name, example) == [], example


@pytest.mark.parametrize("name", NAMES)
def test_an_example_without_a_required_member_is_refused(name):
    schema = PAYLOADS.schemas[name]
    for member in schema.get("required", []):
        damaged = copy.deepcopy(schema["examples"][0])
        del damaged[member]
        assert PAYLOADS.problems(name, damaged), member
    wrong_type = [] if schema.get("type") == "object" else {}
    if "type" in schema:
        assert PAYLOADS.problems(name, wrong_type)


def test_every_schema_is_a_payload_or_part_of_one():
    wanted = {"shared/problems", "shared/health", "shared/description", "shared/plugin_manifest", *interface_values()}
    reached = set()
    while wanted:
        name = wanted.pop()
        reached.add(name)
        wanted |= references(PAYLOADS.schemas[name]) - reached
    assert sorted(set(NAMES) - reached) == []


def test_members_are_snake_case():
    # What other specifications name keeps their spelling.
    foreign = re.compile(r"^(iceberg|lineage|telemetry|table_format)/|^shared/(kubernetes_object|manifests|dbt_manifest)$|"
                         r"^secrets/pod_environment$|^network_security/volumes$")
    for name in NAMES:
        if not foreign.match(name):
            for member in PAYLOADS.schemas[name].get("properties", {}):
                assert re.fullmatch(r"[a-z][a-z0-9_]*|\$schema", member), f"{name}: {member}"
