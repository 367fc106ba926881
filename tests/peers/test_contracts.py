"""Data contracts: floe's verdicts are those of the published ODCS schemas, which datacontract-cli carries."""

import copy
import functools
import json
import os
import subprocess

import jsonschema
import pytest

from floe_command import BIN, ROOT

HERE = ROOT / "tests/peers"
FULL = json.loads((HERE / "contracts/full.json").read_text())
# All of them take minutes, most of it the other validator's: `FLOE_CONTRACT_STEP=1` looks at every one.
STEP = int(os.environ.get("FLOE_CONTRACT_STEP", 7))
REPLACEMENTS = [None, True, 7, -1, 0.5, "two words #", "", [], {}, ["x", "x"], [{}], [1, 1]]


@pytest.fixture(scope="session")
def contracts_python():
    """Python of the environment with datacontract-cli and open-data-contract-standard."""
    subprocess.run([ROOT / "tools/peers.sh", "contracts"], check=True)
    return subprocess.run([ROOT / "tools/peers.sh", "--python", "contracts"], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="session")
def schemas(contracts_python):
    folder = subprocess.run([contracts_python, "-c", "import importlib.util; print(importlib.util.find_spec('datacontract').submodule_search_locations[0])"],
                            capture_output=True, text=True, check=True).stdout.strip()
    with_version = {version: json.loads((ROOT / folder / f"schemas/odcs-{version}.schema.json").read_text()) for version in FULL}
    return with_version


def places(node, path=()):
    """Every place in a document, the root first."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(document, path, change):
    """A copy of the document in which `change(parent, key)` was done."""
    made = {"root": copy.deepcopy(document)}
    parent, key = made, "root"
    for step in path:
        parent, key = parent[key], step
    change(parent, key)
    return made["root"]


def broken(document):
    """The document with each of its parts left out, replaced, and with a key too many."""
    for path in places(document):
        if path == ("apiVersion",):
            continue
        for value in REPLACEMENTS:
            yield changed(document, path, lambda parent, key: parent.__setitem__(key, copy.deepcopy(value)))
        if path:
            yield changed(document, path, lambda parent, key: parent.__delitem__(key))
        yield changed(document, path, lambda parent, key: isinstance(parent[key], dict) and parent[key].update(surprise=1))


def servers(schema, document):
    """The document with each type of server, whole, with its required keys only, and without one of them."""
    definitions = schema["$defs"]
    samples = {"string": "x", "integer": 5432}
    for case in definitions["Server"]["allOf"]:
        kind = case["if"]["properties"]["type"]["const"]
        fields = definitions["ServerSource"][case["then"]["$ref"].split("/")[-1]]
        whole = {"server": "s", "type": kind}
        for name, field in fields["properties"].items():
            whole[name] = "sftp://x" if "pattern" in field else field["enum"][0] if "enum" in field else samples.get(field.get("type"), 1)
        for path in places(whole):
            if path and path[0] not in ("server", "type"):
                yield changed(document, (), lambda parent, key: parent[key].update(servers=[{k: v for k, v in whole.items() if k != path[0]}]))
                for wrong in ("x", 1, True):
                    yield changed(document, (), lambda parent, key: parent[key].update(servers=[{**whole, path[0]: wrong}]))
        yield changed(document, (), lambda parent, key: parent[key].update(servers=[whole]))
        yield changed(document, (), lambda parent, key: parent[key].update(servers=[{**whole, "surprise": 1}]))


def has_repeated_names(node):
    """floe finds tables and columns by name, so it refuses what the schemas let pass."""
    if isinstance(node, list):
        names = [item["name"].lower() for item in node if isinstance(item, dict) and isinstance(item.get("name"), str)]
        return len(names) != len(set(names)) or any(map(has_repeated_names, node))
    return isinstance(node, dict) and any(map(has_repeated_names, node.values()))


def floe_verdicts(documents, directory):
    """{index: valid} of `floe contract validate` on all of them at once."""
    for index, document in enumerate(documents):
        (directory / f"{index}.yaml").write_text(json.dumps(document))
    names = [f"{index}.yaml" for index in range(len(documents))]
    verdicts = {}
    for start in range(0, len(names), 1000):
        run = subprocess.run([BIN, "contract", "validate", "--output", "json", *names[start:start + 1000]], cwd=directory,
                             capture_output=True, text=True)
        assert run.returncode in (0, 1), run.stderr[-2000:]
        verdicts.update({contract["file"]: contract["valid"] for contract in json.loads(run.stdout)["contracts"]})
    return [verdicts[name] for name in names]


@functools.cache
def own_schema():
    schema = json.loads(subprocess.run([BIN, "schema", "contract"], capture_output=True, text=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize("version", FULL)
def test_verdicts_of_the_published_schemas(version, schemas, tmp_path):
    validator = jsonschema.Draft201909Validator(schemas[version])
    document = FULL[version]
    assert [error.message for error in validator.iter_errors(document)] == []
    documents = [document, *[*broken(document), *servers(schemas[version], document)][::STEP]]
    documents = [each for each in documents if not has_repeated_names(each)]
    expected = [validator.is_valid(each) for each in documents]
    found = floe_verdicts(documents, tmp_path)
    assert expected.count(True) > 350 // STEP and expected.count(False) > 350 // STEP
    own = jsonschema.Draft202012Validator(own_schema())
    assert [json.dumps(each) for each, right in zip(documents, expected) if own.is_valid(each) != right] == []
    differing = [(json.dumps(each), right) for each, right, verdict in zip(documents, expected, found) if right != verdict]
    assert differing == []
