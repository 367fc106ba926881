"""A headless Chromium of Debian, the demo and a product of 500 models, each with its page."""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import sync_playwright

from floe_command import BIN, ROOT, Project

CACHE = pathlib.Path(os.environ.get("FLOE_CACHE", pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "floe"))
DEMO_ROWS = 2000
MODELS = 500


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        # As root, which CI is, Chromium has no sandbox to offer.
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """A function that opens a file; whatever the page says on the console, throws or asks the network for fails the test."""
    complaints, contexts = [], []

    def open_file(path, address="", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce", **options})
        # The machine may be busy; nothing here waits for time to pass.
        context.set_default_timeout(120_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith("file:") or complaints.append(f"request: {request.url}"))
        page.goto(path.as_uri() + address)
        page.wait_for_selector("h1")
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe():
    found = sorted((CACHE / "axe-core").glob("*/axe.min.js"))
    if not found:
        pytest.fail("axe-core is missing: run tools/bootstrap_axe.sh")
    return found[-1].read_text()


@pytest.fixture(scope="session")
def demo_page(tmp_path_factory):
    """The page of examples/customer-360 after one run."""
    ignored = shutil.ignore_patterns(".floe", "data", "target", "generator")
    project = Project(shutil.copytree(ROOT / "examples/customer-360", tmp_path_factory.mktemp("demo") / "customer-360", ignore=ignored))
    project.generate(DEMO_ROWS)
    project.run("run")
    return pathlib.Path(project.json("docs", "build")["path"])


def write_models(directory, count):
    """Ten sources and `count` models in three layers: each reads two of the layer below, or of its own before it."""
    models = directory / "models"
    models.mkdir(parents=True)
    below = [f"{{{{ source('raw', 'table_{number}') }}}}" for number in range(10)]
    lines = ["sources:", "  - name: raw", "    tables: [" + ", ".join(f"{{name: table_{number}}}" for number in range(10)) + "]", "models:"]
    for layer, share in (("bronze", 4), ("silver", 2), ("gold", 4)):
        names = [f"{layer}_{number:03}" for number in range(count // share)]
        for number, name in enumerate(names):
            inputs = [below[number % len(below)], below[(number * 7 + 3) % len(below)]]
            (models / f"{name}.sql").write_text(f"select a.id, b.id as other from {inputs[0]} as a join {inputs[1]} as b using (id)\n")
            lines += [f"  - name: {name}", f"    description: What {name} is.", "    columns:", "      - {name: id, description: Key., data_tests: [unique]}",
                      "      - {name: other}"]
        below = [f"{{{{ ref('{name}') }}}}" for name in names]
    (models / "schema.yml").write_text("\n".join(lines) + "\n")


# A data product may call its things so; the page has to show it as it is.
HOSTILE = "</script><img src=x onerror=alert(1)><!--"


@pytest.fixture(scope="session")
def large_page(tmp_path_factory):
    """The page of a product with 500 models that never ran. One description and one tag try to be markup."""
    directory = tmp_path_factory.mktemp("large") / "large"
    write_models(directory, MODELS)
    (directory / "dbt_project.yml").write_text("name: large\nversion: '1.0'\n")
    (directory / "floe.yaml").write_text(
        "apiVersion: floe.dev/v1\nkind: DataProduct\nplatform: {ref: manifest.yaml}\n"
        "metadata: {name: large, version: '1.0', description: \"" + HOSTILE + "\"}\n")
    (directory / "manifest.yaml").write_text(
        "apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: acme, version: 1.0.0, description: \"" + HOSTILE + "\"}\n"
        "plugins: {compute: duckdb}\ndata_architecture: {pattern: medallion, naming: {enforcement: warn}}\n"
        "governance:\n  policy_enforcement_level: warn\n  quality_gates: {minimum_test_coverage: 60, require_column_descriptions: true}\n"
        "  policy_overrides: [{pattern: 'silver_*', action: exclude, reason: '" + HOSTILE + "', policy_types: [documentation]}]\n")
    hostile = directory / "models" / "hostile.sql"
    hostile.write_text("{{ config(tags=['" + HOSTILE + "']) }}\nselect '" + HOSTILE + "' as name /* </script> */\n")
    return pathlib.Path(Project(directory).json("docs", "build", "--out", "page")["path"])
