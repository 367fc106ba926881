#!/usr/bin/env python3
"""clang-tidy 19 on the source files that changed. `tools/lint.py [FILE...] [--base REVISION] [--all] [--analyze]`

Without files: what differs from the base (--base, else that of tools/changes.py, else the last commit) and what is not yet
committed. A changed header is linted through the sources beside it that include it. Sources are linted in the batches of the
unity build, since most of the time goes into the headers that they share. A batch without findings is remembered in
$FLOE_CACHE/lint by the text of its sources and of the headers beside them that they include, its command, the rules and the tool.

The path-sensitive analyzer takes four fifths of the time, an hour for everything. It looks at what changed since a known base as
long as that lies in few batches, and at everything with --analyze (the tier `all`). The last line says whether it looked.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import changes

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIDY = "clang-tidy-19"
ANALYZED_BATCHES = 8  # some five minutes on two cores
FOLDERS = ("base/", "libfloe-", "devkit/", "plugins/", "plugin-support/", "bindings/", "cli/", "examples/")


def changed_since(base):
    """What to compare with, and the files that differ from it and still exist."""
    against = base or changes.base() or "HEAD~1"
    changed = changes.changed_files(against)
    if changed is None:
        return "nothing", changes.git("ls-files")
    return against, [name for name in changed if (ROOT / name).exists()]


def included_headers(path):
    """Names of the project's headers that a source includes."""
    return set(re.findall(r'#include "(?:[^"]*/)?([^"/]+\.hpp)"', path.read_text(errors="replace")))


def sources_of(files):
    """The .cpp files to lint for the changed files."""
    sources = {name for name in files if name.endswith(".cpp")}
    headers = {pathlib.PurePosixPath(name).name for name in files if name.endswith(".hpp")}
    folders = {str(pathlib.PurePosixPath(name).parent) for name in files if name.endswith(".hpp")}
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.cpp")):
            if included_headers(path) & headers:
                sources.add(str(path.relative_to(ROOT)))
    return sorted(name for name in sources if name.startswith(FOLDERS) and "/tests/" not in name and (ROOT / name).exists())


def batches():
    """The directory of a compile_commands.json, and its entries with what each compiles: `sources`, names of the project's files."""
    directory = ROOT / "build/lint"
    subprocess.run(["cmake", "-S", str(ROOT), "-B", str(directory), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DFLOE_UNITY=ON"],
                   check=True, stdout=subprocess.DEVNULL)
    unified = directory / "unified"
    unified.mkdir(exist_ok=True)
    entries = json.loads((directory / "compile_commands.json").read_text())
    for entry in entries:
        file = pathlib.Path(entry["file"])
        entry["sources"] = [file]
        if "/Unity/" in entry["file"]:
            # The analyzer looks into included sources only when the file that includes them has this name.
            batch = unified / f"UnifiedSource_{file.parts[-3]}_{file.name}"
            batch.write_text(file.read_text())
            entry["sources"] = [pathlib.Path(path) for path in re.findall(r'#include "(.*)"', file.read_text())]
            entry["command"] = entry["command"].replace(entry["file"], str(batch))
            entry["file"] = str(batch)
        entry["sources"] = [str(path.relative_to(ROOT)) for path in entry["sources"] if path.is_relative_to(ROOT)]
    (unified / "compile_commands.json").write_text(json.dumps(
        [{key: entry[key] for key in ("directory", "command", "file")} for entry in entries]))
    return unified, entries


@functools.cache
def tool_version():
    return subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout


def record_of(entry, checks):
    """The file that says that a batch has no findings."""
    sources = [ROOT / name for name in entry["sources"]]
    headers = {path.parent / header for path in sources for header in included_headers(path)}
    parts = [tool_version(), (ROOT / ".clang-tidy").read_text(), pathlib.Path(__file__).read_text(),
             entry["command"].replace(str(ROOT), ""), checks, *(path.read_text() for path in sources),
             *(header.read_text() for header in sorted(headers) if header.is_file())]
    return changes.record_file().parent / "lint" / hashlib.sha256("\0".join(parts).encode()).hexdigest()


def lint(directory, entry, analyze):
    """What clang-tidy finds in a batch; None when nothing."""
    checks = "--checks=" + ",".join(["-bugprone-suspicious-include"] * ("UnifiedSource_" in entry["file"])
                                    + ["-clang-analyzer-*"] * (not analyze))
    record = record_of(entry, checks)
    if record.exists():
        return None
    process = subprocess.run(
        [TIDY, "-p", str(directory), "--quiet", "--extra-arg=-w", checks, entry["file"]], cwd=ROOT, capture_output=True, text=True)
    if process.returncode == 0:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.touch()
        return None
    # Counts of what was not reported; anything else there is an error of the run itself.
    errors = re.sub(r"^(\d+ warnings?( and \d+ errors?)? generated|Suppressed .*|Use -header-filter.*)\.?\n", "", process.stderr,
                    flags=re.MULTILINE)
    return process.stdout + errors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--base")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--analyze", action="store_true")
    options = parser.parse_args()
    if options.files:
        against, names = "the files named", options.files
    elif options.all:
        against, names = "everything", changes.git("ls-files")
    else:
        against, names = changed_since(options.base)
    sources = set(sources_of(names))
    directory, entries = batches()
    chosen = [entry for entry in entries if sources.intersection(entry["sources"])]
    is_small = against != "nothing" and not options.all and len(chosen) <= ANALYZED_BATCHES
    analyze, failed = options.analyze or is_small, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda entry: lint(directory, entry, analyze), chosen):
            if found is not None:
                failed += 1
                print(found.strip(), flush=True)
    print(f"{len(sources)} files linted against {against} in {len(chosen)} batches, "
          f"{'with' if analyze else 'without'} the analyzer, {failed} with findings")
    return 1 if failed else 0


sys.exit(main())
