"""Runs the floe binary in a project and reads what it answers."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("FLOE_BIN", ROOT / "build/release/bin/floe"))
DEMO_DATA = pathlib.Path(os.environ.get("FLOE_DEMO_DATA", BIN.parent / "floe-demo-data"))


started = []  # what Project.start began; conftest.py ends what a failed test leaves


class Project:
    """A folder with a floe.yaml or a dbt_project.yml, and the state floe keeps in it."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.state = self.directory / ".floe"

    def command(self, *arguments):
        return [str(BIN), "-C", str(self.directory), *map(str, arguments)]

    def run(self, *arguments, expect=0, **options):
        """The finished process; any other exit code than `expect` (None: any) fails the test with all it printed."""
        options.setdefault("timeout", 600)
        process = subprocess.run(self.command(*arguments), capture_output=True, text=True, **options)
        if expect is not None and process.returncode != expect:
            raise AssertionError(
                f"floe {' '.join(map(str, arguments))}: exit {process.returncode}, expected {expect}\n"
                f"--- stdout\n{process.stdout[-6000:]}\n--- stderr\n{process.stderr[-6000:]}"
            )
        return process

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--output", "json", **options).stdout)

    def show(self, relation, *arguments):
        return self.json("show", relation, "--limit", "-1", *arguments)

    def tables(self):
        """identifier -> entry of `floe table list`."""
        return {table["identifier"]: table for table in self.json("table", "list")["tables"]}

    def start(self, *arguments, **options):
        """A running process in a process group of its own."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        started.append(subprocess.Popen(self.command(*arguments), text=True, start_new_session=True, **options))
        return started[-1]

    def generate(self, rows, seed=360):
        subprocess.run([str(DEMO_DATA), "--rows", str(rows), "--seed", str(seed), "--out", str(self.directory / "data")],
                       check=True, timeout=600)

    def run_directories(self):
        """The folders of all runs, oldest first."""
        runs = self.state / "runs"
        found = [path for path in runs.iterdir() if path.is_dir()] if runs.is_dir() else []
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    def lineage_events(self, run_directory):
        """The OpenLineage events of one run. A run that was killed may leave half a last line."""
        events = []
        for path in sorted(run_directory.rglob("*.jsonl")):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    event = json.loads(line)
                except json.JSONDecodeError:
                    continue
                if isinstance(event, dict) and "eventType" in event and "job" in event:
                    events.append(event)
        return events

    def unfinished_jobs(self, run_directory):
        """Names of nodes that started and never ended. The run itself is a job too, and does not count."""
        open_jobs = {}
        for event in self.lineage_events(run_directory):
            if event["job"].get("facets", {}).get("jobType", {}).get("jobType") == "RUN":
                continue
            key = (event["run"]["runId"], event["job"]["name"])
            if event["eventType"] == "START":
                open_jobs[key] = event["job"]["name"]
            elif event["eventType"] in ("COMPLETE", "FAIL", "ABORT"):
                open_jobs.pop(key, None)
        return sorted(open_jobs.values())


class Product(Project):
    """A product of one model with one test, on a platform that each test chooses."""

    def __init__(self, directory):
        super().__init__(directory)
        (directory / "models").mkdir()
        for name, text in {
            "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n",
            "models/orders.sql": "select 1 as id, 'ü' as name",
            "models/orders.yml": "models:\n  - name: orders\n    columns: [{name: id, data_tests: [unique]}]\n",
            "floe.yaml": "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: '1.0', description: orders}\n"
                         "platform: {ref: ./manifest.yaml}\ntransforms: [{type: dbt, path: models/}]\n",
        }.items():
            (directory / name).write_text(text)

    def choose(self, governance=None, **plugins):
        (self.directory / "manifest.yaml").write_text(
            "apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: platform, version: 1.0.0}\n"
            f"plugins: {json.dumps({'compute': 'duckdb', **plugins})}\ngovernance: {json.dumps(governance or {})}\n")
