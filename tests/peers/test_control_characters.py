"""Names, rows, messages and files of others reach stdout and stderr as text: nothing in them acts on a terminal, hides, or commands a
CI system, in each format and command, on a pipe and on a terminal."""

import json
import os
import pty
import re
import shlex
import subprocess

import pytest

from floe_command import ROOT, Project

REACHED_BY = ("cli/", "base/diagnostics/", "base/text/", "base/json/", "libfloe-core/src/engine/", "libfloe-core/src/governance/",
              "libfloe-core/src/verbs/", "libfloe-dbt/src/execute/")

ESCAPE = "\x1b[31m\x1b]0;title\x07\x7f\u009b2J\u202e\u2067\u200f\u061c\u200b"
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
OWN = re.compile("\r?\x1b\\[(2K|[0-9;]+m)")
COMMAND = re.compile(r"^\s*::|##[a-z]*\[", re.MULTILINE | re.IGNORECASE)
ORDERS = "::add-mask::a\n \t::error::b\n##[error]c\nd ##vso[task.setvariable variable=PATH]e\nsection_start:1:x\r\x1b[0K##teamcity[x]"
FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/rows.sql": "{{ config(materialized='table') }} {% do log('said %s', info=True) %} {% do log('%orders', info=True) %}"
                       "{% do print('%orders') %} select 'value %s' as \"column %s\", '%orders' as more",
    "models/fails.sql": "{{ config(materialized='table') }} select error('why %s' || chr(10) || '%orders')",
    "models/rows.yml": "models:\n  - name: rows\n    description: \"described \\e[31m\\a\\x7f\\x9b2J\\u202e\\n::error::x ##[error]\"\n"
                       "    columns:\n"
                       "      - {name: \"column \\e[31m\\a\\x7f\\x9b2J\", description: \"a \\e[31m ##vso[x]\"}\n",
    "models/un%sknown.yml": "models:\n  - name: fails\n    \"unknown \\e[31m##[error]\": 1\n",
    "tests/warns.sql": "{{ config(severity='warn') }} select * from {{ ref('rows') }}",
    "plugins/floe.storage/odd/plugin.json": json.dumps({"description": f"text {ESCAPE}", "id": f"odd {ESCAPE}"}),
}
COMMANDS = ["compile", "run", "dbt build", "dbt ls", "dbt ls --output json", "dbt compile --select rows", "dbt show --select rows",
            "show rows", "show rows --limit -1", "table list", "table describe main.rows", "table history main.rows", "table refs main.rows",
            "table files main.rows", "table verify", "plugin list", "plugin why odd", "plugin show odd%s", "plugin check odd%s", "lineage",
            "governance report", "governance report --format sarif", "governance report --format html", "governance report --format junit",
            "doctor", "explain odd%s", "table describe main.odd%s", "od%s", "run --select odd%s", "dbt test", "dbt parse", "ingest", "test",
            "product list", "product show odd%s", "product graph", "platform show odd%s", "contract validate", "schema product",
            "show \"select '%s%orders' as a\"", "verify odd%s", "audit verify --head odd%s", "-C /odd%s compile"]
FORMATS = ["full", "concise", "json", "sarif", "github", "junit"]
CI_JOBS = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"]


def planted(text):
    return text.replace("%orders", ORDERS).replace("%s", ESCAPE)


