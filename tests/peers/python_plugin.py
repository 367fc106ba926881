"""Plugins in Python that tests write."""

import json
import pathlib
import textwrap

SPECIFICATIONS = pathlib.Path(__file__).parents[2] / "libfloe-core/spec/interfaces"


def write_plugin(root, name, interface, source, **manifest):
    """Its folder: below `root` in the group of the interface, `floe.secrets/1` for example; `manifest` adds to plugin.json."""
    specification = interface.removeprefix("floe.").removesuffix("/1")
    group = json.loads((SPECIFICATIONS / f"{specification}.json").read_text())["group"]
    folder = root / group / name
    folder.mkdir(parents=True)
    (folder / "plugin.py").write_text(textwrap.dedent(source))
    (folder / "plugin.json").write_text(json.dumps({
        "manifest_version": 1, "id": f"org.example.{name}", "version": "1.0.0", "vendor": "Example Ltd", "abi": {"major": 1},
        "group": group, "name": name, "interface": interface, "runtime": "python", "library": "plugin.py", **manifest}))
    return folder
