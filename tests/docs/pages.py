"""Documentation pages whose examples run.

In a page a fenced block with `file=PATH` is a file of the example, and a `console` block holds commands (`$ ...`) with what
they print. Blocks run in the order of the page, in one folder of their own; `cd` holds for the commands that follow. Two outputs are equal when they are equal after
`comparable`: what differs from run to run (ids, times, places) and the widths that follow from it do not count.
"""

import atexit
import contextlib
import dataclasses
import functools
import os
import pathlib
import random
import re
import shutil
import string
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("FLOE_BIN", ROOT / "build/release/bin/floe"))
HOME = "/home/you"  # how the folder above an example's own is shown
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)

VARYING = [
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?"), "TIME"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\bat byte \d+"), "at byte N"),
    (re.compile(r"\b\d{15,19}\b"), "SNAPSHOT"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s)\b"), "SECONDS"),
    (re.compile(r'"(elapsed_seconds|seconds)": ?[0-9.e-]+'), r'"\1": SECONDS'),
    (re.compile(r"floe-tmp-\w+|\bpytest-\d+"), "TEMPORARY"),
    (re.compile(r"^( *\d+/\d+ .*)$", re.MULTILINE), lambda match: re.sub(r"^ *\d+/", "N/", match.group(1))),
]


@dataclasses.dataclass
class Block:
    info: str
    body: str
    start: int  # of the body in the page
    end: int

    @property
    def language(self):
        return self.info.split(" ")[0]

    @property
    def file(self):
        found = re.search(r"\bfile=(\S+)", self.info)
        return found.group(1) if found else None


@dataclasses.dataclass
class Command:
    text: str
    output: str


def blocks(text):
    return [Block(m["info"].strip(), m["body"], m.start("body"), m.end("body")) for m in FENCE.finditer(text)]


def commands(body):
    """`$ command`, continued by `> ` lines, and the lines it prints."""
    found = []
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Command(line[2:], ""))
        elif line.startswith("> ") and found and not found[-1].output:
            found[-1].text += line[2:]
        elif found:
            found[-1].output += line
        else:
            raise ValueError(f"a console block begins with `$ `, not with {line!r}")
    return found


def has_examples(text):
    return any(block.language == "console" for block in blocks(text))


def comparable(output):
    for pattern, replacement in VARYING:
        output = pattern.sub(replacement, output)
    lines = (re.sub("─+", "─", re.sub("  +", " ", line)).strip() for line in output.splitlines())
    # The order in which nodes finish is not fixed: the lines of one display count as a set.
    numbered, kept = [], []
    for line in [*lines, ""]:
        if line.startswith("N/"):
            numbered.append(line)
            continue
        kept += sorted(numbered) + [line]
        numbered = []
    return "\n".join(kept).strip()


@functools.cache
def installed():
    """What a compiler, the linker and Python find after `make install` into their own folders and `pip install`; FLOE_LIB is
    where the libraries are."""
    includes = [str(ROOT / part / "include") for part in ("libfloe-core", "libfloe-iceberg", "libfloe-dbt")]
    library = str(BIN.parents[1] / "lib")
    python = subprocess.run([ROOT / "tools/peers.sh", "--python", "python"], capture_output=True, text=True, check=True)
    return {"PYTHONPATH": str(ROOT / "bindings/python"), "FLOE_LIBRARY": str(BIN.parents[1]), "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": f"{BIN.parent}:{pathlib.Path(python.stdout.strip()).parent}:{os.environ['PATH']}",
            "CPATH": ":".join(includes), "LIBRARY_PATH": library, "LD_LIBRARY_PATH": library, "FLOE_LIB": library}


@functools.cache
def prefix():
    """`make install PREFIX=`, once."""
    folder = tempfile.mkdtemp(prefix="floe-docs-")
    atexit.register(shutil.rmtree, folder)
    subprocess.run(["cmake", "--install", BIN.parents[1], "--prefix", folder], capture_output=True, check=True)
    return folder


def environment(directory):
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "LC_ALL", "TMPDIR", "SOURCE_DATE_EPOCH")}
    # HOME is another one here; a toolchain of rustup lies in the real one.
    home = pathlib.Path.home()
    rust = {"RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")), "CARGO_HOME": os.environ.get("CARGO_HOME", str(home / ".cargo"))}
    return {**kept, **rust, "NO_COLOR": "1", "HOME": str(directory.parent), "PREFIX": prefix(), **installed()}


@contextlib.contextmanager
def project_directory():
    """A new folder whose path is as long as the one that is shown, so that tables are cut and aligned alike."""
    while True:
        name = "".join(random.choices(string.ascii_lowercase, k=len(HOME) - len("/tmp/")))
        with contextlib.suppress(FileExistsError):
            home = pathlib.Path("/tmp", name)
            home.mkdir()
            break
    try:
        (home / "project").mkdir()
        yield home / "project"
    finally:
        shutil.rmtree(home)


def run_command(command, directory, here, last_code):
    """What the command prints, stdout and stderr as they come, its exit code and the folder it ends in, as in a reader's terminal: it starts in
    the folder `here`, and `$?` is that of the command before."""
    with tempfile.NamedTemporaryFile("r") as folder:
        shell = f"trap 'pwd > {folder.name}' EXIT\n(exit {last_code})\n{command}"
        process = subprocess.run(["bash", "-c", shell], cwd=here, env=environment(directory), text=True, errors="replace",
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        here = folder.read().strip() or here
    shown = re.sub(r"^bash: line \d+: +\d+ .*\n", "", process.stdout, flags=re.MULTILINE)  # of a crash, where it is not the last command of a shell
    for path, name in ((directory.parent, HOME), (BIN.parents[1], "/opt/floe")):
        shown = shown.replace(str(path), name)
    return shown, process.returncode, here


def run_page(text, directory):
    """The page with its outputs as they are now, and what differs from those it shows."""
    out, position, differences, code, here = [], 0, [], 0, directory
    for block in blocks(text):
        if block.file:
            path = directory / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body)
        elif block.language == "console":
            out.append(text[position:block.start])
            position = block.end
            for command in commands(block.body):
                printed, code, here = run_command(command.text, directory, here, code)
                if comparable(printed) != comparable(command.output):
                    differences.append(f"$ {command.text}(exit {code})\n--- the page says\n{command.output}--- it prints\n{printed}")
                lines = command.text.splitlines(keepends=True)
                if printed and not printed.endswith("\n"):
                    printed += "\n"
                out.append("$ " + "> ".join(lines) + printed)
    out.append(text[position:])
    return "".join(out), differences
