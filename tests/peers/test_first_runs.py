"""First runs of one incremental model or snapshot at the same time: the table has the rows of all of them."""

import concurrent.futures
import os
import signal

import pytest

from floe_command import Product
from test_interrupt import cpu_seconds, wait_until

REACHED_BY = ("libfloe-dbt/", "libfloe-iceberg/", "plugins/floe.catalogs/", "libfloe-core/src/warehouse/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/")

# A run is stopped in this model, after it looked at the catalog and before it writes, while others run.
SLOW = "{{ config(materialized='table') }} select count(*) as n from range(1000000000) t(i) where hash(i) = 5"
HEAD = "-- depends_on: {{ ref('slow') }}\n"
SNAPSHOT = ("{% snapshot shared %}{{ config(unique_key='id', strategy='check', check_cols='all') }}\n" + HEAD +
            "select {{ var('id') }} as id{% endsnapshot %}")


def model(**config):
    return ("models/shared.sql", HEAD + f"{{{{ config(materialized='incremental', **{config}) }}}}\nselect {{{{ var('id') }}}} as id, "
            "{{ is_incremental() }} as is_added")


KINDS = {
    "append": model(incremental_strategy="append"),
    "merge": model(incremental_strategy="merge", unique_key="id"),
    "delete+insert": model(incremental_strategy="delete+insert", unique_key="id"),
    "insert_overwrite": model(incremental_strategy="insert_overwrite", partition_by=["id"]),
    "snapshot": ("snapshots/shared.sql", SNAPSHOT),
}


@pytest.fixture
def project(tmp_path, kind):
    product = Product(tmp_path)
    product.choose()
    for name in ("orders.sql", "orders.yml"):
        (tmp_path / "models" / name).unlink()
    path, text = KINDS[kind]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    (tmp_path / "models/slow.sql").write_text(SLOW)
    return product


def build(number, variables=""):
    return "-q", "dbt", "build", "--select", "shared", "--vars", f"{{{variables}id: {number}}}"


def read(project):
    return sorted(project.show("shared")["rows"], key=lambda row: row["id"])


def assert_built_on_one_another(project, kind, ids):
    rows = read(project)
    assert [row["id"] for row in rows] == ids
    if kind != "snapshot":
        assert [row["is_added"] for row in rows].count(False) == 1, "only one run has created the table"


def stopped_before_its_first_write(project, *arguments):
    process = project.start("dbt", "build", "--vars", "id: 1", *arguments)

    def is_slow():
        return any(name.endswith(".slow") for path in project.run_directories() for name in project.unfinished_jobs(path))

    wait_until(is_slow, 60, process)
    # In the query itself: before, it may hold a lock of the catalog.
    burnt = cpu_seconds(process.pid)
    wait_until(lambda: cpu_seconds(process.pid) >= burnt + 0.1, 60, process)
    os.killpg(process.pid, signal.SIGSTOP)
    return process


def run_others_before_its_first_write(project, *arguments, others=""):
    process = stopped_before_its_first_write(project, *arguments)
    try:
        assert project.tables() == {}
        for number in (2, 3):
            project.run(*build(number, others))
    finally:
        os.killpg(process.pid, signal.SIGCONT)
    said, _ = process.communicate(timeout=600)
    assert process.returncode == 0, said


@pytest.mark.parametrize("kind", KINDS)
def test_a_late_first_run_keeps_the_rows_of_others(project, kind):
    run_others_before_its_first_write(project)
    assert_built_on_one_another(project, kind, [1, 2, 3])


@pytest.mark.parametrize("kind", ["append"])
def test_a_full_refresh_replaces_the_rows_of_others(project):
    run_others_before_its_first_write(project, "--full-refresh")
    assert read(project) == [{"id": 1, "is_added": False}]


@pytest.mark.parametrize("kind", ["append"])
@pytest.mark.parametrize("late", ["incremental", "table"])
def test_a_late_first_run_replaces_the_view_of_others(project, late):
    """As it replaces a view that was there when it began."""
    path = project.directory / "models/shared.sql"
    path.write_text(path.read_text().replace("'incremental'", f"var('materialized', '{late}')"))
    run_others_before_its_first_write(project, others="materialized: view, ")
    assert read(project) == [{"id": 1, "is_added": False}]


@pytest.mark.parametrize("kind", KINDS)
def test_first_runs_at_once(project, kind):
    ids = [1, 2, 3, 4]
    with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
        for process in [pool.submit(project.run, *build(number)) for number in ids]:
            process.result()
    assert_built_on_one_another(project, kind, ids)
