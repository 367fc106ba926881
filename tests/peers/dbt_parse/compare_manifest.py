#!/usr/bin/env python3
"""Compares floe's manifest.json with dbt-core's, field by field. Fields that may differ are in may_differ.txt.

    compare_manifest.py OURS THEIRS [--limit N]

Exit 1 when any other field differs.
"""
import argparse
import fnmatch
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Lists whose order dbt takes from a Python set or from the order of files in a directory.
UNORDERED = ("tags", "sources")
BUILTIN_PACKAGES = ("dbt", "dbt_duckdb")


def patterns():
    lines = (HERE / "may_differ.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def without_builtins(manifest):
    """Our own macros have other texts than dbt's: what they are called with is compared, not they themselves."""
    manifest["macros"] = {k: v for k, v in manifest["macros"].items() if v["package_name"] not in BUILTIN_PACKAGES}
    manifest["docs"] = {k: v for k, v in manifest["docs"].items() if v["package_name"] not in BUILTIN_PACKAGES}
    return manifest


class Comparison:
    def __init__(self, ours, theirs):
        self.patterns = patterns()
        self.differences = []
        self.compared = 0
        self._compare("", without_builtins(ours), without_builtins(theirs))

    def lines(self, limit=40):
        return [f"{path}\n    floe {json.dumps(left)[:400]}\n    dbt  {json.dumps(right)[:400]}"
                for path, left, right in self.differences[:limit]]

    def _add(self, path, ours, theirs):
        if not any(fnmatch.fnmatchcase(path, pattern) for pattern in self.patterns):
            self.differences.append((path, ours, theirs))

    def _compare(self, path, ours, theirs, key=""):
        if isinstance(ours, dict) and isinstance(theirs, dict):
            for name in sorted(set(ours) | set(theirs), key=str):
                here = f"{path}/{name}"
                if name not in ours:
                    self._add(here, "<absent>", theirs[name])
                elif name not in theirs:
                    self._add(here, ours[name], "<absent>")
                else:
                    self._compare(here, ours[name], theirs[name], name)
            return
        self.compared += 1
        if isinstance(ours, list) and isinstance(theirs, list):
            if key in UNORDERED:
                ours, theirs = sorted(ours, key=json.dumps), sorted(theirs, key=json.dumps)
            if len(ours) == len(theirs) and any(isinstance(item, (dict, list)) for item in ours):
                for index, (left, right) in enumerate(zip(ours, theirs)):
                    self._compare(f"{path}/{index}", left, right)
                return
        if ours != theirs or type(ours) is not type(theirs):
            self._add(path, ours, theirs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ours", type=pathlib.Path)
    parser.add_argument("theirs", type=pathlib.Path)
    parser.add_argument("--limit", type=int, default=40)
    arguments = parser.parse_args()
    comparison = Comparison(json.loads(arguments.ours.read_text()), json.loads(arguments.theirs.read_text()))
    print(f"{comparison.compared} values compared, {len(comparison.differences)} differ")
    print("\n".join(comparison.lines(arguments.limit)))
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
