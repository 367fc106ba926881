#!/usr/bin/env python3
"""House rules a compiler does not know: formatting, who may include whom, names, sizes, what the binaries need and export.

  tools/check_style.py                     all source checks
  tools/check_style.py --binaries DIR      also the built libraries and plugins in DIR
  tools/check_style.py --fix-format        rewrite the sources with clang-format 19
"""

import argparse
import pathlib
import re
import subprocess
import sys

from check_folders import Problems, check_folders

ROOT = pathlib.Path(__file__).resolve().parents[1]
COMPONENTS = ["base", "libfloe-core", "devkit", "libfloe-iceberg", "libfloe-dbt", "plugin-support", "cli"]
SOURCES = (".cpp", ".hpp", ".h", ".c")
CLANG_FORMAT = "clang-format-19"

# Public headers (`floe/...`) each component may include; None = all.
SDK = r"floe/(client|plugin_call|client_call|arrow|client/.*)\.hpp"  # header-only C++ over the ABI
CORE_PUBLIC = {
    "base": [r"floe/arrow(_abi)?\.h(pp)?"],
    "libfloe-core": None,
    "devkit": None,
    "libfloe-iceberg": [r"floe/plugin\.h(pp)?", r"floe/arrow_abi\.h", r"floe/interfaces/.*", SDK, r"floe/iceberg.*"],
    "libfloe-dbt": [r"floe/plugin\.h(pp)?", r"floe/arrow_abi\.h", r"floe/interfaces/.*", SDK, r"floe/dbt.*"],
    "plugins": [r"floe/(plugin|json)\.h(pp)?", r"floe/arrow_abi\.h", r"floe/interfaces/.*", SDK, r"floe/iceberg.*", r"floe/dbt.*"],
    "plugin-support": [r"floe/(plugin|json)\.h(pp)?", r"floe/arrow_abi\.h", r"floe/interfaces/.*", SDK],
    "cli": None,
}
# What of another component one may include: the folders of core that libfloe-devkit has a copy of, and what plugins share.
INTERNALS = {("devkit", "libfloe-core"): ("devkit/", "plugin/", "warehouse/"), ("plugins", "plugin-support"): ("",)}
BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}
# A header with one of these makes every file that includes it slow to build.
HEAVY_HEADERS = ["boost/json.hpp", "boost/dll", "CLI/CLI.hpp", "curl/curl.h", "regex", "fmt/"]
HEAVY_ALLOWED = {"base/fail.hpp": "fmt/", "base/json/json.hpp": "boost/json.hpp"}  # for .cpp files only, they say so
# The outside world is reached through base/io and base/net, so that tests can put a fake there.
OUTSIDE = re.compile(r"\bstd::filesystem\b|\bgetenv\s*\(|system_clock::now|\bcurl_easy_|\bcurl_multi_")
OUTSIDE_ALLOWED = ("base/io/", "base/net/", "cli/src/main.cpp")
LINES = {"header": 300, "source": 600, "test": 800}
# Nouns that messages count.
COUNTED_NOUNS = "rows|columns|models|tests|tables|packages|products|checks|errors|warnings|records|snapshots|items|nulls"
CODE = r"FLOE-[EW]\d{4}"


def tracked_sources():
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [pathlib.PurePosixPath(line) for line in listing.stdout.splitlines()]
    return [path for path in paths if path.suffix in SOURCES and (ROOT / path).exists()]


def is_generated(text):
    return "generated" in text[:400].lower() and "do not edit" in text[:400].lower()


def component_of(path):
    if path.parts[0] == "plugins" and len(path.parts) > 3:
        return "/".join(path.parts[:3])
    return path.parts[0]


def header_index(sources):
    """Include name -> components that have it. `base/...` is included by its path from the root, `plugin-support` from its
    own, others from src/."""
    index = {}
    for path in sources:
        component = component_of(path)
        text = str(path)
        names = {text}
        for root in ("", "src/", "include/", "tests/") if component == "plugin-support" else ("src/", "include/", "tests/"):
            prefix = f"{component}/{root}"
            if text.startswith(prefix):
                names.add(text[len(prefix):])
        for name in names:
            index.setdefault(name, set()).add(component)
    return index


