"""Every line of selectors.txt selects the same names in `dbt ls` and `floe dbt ls`."""

import json
import pathlib
import re
import shlex
import shutil

import pytest

from conftest import copy_example
from peer_dbt import DbtProject

LINES = [line for line in (pathlib.Path(__file__).parent / "selectors.txt").read_text().splitlines()
         if line and not line.startswith("#")]

# Methods and operators that must occur, and how an occurrence is recognised.
OPERATORS = {
    "fqn": r"fqn:", "tag": r"tag:", "path": r"path:", "source": r"source:", "config": r"config\.", "file": r"file:|\.sql\b",
    "resource_type": r"resource_type:", "test_name": r"test_name:", "test_type": r"test_type:", "package": r"package:",
    "ancestors": r"(^|\s)\+\w", "ancestors with depth": r"(^|\s)\d\+", "descendants": r"\w\*?\+(\s|,|$)",
    "descendants with depth": r"\w\+\d", "at": r"(^|\s)@", "union": r"--select \S+ [^-]", "intersection": r"\w,",
    "exclude": r"--exclude", "wildcard": r"\*", "selector": r"--selector|selector:", "version": r"version:",
}


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """{line: (dbt's names, floe's names)}."""
    directory = tmp_path_factory.mktemp("selectors")
    floe = copy_example("customer-360", directory / "floe")
    shutil.copy(pathlib.Path(__file__).parent / "selectors.yml", floe.directory)
    theirs = DbtProject.copy_of(floe, directory / "dbt").list_nodes(["", *LINES])
    found = {}
    for line, expected in zip(["", *LINES], theirs):
        printed = floe.run("dbt", "ls", "--quiet", *shlex.split(line)).stdout
        found[line] = (expected, sorted(filter(None, printed.splitlines())))
    return found


def test_there_are_enough_lines():
    assert len(LINES) >= 30 and len(set(LINES)) == len(LINES)
    counts = {name: sum(bool(re.search(pattern, line)) for line in LINES) for name, pattern in OPERATORS.items()}
    assert {name: count for name, count in counts.items() if count < 2} == {}


def test_most_lines_select_neither_nothing_nor_everything(names):
    everything = names[""][0]
    telling = [line for line in LINES if names[line][0] not in ([], everything)]
    assert len(telling) >= 25 and len(telling) >= len(LINES) * 25 / 30


@pytest.mark.parametrize("line", LINES)
def test_names_are_equal(names, line):
    expected, found = names[line]
    assert found == expected


def test_the_default_selector_stands_in_for_no_selection(tmp_path):
    floe = copy_example("customer-360", tmp_path / "floe")
    (floe.directory / "selectors.yml").write_text(
        "selectors: [{name: usual, default: true, definition: 'tag:gold'}, {name: other, definition: 'tag:silver'}]\n")
    lines = ["", "--select silver_orders", "--exclude tag:gold", "--selector other", "--resource-type model"]
    theirs = DbtProject.copy_of(floe, tmp_path / "dbt").list_nodes(lines)
    for line, expected in zip(lines, theirs):
        printed = floe.run("dbt", "ls", "--quiet", *shlex.split(line)).stdout
        assert sorted(filter(None, printed.splitlines())) == expected, line


def test_selectors_yml_in_the_manifest(tmp_path):
    floe = copy_example("customer-360", tmp_path / "floe")
    shutil.copy(pathlib.Path(__file__).parent / "selectors.yml", floe.directory)
    dbt = DbtProject.copy_of(floe, tmp_path / "dbt")
    floe.run("dbt", "parse")
    dbt.run("parse")
    ours = json.loads((floe.state / "target/manifest.json").read_text())
    assert ours["selectors"] == dbt.artifact("manifest.json")["selectors"]
