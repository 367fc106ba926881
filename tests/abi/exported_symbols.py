"""Compares what shared libraries export, each symbol with its version, with a committed list (tests/abi/symbols).

--update writes the list from the first library: for additions, which go to a new version node; nothing is ever taken away.
"""

import argparse
import pathlib
import re
import subprocess
import sys

LISTS = pathlib.Path(__file__).resolve().parent / "symbols"


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def exported(path):
    rows = [line.split() for line in output_of("nm", "-D", "--defined-only", path).splitlines()]
    # Version nodes are absolute symbols (A): names of versions, not of functions.
    return sorted(row[-1] for row in rows if row[-2] != "A")


def soname(path):
    found = re.search(r"\(SONAME\).*\[(.+)\]", output_of("readelf", "-d", path))
    return found.group(1) if found else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", required=True)
    parser.add_argument("--soname")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    path = LISTS / arguments.list
    if arguments.update:
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(exported(arguments.files[0])) + "\n")
    expected = path.read_text().split()
    problems = []
    for file in arguments.files:
        found = exported(file)
        problems += [f"{file} lost {symbol}" for symbol in expected if symbol not in found]
        problems += [f"{file} exports {symbol}, which is not in {path.name}" for symbol in found if symbol not in expected]
        if arguments.soname and soname(file) != arguments.soname:
            problems.append(f"{file} has the SONAME {soname(file)}, not {arguments.soname}")
    print("\n".join(problems[:40]))
    print(f"{len(arguments.files)} libraries, {len(expected)} symbols in {path.name}, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
