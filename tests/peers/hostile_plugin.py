"""The plugin of hostile/, installed for one test, and the commands that meet it."""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from floe_command import BIN, Product

LIBRARY = BIN.parent.parent / "tests/hostile/hostile.so"
ID = "org.example.hostile"
LINEAGE, INGESTION = "floe.lineage_backends/hostile", "floe.ingestion/hostile"
INTERFACES = {LINEAGE: ("floe.lineage/1", []), INGESTION: ("floe.ingestion/1", ["reads"])}
# Where HOSTILE acts -> what floe calls the method. The others are `lineage.STAGE`, or `ingestion.STAGE` when rows are read.
METHODS = {"constructor": "load", "entry": "entry", "descriptor": "load", "shutdown": "shutdown",
           **{stage: "ingestion.read" for stage in ("get_schema", "get_next", "get_last_error", "release_array", "release_schema",
                                                    "release_stream", "rows", "read")}}
READ = ["plugin", "call", INGESTION, "read", '{"source": {}, "state": {}}']
COMMANDS = {
    "run": ["run", "-q"],
    "run json": ["run", "-q", "--output", "json"],
    "run told": ["run", "--output", "json"],
    "read": READ,
    "list": ["plugin", "list"],
    "show": ["plugin", "show", LINEAGE],
    "describe": ["plugin", "call", LINEAGE, "describe"],
    "doctor": ["doctor"],
    "compile": ["compile"],
}


def manifest(place, **changes):
    interface, capabilities = INTERFACES[place]
    group, name = place.split("/")
    document = {"manifest_version": 1, "id": ID, "version": "1.0.0", "vendor": "Example", "abi": {"major": 1}, "group": group,
                "name": name, "interface": interface, "capabilities": capabilities, "library": "hostile.so", **changes}
    return {key: value for key, value in document.items() if value is not None}


@dataclasses.dataclass
class Outcome:
    exit: int
    stdout: str
    stderr: str
    seconds: float

    def __str__(self):
        return f"exit {self.exit} after {self.seconds:.1f} s\n--- stdout\n{self.stdout[-3000:]}\n--- stderr\n{self.stderr[-3000:]}"


def wait_for(process, words, seconds):
    """What came of it; a command that is not done after `seconds` is killed with all it started."""
    began = time.monotonic()
    try:
        stdout, stderr = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        raise AssertionError(f"not done after {seconds} s: {words}\n{stdout[-3000:]}\n{stderr[-3000:]}") from None
    return Outcome(process.returncode, stdout, stderr, time.monotonic() - began)


def start(words, environment, **options):
    return subprocess.Popen([str(BIN), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            errors="replace", env=environment, start_new_session=True, **options)


def run_to_its_end(words, directory, seconds=30, **variables):
    """`floe` outside of a product."""
    return wait_for(start(["-C", str(directory), *words], {**os.environ, **variables}), words, seconds)


class Box:
    """A product whose lineage backend is the plugin, and a plugin root with it."""

    def __init__(self, directory):
        self.product = Product(directory / "product") if (directory / "product").mkdir() is None else None
        self.product.choose(lineage_backend="hostile")
        self.root = directory / "root"
        for place in INTERFACES:
            self.folder(place).mkdir(parents=True)
            shutil.copy(LIBRARY, self.folder(place) / "hostile.so")
            self.write_manifest(place)

    def folder(self, place=LINEAGE):
        return self.root / place

    def write_manifest(self, place=LINEAGE, **changes):
        (self.folder(place) / "plugin.json").write_text(json.dumps(manifest(place, **changes)))

    def environment(self, behaviour, **variables):
        # Four seconds are long for a plugin that answers and short for a test of one that does not.
        return {**os.environ, "HOSTILE": behaviour, "FLOE_PLUGIN_TIMEOUT": "4", "XDG_DATA_HOME": str(self.root.parent / "data"), **variables}

    def start(self, command, behaviour="", preexec_fn=None, **variables):
        words = COMMANDS.get(command, command.split(" ") if isinstance(command, str) else command)
        line = ["-C", str(self.product.directory), "--plugin-root", str(self.root), *words]
        return start(line, self.environment(behaviour, **variables), preexec_fn=preexec_fn)

    def run(self, command, behaviour="", seconds=30, **options):
        return wait_for(self.start(command, behaviour, **options), (command, behaviour), seconds)
