"""Projects in folders of their own, over the library that FLOE_LIBRARY names."""

import pathlib

import pytest

import floe

SLOW = "select sum(a.range * b.range) as s from range(100000000) a, range(100000000) b"  # until it is cancelled


def write_project(folder: pathlib.Path, models, **files):
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: shop\nmodels: {+materialized: table}\n")
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    for name, text in files.items():
        (folder / "models" / f"{name}.yml").write_text(text)
    return folder


ORDERS = """
select range::int as order_id, (range * 1.5)::decimal(9, 2) as amount, 'customer ' || range % 3 as customer,
       date '2026-01-01' + range::int as day
from range(1000)
"""
TESTS = "models: [{name: orders, columns: [{name: order_id, data_tests: [unique, not_null]}]}]\n"


@pytest.fixture
def folder(tmp_path):
    return write_project(tmp_path / "shop", {"orders": ORDERS, "big": "select * from {{ ref('orders') }} where amount > 1000"},
                         schema=TESTS)


@pytest.fixture
def project(folder):
    with floe.Project(folder) as opened:
        yield opened


@pytest.fixture
def built(project):
    assert project.run().success
    return project