def check_includes(sources, problems):
    index = header_index(sources)
    for path in sources:
        component = component_of(path)
        if component not in COMPONENTS and not component.startswith("plugins/"):
            continue
        kind = "plugins" if component.startswith("plugins/") else component
        in_tests = "tests" in path.parts
        for number, line in enumerate((ROOT / path).read_text(errors="replace").splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if match:
                check_include(match.group(1), path, number, component, kind, in_tests, index, problems)


def check_include(name, path, number, component, kind, in_tests, index, problems):
    place = f"{path}:{number}"
    if name.startswith("base/"):
        return
    if name.startswith("floe/"):
        allowed = CORE_PUBLIC[kind]
        if allowed is not None and not any(re.fullmatch(pattern, name) for pattern in allowed):
            problems.add(place, f'{kind} may not include "{name}"')
        return
    if (ROOT / path).parent.joinpath(name).exists() and component_of(path) == component:
        return
    owners = index.get(name, set())
    if component in owners or (in_tests and ("tests" in owners or name == "floe_test.hpp")):
        return
    if any(name.startswith(INTERNALS.get((kind, owner), ("/",))) for owner in owners):
        return
    if owners:
        problems.add(place, f'{component} includes "{name}" of {", ".join(sorted(owners))}')


def check_text(sources, problems):
    for path in sources:
        text = (ROOT / path).read_text(errors="replace")
        if is_generated(text):
            continue
        stem = path.stem.lower()
        if BANNED_NAMES & set(stem.split("_")):
            problems.add(path, "name the file after the concept it holds (util, helper, common, misc, manager say nothing)")
        is_test = "tests" in path.parts
        kind = "test" if is_test else ("header" if path.suffix in (".h", ".hpp") else "source")
        count = text.count("\n")
        if count > LINES[kind]:
            problems.add(path, f"{count} lines; {LINES[kind]} is the limit for a {kind}")
        check_lines(path, text, is_test, problems)


def source_codes(sources):
    """Codes the sources report: code -> a place, and code -> {name -> place}."""
    places, names = {}, {}
    for path in sources:
        if "tests" in path.parts or path.suffix != ".cpp":
            continue
        text = (ROOT / path).read_text(errors="replace")
        for code in re.findall(f'"({CODE})"', text):
            places.setdefault(code, path)
        for code, name in re.findall(rf'"({CODE})",\s*"([a-z0-9-]+)"', text):
            names.setdefault(code, {}).setdefault(name, path)
    return places, names


def check_code_names(names, problems):
    owners = {}
    for code, found in sorted(names.items()):
        if len(found) > 1:
            problems.add(list(found.values())[1], f"{code} has two names: {', '.join(sorted(found))}; one code means one thing")
        for name, path in found.items():
            if owners.setdefault(name, code) != code:
                problems.add(path, f"`{name}` is the name of {owners[name]} and of {code}")


def check_code_pages(places, names, problems):
    """A page in docs/errors and a row of its index for every code, and a code for every page."""
    folder = ROOT / "docs/errors"
    index = (folder / "README.md").read_text()
    pages = {path.stem: path.read_text() for path in folder.glob("FLOE-*.md")}
    for code in sorted(places.keys() - pages.keys()):
        problems.add(places[code], f"{code} has no page docs/errors/{code}.md")
    for code, text in sorted(pages.items()):
        place = f"docs/errors/{code}.md"
        if code not in places:
            problems.add(place, "no source reports this code")
            continue
        name = next(iter(names.get(code, {"?": None})))
        if not text.startswith(f"---\ncode: {code}\nname: {name}\n"):
            problems.add(place, f"its head must begin with `code: {code}` and `name: {name}`")
        if not all(heading in text for heading in ("\n## Example\n", "\n## Fix\n")):
            problems.add(place, "it needs `## Example` and `## Fix`")
        if f"| [{code}]({code}.md) | `{name}` |" not in index:
            problems.add("docs/errors/README.md", f"it lacks the row of {code}, `{name}`")


def check_codes(sources, problems):
    places, names = source_codes(sources)
    check_code_names(names, problems)
    check_code_pages(places, names, problems)


def check_named_paths(problems):
    """Paths of sources that the guides for maintainers name exist."""
    for path in (ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs/concepts").glob("*.md")), *sorted((ROOT / "docs/adr").glob("*.md"))):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for name in re.findall(r"`((?:base|cli|devkit|libfloe-\w+|plugins|plugin-support|bindings|tools)/[\w./-]+\.\w+)`", line):
                if "NAME" not in name and not (ROOT / name).exists():
                    problems.add(f"{path.relative_to(ROOT)}:{number}", f"`{name}` does not exist")


def check_lines(path, text, is_test, problems):
    is_header = path.suffix in (".h", ".hpp")
    if is_header and "#pragma once" not in text and not re.search(r"#ifndef \w+_H", text):
        problems.add(path, "the header has no include guard")
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r"\s*#\s*include\s+[<\"]([^>\"]+)[>\"]", line)
        if include and is_header and not is_test:
            for heavy in HEAVY_HEADERS:
                if include.group(1).startswith(heavy) and not HEAVY_ALLOWED.get(str(path), "-") == heavy:
                    problems.add(f"{path}:{number}", f"<{include.group(1)}> belongs into a .cpp file")
        if include and "/include/floe" in str(path) and re.match(r"(boost|fmt|curl)/", include.group(1)):
            problems.add(f"{path}:{number}", f"a public header may not include <{include.group(1)}>")
        code = line.split("//")[0]
        if not is_test and path.parts[0] in COMPONENTS and OUTSIDE.search(code) and not str(path).startswith(OUTSIDE_ALLOWED):
            problems.add(f"{path}:{number}", "use the interfaces of base/io and base/net")
        if not is_test and (re.search(r'== 1 \? "" : "s"', line) or re.search(rf"(?<!than )\{{\}} ({COUNTED_NOUNS})\b", line)):
            problems.add(f"{path}:{number}", "1 rows: text::counted or text::plural says `1 row`")
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            problems.add(f"{path}:{number}", "an open note; do it or leave it out")


def check_format(sources, problems, fix):
    files = [str(path) for path in sources if not is_generated((ROOT / path).read_text(errors="replace"))]
    command = [CLANG_FORMAT, "-i"] if fix else [CLANG_FORMAT, "--dry-run", "--Werror", "--ferror-limit=1"]
    for start in range(0, len(files), 40):
        process = subprocess.run(command + files[start:start + 40], cwd=ROOT, capture_output=True, text=True)
        for match in re.finditer(r"^(\S+?):(\d+):\d+: error: .*clang-format", process.stderr, re.MULTILINE):
            problems.add(f"{match.group(1)}:{match.group(2)}", "not formatted: run `make format`")


def needed(path):
    listing = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+?)\]", listing)


