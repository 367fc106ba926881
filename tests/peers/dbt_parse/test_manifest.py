"""manifest.json of `floe dbt parse` against dbt-core's: every field of every node, source, macro, doc, exposure and group."""

import json
import shutil

import pytest

from compare_manifest import Comparison
from conftest import HERE
from floe_command import ROOT, Project
from peer_dbt import DbtProject

PROJECTS = {
    "customer-360": ROOT / "examples/customer-360",
    "shop": ROOT / "libfloe-dbt/tests/data/shop",
    **{path.name: path for path in sorted((HERE / "projects").iterdir())},
}


@pytest.mark.parametrize("name", PROJECTS)
def test_every_field_is_equal(name, tmp_path, capsys):
    ignored = shutil.ignore_patterns(".floe", "data", "target", "logs", "generator")
    floe = Project(shutil.copytree(PROJECTS[name], tmp_path / "floe", ignore=ignored))
    dbt = DbtProject.copy_of(floe, tmp_path / "dbt")
    floe.run("dbt", "parse")
    dbt.run("parse", "--no-partial-parse")
    ours = json.loads((floe.state / "target/manifest.json").read_text())
    comparison = Comparison(ours, dbt.artifact("manifest.json"))
    assert comparison.differences == [], "\n".join(comparison.lines())
    assert comparison.compared > 500
    with capsys.disabled():
        print(f"\n{name}: {comparison.compared} values equal")
