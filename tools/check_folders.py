#!/usr/bin/env python3
"""Which folders of a component include which: tools/folders.toml says what is allowed.

  tools/check_folders.py           what is wrong, a line each
  tools/check_folders.py --draw    docs/concepts/layers.svg, from tools/folders.toml

A component's table lists its folders from the top to the bottom, each with the folders that it includes. Those lie below
it, so that there is no cycle. An include that the table does not name is a problem, and so is a name that no include needs.
"""

import argparse
import pathlib
import re
import sys
import tomllib
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parents[1]
ALLOWED = ROOT / "tools/folders.toml"
FIGURE = ROOT / "docs/concepts/layers.svg"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def source_root(component):
    """The directory that includes of a component start from, and where its folders lie."""
    if component == "base":
        return ROOT, ROOT / component
    return (ROOT / component if component == "plugin-support" else ROOT / component / "src",) * 2


def folder_paths(component):
    """Name -> directory of each folder with sources; a folder of folders counts as several: rules/policy."""
    _, top = source_root(component)
    found = {}
    for path in sorted(top.rglob("*")):
        if path.suffix in (".cpp", ".hpp") and path.parent != top and not {"tests", "generated"} & set(path.parts):
            found.setdefault(str(path.parent.relative_to(top)), path.parent)
    return found


def included(component):
    """(folder, included folder) -> a place where it is."""
    start, top = source_root(component)
    folders = folder_paths(component)
    edges = {}
    for name, directory in folders.items():
        for path in sorted([*directory.glob("*.?pp"), *directory.glob("generated/*.?pp")]):
            text = path.read_text(errors="replace")
            for match in INCLUDE.finditer(text):
                target = (start / match.group(1)).parent
                other = str(target.relative_to(top)) if target.is_relative_to(top) else ""
                other = other.removesuffix("/generated")
                if other in folders and other != name:
                    line = text.count("\n", 0, match.start(1)) + 1
                    edges.setdefault((name, other), f"{path.relative_to(ROOT)}:{line}")
    return folders, edges


def check_component(component, allowed, problems):
    folders, edges = included(component)
    order = list(allowed)
    for name in sorted(folders.keys() - allowed.keys()):
        problems.add(folders[name].relative_to(ROOT), f"tools/folders.toml does not say what {component}/{name} includes")
    for name, below in allowed.items():
        if name not in folders:
            problems.add("tools/folders.toml", f"{component} has no folder `{name}`")
        for other in below:
            if other not in order[order.index(name) + 1:]:
                problems.add("tools/folders.toml", f"{component}: `{other}` is not below `{name}`")
            elif (name, other) not in edges:
                problems.add("tools/folders.toml", f"{component}: `{name}` does not include `{other}`; take it out")
    for (name, other), place in sorted(edges.items()):
        if other not in allowed.get(name, []):
            problems.add(place, f"`{name}` may not include `{other}`: tools/folders.toml")


def check_folders(problems):
    for component, allowed in tomllib.loads(ALLOWED.read_text()).items():
        check_component(component, allowed, problems)
    if not problems.lines and FIGURE.read_text() != figure():
        problems.add(FIGURE.relative_to(ROOT), "not drawn from tools/folders.toml: run `tools/check_folders.py --draw`")


def ranks(allowed):
    """Folder -> how many folders lie below it on the longest way down."""
    found = {}
    for name in reversed(list(allowed)):
        found[name] = max((found[other] + 1 for other in allowed[name] if other in found), default=0)
    return found


def draw_component(component, allowed, left, upper):
    """Boxes in rows by rank, each above what it includes; the SVG, and where it ends to the right and below."""
    width, height, gap = 132, 30, 12
    by_rank = {}
    for name, rank in ranks(allowed).items():
        by_rank.setdefault(rank, []).append(name)
    top, columns = max(by_rank), max(len(names) for names in by_rank.values())
    out = [f'<text class="component" x="{left}" y="{upper + 16}">{escape(component)}</text>']
    for rank, names in by_rank.items():
        y = upper + 28 + (top - rank) * (height + gap)
        for column, name in enumerate(sorted(names)):
            x = left + column * (width + gap)
            below = ", ".join(allowed[name]) or "no other folder"
            out.append(f'<g><title>{escape(name)} includes {escape(below)}</title>'
                       f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>'
                       f'<text x="{x + width // 2}" y="{y + 20}">{escape(name)}</text></g>')
    return out, left + columns * (width + gap) + 30, upper + 28 + (top + 1) * (height + gap)


def figure():
    tables = tomllib.loads(ALLOWED.read_text())
    out, right, bottom = [], 0, 10
    for row in (["devkit", "plugins/floe.computes/duckdb"], ["libfloe-core"], ["libfloe-iceberg", "libfloe-dbt"], ["base"]):
        left, upper = 20, bottom
        for component in row:
            boxes, left, below = draw_component(component, tables[component], left, upper)
            out += boxes
            right, bottom = max(right, left), max(bottom, below + 20)
    style = ("rect{fill:#eef3f8;stroke:#5b7c99}text{font:13px sans-serif;text-anchor:middle;fill:#1d2b38}"
             ".component{font-weight:bold;text-anchor:start}")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {bottom}" width="{right}" height="{bottom}">\n'
            f"<title>The folders of each component; each includes only folders below it</title>\n<style>{style}</style>\n"
            f'<rect width="{right}" height="{bottom}" style="fill:#fff;stroke:none"/>\n' + "\n".join(out) + "\n</svg>\n")


class Problems:
    def __init__(self):
        self.lines = []

    def add(self, place, message):
        self.lines.append(f"{place}: {message}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true")
    if parser.parse_args().draw:
        FIGURE.write_text(figure())
        return 0
    problems = Problems()
    check_folders(problems)
    print("\n".join(problems.lines))
    return 1 if problems.lines else 0


if __name__ == "__main__":
    sys.exit(main())
