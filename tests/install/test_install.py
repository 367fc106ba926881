"""`make install PREFIX=`: the installed tree runs, compiles a project, and a stranger can build against it."""

import json
import os
import pathlib
import re
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
                 "lib/floe/libfloe-devkit.so", "lib/floe/third-party/libduckdb.so", "lib/floe/third-party/libfloe-duckdb-guard.so", "lib/cmake/floe/floeConfig.cmake", "lib/pkgconfig/floe.pc",
                 "lib/pkgconfig/floe-core.pc", "lib/pkgconfig/floe-iceberg.pc", "lib/pkgconfig/floe-dbt.pc",
                 "include/floe/floe.h", "include/floe/floe.hpp", "include/floe/plugin.h", "include/floe/interfaces/compute.h",
                 "share/floe/interfaces/compute.json", "share/floe/schemas/shared/health.schema.json"]:
        assert (prefix / path).exists(), path
    assert not list((prefix / "include").rglob("client*")), "headers over base/ are for the libraries themselves"
    found = sorted(str(path.parent.relative_to(prefix / "lib/floe/plugins")) for path in (prefix / "lib/floe/plugins").glob("*/*/*.so"))
    assert found == sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in (ROOT / "plugins").glob("*/*/plugin.json")
                           if shutil.which("cargo") or not (path.parent / "Cargo.toml").exists())
    assert not list((prefix / "lib/floe/plugins").rglob("libduckdb*"))


def test_the_installed_floe_runs_a_project(prefix, tmp_path, plain_environment):
    project = shutil.copytree(ROOT / "tests/peers/projects/failures", tmp_path / "p")
    for path in (project / "tests").iterdir():
        path.unlink()
    run(prefix / "bin/floe", "-C", project, "run", "--select", "fine", "--indirect-selection", "cautious",
        env=plain_environment)
    assert '"id":9' in run(prefix / "bin/floe", "-C", project, "show", "fine", "--limit", "-1", "--output", "json",
                           env=plain_environment).replace(" ", "")


def test_python_uses_the_tree_that_it_lies_in(prefix, tmp_path, plain_environment):
    (tmp_path / "floe.yaml").write_text('apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: "1.0"}\n')
    program = "import floe; print(floe.Project('.').compile()['success'])"
    assert run("/usr/bin/python3", "-c", program, cwd=tmp_path, env={**plain_environment, "PYTHONPATH": prefix / "lib/floe/python"}) == "True\n"


def test_a_new_plugin_builds_with_the_floe_in_path(prefix, tmp_path, plain_environment):
    environment = {**plain_environment, "PATH": f"{prefix / 'bin'}:{plain_environment['PATH']}"}
    run("floe", "plugin", "new", "--lang", "c", "--interface", "floe.secrets/1", "vault", cwd=tmp_path, env=environment)
    assert "0 failed" in run("make", "check", cwd=tmp_path / "vault", env=environment)
    away = subprocess.run(["make", "check", f"PREFIX={tmp_path}"], cwd=tmp_path / "vault", env=environment, capture_output=True, text=True)
    assert away.returncode == 2
    assert f"floe is not installed in `{tmp_path}`: type `make install PREFIX=FOLDER` in its sources, then `make PREFIX=FOLDER` here" in away.stderr


def test_an_installation_without_the_devkit(prefix, tmp_path, plain_environment):
    """Everything but two commands works, and these say what to install."""
    (tmp_path / "floe").mkdir()
    for name in ("bin", "lib"):
        shutil.copytree(prefix / name, tmp_path / "floe" / name, symlinks=True)
    (tmp_path / "floe/lib/floe/libfloe-devkit.so").unlink()
    program = tmp_path / "floe/bin/floe"
    run(program, "plugin", "list", env=plain_environment)
    for command in (["check", "."], ["new", "--lang", "c", "--interface", "floe.secrets/1", "hello"]):
        process = subprocess.run([program, "-C", tmp_path, "plugin", *command], capture_output=True, text=True, timeout=60, env=plain_environment)
        assert (process.returncode, process.stdout, process.stderr) == (2, "", (
            "error[FLOE-E0441]: the devkit is not installed: `libfloe-devkit.so` is not in `lib/floe` of this installation\n"
            "  = help: `floe plugin check` and `floe plugin new` need it: install the `libfloe-devkit.so` of floe 0.1.0\n"))
    shutil.copy(prefix / "lib/floe/libfloe-http.so", tmp_path / "floe/lib/floe/libfloe-devkit.so")
    process = subprocess.run([program, "plugin", "check", "."], capture_output=True, text=True, timeout=60, env=plain_environment)
    assert process.returncode == 2 and "libfloe-devkit.so` belongs to another version of floe\n" in process.stderr


# What the program of each part prints, in every language, for the folder it is given.
PRINTS = {
    "core": {"columns": [{"name": "n", "type": "long"}], "rows": [{"n": 0}, {"n": 1}, {"n": 2}]},
    "iceberg": {"tables": [{"namespace": ["main"], "name": "orders"}], "views": []},
    "dbt": {"success": True, "results": [], "lines": ["outside.numbers"], "show": None,
            "manifest_path": "FOLDER/target/manifest.json"},
}
PARTS = sorted(PRINTS)


