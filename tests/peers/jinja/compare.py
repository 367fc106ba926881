#!/usr/bin/env python3
"""Differential test of libfloe-dbt's template engine against Jinja2 3.1 with dbt's settings.

Random templates from a seeded generator run through both; any difference outside known_differences.txt fails.

    compare.py --driver build/.../jinja_driver [--count 100000] [--seed N] [--show 20]

Known differences are regular expressions, one per line, matched against the template; `#` starts a comment.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import generator
import reference

ADDRESS = re.compile("0x[0-9a-f]{8,}", re.I)
HERE = pathlib.Path(__file__).resolve().parent
CHUNK = 2_000


def load_known():
    patterns = []
    for line in (HERE / "known_differences.txt").read_text().splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            patterns.append(re.compile(line, re.S))
    return patterns


def run_engine(driver, cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([driver], input=lines, capture_output=True, text=True, encoding="utf-8", errors="surrogatepass")
    if done.returncode != 0:
        answered = done.stdout.count("\n")
        case = cases[min(answered, len(cases) - 1)]
        raise RuntimeError(f"driver failed with {done.returncode} on {case['template']!r}\n{done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def agree(ours, theirs):
    if "error" in ours or "error" in theirs:
        return reference.family(ours.get("error")) == reference.family(theirs.get("error"))
    # An address may also stand there as a list of its characters.
    left, right = (side["output"].replace("', '", "") for side in (ours, theirs))
    return ADDRESS.sub("0x", left) == ADDRESS.sub("0x", right)


def compare_chunk(job):
    """(counts, differences) of the cases first..last, each difference as text."""
    driver, seed, first, last = job
    known, counts, differences = load_known(), collections.Counter(), []
    cases = [generator.case(seed, index) for index in range(first, last)]
    started = time.monotonic()
    theirs = [reference.render(case) for case in cases]
    rendered = time.monotonic()
    ours = run_engine(driver, cases)
    counts["jinja2 ms"], counts["floe ms"] = int(1e3 * (rendered - started)), int(1e3 * (time.monotonic() - rendered))
    for index, case, left, right in zip(range(first, last), cases, ours, theirs):
        counts["errors"] += "error" in right
        if agree(left, right):
            counts["messages"] += "error" in right and left["message"] == right["message"]
        elif any(pattern.search(case["template"]) for pattern in known):
            counts["known"] += 1
        else:
            differences.append(f"--- case {index} native={case['native']}\n{case['template']!r}\njinja2 {right}\nfloe   {left}")
    return counts, differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=548065943)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    jobs = [(arguments.driver, arguments.seed, first, min(first + CHUNK, arguments.count))
            for first in range(0, arguments.count, CHUNK)]
    counts, differences = collections.Counter(), []
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        for chunk_counts, chunk_differences in pool.map(compare_chunk, jobs):
            counts.update(chunk_counts)
            differences += chunk_differences
    print("\n".join([f"context {generator.CONTEXT_TEXT}", *differences[: arguments.show]] if differences else []), end="")
    print(
        f"jinja: {arguments.count} templates (seed {arguments.seed}), {counts['errors']} of them errors in both"
        f" ({counts['messages']} with the same message), {counts['known']} known differences, {len(differences)} differences;"
        f" jinja2 {counts['jinja2 ms'] / 1e3:.1f} s, floe {counts['floe ms'] / 1e3:.1f} s"
    )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
