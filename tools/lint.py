#!/usr/bin/env python3
"""clang-tidy 19 on the source files that changed. `tools/lint.py [FILE...] [--base REVISION] [--all]`

Without files: what differs from the base (--base, else that of tools/changes.py, else the last commit) and what is not yet
committed. A changed header is linted through the sources beside it that include it.
"""

import argparse
import concurrent.futures
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


def lint(directory, name):
    process = subprocess.run(
        [TIDY, "-p", str(directory), "--quiet", "--extra-arg=-Wno-unknown-warning-option",
         "--extra-arg=-Wno-ignored-optimization-argument", name], cwd=ROOT, capture_output=True, text=True)
    # Counts of what was not reported; anything else there is an error of the run itself.
    errors = re.sub(r"^(\d+ warnings?( and \d+ errors?)? generated|Suppressed .*|Use -header-filter.*)\.?\n", "", process.stderr,
                    flags=re.MULTILINE)
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
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, output in pool.map(lambda name: lint(directory, name), sources):
            if code:
                failed += 1
                print(output.strip())
    print(f"{len(sources)} files linted against {against}, {failed} with findings")
    return 1 if failed else 0


sys.exit(main())
