"""The JSON diagnostics of real failures are what docs/reference/diagnostics.schema.json says."""

import json
import re
import subprocess

import jsonschema
import pytest

from pages import BIN, ROOT, blocks, commands, environment, project_directory

SCHEMA = json.loads((ROOT / "docs/reference/diagnostics.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FLOE = re.compile(r"(?<![\w./-])floe (?=[-a-z])")
PAGES = sorted((ROOT / "docs/errors").glob("FLOE-*.md"))


def test_the_schema_is_valid():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def json_findings(page, directory):
    """Runs the example of an error page with JSON diagnostics; the findings of each floe command in it."""
    found = []
    for block in blocks(page.read_text()):
        if block.file:
            path = directory / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body)
        elif block.language == "console":
            for command in commands(block.body):
                text = FLOE.sub("floe --error-format json -q ", command.text)
                process = subprocess.run(["bash", "-c", text], cwd=directory, env=environment(directory), capture_output=True,
                                         text=True, errors="replace", stdin=subprocess.DEVNULL, timeout=120)
                found += [json.loads(line) for line in process.stderr.splitlines() if line.startswith('{"version":1,"diagnostics"')]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_findings_validate(page):
    assert BIN.exists(), f"{BIN} is missing: run `make build`"
    with project_directory() as directory:
        documents = json_findings(page, directory)
    for document in documents:
        VALIDATOR.validate(document)
    runs_floe = any(block.language == "console" for block in blocks(page.read_text()))
    codes = {item["code"] for document in documents for item in document["diagnostics"]}
    assert page.stem in codes or not runs_floe
