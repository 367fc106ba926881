"""Table: a table, model or seed of a project, read as Arrow."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Union

from floe._arrow import to_capsule
from floe.project import Project


class Table:
    """A table ("main.orders"), or a model or seed by its dbt name ("orders").

    Anything that reads `__arrow_c_stream__` reads it, and each reading reads it anew:

    >>> orders = floe.Table("shop", "main.orders")
    >>> pyarrow.table(orders)
    >>> polars.DataFrame(orders)
    >>> duckdb.sql("select count(*) from orders")

    project  a floe.Project, or the path of one
    at       a snapshot id, or a time ("2026-01-31T12:00:00Z"); None = now
    limit    at most so many rows; None = all
    """

    def __init__(self, project: Union[Project, str, "os.PathLike[str]"], name: str, *, at: Union[str, int, None] = None,
                 limit: Optional[int] = None):
        self.project = project if isinstance(project, Project) else Project(project)
        self.name = name
        self.at = None if at is None else str(at)
        self.limit = limit

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object:
        """The rows as an Arrow PyCapsule (arrow_array_stream). The schema is the table's own, as the interface allows."""
        request: Dict[str, Any] = {"name": self.name, "limit": -1 if self.limit is None else self.limit}
        if self.at is not None:
            request["at"] = self.at
        return to_capsule(self.project._stream(request))

    def describe(self) -> Dict[str, Any]:
        """Columns, partition spec, sort order, properties, location. The name is `namespace.table`."""
        return dict(self.project.table_describe(self.name, at=self.at))

    def history(self) -> List[Dict[str, Any]]:
        """Snapshots, the newest first."""
        snapshots: List[Dict[str, Any]] = self.project.table_history(self.name)["snapshots"]
        return snapshots

    def files(self) -> List[Dict[str, Any]]:
        """Data files: path, record_count, file_size_in_bytes, partition."""
        files: List[Dict[str, Any]] = self.project.table_files(self.name, at=self.at)["files"]
        return files

    def verify(self) -> Dict[str, Any]:
        """Whether every file of the table holds what was written: files, bytes, damaged [{uri, kind, reason}].

        Files of other writers have no digest (without_digest): of them, size and structure are checked.
        """
        return dict(self.project.table_verify(self.name)["tables"][0])

    def __repr__(self) -> str:
        return f"floe.Table({self.project!r}, {self.name!r})"
