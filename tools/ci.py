#!/usr/bin/env python3
"""What a change has to pass, in steps, each timed: `.ci/run`, `make test`, `make test-all` and `make test-long`.

`tools/ci.py [--tier test|all|long] [--only STEP]`; the bootstrap comes before it. A step that runs tests adds their counts, any
other counts as one. A complete pass of the tier `test` or `all` on a clean work tree is recorded (tools/changes.py).
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import changes

ROOT = pathlib.Path(__file__).resolve().parents[1]
PYTHON = sys.executable

BUILD = [["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--", "--quiet"],
         ["cmake", "--build", "--preset", "release", "--target", "floe_tests", "--", "--quiet"]]
ASAN = [["cmake", "--preset", "asan"], ["cmake", "--build", "--preset", "asan", "--", "--quiet"],
        ["cmake", "--build", "--preset", "asan", "--target", "floe_tests", "--", "--quiet"]]


def steps(tier):
    """Name, commands, whether the last command writes test counts, whether a failure ends everything."""
    test = ("test", [[PYTHON, "tools/test.py", "--tier", tier]], True, False)
    if tier == "long":
        return [("build", BUILD, False, True), test]
    services = [("services", [["tools/services.sh"]], False, False)] if tier == "all" else []
    return [
        ("build", BUILD, False, True),
        *services,
        test,
        ("format", [[PYTHON, "tools/check_style.py", "--only", "format"]], False, False),
        ("lint", [[PYTHON, "tools/lint.py", *(["--analyze"] if tier == "all" else [])]], False, False),
        ("layers", [[PYTHON, "tools/check_style.py", "--only", "layers", "--binaries", "build/release"]], False, False),
        ("style", [[PYTHON, "tools/check_style.py", "--only", "text"]], False, False),
        ("generated", [[PYTHON, "tools/generate_interfaces.py", "--check"], [PYTHON, "tools/generate_fields.py", "--check"],
                       [PYTHON, "tools/generate_verbs.py", "--check"]],
         False, False),
        ("sanitizers build", ASAN, False, False),
        ("sanitizers", [[PYTHON, "tools/test.py", "--tier", tier, "unit", "demo", "--build", "build/asan"]], True, False),
    ]


def run_step(commands, counts_tests):
    """The counts of one step. Commands that fail without a failed test count as one failure."""
    with tempfile.TemporaryDirectory() as directory:
        counts_file = pathlib.Path(directory) / "counts.json"
        if counts_tests:
            commands = [*commands[:-1], [*commands[-1], "--counts", str(counts_file)]]
        succeeded = all(subprocess.run(command, cwd=ROOT).returncode == 0 for command in commands)
        if counts_file.exists():
            counts = json.loads(counts_file.read_text())
        else:
            counts = {"passed": int(succeeded and not counts_tests), "failed": 0, "skipped": 0}
    if counts["failed"] == 0 and (not succeeded or (counts_tests and not counts["passed"])):
        counts["failed"] = 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=["test", "all", "long"], default="test")
    parser.add_argument("--only", metavar="STEP", help="one step; what it needs must be there already")
    options = parser.parse_args()
    chosen = [step for step in steps(options.tier) if options.only in (None, step[0])]
    if not chosen:
        parser.error(f"no step {options.only!r} (there are: {', '.join(name for name, *_ in steps(options.tier))})")
    total = {"passed": 0, "failed": 0, "skipped": 0}
    report = []
    for name, commands, counts_tests, is_fatal in chosen:
        print(f"\n#### {name}", flush=True)
        began = time.monotonic()
        counts = run_step(commands, counts_tests)
        report.append((name, counts, time.monotonic() - began))
        total = {key: total[key] + counts[key] for key in total}
        if is_fatal and counts["failed"]:
            break
    print("\n#### summary")
    for name, counts, seconds in report:
        print(f"{name:18} {counts['passed']:6} passed {counts['failed']:4} failed {counts['skipped']:4} skipped {seconds:8.1f} s")
    if not total["failed"] and not options.only and options.tier != "long":
        changes.record_pass()
    print(f"{total['passed']} passed, {total['failed']} failed", flush=True)
    return 1 if total["failed"] else 0


sys.exit(main())
