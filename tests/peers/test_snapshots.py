"""dbt snapshots in dbt-core with dbt-duckdb and in floe: the same history after each of four batches."""

import datetime
import json

import duckdb
import pytest

from conftest import copy_project
from peer_dbt import DbtProject

BATCHES = (1, 2, 3, 4)
# Snapshots whose row ids contain the time of the run; those of the others are equal to the byte.
CLOCK_IN_IDS = {"by_all_columns", "records_deleted"}


def comparable(value, began):
    """The times of this run become one word; the two tools ran at different moments."""
    if isinstance(value, datetime.datetime):
        value = value.isoformat(timespec="microseconds")
    if isinstance(value, str) and value[:10] >= began and value[:4] != "9999" and value[4:5] == "-" and "T" in value:
        return "the time of the run"
    return value


def history(columns, rows, began, ids_differ):
    lines = []
    for row in rows:
        shown = {name: comparable(value, began) for name, value in zip(columns, row)}
        if ids_differ:
            shown.pop("dbt_scd_id")
        lines.append(json.dumps(shown, sort_keys=True))
    return sorted(lines)


def relations(dbt):
    return {node["name"]: (node["schema"], node["alias"]) for node in dbt.artifact("manifest.json")["nodes"].values()
            if node["resource_type"] == "snapshot"}


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """batch -> snapshot -> (dbt's columns and lines, floe's)."""
    began = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).date().isoformat()
    directory = tmp_path_factory.mktemp("history")
    floe = copy_project("history", directory / "floe")
    dbt = DbtProject.copy_of(floe, directory / "dbt")
    found = {}
    for batch in BATCHES:
        floe.run("dbt", "build", "--vars", f"batch: {batch}")
        dbt.run("build", "--vars", f"batch: {batch}")
        found[batch] = {}
        with duckdb.connect(str(dbt.database), read_only=True) as connection:
            for name, (schema, alias) in relations(dbt).items():
                theirs = connection.execute(f'from "{schema}"."{alias}"')
                columns = [column[0] for column in theirs.description]
                shown = floe.show(f"{schema}.{alias}")
                ours = [column["name"] for column in shown["columns"]]
                differ = name in CLOCK_IN_IDS
                found[batch][name] = (
                    (columns, history(columns, theirs.fetchall(), began, differ)),
                    (ours, history(ours, [[row[column] for column in ours] for row in shown["rows"]], began, differ)))
    return found


@pytest.mark.parametrize("name", ["by_time", "in_own_schema", "ends_deleted", "records_deleted", "by_all_columns", "own_names", "repeats_keys"])
def test_each_batch_gives_the_same_history(histories, name):
    for batch in BATCHES:
        theirs, ours = histories[batch][name]
        assert ours == theirs, f"batch {batch}"
    first, last = histories[BATCHES[0]][name][0][1], histories[BATCHES[-1]][name][0][1]
    assert len(last) > len(first)  # the batches did change something
