#!/usr/bin/env python3
"""Measures whole commands, and the plugin host, against their rivals in the same run; see bench/README.md."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import dbt_project  # noqa: E402
import mesh  # noqa: E402

BIN = pathlib.Path(os.environ.get("FLOE_BIN", ROOT / "build/release/bin/floe"))
THIRD_PARTY = BIN.parents[1] / "lib/floe/third-party"
QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "DBT_PARTIAL_PARSE": "false"}
WRITE_ROWS = 5_000_000
PARTITIONED_ROWS = 20_000_000
WRITE_QUERY = f"""select i as id, i % 1000 as customer, hash(i) % 100000 / 100 as amount,
  'name ' || i % 5000 as name, date '2024-01-01' + cast(i % 365 as integer) as day, i % 3 = 0 as flag
from range({WRITE_ROWS}) numbers(i)"""


def program(environment, name):
    python = subprocess.run([str(ROOT / "tools/peers.sh"), "--python", environment], capture_output=True, text=True, check=True)
    return str(pathlib.Path(python.stdout.strip()).parent / name)


def timed(command, directory, environment=None, prepare=None):
    """Wall seconds, CPU seconds and peak memory of one command that must succeed."""
    if prepare:
        prepare()
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env={**os.environ, **QUIET, **(environment or {})})
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{said.decode(errors='replace')[-4000:]}")
    return {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}


def measure(runs, *arguments, **options):
    """The median of all runs after one that warms the file cache; every single value is kept."""
    timed(*arguments, **options)
    found = [timed(*arguments, **options) for _ in range(runs)]
    median = {key: statistics.median(run[key] for run in found) for key in found[0]}
    return {**median, "all_seconds": [round(run["seconds"], 5) for run in found]}


def write_profile(directory, name):
    (directory / "profiles.yml").write_text(
        f"{name}:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, path: floe.duckdb, schema: main, threads: 8}}\n")


def make_projects(work, rows):
    """name -> (directory of floe, directory of dbt), with equal sources and equal raw tables."""
    projects = {}
    demo = work / "demo-floe"
    ignored = shutil.ignore_patterns(".floe", "data", "target", "generator", "floe.yaml", "manifest.yaml")
    shutil.copytree(ROOT / "examples/customer-360", demo, ignore=ignored)
    shutil.copytree(demo, work / "demo-dbt")
    write_profile(work / "demo-dbt", "customer_360")
    load_raw(work, demo, work / "demo-dbt", rows)
    projects["demo"] = (demo, work / "demo-dbt")
    dbt_project.write_project(work / "500-floe")
    shutil.copytree(work / "500-floe", work / "500-dbt")
    write_profile(work / "500-dbt", "generated")
    projects["500 models"] = (work / "500-floe", work / "500-dbt")
    return projects


def load_raw(work, floe_directory, dbt_directory, rows):
    """The raw tables: ingested by floe on one side, created in the DuckDB file on the other."""
    data = floe_directory / "data"
    subprocess.run([str(BIN.parent / "floe-demo-data"), "--rows", str(rows), "--out", str(data)], check=True)
    for name in ("floe.yaml", "manifest.yaml"):
        shutil.copy(ROOT / "examples/customer-360" / name, floe_directory)
    subprocess.run([str(BIN), "-C", str(floe_directory), "ingest"], check=True, stdout=subprocess.DEVNULL)
    # From here on both are plain dbt projects: the figures compare dbt commands, not floe's compile and ingestion.
    for name in ("floe.yaml", "manifest.yaml"):
        (floe_directory / name).unlink()
    script = f"""import duckdb
