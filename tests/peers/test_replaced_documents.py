"""What a project cannot do by putting something else in the place of its documents, or of the platform that it pins.

Each row is an attack on a project with a model that breaks a rule: what is changed, and the exit code and the codes that `floe run` ends with.
"""

import os
import re
import shutil
import subprocess

import pytest

from floe_command import BIN, Project

REACHED_BY = ("base/io/", "libfloe-core/src/", "libfloe-dbt/src/project/")
ENTERPRISE = """metadata: {name: acme, version: "1.0.0"}
scope: enterprise
data_architecture: {pattern: medallion, naming: {enforcement: strict}}
"""
SALES = """metadata: {name: sales, version: "1.0.0"}
scope: domain
parent_manifest: enterprise.yaml
"""
PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: shop, version: "1.0", owner: me, description: Orders.}
platform: {ref: mesh/sales.yaml}
"""
FILES = {"mesh/enterprise.yaml": ENTERPRISE, "mesh/sales.yaml": SALES, "floe.yaml": PRODUCT, "dbt_project.yml": "name: shop\n",
         "models/bronze_a.sql": "select 1 as id\n"}


class Shop(Project):
    def __init__(self, directory):
        super().__init__(directory)
        self.write(FILES)

    def write(self, files):
        for name, text in files.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def edit(self, name, old, new):
        path = self.directory / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def codes(self, *words, **variables):
        """Exit code, and the codes of all findings."""
        process = subprocess.run([BIN, "--error-format", "concise", "-C", self.directory, *words], capture_output=True, text=True, timeout=120,
                                 env={**os.environ, **variables})
        return process.returncode, sorted(set(re.findall(r"(?:error|warning)\[FLOE-(.\d{4})\]", process.stderr)))


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path / "shop")


def link(path):
    path.symlink_to("nowhere.yaml")


def folder(path):
    path.mkdir()


# The document, what takes its place, and what the run ends with.
ATTACKS = {f"{name}: a {kind.__name__}": (name, kind, (2, ["E0802"]))
           for name in ("floe.yaml", "dbt_project.yml") for kind in (link, os.mkfifo, folder)}
ATTACKS["a model: a mkfifo"] = ("models/orders.sql", os.mkfifo, (1, ["E0603"]))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_no_file(shop, attack):
    """It is an error, never a project without a platform or without the model."""
    name, put, expected = ATTACKS[attack]
    shop.write({"models/orders.sql": "select 1 as ssn\n"})
    (shop.directory / name).unlink()
    put(shop.directory / name)
    assert shop.codes("run") == expected
    assert not (shop.state / "warehouse").exists()


def test_a_mirror_satisfies_no_pin_with_other_bytes(shop, tmp_path):
    """What FLOE_OCI_MIRROR names has to have the pinned digest, and its blobs theirs."""
    made = []
    for version, text in enumerate((ENTERPRISE, ENTERPRISE.replace("strict", "warn"))):
        (shop.directory / "published.yaml").write_text(text)
        answer = shop.json("platform", "compile", "published.yaml", "--layout", tmp_path / f"mirror{version}/reg/acme")
        made.append(answer["digest"])
    assert made[0] != made[1]
    shop.edit("floe.yaml", "mesh/sales.yaml", f"oci://reg/acme:v1.0.0@{made[0]}")
    assert shop.codes("compile", FLOE_OCI_MIRROR=str(tmp_path / "mirror0")) == (0, [])
    mirror = {"FLOE_OCI_MIRROR": str(tmp_path / "mirror1")}
    assert shop.codes("compile", **mirror) == (2, ["E0301"])
    index = tmp_path / "mirror1/reg/acme/index.json"
    index.write_text(index.read_text().replace(made[1], made[0]))
    blobs = index.parent / "blobs/sha256"
    shutil.copy(blobs / made[1].removeprefix("sha256:"), blobs / made[0].removeprefix("sha256:"))
    assert shop.codes("compile", **mirror) == (2, ["E0325"])
