#!/usr/bin/env python3
"""Compiles the public headers the way strangers may: each C header alone in every standard, the C++ ones as C++17 and C++20.

gcc, clang 19 and mingw-w64, -Wall -Wextra -Wpedantic -Werror, syntax only. The C layout also for 32-bit targets; the Rust
declarations, whose sizes are asserted, with rustc.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = [ROOT / name / "include" for name in ("libfloe-core", "libfloe-iceberg", "libfloe-dbt")]
# For floe's own libraries only; not installed.
INTERNAL = ("floe/client",)
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", *(f"-I{folder}" for folder in FOLDERS)]
C = ("c99", "c11", "c17")
CXX = ("c++11", "c++17", "c++20")
COMPILERS = {"c": ("gcc", "clang-19", "x86_64-w64-mingw32-gcc"), "c++": ("g++", "clang++-19", "x86_64-w64-mingw32-g++")}
LAYOUT = "tests/abi/layout_golden.c"
TARGETS_32 = ("armv7-linux-gnueabihf", "i686-linux-gnu", "i686-w64-mingw32")
RUST = "bindings/rust/floe-sys/src/lib.rs"
PLUGIN = "tests/abi/v1/plugin.c"
ALL_BASES = "tests/abi/plugins/all_bases.cpp"


def headers(suffix):
    for folder in FOLDERS:
        for path in sorted(folder.rglob(f"*{suffix}")):
            name = path.relative_to(folder).as_posix()
            if not name.startswith(INTERNAL):
                yield name


def commands(folder):
    """(title, command) of every compilation."""

    def including(name, language):
        path = folder / (name.replace("/", "_") + (".c" if language == "c" else ".cpp"))
        path.write_text(f'#include "{name}"\ntypedef int not_empty;\n')
        return str(path)

    for name in headers(".h"):
        for language, standards in (("c", C), ("c++", CXX)):
            source = including(name, language)
            for compiler in COMPILERS[language]:
                for standard in standards:
                    yield f"{name}: {compiler} {standard}", [compiler, f"-std={standard}", *FLAGS, source]
    # Together, too: one name for two things in two headers is seen only here.
    everything = folder / "everything.c"
    everything.write_text("".join(f'#include "{name}"\n' for name in headers(".h")) + "typedef int not_empty;\n")
    for compiler, language in (("gcc", "c"), ("g++", "c++")):
        yield f"all C headers: {compiler}", [compiler, "-x", language, *FLAGS, str(everything)]
    for name in headers(".hpp"):
        yield f"{name}: clang++-19 c++17", ["clang++-19", "-std=c++17", *FLAGS, including(name, "c++")]
    for compiler in COMPILERS["c++"]:
        for standard in ("c++17", "c++20"):
            yield f"{ALL_BASES}: {compiler} {standard}", [compiler, f"-std={standard}", *FLAGS, ALL_BASES]
    for compiler in COMPILERS["c"]:
        yield f"{LAYOUT}: {compiler}", [compiler, "-std=c11", *FLAGS, LAYOUT]
    yield RUST, ["rustc", "--edition", "2018", "--crate-type", "lib", "--emit=metadata", "-D", "warnings", "-o", str(folder / "sys.rmeta"), RUST]
    yield f"{PLUGIN}: mingw-w64", ["x86_64-w64-mingw32-gcc", "-std=c99", *FLAGS, PLUGIN]
    for target in TARGETS_32:
        yield f"{LAYOUT}: {target}", ["clang-19", f"--target={target}", "-ffreestanding", "-std=c11", *FLAGS, LAYOUT]


def compile_one(job):
    title, command = job
    try:
        process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return f"{title}: {command[0]} is not installed"
    return f"{title}\n{process.stderr[:3000]}" if process.returncode else None


def main():
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = list(commands(pathlib.Path(name)))
        problems = [problem for problem in pool.map(compile_one, jobs) if problem]
    print("\n".join(problems[:20]))
    print(f"{len(jobs)} compilations, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