c = duckdb.connect({str(dbt_directory / 'floe.duckdb')!r})
c.execute("create schema raw")
c.execute("create table raw.customers as from read_csv('{data}/customers.csv')")
c.execute("create table raw.orders as from read_json('{data}/orders.jsonl')")
c.execute("create table raw.web_events as from '{data}/web_events.parquet'")
"""
    subprocess.run([program("dbt", "python"), "-c", script], check=True)


def bench_dbt(work, runs, rows):
    rivals = {
        "dbt-core 1.12.6": ([program("dbt", "dbt")], {}),
        "dbt-core 2.0.0a4": ([program("dbt2", "dbt")], {"LD_LIBRARY_PATH": str(THIRD_PARTY)}),
    }
    results = []
    for project, (floe_directory, dbt_directory) in make_projects(work, rows).items():
        for verb, arguments in (("parse", ["parse"]), ("ls", ["ls"]), ("build", ["build", "--full-refresh"])):
            found = {"floe": measure(runs, [str(BIN), "dbt", *arguments], floe_directory)}
            for name, (command, environment) in rivals.items():
                def forget():
                    shutil.rmtree(dbt_directory / "target", ignore_errors=True)
                found[name] = measure(max(2, runs // 2), [*command, *arguments, "--profiles-dir", "."], dbt_directory,
                                      environment=environment, prepare=forget)
            results.append({"name": f"{verb}, {project}", "measured": found})
            report(results[-1])
    return results


def bench_version(work, runs, rows):
    found = {"floe": measure(20 * runs, [str(BIN), "--version"], work), "/bin/true": measure(20 * runs, ["/bin/true"], work)}
    result = {"name": "floe --version", "measured": found}
    report(result)
    return [result]


def bench_write(work, runs, rows):
    """The model alone: both sides start a process, open DuckDB, run the query, write Parquet with zstd."""
    directory = work / "write"
    (directory / "models").mkdir(parents=True)
    (directory / "dbt_project.yml").write_text("name: writes\nversion: \"1.0\"\nconfig-version: 2\nprofile: writes\nmodels:\n  +materialized: table\n")
    (directory / "models/large.sql").write_text(WRITE_QUERY)
    copy = directory / "copy.py"
    copy.write_text("import duckdb\n"
                    "c = duckdb.connect()\n"
                    f"c.execute('''copy ({WRITE_QUERY}) to 'copied.parquet' (format parquet, compression zstd)''')\n")
    found = {"floe": measure(runs, [str(BIN), "dbt", "run", "--full-refresh"], directory),
             "DuckDB COPY": measure(runs, [program("iceberg", "python"), str(copy)], directory)}
    start = measure(runs, [program("iceberg", "python"), "-c", "import duckdb; duckdb.connect().execute('select 1')"], directory)
    found["start of Python and DuckDB"] = start
    result = {"name": f"write of {WRITE_ROWS:,} rows", "measured": found}
    report(result)
    copied = found["DuckDB COPY"]["seconds"] - start["seconds"]
    print(f"  without the start of Python: floe takes {found['floe']['seconds'] / copied:.2f}x of COPY")
    return [result]


def bench_partitions(work, runs, rows):
    """Peak memory and time of a partitioned write under several limits of the engine's memory, and of the same rows in one piece."""
    results = []
    for limit in ("256MB", "1GB", "4GB"):
        directory = work / limit
        (directory / "models").mkdir(parents=True)
        (directory / "dbt_project.yml").write_text("name: writes\n")
        (directory / "floe.yaml").write_text("apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: writes, version: '1.0'}\n"
                                             "platform: {ref: manifest.yaml}\ntransforms: [{type: dbt, path: models/}]\n")
        (directory / "manifest.yaml").write_text("apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: platform, version: 1.0.0}\n"
                                                 f"plugins: {{compute: {{type: duckdb, config: {{memory_limit: {limit}}}}}}}\n")
        query = WRITE_QUERY.replace(str(WRITE_ROWS), str(PARTITIONED_ROWS))
        for name, more in (("parts", ", partition_by=['month(day)']"), ("whole", "")):
            (directory / f"models/{name}.sql").write_text("{{ config(materialized='table'" + more + ") }}\n" + query)
        found = {name: measure(max(1, runs // 5), [str(BIN), "run", "--full-refresh", "--select", model], directory)
                 for name, model in (("floe", "parts"), ("floe without partitions", "whole"))}
        results.append({"name": f"{PARTITIONED_ROWS:,} rows over 12 partitions, memory_limit {limit}", "measured": found})
        report(results[-1])
    return results


def bench_compile(work, runs, rows):
    """A compile from nothing, and one of which nothing has changed; the Python floe on the product that it can compile."""
    mesh.write_small(work / "small")
    found = measure_compile(work / "small", runs)
    command = [program("floe_core", "floe"), "platform", "compile", "--spec", "floe.yaml", "--manifest", "manifest.yaml",
               "--no-lineage-emission", "-o", "python.json"]
    found["floe-core 0.1.0a1"] = measure(max(2, runs // 2), command, work / "small")
    results = [{"name": "compile, 1 model", "measured": found}]
    report(results[-1])
    for models in (50, 2000):
        mesh.write_product(work / str(models), models)
        results.append({"name": f"compile, {models} models on three tiers", "measured": measure_compile(work / str(models), runs)})
        report(results[-1])
    return results


def measure_compile(directory, runs):
    def forget():
        shutil.rmtree(directory / ".floe", ignore_errors=True)

    command = [str(BIN), "compile", "-q"]
    cold = measure(runs, command, directory, prepare=forget)
    return {"floe": cold, "floe, unchanged": measure(runs, command, directory)}


def bench_sdk(work, runs, rows):
    """In one process, pair by pair: bench/sdk/overhead.cpp."""
    build = BIN.parents[1]
    subprocess.run(["cmake", "--build", str(build), "--target", "core_sdk_overhead"], check=True, stdout=subprocess.DEVNULL)
    write_plugins(work / "root", build / "bench/libcore_sdk_plugin.so")
    measured = [(work / "root", "calls"), (work / "root", "loads"), (work / "root", "streams")]
    for count in (126, 2000):
        write_manifests(work / f"manifests-{count}", count)
        measured.append((work / f"manifests-{count}", "discovery"))
    results = []
    for root, what in measured:
        lines = subprocess.run([str(build / "bench/core_sdk_overhead"), str(root), what], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        for line in lines:
            results.append(paired(json.loads(line)))
            report_pairs(results[-1])
    return results


def write_plugins(root, library):
    """bench/sdk/plugin.c under the two names it has, as an installed plugin lies: folder, manifest, schema, library."""
    for name in ("concurrent", "serial"):
        directory = root / "floe.ingestion" / name
        directory.mkdir(parents=True)
        shutil.copy(library, directory / "plugin.so")
        (directory / "config.schema.json").write_text('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}\n')
        (directory / "plugin.json").write_text(json.dumps({
            "manifest_version": 1, "id": "org.example.bench", "version": "1.0.0", "vendor": "floe", "license": "Apache-2.0",
            "description": "does next to nothing", "abi": {"major": 1, "min_host_minor": 0}, "group": "floe.ingestion", "name": name,
            "interface": "floe.ingestion/1", "capabilities": ["reads"], "config_schema": "config.schema.json",
            "library": "plugin.so"}, indent=2) + "\n")


def write_manifests(root, count):
    """`count` plugins with the manifests of the shipped ones in turn, each under names of its own."""
    shipped = [json.loads(path.read_text()) for path in sorted(ROOT.glob("plugins/*/*/plugin.json"))]
    for number in range(count):
        manifest = dict(shipped[number % len(shipped)])
        manifest["id"] += f".{number}"
        manifest["name"] += f"-{number}"
        directory = root / manifest["group"] / manifest["name"]
        directory.mkdir(parents=True)
        (directory / "plugin.json").write_text(json.dumps(manifest, indent=2) + "\n")


def paired(line):
    """Medians of both sides and of the ratios, pair by pair, so that a machine that changes speed does not count."""
    ratios = [ours / plain for ours, plain in line["pairs"]]
    sides = {"floe": [ours for ours, _ in line["pairs"]], line["rival"]: [plain for _, plain in line["pairs"]]}
    measured = {name: {"seconds": statistics.median(values), "all_seconds": values} for name, values in sides.items()}
    return {"name": line["name"], "measured": measured,
            "ratio_of_floe": {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}}


def report_pairs(result):
    (_, ours), (rival, plain) = result["measured"].items()
    ratio = result["ratio_of_floe"]
    print(f"{result['name']}\n  {'floe':28} {ours['seconds'] * 1e6:12.3f} us\n"
          f"  {rival:28} {plain['seconds'] * 1e6:12.3f} us   floe takes {ratio['median']:.2f}x ({ratio['min']:.2f} to {ratio['max']:.2f})",
          flush=True)


def report(result):
    ours = result["measured"]["floe"]
    print(f"{result['name']}\n  {'floe':28} {ours['seconds'] * 1000:9.1f} ms  {ours['peak_mb']:6.0f} MB")
    for name, measured in result["measured"].items():
        if name == "floe":
            continue
        ratio = measured["seconds"] / ours["seconds"]
        measured["ratio_to_floe"] = ratio
        print(f"  {name:28} {measured['seconds'] * 1000:9.1f} ms  {measured['peak_mb']:6.0f} MB   {ratio:7.2f}x floe's time", flush=True)


def bench_tables(work, runs, _):
    """In one process, and as whole commands: bench/tables.py."""
    environment = {**os.environ, "FLOE_BIN": str(BIN), "FLOE_LIBRARY": str(BIN.parents[1])}
    script = [program("iceberg", "python"), str(pathlib.Path(__file__).with_name("tables.py")), str(work), str(runs)]
    process = subprocess.Popen(script, env=environment, text=True, stdout=subprocess.PIPE)
    results = []
    for line in process.stdout:
        found = json.loads(line)
        sides = {"floe": found["floe"], found["rival"]: found["rivals"]}
        measured = {name: {"seconds": statistics.median(values), "all_seconds": values} for name, values in sides.items()}
        ratio = measured[found["rival"]]["seconds"] / measured["floe"]["seconds"]
        measured[found["rival"]]["ratio_to_floe"] = ratio
        results.append({"name": found["name"], "measured": measured})
        print(f"{found['name']}")
        for name, values in measured.items():
            shown = f"   {ratio:7.2f}x floe's time" if name != "floe" else ""
            print(f"  {name:28} {values['seconds'] * 1000:9.1f} ms{shown}", flush=True)
    if process.wait() != 0:
        raise SystemExit(f"bench/tables.py: exit {process.returncode}")
    return results


def write_mesh(directory, domains, products):
    """Products that each read two others, one of another domain."""
    (directory / "enterprise.yaml").write_text('apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: acme, version: "1.0.0"}\nscope: enterprise\n')
    for domain in range(domains):
        root = directory / f"domain-{domain}"
        root.mkdir()
        (root / "manifest.yaml").write_text(
            f'apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {{name: domain-{domain}, version: "1.0.0"}}\nscope: domain\n'
            "parent_manifest: ../enterprise.yaml\n")
        for product in range(products):
            (root / f"product-{product}").mkdir()
            read = [(domain, (product + 1) % products), ((domain + 1) % domains, product)]
            inputs = "".join(f'  - {{product: domain-{of}.product-{which}, port: rows, version: "1.2"}}\n' for of, which in read)
            (root / f"product-{product}/floe.yaml").write_text(
                f'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {{name: product-{product}, version: "1.2.3", owner: team-{domain}, description: Rows.}}\n'
                f"platform: {{ref: ../manifest.yaml}}\ninput_ports:\n{inputs}output_ports:\n  - name: rows\n    model: rows\n"
                "    schema: [{name: id, type: bigint, required: true}, {name: name, type: varchar}]\n    sla: {freshness: 24h, quality: 100%}\n")


def bench_mesh(work, runs, _):
    write_mesh(work, 50, 100)
    result = {"name": "floe product graph: 50 domains x 100 products, 10,000 edges",
              "measured": {"floe": measure(runs, [BIN, "product", "graph", "--output", "json"], work)}}
    report(result)
    return [result]


MONITORED_MODELS = 1000
MONITORED_PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: generated, version: "1.0", owner: bench@example.com, description: Models.}
transforms: [{type: dbt, path: models/}]
"""
MONITORED_MANIFEST = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: platform, version: 1.0.0}
plugins: {compute: duckdb}
governance: {classification: {enforcement: %s}}
"""


def bench_monitor(work, runs, rows):
    """The same models without a platform, with one (each statement asks what it may read and write), and where classes are held."""
    found = {}
    for name, level in (("no platform", None), ("floe", "off"), ("floe, classes held", "strict")):
        directory = work / name.replace(" ", "-").replace(",", "")
        dbt_project.write_project(directory, MONITORED_MODELS)
        platform_reference = "" if level is None else "platform: {ref: manifest.yaml}\n"
        (directory / "floe.yaml").write_text(MONITORED_PRODUCT + platform_reference)
        if level is not None:
            (directory / "manifest.yaml").write_text(MONITORED_MANIFEST % level)
        if level == "strict":
            bronze = directory / "models/bronze/bronze.yml"
            classed = "      - name: amount\n        meta: {classification: internal}\n"
            bronze.write_text(bronze.read_text().replace("      - name: amount\n", classed))
        found[name] = measure(runs, [str(BIN), "-q", "dbt", "run", "--full-refresh"], directory)
    result = {"name": f"what the monitor of statements costs, {MONITORED_MODELS:,} models", "measured": found}
    report(result)
    for name in ("floe", "floe, classes held"):
        more = found[name]["cpu_seconds"] - found["no platform"]["cpu_seconds"]
        print(f"  {name}: {more / MONITORED_MODELS * 1000:.3f} ms of processor time for each node")
    return [result]


BENCHMARKS = {"monitor": bench_monitor, "version": bench_version, "dbt": bench_dbt, "write": bench_write, "partitions": bench_partitions,
              "compile": bench_compile, "sdk": bench_sdk, "tables": bench_tables, "mesh": bench_mesh}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(BENCHMARKS), help=", ".join(BENCHMARKS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=20_000, help="orders in the demo's raw files")
    options = parser.parse_args()
    for name in options.names:
        if name not in BENCHMARKS:
            parser.error(f"no benchmark {name!r} (there are: {', '.join(BENCHMARKS)})")
    version = subprocess.run([str(BIN), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    revision = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    machine = {"cpus": os.cpu_count(), "system": platform.platform(), "processor": platform.machine()}
    for name in options.names:
        with tempfile.TemporaryDirectory(prefix="floe-bench-") as work:
            results = BENCHMARKS[name](pathlib.Path(work), options.runs, options.rows)
        now = datetime.datetime.now(datetime.timezone.utc)
        path = ROOT / "bench/results" / f"{now:%Y-%m-%d}-{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"benchmark": name, "taken_at": now.isoformat(timespec="seconds"), "floe": version,
                                    "revision": revision, "machine": machine, "results": results}, indent=1) + "\n")
        print(f"wrote {path.relative_to(ROOT)}\n")
    return 0


sys.exit(main())
