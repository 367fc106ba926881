"""Compares the C interface with the committed baseline by abidiff: the functions that the libraries export, and the stable tables.

The headers are compiled with debug information into one library, so nothing depends on how floe itself was built. Functions and
variables that were added pass; anything else does not. --update writes the baseline anew: at a release, after reading the report.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BASELINE = HERE / "baseline.abi"
FOLDERS = [ROOT / name / "include" for name in ("libfloe-core", "libfloe-iceberg", "libfloe-dbt")]
HEADERS = ["floe/floe.h", "floe/iceberg.h", "floe/dbt.h", *(f"floe/interfaces/{name}.h" for name in ("secrets", "lineage", "alert_channel"))]
TABLES = ["floe_host", "floe_service", "floe_interface", "floe_plugin", "floe_secrets_v1", "floe_lineage_v1", "floe_alert_channel_v1"]


def surface():
    """C that refers to every exported function and stable table, so that debug information describes them."""
    lines = [f'#include "{name}"' for name in HEADERS]
    for path in sorted((HERE / "symbols").glob("lib*.txt")):
        names = [symbol.split("@")[0] for symbol in path.read_text().split()]
        lines += [f"__typeof__({name})* const surface_{name} = 0;" for name in names]
    lines += [f"{name} const* const surface_{name} = 0;" for name in TABLES]
    return "\n".join(lines) + "\n"


def build(folder):
    source, library = folder / "surface.c", folder / "libsurface.so"
    source.write_text(surface())
    flags = ["-g", "-shared", "-fPIC", "-std=gnu11", *(f"-I{path}" for path in FOLDERS)]
    subprocess.run(["gcc", *flags, source, "-o", library], check=True)
    sections = subprocess.run(["readelf", "-S", "-W", library], check=True, capture_output=True, text=True).stdout
    assert ".debug_info" in sections, "without debug information abidiff sees nothing"
    return library


def without_places(text):
    """The baseline must not change with line numbers or folders."""
    text = re.sub(r" (filepath|line|column|path|comp-dir-path)='[^']*'", "", text)
    return re.sub(r"<abi-instr [^>]*>", "<abi-instr version='1.0' address-size='64' language='LANG_C11'>", text)


def is_addition(report):
    summary = re.findall(r"(\d+) (Removed|Changed)", report)
    return bool(summary) and all(number == "0" for number, _ in summary)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    update = parser.parse_args().update
    with tempfile.TemporaryDirectory() as name:
        library = build(pathlib.Path(name))
        if update:
            text = subprocess.run(["abidw", "--no-corpus-path", library], check=True, capture_output=True, text=True).stdout
            BASELINE.write_text(without_places(text))
        process = subprocess.run(["abidiff", "--no-show-locs", "--harmless", BASELINE, library], capture_output=True, text=True)
    if process.returncode == 0 or (process.returncode == 4 and is_addition(process.stdout)):
        print("the C interface is that of the baseline, or more")
        return 0
    print(process.stdout + process.stderr)
    print(f"the C interface differs from {BASELINE.name} (abidiff exit code {process.returncode})")
    return 1


if __name__ == "__main__":
    sys.exit(main())
