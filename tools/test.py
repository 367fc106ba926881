#!/usr/bin/env python3
"""Runs test suites and counts what they report. `tools/test.py [SUITE...] [--tier test|all|long] [--build DIR] [--list]`

Tier `test` (the default) runs what a change can reach and smokes the rest, `all` everything, `long` the random and long runs
(tests/tiers.py). Without suites, those of the tier. The last line is `N passed, N failed`; skipped tests are listed apart and
are neither. A program that dies or prints no summary counts as one failure.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import changes

ROOT = pathlib.Path(__file__).resolve().parents[1]

# For the builds of the presets asan and tsan; others take no notice. What is suppressed carries its reason in its file.
SUPPRESSIONS = ROOT / "tests/sanitizers"
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "LSAN_OPTIONS": f"suppressions={SUPPRESSIONS / 'leaks.txt'}:print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": f"suppressions={SUPPRESSIONS / 'threads.txt'}:second_deadlock_stack=1",
}


# What says of a process that a CI system started it: floe warns and refuses more there, and tests say themselves when they mean it.
CI_PREFIXES = ("CI_", "GITHUB_", "GITLAB_")

NO_TESTS = 5  # pytest's exit code when nothing was collected or everything deselected


@dataclasses.dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def catch2_count(output, exit_code):
    """From Catch2's console summary."""
    everything = re.search(r"All tests passed \(\d+ assertions? in (\d+) test cases?\)", output)
    if everything and exit_code == 0:
        return Count(passed=int(everything.group(1)))
    line = re.search(r"^test cases:(.*)$", output, re.MULTILINE)
    found = {name: int(number) for number, name in re.findall(r"(\d+) (passed|failed)", line.group(1))} if line else {}
    # A program that fails without naming a failed case died, or found no tests.
    failed = found.get("failed", 0) or (1 if exit_code != 0 or not line else 0)
    return Count(passed=found.get("passed", 0), failed=failed)


def list_programs(build):
    listing = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, capture_output=True, text=True, check=True)
    for test in json.loads(listing.stdout)["tests"]:
        properties = {item["name"]: item["value"] for item in test.get("properties", [])}
        if "command" not in test:
            raise SystemExit(f"{test['name']} is not built: run `make test`")
        environment = dict(item.split("=", 1) for item in properties.get("ENVIRONMENT", []))
        yield test["name"], test["command"], properties.get("WORKING_DIRECTORY", str(build)), environment, properties


def run_program(program):
    name, command, directory, environment, properties = program
    # Differential tests compare with this Python; a bare machine's own has no PyYAML.
    environment = {**SANITIZERS, **os.environ, "FLOE_TEST_PYTHON": python_of("iceberg"), **environment}
    began = time.monotonic()
    try:
        process = subprocess.run(command, cwd=directory, env=environment, text=True, errors="replace",
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=properties.get("TIMEOUT", 1500))
        output, code = process.stdout, process.returncode
    except subprocess.TimeoutExpired as error:
        output, code = (error.stdout or b"").decode(errors="replace") + "\ntimed out", 124
    is_catch = re.search(r"^(All tests passed|test cases:|No tests ran)", output, re.MULTILINE)
    count = catch2_count(output, code) if is_catch else Count(passed=int(code == 0), failed=int(code != 0))
    return name, output, count, time.monotonic() - began


def suite_unit(build, arguments):
    """Catch2 programs and other ctest entries, two at a time."""
    total = Count()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, output, count, seconds in pool.map(run_program, list_programs(build)):
            print(f"  {name:32} {count.passed:5} passed, {count.failed} failed  {seconds:6.1f} s")
            if count.failed:
                print(output[-12000:])
            for line in re.findall(r"^ *skipped: .*$", output, re.MULTILINE):
                print("   ", line.strip())
                count.skipped += 1
            total.add(count)
    if total.passed + total.failed == 0:
        print("  no test programs: run `make test`")
        total.failed = 1
    return total


DEMO_ROWS = 2000
# `floe` commands on the demo, in this order; all of them succeed.
DEMO_COMMANDS = [
    "compile", "run --threads 4", "test", "run --select gold", "run --full-refresh --threads 1", "show gold_customer_360",
    "show gold_customer_360 --output json", "table list", "table describe main.gold_customer_360",
    "table history main.gold_customer_360", "table files main.gold_customer_360", "table verify", "dbt parse", "dbt ls", "dbt compile",
    "dbt show --inline 'select 1 as one'", "plugin list", "plugin show duckdb", "plugin why duckdb",
]


