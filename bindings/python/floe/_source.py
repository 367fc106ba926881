"""Modules of plugins come from their sources: a file in `__pycache__` is in no sum, and would be run in the place of one
that is. Nothing is written there either."""

from __future__ import annotations

import importlib.machinery as machinery
import os
import sys
from typing import Any, Set

_folders: Set[str] = set()


class SourceLoader(machinery.SourceFileLoader):
    """Compiles the source each time, whatever lies beside it."""

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def is_inside(path: str) -> bool:
    """Whether it is the folder of a plugin, or below it."""
    real = os.path.realpath(path)
    return any(real == folder or real.startswith(folder + os.sep) for folder in _folders)


def _finder(path: str) -> machinery.FileFinder:
    """For sys.path_hooks: of a directory in the folder of a plugin, also when the plugin puts it into sys.path."""
    if not is_inside(path):
        raise ImportError("no directory of a plugin", path=path)
    return machinery.FileFinder(path, (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
                                (SourceLoader, machinery.SOURCE_SUFFIXES))


def add_folder(directory: str) -> None:
    _folders.add(os.path.realpath(directory))
    if _finder not in sys.path_hooks:
        sys.path_hooks.insert(0, _finder)
    for path in [path for path in sys.path_importer_cache if is_inside(path)]:
        del sys.path_importer_cache[path]