def environment(**more):
    return {name: value for name, value in os.environ.items() if name not in CI_JOBS} | more


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    directory = tmp_path_factory.mktemp("control")
    for name, text in FILES.items():
        path = directory / name.replace("%s", ESCAPE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(planted(text))
    project = Project(directory)
    assert "value " in project.run("run", expect=1).stderr + project.run("show", "rows").stdout
    return project


def words_of(project, command, options):
    words = [word.replace("%s", ESCAPE).replace("%orders", ORDERS) for word in shlex.split(command)]
    return ["--plugin-root", project.directory / "plugins", *options, *words]


def said(project, command, *options, **variables):
    finished = project.run(*words_of(project, command, options), expect=None, env=environment(**variables))
    return finished.stdout, finished.stderr


def said_on_terminal(project, command, *options):
    terminal, ours = pty.openpty()
    process = subprocess.Popen(project.command(*words_of(project, command, options)), stdin=subprocess.DEVNULL, stdout=ours, stderr=ours,
                               env=environment(TERM="xterm"))
    os.close(ours)
    text = b""
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:  # nobody has the other end any more
            break
        if not read:
            break
        text += read
    process.wait(timeout=60)
    os.close(terminal)
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_of_commands(project, command):
    for options in ((), ("-vv",), ("--output", "json"), ("--log-format", "json", "-v")):
        for text in said(project, command, *options):
            assert not HIDDEN.search(text), (options, HIDDEN.search(text), text)


@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_terminal(project, command):
    shown = OWN.sub("", said_on_terminal(project, command))
    assert not HIDDEN.search(shown), (HIDDEN.search(shown), shown)


@pytest.mark.parametrize("command", COMMANDS)
def test_in_a_ci_job(project, command):
    for options in ((), ("-vv",), ("--output", "json"), ("--log-format", "json", "-v")):
        for text in said(project, command, *options, CI="true"):
            assert not COMMAND.search(text) and not HIDDEN.search(text), (options, COMMAND.search(text), text)


@pytest.mark.parametrize("form", FORMATS)
def test_of_findings(project, form):
    for variables in ({}, {"CI": "true"}):
        stdout, stderr = said(project, "run", "--error-format", form, **variables)
        assert "why " in stderr and not HIDDEN.search(stdout + stderr), stderr
    own = re.compile(r"^::(error|warning) (file=[^:]*,)?title=FLOE-", re.MULTILINE)
    assert bool(own.search(stderr)) == (form == "github")
    assert not COMMAND.search(stdout + own.sub("", stderr)), stderr


@pytest.mark.parametrize("variable", CI_JOBS)
def test_who_is_in_a_ci_job(project, variable):
    assert "\n::add-mask::a\n" in said(project, "run")[1]
    assert "\n\\::add-mask::a\n" in said(project, "run", **{variable: "1"})[1]


def test_the_values_are_in_the_json(project):
    for variables in ({}, {"CI": "true"}):
        [row] = json.loads(said(project, "show rows --limit -1", "--output", "json", **variables)[0])["rows"]
        assert row == {f"column {ESCAPE}": f"value {ESCAPE}", "more": ORDERS.replace("\r", "\n")}  # as Jinja reads a template


def test_each_verb_is_tried():
    verbs = re.findall("^## (.*)$", (ROOT / "docs/reference/verbs.md").read_text(), re.MULTILINE)
    others = {  # what they print is tried by the verbs beside them, which print it by the same functions
        "table register", "dbt seed", "dbt snapshot", "dbt run", "dbt run-operation", "platform compile", "platform diff", "platform test",
        "docs build", "plugin trace", "plugin new", "plugin call", "contract diff", "contract generate", "contract drift", "contract check",
        "product register", "init", "audit resume"}
    assert {verb for verb in verbs if not any(command.startswith(verb) for command in COMMANDS)} == others


# Each place where text leaves the command for a stream. What prints in another way is not seen by printed().
WRITERS = re.compile(r"std::(cout|cerr|clog|printf|puts|fputs|fwrite)\b|fmt::print|::(write|dprintf)\(")


def test_each_output_passes_one_function():
    found = {}
    for path in sorted((ROOT / "cli/src").glob("*.cpp")):
        for line in path.read_text().splitlines():
            if WRITERS.search(line) and not line.lstrip().startswith("//"):
                found.setdefault(path.name, []).append(line.strip())
    assert found == {
        "arguments.cpp": [
            "std::cerr << printed(render_diagnostics({finding}, {forms.findings, false, {}, {}}), forms.kind);",
            "if (forms.is_json) std::cout << printed(failure_answer(2, diagnostics_to_json({finding})), Printed::kJson) << '\\n';",
            "std::cerr << help;",  # of floe's own words
            "std::cout << printed(failure_answer(2, diagnostics_to_json({bad_request(error.what())})), Printed::kJson) << '\\n';",
            "if (error.get_exit_code() == 0) return {std::nullopt, app.exit(error, std::cout, std::cerr)};  // help, version",
            "std::cout << completion_of(app, shell);"],
        "kept_streams.cpp": [
            "const ssize_t written = ::write(kept.descriptor, data + done, size - done);",  # under the streams
            "static_cast<void>(std::fwrite(shown.data(), 1, shown.size(), stream));",
            "const std::size_t written = std::fwrite(shown.data(), 1, shown.size(), message_stream());"],
        "main.cpp": [
            "return ask_agreement(answer, std::cin, std::cerr);",  # a question of floe's own words
            'std::printf("floe %s\\n", floe_version());',
            "invocation.request = floe::cli::ask_for_product(invocation.request, std::cin, std::cout);"],
        "unexpected_end.cpp": ["const ssize_t count = ::write(descriptor, text.data(), text.size());"],  # HandlerText hides
    }
    libraries = [path for folder in ("libfloe-core/src", "libfloe-dbt/src", "libfloe-iceberg/src", "devkit")
                 for path in (ROOT / folder).rglob("*.cpp")]
    assert [str(path) for path in libraries if re.search(r"std::(cout|cerr|clog|f?printf|f?puts)\b|fmt::print\(", path.read_text())] == []
