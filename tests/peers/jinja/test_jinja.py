"""The template engine against Jinja2 on random templates. FLOE_JINJA_COUNT and FLOE_JINJA_SEED override."""

import os
import pathlib
import subprocess
import sys

import pytest

REACHED_BY = ("libfloe-dbt/",)
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BIN = pathlib.Path(os.environ.get("FLOE_BIN", ROOT / "build/release/bin/floe"))


COUNTS = [5_000, pytest.param(100_000, marks=pytest.mark.full), pytest.param(2_000_000, marks=pytest.mark.long)]


@pytest.mark.parametrize("count", COUNTS)
def test_same_output_as_jinja2(capsys, count):
    command = [sys.executable, str(HERE / "compare.py"), "--driver", str(BIN.parent / "jinja_driver")]
    command += ["--count", os.environ.get("FLOE_JINJA_COUNT", str(count))]
    if "FLOE_JINJA_SEED" in os.environ:
        command += ["--seed", os.environ["FLOE_JINJA_SEED"]]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    with capsys.disabled():
        print("\n" + done.stdout.splitlines()[-1])
