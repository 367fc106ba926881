"""`floe dbt show` prints values of every type, nested ones too."""

import itertools

import pytest

from floe_command import Project

REACHED_BY = ("libfloe-dbt/", "plugins/floe.computes/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/")
VALUES = {"decimal": "1.50::decimal(4, 2)", "date": "date '2024-02-29'", "timestamp": "timestamp '2024-02-29 10:00:00'",
          "timestamptz": "timestamptz '2024-02-29 10:00:00+00'", "time": "time '10:00:00'", "blob": "'a'::blob", "uuid": "'00000000-0000-0000-0000-000000000001'::uuid",
          "hugeint": "1::hugeint", "nan": "'nan'::double", "infinity": "'-inf'::float", "null": "null"}
SHAPES = {"plain": "{}", "list": "[{}]", "struct": "{{'x': {}}}", "map": "map {{'k': {}}}"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    directory = tmp_path_factory.mktemp("show")
    (directory / "models").mkdir()
    (directory / "dbt_project.yml").write_text("name: shop\n")
    (directory / "models/first.sql").write_text("select 1 as id")
    return Project(directory)


@pytest.mark.parametrize("shape, value", itertools.product(SHAPES, VALUES))
def test_values(project, shape, value):
    query = f"select {SHAPES[shape].format(VALUES[value])} as c"
    assert [list(row) for row in project.json("dbt", "show", "--inline", query)["rows"]] == [["c"]]
    assert project.run("dbt", "show", "--inline", query).stdout.split()[0] == "c"


def test_bytes_are_written_as_python_writes_them(project):
    query = r"select '\xFF\x00a'::blob as b, ['\xFF'::blob] as l"
    assert list(project.json("dbt", "show", "--inline", query)["rows"]) == [{"b": r"b'\xff\x00a'", "l": r"""["b'\\xff'"]"""}]


def test_quiet_prints_the_answer(project):
    assert "c" in project.run("-q", "dbt", "show", "--inline", "select 1 as c").stdout
