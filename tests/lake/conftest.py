"""One lake and one Spark for all tests: starting Spark is what takes long."""

import collections
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))

import spark_session  # noqa: E402
from floe_command import BIN  # noqa: E402
from lake import Lake  # noqa: E402


def pytest_configure(config):
    if not BIN.exists():
        raise pytest.UsageError(f"{BIN} is missing: run `make build`, or name the binary in FLOE_BIN")


@pytest.fixture(scope="session")
def lake(tmp_path_factory):
    made = Lake(tmp_path_factory.mktemp("lake") / "lake")
    with spark_session.running(made, tmp_path_factory.mktemp("spark")) as made.spark:
        made.sql("create namespace if not exists floe.main")
        yield made
    made.duckdb.stop()


@pytest.fixture(scope="session")
def told(request):
    """What is worth knowing and fails nothing, counted; shown after the tests."""
    request.config.told = collections.Counter()
    return request.config.told


def pytest_terminal_summary(terminalreporter, config):
    if getattr(config, "told", None):
        terminalreporter.section("random tables")
        for name, count in sorted(config.told.items()):
            terminalreporter.write_line(f"{count:6}  {name}")
