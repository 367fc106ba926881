"""Leaves out steps of a failing recipe for as long as it fails in the same way."""

import collections
import dataclasses
import time

from table_under_test import TableUnderTest
from verdict import Violation


def violation_of(recipe, table):
    """The Violation of one try, None when it passes. A writer that fails at creating the table is a pass."""
    told = collections.Counter()
    try:
        recipe.make(table, told)
        recipe.check(table, told)
    except Violation as violation:
        return violation
    except Exception:  # noqa: BLE001
        return None
    finally:
        table.lake.forget(table.name)
    return None


def shrink(recipe, kind, lake, name, seconds):
    """The smallest recipe found in this time."""
    ends = time.monotonic() + seconds
    shorter = True
    tries = 0
    while shorter and time.monotonic() < ends:
        shorter = False
        for left_out in reversed(recipe.steps):
            tries += 1
            candidate = dataclasses.replace(recipe, steps=tuple(step for step in recipe.steps if step != left_out))
            violation = violation_of(candidate, TableUnderTest(lake, f"{name}_{tries}"))
            if violation is not None and violation.kind == kind:
                recipe, shorter = candidate, True
            if time.monotonic() > ends:
                break
    return recipe