def suite_demo(build, arguments):
    """The commands of floe on a copy of examples/customer-360."""
    total = Count()
    environment = {**SANITIZERS, **os.environ}
    with tempfile.TemporaryDirectory() as directory:
        demo = pathlib.Path(directory) / "customer-360"
        shutil.copytree(ROOT / "examples/customer-360", demo, ignore=shutil.ignore_patterns(".floe", "data", "generator"))
        commands = [[str(build / "bin/floe-demo-data"), "--rows", str(DEMO_ROWS), "--out", str(demo / "data")]]
        commands += [[str(build / "bin/floe"), "-C", str(demo), *shlex.split(command)] for command in DEMO_COMMANDS]
        for command in commands:
            began = time.monotonic()
            process = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, timeout=900)
            failed = process.returncode != 0
            shown = shlex.join([pathlib.Path(command[0]).name, *command[1:]]).replace(f"{directory}/", "")
            print(f"  {'FAILED' if failed else 'ok':6} {time.monotonic() - began:6.1f} s  {shown}", flush=True)
            if failed:
                print(process.stdout[-2000:], process.stderr[-12000:], sep="\n")
            total.add(Count(int(not failed), int(failed)))
    return total


def python_of(environment):
    return subprocess.run([str(ROOT / "tools/peers.sh"), "--python", environment], capture_output=True, text=True,
                          check=True).stdout.strip()


def pytest_count(report, exit_code):
    if not report.exists():
        return Count(failed=1)
    total = Count()
    for suite in xml.etree.ElementTree.parse(report).getroot().iter("testsuite"):
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        bad = number["failures"] + number["errors"]
        total.add(Count(number["tests"] - bad - number["skipped"], bad, number["skipped"]))
    if exit_code != 0 and total.failed == 0:
        total.failed = 1
    return total


