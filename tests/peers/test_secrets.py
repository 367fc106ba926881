"""A secret written in plain text is refused by name, and its text appears nowhere: no output, log, artifact or record."""

import pytest

from conftest import copy_example

TOKEN = "pl4nted-t0ken-9f3e"

# Where it stands, and what makes floe quote the lines around it.
DOCUMENTS = {
    "scalar": ("manifest.yaml", "storage: {type: local}", f"storage:\n    type: local\n    config:\n      password: {TOKEN}\n"),
    "flow": ("manifest.yaml", "storage: {type: local}", f"storage: {{type: local, config: {{password: {TOKEN}}}}}"),
    "block": ("manifest.yaml", "storage: {type: local}",
              f"storage:\n    type: local\n    config:\n      password: |\n        {TOKEN}\n        {TOKEN}\n"),
    "beside a problem": ("floe.yaml", "  owner:", f"  password: {TOKEN}\n  ownr:"),
    "as a key's wrong type": ("floe.yaml", "schedule:\n", f"api_token: [{TOKEN}, {{x: {TOKEN}}}]\nschedule:\n"),
    "in a url": ("floe.yaml", "path: data/customers.csv", f"path: postgres://floe:{TOKEN}@db/customers"),
    "broken yaml": ("floe.yaml", "platform:\n", f"password: {TOKEN}\nplatform: [\n"),
    "profile": ("profiles.yml", "", f"customer_360:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, password: {TOKEN}, threads: x}}\n"),
}
COMMANDS = [("compile",), ("compile", "--output", "json"), ("compile", "--error-format", "concise"),
            ("compile", "--error-format", "json"), ("run",), ("dbt", "parse"), ("-v", "compile")]


@pytest.mark.parametrize("case", DOCUMENTS)
def test_planted_token_is_never_echoed(tmp_path, case):
    name, found, replacement = DOCUMENTS[case]
    project = copy_example("customer-360", tmp_path / "p")
    project.generate(500)
    path = project.directory / name
    if found:
        text = path.read_text()
        assert found in text
        path.write_text(text.replace(found, replacement, 1))
    else:
        path.write_text(replacement)
    for command in COMMANDS:
        process = project.run(*command, expect=None)
        assert process.returncode in (0, 1, 2), (command, process.stderr)
        assert TOKEN not in process.stdout + process.stderr, command
    for written in project.state.rglob("*"):
        if written.is_file():
            assert TOKEN.encode() not in written.read_bytes(), written