@pytest.fixture
def folder(tmp_path):
    """A dbt project; also an empty place for tables."""
    (tmp_path / "p/models").mkdir(parents=True)
    (tmp_path / "p/dbt_project.yml").write_text("name: outside\n")
    (tmp_path / "p/models/numbers.sql").write_text("{{ config(materialized='table') }} select range as n from range(3)")
    return tmp_path / "p"


def source(part, language):
    """The C++ program of a part is its C program unless it has one of its own."""
    own = HERE / "programs" / f"{part}.{language}"
    return own if own.exists() else own.with_suffix(".c")


def check(program, part, folder, prefix):
    shown = run(program, folder, env={"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": f"{prefix}/lib"})
    assert json.loads(shown.replace(str(folder), "FOLDER")) == PRINTS[part]
    needed = run("readelf", "-d", program)
    assert [name for name in PARTS if f"libfloe-{name}.so.1" in needed] == [part]


@pytest.mark.parametrize("language, compiler", [("c", ["cc", "-std=c99"]), ("cpp", ["c++", "-std=c++17", "-xc++"])])
@pytest.mark.parametrize("part", PARTS)
def test_pkg_config(prefix, tmp_path, folder, part, language, compiler):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    flags = run("pkg-config", "--cflags", "--libs", f"floe-{part}", env=environment).split()
    run(*compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror", source(part, language), "-o", tmp_path / "program", *flags)
    check(tmp_path / "program", part, folder, prefix)


def test_pkg_config_of_the_whole(prefix):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    assert run("pkg-config", "--libs-only-l", "floe", env=environment).split() == ["-lfloe-core"]
    plugins = run("pkg-config", "--variable=plugindir", "floe", env=environment).strip()
    assert pathlib.Path(plugins).resolve() == prefix / "lib/floe/plugins"


def configure(prefix, tmp_path, text):
    (tmp_path / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.25)\nproject(outside C CXX)\n{text}\n")
    command = ["cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}"]
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("part", PARTS)
def test_find_package(prefix, tmp_path, folder, part):
    for language in ("c", "cpp"):  # a C program as C++ too
        shutil.copy(source(part, language), tmp_path / f"program.{language}")
    process = configure(prefix, tmp_path, (
        f"find_package(floe 0.1 REQUIRED COMPONENTS {part})\n"
        "foreach(language c cpp)\n"
        "  add_executable(program_${language} program.${language})\n"
        "  target_compile_features(program_${language} PRIVATE cxx_std_17)\n"
        f"  target_link_libraries(program_${{language}} PRIVATE floe::{part} floe::plugin)\n"
        "endforeach()\n"
        "get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)\nmessage(STATUS \"targets: ${targets}\")"))
    assert process.returncode == 0, process.stdout + process.stderr
    assert f"targets: floe::{part};floe::plugin\n" in process.stdout
    run("cmake", "--build", tmp_path / "build")
    check(tmp_path / "build/program_c", part, folder, prefix)
    shutil.rmtree(folder / "catalog", ignore_errors=True)
    shutil.rmtree(folder / "warehouse", ignore_errors=True)
    check(tmp_path / "build/program_cpp", part, folder, prefix)


def test_find_package_names_a_component_that_is_not_there(prefix, tmp_path):
    process = configure(prefix, tmp_path, "find_package(floe REQUIRED COMPONENTS core nonsense)")
    assert process.returncode != 0
    assert "component nonsense is not installed (known: core;iceberg;dbt)" in " ".join(process.stderr.split())


@pytest.mark.parametrize("part", PARTS)
def test_cargo(prefix, tmp_path, folder, part):
    (tmp_path / "src").mkdir()
    shutil.copy(HERE / f"programs/{part}.rs", tmp_path / "src/main.rs")
    (tmp_path / "Cargo.toml").write_text(
        '[package]\nname = "outside"\nversion = "0.1.0"\nedition = "2018"\n[dependencies]\n'
        f'floe-sys = {{ path = "{ROOT}/bindings/rust/floe-sys", features = ["{part}"] }}\n')
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig"), "CARGO_TARGET_DIR": str(tmp_path / "target")}
    run("cargo", "build", "--quiet", "--offline", cwd=tmp_path, env=environment)
    check(tmp_path / "target/debug/outside", part, folder, prefix)


def test_rust_declares_every_function():
    sources = "".join(path.read_text() for path in (ROOT / "bindings/rust/floe-sys/src").glob("*.rs"))
    declared = set(re.findall(r"pub fn (floe_\w+)\(", sources)) | set(re.findall(r"^    (floe_\w+);$", sources, re.MULTILINE))
    exported = {line.split("@")[0] for part in PARTS for line in (ROOT / f"tests/abi/symbols/libfloe-{part}.txt").read_text().split()}
    assert declared == exported


def test_plugin_headers_are_c99(prefix, tmp_path):
    for header in sorted((prefix / "include/floe").rglob("*.h")):
        source = tmp_path / "header.c"
        source.write_text(f'#include <{header.relative_to(prefix / "include")}>\nint unused;\n')
        run("cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{prefix}/include", source)