def run_pytest(folder, build, arguments, python="iceberg", path=(), processes=1, **variables):
    with tempfile.TemporaryDirectory() as directory:
        report = pathlib.Path(directory) / "report.xml"
        search = os.pathsep.join(map(str, [ROOT / "tests", ROOT / "tools", *path]))
        environment = {**os.environ, "FLOE_BIN": str(build / "bin/floe"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": search,
                       "FLOE_TIER": TIER, "XDG_STATE_HOME": str(pathlib.Path(directory) / "state"), **changed_variable(directory), **variables}
        command = [python_of(python), "-m", "pytest", "-q", "-p", "tiers", "--durations=10", "--durations-min=2",
                   "--junitxml", str(report), *([f"-n{processes}", "--dist=loadfile"] if processes > 1 else []), *arguments, str(folder)]
        code = subprocess.run(command, cwd=folder, env=environment).returncode
        if code == NO_TESTS and TIER != "all" and not arguments:
            return Count()  # nothing of this folder is in the tier
        return pytest_count(report, code)


def changed_variable(directory):
    """FLOE_CHANGED as tests/tiers.py reads it; without a base everything changed."""
    changed = changes.changed_files(changes.base())
    if changed is None:
        return {}
    path = pathlib.Path(directory) / "changed"
    path.write_text("\n".join(changed))
    return {"FLOE_CHANGED": str(path)}


def suite_peers(build, arguments):
    """tests/peers: real tools in pinned environments."""
    return run_pytest(ROOT / "tests/peers", build, arguments, processes=2)


FUZZ_SECONDS = {"test": 5, "all": 30, "long": 900}


def suite_fuzz(build, arguments):
    """tests/fuzz: every libFuzzer program, in the tiers for 5, 30 and 900 seconds (FLOE_FUZZ_SECONDS)."""
    subprocess.run(["cmake", "--preset", "fuzz"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    if subprocess.run(["cmake", "--build", "--preset", "fuzz", "--target", "floe_fuzzers", "--", "--quiet"], cwd=ROOT).returncode:
        return Count(failed=1)
    seconds = int(os.environ.get("FLOE_FUZZ_SECONDS", FUZZ_SECONDS[TIER]))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        programs = sorted(path.stem for path in (ROOT / "tests/fuzz").glob("*_fuzz.cpp"))
        total = Count()
        for count in pool.map(lambda name: run_fuzzer(name, seconds), programs):
            total.add(count)
    return total


def run_fuzzer(name, seconds):
    """New inputs go to a folder of the build; the committed ones are only read. What made it crash is kept and named."""
    found, committed = ROOT / "build/fuzz/corpus" / name, ROOT / "tests/fuzz/corpus" / name.removesuffix("_fuzz")
    found.mkdir(parents=True, exist_ok=True)
    corpora = [str(found)] + ([str(committed)] if committed.is_dir() else [])
    process = subprocess.run(
        [str(ROOT / "build/fuzz/bin" / name), f"-max_total_time={seconds}", "-rss_limit_mb=4096", "-timeout=20",
         f"-artifact_prefix={found.parent}/{name}-", "-print_final_stats=1", *corpora],
        capture_output=True, text=True, errors="replace", timeout=seconds + 300)
    executions = re.search(r"number_of_executed_units: (\d+)", process.stderr)
    print(f"  {name:32} {executions.group(1) if executions else '?':>10} executions", flush=True)
    if process.returncode != 0:
        print(process.stderr[-6000:])
    return Count(int(process.returncode == 0), int(process.returncode != 0))


def suite_install(build, arguments):
    """tests/install: the installed tree, moved, and programs built against it."""
    return run_pytest(ROOT / "tests/install", build, arguments)


def suite_python(build, arguments):
    """bindings/python/tests: the Python package over the libraries of the build, with real pyarrow, polars and duckdb."""
    package = ROOT / "bindings/python"
    return run_pytest(package / "tests", build, arguments, python="python", path=[package], FLOE_LIBRARY=str(build))


def suite_templates(build, arguments):
    """tests/templates: what `floe plugin new` writes builds outside of the tree and passes `floe plugin check`."""
    return run_pytest(ROOT / "tests/templates", build, arguments)


def suite_services(build, arguments):
    """tests/services: real servers that tools/services.sh built; in the tier `all` (`make test-services` runs it alone)."""
    return run_pytest(ROOT / "tests/services", build, arguments, path=[ROOT / "tests/peers", ROOT / "bindings/python"],
                      FLOE_LIBRARY=str(build))


def suite_lake(build, arguments):
    """tests/lake: Spark, PyIceberg and DuckDB on the tables floe reads and writes; not in the tier `test`."""
    subprocess.run([str(ROOT / "tools/spark.sh")], check=True)
    return run_pytest(ROOT / "tests/lake", build, arguments, python="spark", path=[ROOT / "tests/peers"])


def suite_report(build, arguments):
    """tests/report: the page of `floe docs build` in a headless Chromium."""
    return run_pytest(ROOT / "tests/report", build, arguments, python="browser", path=[ROOT / "tests/peers"])


def suite_docs(build, arguments):
    """tests/docs: the examples of the documentation print what the pages say."""
    return run_pytest(ROOT / "tests/docs", build, arguments)


SUITES = {"unit": suite_unit, "demo": suite_demo, "install": suite_install, "templates": suite_templates,
          "python": suite_python, "docs": suite_docs, "report": suite_report, "peers": suite_peers, "fuzz": suite_fuzz, "services": suite_services,
          "lake": suite_lake}
DEFAULT = {
    "test": [name for name in SUITES if name not in ("services", "lake")],
    "all": list(SUITES),
    "long": ["peers", "fuzz", "lake"],
}
TIER = "test"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", help=", ".join(SUITES))
    parser.add_argument("--tier", choices=DEFAULT, default="test")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--list", action="store_true", help="list the suites")
    parser.add_argument("--counts", type=pathlib.Path, help="write the counts as JSON")
    parser.add_argument("--pytest", default="", help="further arguments for pytest, as one string")
    options = parser.parse_args()
    if options.list:
        for name, suite in SUITES.items():
            print(f"{name:8} {suite.__doc__}")
        return 0
    unknown = [name for name in options.suites if name not in SUITES]
    if unknown:
        parser.error(f"no suite {unknown[0]!r} (there are: {', '.join(SUITES)})")
    for name in [name for name in os.environ if name == "CI" or name.startswith(CI_PREFIXES)]:
        del os.environ[name]
    global TIER
    TIER = options.tier
    total = Count()
    for name in options.suites or DEFAULT[TIER]:
        print(f"== {name}: {SUITES[name].__doc__}", flush=True)
        began = time.monotonic()
        count = SUITES[name](options.build.resolve(), shlex.split(options.pytest))
        print(f"== {name}: {count.passed} passed, {count.failed} failed, {count.skipped} skipped "
              f"in {time.monotonic() - began:.0f} s", flush=True)
        total.add(count)
    if options.counts:
        options.counts.write_text(json.dumps(dataclasses.asdict(total)))
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


sys.exit(main())
