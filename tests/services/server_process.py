"""The programs that tools/services.sh built."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program(name):
    path = subprocess.run([str(ROOT / "tools/services.sh"), "--path", name], capture_output=True, text=True, check=True).stdout.strip()
    assert pathlib.Path(path).exists(), f"{path} is missing: run tools/services.sh {name}"
    return path
