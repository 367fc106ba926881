#!/usr/bin/env python3
"""clang-tidy 19 on the source files that changed. `tools/lint.py [FILE...] [--base REVISION] [--all]`

Without files: what differs from the base (--base, else that of tools/changes.py, else the last commit) and what is not yet
committed. A changed header is linted through the sources beside it that include it. A source without findings is remembered in
$FLOE_CACHE/lint by what it was judged from: its text and that of the project's headers, its command, the rules, the tool.
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
FOLDERS = ("base/", "libfloe-", "devkit/", "plugins/", "plugin-support/", "bindings/", "cli/", "examples/")


def changed_since(base):
    """What to compare with, and the files that differ from it and still exist."""
    against = base or changes.base() or "HEAD~1"
    changed = changes.changed_files(against)
    if changed is None:
        return "nothing", changes.git("ls-files")
    return against, [name for name in changed if (ROOT / name).exists()]


def sources_of(files):
    """The .cpp files to lint for the changed files."""
    sources = {name for name in files if name.endswith(".cpp")}
    headers = {pathlib.PurePosixPath(name).name for name in files if name.endswith(".hpp")}
    folders = {str(pathlib.PurePosixPath(name).parent) for name in files if name.endswith(".hpp")}
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.cpp")):
            included = set(re.findall(r'#include "(?:[^"]*/)?([^"/]+\.hpp)"', path.read_text(errors="replace")))
            if included & headers:
                sources.add(str(path.relative_to(ROOT)))
    return sorted(name for name in sources if name.startswith(FOLDERS) and "/tests/" not in name and (ROOT / name).exists())


def configure():
    """A build directory without unity batches, for its compile_commands.json; nothing is built in it."""
    directory = ROOT / "build/lint"
    subprocess.run(["cmake", "-S", str(ROOT), "-B", str(directory), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug"],
                   check=True, stdout=subprocess.DEVNULL)
    return directory


@functools.cache
def tool_version():
    return subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout


@functools.cache
def digest_of(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def record_of(command, name):
    """The file that says that `name` has no findings; None when its headers cannot be listed."""
    arguments = command["command"].split(" -o ")[0].split()
    compiler = next(index for index, argument in enumerate(arguments) if argument.endswith("++"))
    listing = subprocess.run(["clang++-19", *arguments[compiler + 1:], "-w", "-MM", "-MT", "x", str(ROOT / name)],
                             cwd=command["directory"], capture_output=True, text=True)
    if listing.returncode:
        return None
    headers = [path for path in listing.stdout.replace("\\\n", " ").split()[1:] if path.startswith(str(ROOT))]
    judged = hashlib.sha256()
    for part in (tool_version(), (ROOT / ".clang-tidy").read_text(), " ".join(arguments).replace(str(ROOT), ""), pathlib.Path(__file__).read_text(),
                 *(f"{path.removeprefix(str(ROOT))} {digest_of(path)}" for path in sorted(set(headers)))):
        judged.update(part.encode() + b"\0")
    return changes.record_file().parent / "lint" / judged.hexdigest()


def lint(directory, name, commands):
    record = record_of(commands[name], name) if name in commands else None
    if record and record.exists():
        return name, 0, ""
    process = subprocess.run(
        [TIDY, "-p", str(directory), "--quiet", "--extra-arg=-Wno-unknown-warning-option",
         "--extra-arg=-Wno-ignored-optimization-argument", name], cwd=ROOT, capture_output=True, text=True)
    # Counts of what was not reported; anything else there is an error of the run itself.
    errors = re.sub(r"^(\d+ warnings?( and \d+ errors?)? generated|Suppressed .*|Use -header-filter.*)\.?\n", "", process.stderr,
                    flags=re.MULTILINE)
    if record and process.returncode == 0:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.touch()
    return name, process.returncode, process.stdout + (errors if process.returncode else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--base")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    if options.files:
        against, names = "the files named", options.files
    elif options.all:
        against, names = "everything", changes.git("ls-files")
    else:
        against, names = changed_since(options.base)
    sources = sources_of(names)
    directory, failed = configure(), 0
    commands = {str(pathlib.Path(entry["file"]).relative_to(ROOT)): entry
                for entry in json.loads((directory / "compile_commands.json").read_text()) if entry["file"].startswith(str(ROOT))}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, output in pool.map(lambda name: lint(directory, name, commands), sources):
            if code:
                failed += 1
                print(output.strip())
    print(f"{len(sources)} files linted against {against}, {failed} with findings")
    return 1 if failed else 0


sys.exit(main())
