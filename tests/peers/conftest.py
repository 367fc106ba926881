"""Fixtures shared by the suites. An example is copied once per session and built once."""

import ipaddress
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

from floe_command import BIN, ROOT, Product, Project, started

HERE = pathlib.Path(__file__).resolve().parent
DEMO_ROWS = 2000


def pytest_configure(config):
    if not BIN.exists():
        raise pytest.UsageError(f"{BIN} is missing: run `make build`, or name the binary in FLOE_BIN")


def pytest_report_header(config):
    version = subprocess.run([str(BIN), "--version"], capture_output=True, text=True)
    return f"floe: {BIN} {version.stdout.strip()}"


@pytest.fixture(autouse=True)
def nothing_runs_on():
    """Ends what a failed test started: a run that nobody waits for takes a processor from all other tests."""
    yield
    while started:
        process = started.pop()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


# Their tests start servers that a plugin is configured for. Every other test has none that floe could ask.
SUITES_WITH_SERVERS = {f"test_{name}.py" for name in ("alerts", "audit", "aws_secrets", "http_backends", "oidc", "port_contracts", "webhook")}


@pytest.fixture(scope="session")
def connections(tmp_path_factory):
    """The file that lists the IP connections of the command `floe`; None for a build with sanitizers, whose runtime has to come first."""
    if b"__asan_init" in BIN.read_bytes() or b"__tsan_init" in BIN.read_bytes():
        return None
    folder = tmp_path_factory.mktemp("connections")
    library, listed = folder / "connections.so", folder / "connections"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(HERE / "connections.c"), "-ldl"], check=True)
    os.environ.update(LD_PRELOAD=str(library), FLOE_TEST_CONNECTIONS=str(listed))
    return listed


@pytest.fixture(autouse=True)
def connects_only_where_it_is_told(connections, request):
    yield
    if connections is None or not connections.exists():
        return
    asked = sorted(set(connections.read_text().splitlines()))
    connections.unlink()
    away = [line for line in asked if not ipaddress.ip_address(line.split()[0]).is_loopback]
    assert away == [], "floe left this machine"
    assert asked == [] or request.path.name in SUITES_WITH_SERVERS, f"floe connected to {asked}, and no plugin is configured for that"


def copy_example(name, directory):
    ignored = shutil.ignore_patterns(".floe", "data", "target", "logs", "generator")
    return Project(shutil.copytree(ROOT / "examples" / name, directory, ignore=ignored))


def copy_project(name, directory):
    return Project(shutil.copytree(HERE / "projects" / name, directory, ignore=shutil.ignore_patterns(".floe", "target")))


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """examples/customer-360 after one run. Tests that change tables take `fresh_demo`."""
    project = copy_example("customer-360", tmp_path_factory.mktemp("demo") / "customer-360")
    project.generate(DEMO_ROWS)
    project.first_run = project.json("run")
    return project


@pytest.fixture
def fresh_demo(tmp_path):
    """A copy of its own, raw files generated, nothing built yet."""
    project = copy_example("customer-360", tmp_path / "customer-360")
    project.generate(DEMO_ROWS)
    return project


@pytest.fixture(scope="session")
def types(tmp_path_factory):
    """tests/peers/projects/types after one run: every SQL type, every materialization."""
    project = copy_project("types", tmp_path_factory.mktemp("types") / "types")
    project.first_run = project.json("run")
    return project


@pytest.fixture
def product(tmp_path):
    return Product(tmp_path)
