"""`floe completion SHELL`, tried in the shells themselves."""

import os
import pty
import re
import select
import subprocess

import pytest

from floe_command import BIN

QUESTIONS = {
    "floe pl": {"platform", "plugin"},
    "floe plugin w": {"why"},
    "floe -C /tmp table h": {"history"},
    "floe run --full": {"--full-refresh"},
    "floe compile --error-f": {"--error-format"},  # one of floe itself
    "floe compile --color a": {"auto", "always"},
    "floe completion ": {"bash", "zsh", "fish"},
    "floe plugin list --interf": {"--interface"},
    "floe build --fu": {"--full-refresh"},  # another word for run
    "floe b": {"build"},
    "floe dbt list --indirect-s": {"--indirect-selection"},
    "floe dbt ls --output ": {"selector", "json", "name", "path"},  # not that of floe itself
    "floe compile --output ": {"text", "json"},
    "floe compile --output-format ": {"json", "yaml", "configmap"},
    "floe lineage --format ": {"text", "dot"},
    "floe governance report --format ": {"json", "sarif", "html", "junit"},
    "floe schema p": {"platform", "product"},
    "floe plugin new x --lang ": {"c", "cpp", "rust", "python"},
}


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        done = subprocess.run([BIN, "completion", shell], capture_output=True, text=True, check=True)
        (folder / shell).write_text(done.stdout)
    return folder


@pytest.mark.parametrize("line", QUESTIONS)
def test_bash(script, line):
    words = line.split(" ")
    ask = f'source {script}/bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _floe; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "--norc", "-c", ask, "bash", *words], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == QUESTIONS[line] and not done.stderr


def test_bash_after_an_equals_sign(script):
    ask = f'source {script}/bash; COMP_WORDS=(floe compile --color = a); COMP_CWORD=4; _floe; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "--norc", "-c", ask], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"auto", "always"}


@pytest.mark.parametrize("line", QUESTIONS)
def test_fish(script, line, tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    ask = f"complete -c floe -e; source {script}/fish; complete -C {line!r}"
    done = subprocess.run(["fish", "--no-config", "-c", ask], capture_output=True, text=True, check=True, env=environment)
    assert {found.split("\t")[0] for found in done.stdout.splitlines()} == QUESTIONS[line] and not done.stderr


class Terminal:
    """A zsh that somebody types into."""

    def __init__(self, home):
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", "PS1": "ready> ", "COLUMNS": "200"})

        self.read = ""

    def until(self, text):
        """What was read up to `text`, which ends with the process at the latest."""
        while text not in self.read:
            ready, _, _ = select.select([self.descriptor], [], [], 60)
            assert ready, f"no {text!r} in {self.read!r}"
            self.read += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x07", "", os.read(self.descriptor, 65536).decode(errors="replace"))
        found, _, self.read = self.read.partition(text)
        return found + text

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def command(self, text):
        """Runs a command and waits for the next prompt."""
        self.type(f"\x15{text}; echo done-$((1+1))\n")
        self.until("done-2")
        self.until("ready> ")

    def end(self):
        os.close(self.descriptor)
        os.waitpid(self.process, 0)


def test_zsh(script, tmp_path):
    terminal = Terminal(tmp_path)
    try:
        terminal.until("ready> ")
        terminal.command("autoload -Uz compinit && compinit -u -D")
        terminal.command(f"source {script}/zsh")
        # What is unique is written into the line.
        for line, rest in {"floe plugin w": "hy ", "floe run --full": "-refresh ", "floe -C /tmp table h": "istory ",
                           "floe compile --error-f": "ormat ", "floe completion z": "sh "}.items():
            terminal.type(line)
            terminal.until(line)
            terminal.type("\t")
            terminal.until(rest)
            terminal.command("true")
        # What is not is listed, with its help.
        terminal.type("floe pl\t\t")
        listed = terminal.until("what the platform team decided") + terminal.until("look at the installed plugins")
        assert re.search(r"platform +-- what", listed) and re.search(r"plugin +-- look", listed)
    finally:
        terminal.end()
