"""The servers that the tests share. What is not built fails them: nothing here is skipped."""

import os
import pathlib
import sys

import pytest

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
sys.path.insert(0, str(PEERS))

from floe_command import BIN, Product  # noqa: E402

os.environ.setdefault("FLOE_LIBRARY", str(BIN.resolve().parents[1]))

import kube_apiserver  # noqa: E402


@pytest.fixture
def product(tmp_path):
    return Product(tmp_path)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A kube-apiserver with RBAC over an etcd of its own."""
    with kube_apiserver.running(tmp_path_factory.mktemp("cluster")) as running:
        yield running
