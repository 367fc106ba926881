"""`make install PREFIX=`: the installed tree runs, compiles a project, and a stranger can build against it."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("FLOE_BIN", ROOT / "build/release/bin/floe")).parents[1]


def run(*command, expect=0, **options):
    process = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)
    assert process.returncode == expect, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Installed once, then moved: nothing in the tree may know where it was built or installed."""
    first = tmp_path_factory.mktemp("install") / "first"
    run("cmake", "--install", BUILD, "--prefix", first)
    return first.rename(first.with_name("moved"))


@pytest.fixture
def plain_environment():
    return {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/root")}


def test_the_tree_is_the_documented_one(prefix):
    for path in ["bin/floe", "lib/libfloe-core.so.1", "lib/libfloe-iceberg.so.1", "lib/libfloe-dbt.so.1",
                 "lib/floe/third-party/libduckdb.so", "lib/cmake/floe/floeConfig.cmake", "lib/pkgconfig/floe.pc",
                 "include/floe/floe.h", "include/floe/plugin.h", "include/floe/interfaces/compute.h",
                 "share/floe/interfaces/compute.json", "share/floe/schemas/shared/health.schema.json"]:
        assert (prefix / path).exists(), path
    assert not list((prefix / "include").rglob("client*")), "headers over base/ are for the libraries themselves"
    found = sorted(str(path.parent.relative_to(prefix / "lib/floe/plugins")) for path in (prefix / "lib/floe/plugins").glob("*/*/*.so"))
    assert found == sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in (ROOT / "plugins").glob("*/*/plugin.json"))
    assert not list((prefix / "lib/floe/plugins").rglob("libduckdb*"))


def test_the_installed_floe_runs_a_project(prefix, tmp_path, plain_environment):
    project = shutil.copytree(ROOT / "tests/peers/projects/failures", tmp_path / "p")
    for path in (project / "tests").iterdir():
        path.unlink()
    run(prefix / "bin/floe", "-C", project, "run", "--select", "fine", "--indirect-selection", "cautious",
        env=plain_environment)
    assert '"id":9' in run(prefix / "bin/floe", "-C", project, "show", "fine", "--limit", "-1", "--output", "json",
                           env=plain_environment).replace(" ", "")


def test_pkg_config(prefix, tmp_path):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    flags = run("pkg-config", "--cflags", "--libs", "floe", env=environment).split()
    run("cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", HERE / "embed.c", *flags, f"-Wl,-rpath,{prefix}/lib",
        "-o", tmp_path / "embed")
    assert run(tmp_path / "embed").strip() == run("pkg-config", "--modversion", "floe", env=environment).strip()


def test_find_package(prefix, tmp_path):
    shutil.copy(HERE / "embed.c", tmp_path)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(embed C)\nfind_package(floe 0.1 REQUIRED)\n"
        "add_executable(embed embed.c)\ntarget_link_libraries(embed PRIVATE floe::core floe::plugin)\n")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path / "build")
    assert run(tmp_path / "build/embed").strip()


def test_plugin_headers_are_c99(prefix, tmp_path):
    for header in sorted((prefix / "include/floe").rglob("*.h")):
        source = tmp_path / "header.c"
        source.write_text(f'#include <{header.relative_to(prefix / "include")}>\nint unused;\n')
        run("cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{prefix}/include", source)
