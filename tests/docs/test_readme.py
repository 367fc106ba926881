"""What README.md lists is what there is: the plugins that come with floe, their number of interfaces, formats and write modes of ingestion."""

import json
import re
import subprocess

from pages import BIN, ROOT

# How README names the groups, in its order.
GROUPS = {
    "floe.computes": "compute", "floe.catalogs": "catalog", "floe.storage": "storage", "floe.dbt": "dbt", "floe.lineage_backends": "lineage",
    "floe.telemetry_backends": "telemetry", "floe.sinks": "sinks", "floe.secrets": "secrets", "floe.alert_channels": "alerts", "floe.identity": "identity",
    "floe.rbac": "RBAC", "floe.network_security": "network security",
}
FORMATS = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet"}


def area(name):
    found = re.search(rf"^\| {name} \| (.+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert found, f"README.md has no row `{name}`"
    return found.group(1)


def test_plugins():
    listed = json.loads(subprocess.run([BIN, "plugin", "list", "--output", "json"], capture_output=True, text=True, check=True).stdout)["plugins"]
    installed = [plugin for plugin in listed if plugin["path"].startswith(f"{BIN.parents[1]}/")]
    names = {}
    for plugin in installed:
        names.setdefault(plugin["group"], []).append(f"`{plugin['name']}`")
    folders = {(path.parent.parent.name, path.parent.name) for path in (ROOT / "plugins").glob("*/*/plugin.json")}
    assert {(plugin["group"], plugin["name"]) for plugin in installed} == folders
    assert set(names) == set(GROUPS), "a group without a name in README.md, or a name without a group"
    listed = ", ".join(f"{title} {' '.join(sorted(names[group]))}" for group, title in GROUPS.items())
    assert area("Plugins").endswith(f"There are: {listed}")


def test_interfaces():
    generated = (ROOT / "docs/reference/plugins.md").read_text()
    assert area("Plugins").startswith(f"{len(re.findall(r'^. .floe[.]', generated, re.MULTILINE))} interfaces ")


def test_ingestion():
    schema = json.loads(subprocess.run([BIN, "schema", "product"], capture_output=True, text=True, check=True).stdout)
    source = next(found for found in properties(schema) if "write_mode" in found)
    formats = ", ".join(FORMATS[name] for name in source["format"]["enum"])
    *modes, last = source["write_mode"]["enum"]
    assert area("Ingestion") == f"{formats}; {', '.join(modes)} and {last}"


def properties(schema):
    """All `properties` of a schema, whatever they are nested in."""
    children = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for child in children:
        yield from properties(child)
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
        yield schema["properties"]
