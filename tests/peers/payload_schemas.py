"""The JSON Schemas of plugin payloads, libfloe-core/spec/schemas, ready to validate with."""

import json
import pathlib

import jsonschema
import referencing

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "libfloe-core" / "spec" / "schemas"
BASE = "https://floe.dev/schemas/v1/"


def load_schemas():
    """Schemas by name, for example `shared/health`."""
    suffix = ".schema.json"
    return {str(path.relative_to(FOLDER)).removesuffix(suffix): json.loads(path.read_text())
            for path in sorted(FOLDER.rglob(f"*{suffix}"))}


def closed(schema):
    """The schema without room for members it does not name: what floe itself writes is all documented."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: value if key == "examples" else closed(value) for key, value in schema.items()}
    if "object" in (result.get("type") or ()) and isinstance(result.get("properties"), dict):
        result.setdefault("additionalProperties", False)
    return result


class Payloads:
    def __init__(self, is_closed=False):
        self.schemas = load_schemas()
        if is_closed:
            self.schemas = {name: closed(schema) for name, schema in self.schemas.items()}
        resources = ((schema["$id"], referencing.Resource.from_contents(schema)) for schema in self.schemas.values())
        self.registry = referencing.Registry().with_resources(resources)

    def problems(self, name, payload):
        """What is wrong with a payload: [] or `path: message`."""
        validator = jsonschema.Draft202012Validator(
            self.schemas[name], registry=self.registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(payload)]