def exported(path):
    listing = subprocess.run(["readelf", "--dyn-syms", "-W", str(path)], capture_output=True, text=True, check=True).stdout
    found = []
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) > 7 and fields[4] in ("GLOBAL", "WEAK") and fields[6] not in ("UND", "ABS"):
            found.append(fields[7].split("@")[0])
    return found


def check_binaries(build, problems):
    libraries = sorted(path for path in (build / "lib").glob("libfloe-*.so.1"))
    plugins = sorted((build / "lib/floe/plugins").glob("*/*/*.so"))
    if len(libraries) < 3 or not plugins:
        problems.add(build, f"{len(libraries)} libraries and {len(plugins)} plugins are not all there is")
    for path in libraries:
        for name in needed(path):
            if name.startswith(("libfloe", "libcurl", "libduckdb")):
                problems.add(path.name, f"needs {name}; the libraries meet through interface tables")
        for symbol in exported(path):
            if not symbol.startswith("floe_"):
                problems.add(path.name, f"exports {symbol}")
    for path in plugins:
        for name in needed(path):
            if name.startswith("libfloe-core") or (name.startswith("libduckdb") and "duckdb" not in path.parent.name):
                problems.add(path.name, f"needs {name}")
        symbols = exported(path)
        if len(symbols) != 1:
            problems.add(path.name, f"exports {len(symbols)} symbols, not one: {' '.join(symbols[:5])}")
    for path in sorted((build / "lib/floe").glob("libfloe-*.so")):  # modules, opened when they are first needed
        symbols = exported(path)
        if len(symbols) != 1 or not symbols[0].startswith("floe_"):
            problems.add(path.name, f"exports {' '.join(symbols[:5])}; a module exports one function of floe")
        for name in needed(path):
            if name.startswith("libfloe"):
                problems.add(path.name, f"needs {name}")
    program = build / "bin/floe"
    for name in needed(program) if program.exists() else []:
        if name.startswith(("libfloe-iceberg", "libfloe-dbt", "libcurl", "libduckdb")):
            problems.add(program.name, f"needs {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--fix-format", action="store_true")
    parser.add_argument("--only", choices=["format", "layers", "text", "binaries"])
    options = parser.parse_args()
    sources, problems = tracked_sources(), Problems()
    if options.fix_format:
        check_format(sources, problems, fix=True)
        return 0
    if options.only in (None, "layers"):
        check_includes(sources, problems)
        check_folders(problems)
    if options.only in (None, "text"):
        check_text(sources, problems)
        check_codes(sources, problems)
        check_named_paths(problems)
    if options.only in (None, "format"):
        check_format(sources, problems, fix=False)
    if options.binaries and options.only in (None, "layers", "binaries"):
        check_binaries(options.binaries, problems)
    print("\n".join(problems.lines[:200]))
    print(f"{len(sources)} files, {len(problems.lines)} problems")
    return 1 if problems.lines else 0


sys.exit(main())
