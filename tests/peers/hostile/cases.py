"""The table: name, files of the project, command, and what has to come of it."""

import dataclasses
import itertools

from hostile import content
from hostile.content import text

MB = 1 << 20


@dataclasses.dataclass
class Case:
    name: str
    files: dict                      # path below the project -> text, bytes or a writer of hostile.content
    codes: tuple = ()                # any of these codes has to be told; () = the command has to succeed
    command: tuple = ("compile",)
    seconds: float = 15              # on two loaded cores
    megabytes: int = 1024            # of the largest resident set
    smoke: bool = False

    def write(self, root):
        for name, value in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.exists():
                path.unlink()
            (value if callable(value) else text(value))(path)


def source(path, kind, **more):
    """floe.yaml with one source."""
    entry = {"name": "raw", "format": kind, "path": path, "table": "raw.raw", **more}
    return ('{"apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "hostile", "version": "1.0"}, '
            f'"ingestion": {{"sources": [{__import__("json").dumps(entry)}]}}}}')


def ingest(name, value, kind, codes=(), path=None, **more):
    """A file that is loaded. Limits of the case and keys of the source in `more`."""
    limits = {key: more.pop(key) for key in ("seconds", "megabytes", "smoke") if key in more}
    path = path or f"data/{kind}"
    return Case(f"{kind}: {name}", {path: value, "floe.yaml": source(path, kind, **more)}, codes, ("ingest",), **limits)


ODD = {"fifo": content.fifo, "device": content.link("/dev/zero"), "link to nothing": content.link("nowhere"),
       "kernel": content.link("/proc/self/environ"), "3 GB": content.sparse}


def special_files():
    unreadable = ("FLOE-E0603", "FLOE-E0605", "FLOE-E0802")
    names = ["dbt_project.yml", "floe.yaml", "profiles.yml", "models/odd.sql", "models/odd.yml", "macros/odd.sql", "seeds/odd.csv",
             "models/odd.md", "tests/odd.sql", "snapshots/odd.sql", "analyses/odd.sql", "vars.yml", "selectors.yml", "packages.yml",
             "dependencies.yml", ".dbtignore", "manifest.yaml"]
    for name, (kind, writer) in itertools.product(names, ODD.items()):
        files = {name: writer}
        if name == "manifest.yaml":
            files["floe.yaml"] = ("apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: x, version: '1.0'}\n"
                                  "platform: {ref: manifest.yaml}\n")
        yield Case(f"file: {name} is {kind}", files, (*unreadable, "FLOE-E0303"), seconds=5, megabytes=200,
                   smoke=(name, kind) in {("models/odd.sql", "fifo"), ("floe.yaml", "device"), ("seeds/odd.csv", "3 GB")})
    for kind in ("csv", "jsonl", "parquet"):
        for what, writer in ODD.items():
            yield ingest(f"is {what}", writer, kind, ("FLOE-E0805",), seconds=5, megabytes=300)
    yield Case("file: sources in /proc", {"floe.yaml": source("/proc/*", "csv")}, ("FLOE-E0805",), ("ingest",), seconds=5, smoke=True)


ALL = [*special_files()]
