#!/usr/bin/env python3
"""The steps of .ci/run after the bootstrap, each timed. A step that runs tests adds their counts; any other counts as one.

`.ci/run --only STEP` runs one step (and what it needs must be there already).
"""

import argparse
import atexit
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PYTHON = sys.executable

# name, commands, whether the last command writes test counts, whether a failure ends everything
STEPS = [
    ("build", [["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--", "--quiet"],
               ["cmake", "--build", "--preset", "release", "--target", "floe_tests", "--", "--quiet"]], False, True),
    ("test", [[PYTHON, "tools/test.py"]], True, False),
    ("services", [["tools/services.sh"], [PYTHON, "tools/test.py", "services"]], True, False),
    ("format", [[PYTHON, "tools/check_style.py", "--only", "format"]], False, False),
    ("lint", [[PYTHON, "tools/lint.py"]], False, False),
    ("layers", [[PYTHON, "tools/check_style.py", "--only", "layers", "--binaries", "build/release"]], False, False),
    ("style", [[PYTHON, "tools/check_style.py", "--only", "text"]], False, False),
    ("generated", [[PYTHON, "tools/generate_interfaces.py", "--check"], [PYTHON, "tools/generate_fields.py", "--check"]], False, False),
    ("sanitizers build", [["cmake", "--preset", "asan"],
                          ["cmake", "--build", "--preset", "asan", "--", "--quiet"],
                          ["cmake", "--build", "--preset", "asan", "--target", "floe_tests", "--", "--quiet"]], False, False),
    ("sanitizers", [[PYTHON, "tools/test.py", "unit", "demo", "--build", "build/asan"]], True, False),
]

# Begun with a step and left to itself: the tests leave a core idle, and cold the servers are ten minutes of two cores. The
# step `services` runs the same again, which waits for what is under way.
BESIDE = {"test": ["nice", "-n", "19", "tools/services.sh"]}


def begin(command):
    """What is not done at the end is stopped."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build/beside.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    atexit.register(stop, process)


def stop(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def run_step(commands, counts_file):
    for number, command in enumerate(commands):
        if counts_file and number == len(commands) - 1:
            command = [*command, "--counts", str(counts_file)]
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[name for name, *_ in STEPS])
    options = parser.parse_args()
    passed = failed = skipped = 0
    report = []
    for name, commands, counts_tests, is_fatal in STEPS:
        if options.only and name != options.only:
            continue
        print(f"\n#### {name}", flush=True)
        if name in BESIDE and not options.only:
            begin(BESIDE[name])
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as directory:
            counts_file = pathlib.Path(directory) / "counts.json" if counts_tests else None
            succeeded = run_step(commands, counts_file)
            if counts_file and counts_file.exists():
                counts = json.loads(counts_file.read_text())
            else:
                counts = {"passed": int(succeeded and not counts_tests), "failed": int(not succeeded or counts_tests), "skipped": 0}
        if not succeeded and counts["failed"] == 0:
            counts["failed"] = 1
        passed, failed, skipped = passed + counts["passed"], failed + counts["failed"], skipped + counts["skipped"]
        report.append((name, counts, time.monotonic() - began))
        if is_fatal and not succeeded:
            break
    print("\n#### summary")
    for name, counts, seconds in report:
        print(f"{name:18} {counts['passed']:6} passed {counts['failed']:4} failed {counts['skipped']:4} skipped {seconds:8.1f} s")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


sys.exit(main())
