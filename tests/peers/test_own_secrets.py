"""What floe itself is told in secret variables is read by no template, and shown by nothing."""

import os

import pytest

from floe_command import Project

REACHED_BY = ["base", "libfloe-core", "libfloe-dbt"]

TOKEN = "eyJ0eXAi-t0ken"
PASSWORD = "wh-s3cret-12345"
ENVIRONMENT = {**os.environ, "FLOE_TOKEN": TOKEN, "FLOE_SECRET_WAREHOUSE": PASSWORD, "PLAIN": PASSWORD}
PROJECT = "name: shop\nversion: '1'\nmodel-paths: [models]\n"


def project(tmp_path, **files):
    for name, text in {"dbt_project.yml": PROJECT, "models/one.sql": "select 1 as one", **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(tmp_path)


@pytest.mark.parametrize("name", ["FLOE_TOKEN", "FLOE_SECRET_WAREHOUSE", "FLOE_SECRET_UNSET"])
@pytest.mark.parametrize("file, text", [
    ("models/one.sql", "select '{{{{ env_var('{}', 'none') }}}}' as one"),
    ("macros/read.sql", "{{% macro read() %}}{{{{ env_var('{}') }}}}{{% endmacro %}}"),
    ("dbt_project.yml", PROJECT + "models: {{+tags: [\"{{{{ env_var('{}', 'none') }}}}\"]}}\n"),
    ("profiles.yml", "shop: {{target: dev, outputs: {{dev: {{type: duckdb, schema: \"{{{{ env_var('{}') }}}}\"}}}}}}\n"),
])
def test_no_template_reads_them(tmp_path, file, text, name):
    files = {file: text.format(name)}
    if file == "macros/read.sql":
        files["models/one.sql"] = "select '{{ read() }}' as one"
    if file == "profiles.yml":
        files["dbt_project.yml"] = PROJECT + "profile: shop\n"
    process = project(tmp_path, **files).run("dbt", "parse", env=ENVIRONMENT, expect=1)
    assert f"'{name}' is a secret of floe, which no template reads" in process.stderr
    assert TOKEN not in process.stdout + process.stderr
    assert PASSWORD not in process.stdout + process.stderr


def test_their_values_are_masked_before_anything_reads_them(tmp_path):
    shop = project(tmp_path, **{"models/one.sql": "{{ log(env_var('PLAIN'), info=true) }}select 1 as one"})
    process = shop.run("dbt", "parse", env=ENVIRONMENT)
    assert "***" in process.stdout + process.stderr
    assert PASSWORD not in process.stdout + process.stderr
