"""dbt-core 1.12 with dbt-duckdb on a copy of a project, with the raw tables floe ingested."""

import json
import os
import pathlib
import shutil
import subprocess

import duckdb
import yaml

from floe_command import ROOT
from iceberg_catalog import identifiers, open_catalog

HERE = pathlib.Path(__file__).resolve().parent


def environment(name):
    """The directory of programs of a pinned environment."""
    python = subprocess.run([str(ROOT / "tools/peers.sh"), "--python", name], check=True, capture_output=True, text=True)
    return pathlib.Path(python.stdout.strip()).parent


class DbtProject:
    """A dbt project whose profile is a DuckDB file with the database name floe uses."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.database = self.directory / "floe.duckdb"
        self.target = self.directory / "target"

    @classmethod
    def copy_of(cls, project, directory):
        """Copies the project's sources, not its state."""
        shutil.copytree(project.directory, directory, ignore=shutil.ignore_patterns(".floe", "target", "logs", "*.duckdb"))
        copy = cls(directory)
        copy._write_profile()
        return copy

    def _write_profile(self):
        settings = yaml.safe_load((self.directory / "dbt_project.yml").read_text())
        output = {"type": "duckdb", "path": str(self.database), "schema": "main", "threads": 1}
        profile = {settings.get("profile", "default"): {"target": "dev", "outputs": {"dev": output}}}
        (self.directory / "profiles.yml").write_text(yaml.safe_dump(profile))

    def load_namespace(self, project, namespace):
        """Copies the tables of an Iceberg namespace into the DuckDB file, as PyIceberg reads them."""
        catalog = open_catalog(project)
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(f'create schema if not exists "{namespace}"')
            for name in identifiers(catalog):
                if name.rpartition(".")[0] != namespace:
                    continue
                rows = catalog.load_table(name).scan().to_arrow()  # noqa: F841 (DuckDB reads the local variable)
                connection.execute(f'create or replace table "{namespace}"."{name.rpartition(".")[2]}" as from rows')

    def run(self, *arguments, expect=(0,)):
        command = [str(environment("dbt") / "dbt"), "--no-use-colors", "--no-version-check", *arguments,
                   "--project-dir", str(self.directory), "--profiles-dir", str(self.directory)]
        variables = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
        process = subprocess.run(command, capture_output=True, text=True, env=variables, cwd=self.directory, timeout=900)
        assert process.returncode in expect, process.stdout[-6000:] + process.stderr[-2000:]
        return process

    def list_nodes(self, lines):
        """`dbt ls` for each line of arguments in one process: [[name, ...], ...]."""
        request = {"directory": str(self.directory), "lines": lines}
        process = subprocess.run([str(environment("dbt") / "python"), str(HERE / "list_dbt_nodes.py")],
                                 input=json.dumps(request), capture_output=True, text=True, timeout=900,
                                 env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}, cwd=self.directory)
        assert process.returncode == 0, process.stdout[-3000:] + process.stderr[-3000:]
        return json.loads(process.stdout.splitlines()[-1])

    def artifact(self, name):
        return json.loads((self.target / name).read_text())
