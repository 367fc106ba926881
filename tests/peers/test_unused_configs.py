"""Settings of dbt_project.yml that no resource has: floe warns of the paths that dbt-core warns of."""

import json
import re

from floe_command import Project
from peer_dbt import DbtProject

REACHED_BY = ("libfloe-dbt/src/parse/", "libfloe-dbt/src/project/")

PROJECT = """
name: shop
profile: shop
version: '1.0'
models:
  +tags: [a]
  shop:
    +meta: {b: 2}
    staging: {+materialized: view}
    stagin: {+enabled: false}
    marts:
      +tags: [m]
      eu: {+tags: [e]}
    closed: {+enabled: false}
    nothing: {}
  shoop: {deep: {+enabled: false}}
seeds:
  shop: {old: {+quote_columns: true}}
snapshots:
  shop: {old: {+enabled: true}}
data_tests:
  shop: {+severity: warn, marts: {+severity: error}}
"""
FILES = {
    "dbt_project.yml": PROJECT,
    "models/staging/a.sql": "select 1 as id",
    "models/marts/b.sql": "select 1 as id",
    "models/marts/b.yml": "models: [{name: b, columns: [{name: id, data_tests: [unique]}]}]",
    "models/closed/c.sql": "select 1 as id",
    "snapshots/s.sql": "{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 1 as id{% endsnapshot %}",
}


def test_the_paths_are_dbts(tmp_path):
    project = Project(tmp_path / "shop")
    for name, text in FILES.items():
        path = project.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = json.loads(project.run("-q", "dbt", "parse", "--error-format", "json").stderr)["diagnostics"]
    assert {one["code"] for one in found} == {"FLOE-W1607"}
    floes = sorted(re.search("`(.*?)`", one["message"]).group(1) for one in found)
    peer = DbtProject.copy_of(project, tmp_path / "peer")
    said = peer.run("parse", "--no-partial-parse").stdout
    # dbt names the levels with settings; floe the first level of such a path that nothing has. dbt takes a disabled model for a
    # seed as well.
    dbts = sorted(set(re.findall(r"^\S* *- ((?:models|seeds|snapshots|data_tests|tests)\.\S+)$", said, re.MULTILINE)))
    assert floes == ["models.shoop", "models.shop.marts.eu", "models.shop.stagin", "seeds.shop", "snapshots.shop.old"]
    assert dbts == ["models.shoop.deep", "models.shop.marts.eu", "models.shop.stagin", "seeds.shop.old", "snapshots.shop.old"]
