"""One hostile case, and how sources of ingestion are written."""

import collections.abc
import dataclasses
import json

from hostile.content import text


@dataclasses.dataclass
class Case:
    name: str
    files: dict                      # path below the project -> text, bytes or a writer of hostile.content
    codes: tuple = ()                # a beginning of the code that has to be told; () = the command has to succeed
    command: tuple = ("compile",)
    seconds: float = 15              # on two loaded cores
    megabytes: int = 1024            # of the largest resident set
    smoke: bool = False
    may_succeed: bool = False        # also with codes
    change: collections.abc.Callable | None = None  # of the project's own tables, with its folder

    def write(self, root):
        for name, value in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.exists():
                path.unlink()
            (value if callable(value) else text(value))(path)
        if self.change is not None:
            self.change(root)


def source(path, kind, **more):
    """floe.yaml with one source."""
    entry = {"name": "raw", "format": kind, "path": path, "table": "raw.raw", **more}
    return ('{"apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "hostile", "version": "1.0"}, '
            f'"ingestion": {{"sources": [{json.dumps(entry)}]}}}}')


def ingest(name, value, kind, codes=(), path=None, **more):
    """A file that is loaded. Limits of the case and keys of the source in `more`."""
    limits = {key: more.pop(key) for key in ("seconds", "megabytes", "smoke") if key in more}
    path = path or f"data/{kind}"
    return Case(f"{kind}: {name}", {path: value, "floe.yaml": source(path, kind, **more)}, codes, ("ingest",), **limits)
