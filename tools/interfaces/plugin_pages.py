"""docs/reference/plugins.md and capabilities.md: the plugins of this repository, and which of them implements what."""

import json

from interfaces.model import GENERATED, ROOT, STATUS_TITLES, is_host
from interfaces.model import status as status_of

DOCS = ROOT / "docs" / "reference"
PLUGINS = ROOT / "plugins"
MARK = GENERATED.replace("from spec/interfaces/{}", "from {}")


def load_plugins():
    """[(manifest, configuration schema)], by group and name."""
    found = []
    for path in sorted(PLUGINS.glob("*/*/plugin.json")):
        manifest = json.loads(path.read_text())
        schema = manifest.get("config_schema")
        found.append((manifest, json.loads((path.parent / schema).read_text()) if schema else {}))
    return found


def codes(names):
    return ", ".join(f"`{name}`" for name in names)


def linked(manifest):
    return f"[{manifest['name']}](../../plugins/{manifest['group']}/{manifest['name']}/README.md)"


def type_of(schema):
    """A JSON type in words, null left out: every key may be absent."""
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    named = schema.get("type", "any")
    return " or ".join(name for name in ([named] if isinstance(named, str) else named) if name != "null")


def key_row(key, schema, is_required):
    notes = ["required"] if is_required else []
    if "default" in schema:
        notes.append(f"default `{json.dumps(schema['default'], ensure_ascii=False)}`")
    if "properties" in schema:
        notes.append("keys " + codes(schema["properties"]))
    return f"| `{key}` | {type_of(schema)} | {schema.get('description', '').replace('|', chr(92) + '|')} | {'; '.join(notes)} |"


def plugin_section(manifest, schema):
    version = f"`{manifest['id']}` {manifest['version']}, {manifest.get('license', 'no licence named')}"
    lines = [f"### {manifest['group']}/{manifest['name']}", "", manifest.get("description", ""), "", "| | |", "| --- | --- |",
             f"| plugin | {linked(manifest)}, {version} |"]
    for title, key in (("aliases", "aliases"), ("capabilities", "capabilities"), ("needs plugins of", "requires"),
                       ("host services", "services")):
        if manifest.get(key):
            lines.append(f"| {title} | {codes(manifest[key])} |")
    libraries = manifest["library"]
    lines += [f"| platforms | {codes(libraries) if isinstance(libraries, dict) else 'that of the build'} |", ""]
    properties = schema.get("properties", {})
    if properties:
        lines += ["| configuration | type | | |", "| --- | --- | --- | --- |"]
        lines += [key_row(key, value, key in schema.get("required", [])) for key, value in properties.items()] + [""]
    return lines


def catalog(specs, plugins):
    lines = [f"<!-- {MARK.format('plugins/**/plugin.json')} -->", "# Plugins", "",
             "The plugins that come with floe, from their `plugin.json` and configuration schemas. What each of them implements:",
             "[capabilities](capabilities.md); keys of `plugin.json`: [reference](plugin-json.md).", "",
             "| interface | group | called by | plugins |", "| --- | --- | --- | --- |"]
    for spec in specs:
        names = [f"[{m['name']}](#{(m['group'] + m['name']).replace('.', '')})" for m, _ in plugins if m["interface"] == spec["interface"]]
        lines.append(f"| [{spec['interface']}](interfaces/{spec['name']}.md) | `{spec['group']}` | {STATUS_TITLES[status_of(spec)]} | "
                     f"{', '.join(names) or 'none yet'} |")
    lines.append("")
    for spec in specs:
        of_spec = [(m, s) for m, s in plugins if m["interface"] == spec["interface"]]
        if of_spec:
            lines += [f"## {spec['interface']}", ""]
        for manifest, schema in of_spec:
            lines += plugin_section(manifest, schema)
    return "\n".join(lines).rstrip() + "\n"


def method_rows(spec):
    """[(what the row is, capability or None, is it mandatory, methods)]: a row for what comes together."""
    def methods_of(wanted):
        return [m["name"] for m in spec["methods"] if wanted(m)]
    rows = [("mandatory", None, True, methods_of(lambda m: not m.get("optional")))]
    for capability in spec["capabilities"]:
        name = capability["name"]
        rows.append((f"`{name}`", name, False, methods_of(lambda m, name=name: m.get("capability") == name)))
    rows += [("optional", None, False, [name]) for name in methods_of(lambda m: m.get("optional") and not m.get("capability"))]
    return rows


def cell(manifest, capability, is_mandatory):
    if is_mandatory:
        return "yes"
    if capability is None:
        return "not declared"
    return "yes" if capability in manifest["capabilities"] else ""


def interface_section(spec, manifests):
    lines = [f"## {spec['interface']}", ""]
    lines += ["| | methods | " + " | ".join(linked(m) for m in manifests) + " |", "| --- | --- |" + " --- |" * len(manifests)]
    for title, capability, is_mandatory, methods in method_rows(spec):
        links = ", ".join(f"[{name}](interfaces/{spec['name']}.md#{name})" for name in methods)
        if capability == "no_cancel":
            links = "may return later than 1 s after a cancel"
        cells = "".join(f" {cell(m, capability, is_mandatory)} |" for m in manifests)
        lines.append(f"| {title} | {links or 'declares behaviour only'} |{cells}")
    return lines + [""]


def status(specs, plugins):
    lines = [f"<!-- {MARK.format('libfloe-core/spec/interfaces and plugins/**/plugin.json')} -->", "# Capabilities", "",
             "What of each interface the [plugins that come with floe](plugins.md) implement. The host refuses a plugin that lacks a",
             "mandatory method, or a method of a capability it declares, so `yes` is what a library that loads has. An optional method",
             "without a capability is not declared in `plugin.json`: a plugin that lacks it answers `FLOE_UNSUPPORTED`.", "",
             "| interface | lifecycle | plugins | capabilities that no plugin has |", "| --- | --- | --- | --- |"]
    sections = []
    for spec in specs:
        manifests = [m for m, _ in plugins if m["interface"] == spec["interface"]]
        claimed = {name for m in manifests for name in m["capabilities"]}
        missing = [c["name"] for c in spec["capabilities"] if c["name"] not in claimed and c["name"] != "no_cancel"]
        title = f"[{spec['interface']}](#{spec['interface'].replace('.', '').replace('/', '')})" if manifests else spec["interface"]
        lines.append(f"| {title} | {spec['lifecycle']} | {len(manifests) or 'none yet'} | {codes(missing)} |")
        if manifests:
            sections += interface_section(spec, manifests)
    return "\n".join(lines + [""] + sections).rstrip() + "\n"


def outputs(specs):
    plugin_specs = [spec for spec in specs if not is_host(spec)]
    plugins = load_plugins()
    yield DOCS / "plugins.md", catalog(plugin_specs, plugins)
    yield DOCS / "capabilities.md", status(plugin_specs, plugins)
