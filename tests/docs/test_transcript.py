"""The transcript of `make demo` in README.md: every line of it is printed, in that order, by what `make demo` runs.

In the transcript `...` stands for any lines, and a line that ends in ` ...` for its beginning.
"""

import os
import re
import shutil
import subprocess

from pages import BIN, ROOT, comparable

ROWS = 20000  # the default of `make demo`


def transcript():
    found = re.search(r"<!-- transcript -->\n\n```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found, "README.md has no transcript"
    return [line for line in found.group(1).splitlines() if line and not line.startswith("$ ")]


def demo_output(directory):
    environment = {**os.environ, "NO_COLOR": "1"}

    def run(*command):
        process = subprocess.run([str(part) for part in command], cwd=directory, env=environment, text=True, timeout=300,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.returncode == 0, process.stdout
        return process.stdout

    run(BIN.parent / "floe-demo-data", "--rows", ROWS, "--out", directory / "data")
    return run(BIN, "run") + run(BIN, "show", "gold_customer_360", "--limit", "10")


def test_readme_transcript(tmp_path):
    directory = tmp_path / "customer-360"
    shutil.copytree(ROOT / "examples/customer-360", directory, ignore=shutil.ignore_patterns(".floe", "data", "generator"))
    printed = [comparable(line) for line in demo_output(directory).splitlines()]
    position = 0
    for line in transcript():
        if line == "...":
            continue
        wanted = comparable(line.removesuffix(" ..."))
        is_whole = not line.endswith(" ...")
        while position < len(printed) and not (printed[position] == wanted if is_whole else printed[position].startswith(wanted)):
            position += 1
        assert position < len(printed), f"the demo does not print, at this place: {line}"
        position += 1
