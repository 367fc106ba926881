"""floe: data products as Apache Iceberg tables, from Python.

    import floe

    project = floe.Project("shop")           # a folder with floe.yaml or dbt_project.yml
    project.compile()                        # checks everything; floe.Data carries all findings
    ran = project.run(select="orders+")      # an Answer: ran.success, ran["results"]
    orders = floe.Table(project, "main.orders")
    pyarrow.table(orders)                    # polars.DataFrame(orders), duckdb.sql("from orders")

Project       compile, run, test, ingest, dbt, show; tables and plugins
Table         rows of a table, model or seed, through the Arrow PyCapsule interface
PluginClient  calls the methods of an installed plugin
FloeError     what is raised; one subclass for each status: NotFound, Conflict, Data, Cancelled ...

It is pure Python over libfloe-core (floe/floe.h): the wheel carries the libraries, FLOE_LIBRARY names others. Plugins in
Python derive from the classes of floe.plugins, which load no library. Guide: docs/guides/python.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floe.errors import (AlreadyExists, Cancelled, Conflict, Data, Exhausted, FloeError, InputOutput, Internal, InvalidArgument,
                         InvalidConfig, InvalidState, NotFound, Panic, Permission, Timeout, Unauthenticated, Unavailable,
                         Unsupported)

if TYPE_CHECKING:
    from floe._answer import Answer
    from floe._arrow import Rows
    from floe.plugin_client import PluginClient
    from floe.project import Project
    from floe.table import Table

__all__ = [
    "AlreadyExists", "Answer", "Cancelled", "Conflict", "Data", "Exhausted", "FloeError", "InputOutput", "Internal",
    "InvalidArgument", "InvalidConfig", "InvalidState", "NotFound", "Panic", "Permission", "PluginClient", "Project", "Rows",
    "Table", "Timeout", "Unauthenticated", "Unavailable", "Unsupported", "version",
]

# A plugin in Python imports floe.plugins inside of a running floe: it pays for nothing else.
_LAZY = {"Answer": "_answer", "Project": "project", "Table": "table", "PluginClient": "plugin_client", "Rows": "_arrow"}


def version() -> str:
    """Version of libfloe-core."""
    from floe._library import library

    text: bytes = library().floe_version()
    return text.decode()


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'floe' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"floe.{_LAZY[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted([*globals(), *_LAZY])
