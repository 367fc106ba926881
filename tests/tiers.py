"""pytest plugin of every suite: which tests of a file run in this tier. tools/test.py loads it.

FLOE_TIER is `test` (the default), `all` or `long`:

- `test` runs what a change can reach, and of the other files only the smoke tests: those marked `smoke`, else the first one.
- `all` runs everything but what is marked `long`.
- `long` runs only what is marked `long`: random and long runs, each of which prints its seed.

A test marked `full` is too slow for the tier `test` and runs in `all`. A file says in REACHED_BY which folders it depends on besides
those that reach everything (tools/changes.py); a file without it is reached by every change. FLOE_CHANGED names a file with the
changed paths, a line each; without it everything changed.
"""

import os
import pathlib

import pytest

import changes

ROOT = pathlib.Path(__file__).resolve().parents[1]
MARKS = {
    "smoke": "runs in every tier but `long`, whatever changed",
    "full": "runs in the tiers `all` only",
    "long": "runs in the tier `long` only",
}


def pytest_configure(config):
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def read_changes():
    path = os.environ.get("FLOE_CHANGED")
    return pathlib.Path(path).read_text().splitlines() if path else None


def is_reached(path, module, changed):
    folder = str(path.parent.relative_to(ROOT)) + "/"
    reached_by = getattr(module, "REACHED_BY", ("",))
    gone = [name for name in reached_by if not (ROOT / name).exists()]
    assert not gone, f"{path}: REACHED_BY names {gone}, which are not there"  # such a file would never run
    return changes.reaches(changed, (*reached_by, folder))


def choose(items, tier, changed):
    """The items of one file that run."""
    if tier == "long":
        return [item for item in items if item.get_closest_marker("long")]
    items = [item for item in items if not item.get_closest_marker("long")]
    if tier == "all":
        return items
    items = [item for item in items if not item.get_closest_marker("full")]
    if items and not is_reached(items[0].path, items[0].module, changed):
        return [item for item in items if item.get_closest_marker("smoke")] or items[:1]
    return items


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if any("::" in argument for argument in config.args):
        return  # a test that is named runs
    tier, changed = os.environ.get("FLOE_TIER", "test"), read_changes()
    files = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    chosen = {item for group in files.values() for item in choose(group, tier, changed)}
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]
