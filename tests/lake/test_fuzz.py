"""Random tables with random histories of Spark, PyIceberg and floe: floe reads what Spark reads, or refuses by name.

    FLOE_FUZZ_SEED=7 FLOE_FUZZ_TABLES=300 tools/test.py lake --pytest "-k fuzz"

FLOE_FUZZ_SEED     the seed of the first table (default 1, in the tier `long` the day's date); the next one has the next seed
FLOE_FUZZ_TABLES   how many (default 50, in the tier `long` 2,000)
FLOE_FUZZ_STEPS    only these steps of each history ("0,3"), as a failure prints them
FLOE_FUZZ_WITHOUT  no steps whose names contain one of these words ("add_files,merge")
FLOE_FUZZ_REASONS  1: the summary says why steps were not done, and which tables others read otherwise
FLOE_FUZZ_SHRINK   seconds spent on making each of the first three failures smaller (default 40; 0: none)
"""

import dataclasses
import datetime
import os

import pytest

from recipe import Recipe
from shrink import shrink, violation_of
from table_under_test import TableUnderTest
from verdict import Violation, reason_of

IS_LONG = os.environ.get("FLOE_TIER") == "long"
SEED = int(os.environ.get("FLOE_FUZZ_SEED") or (f"{datetime.date.today():%Y%m%d}0000" if IS_LONG else 1))
TABLES = int(os.environ.get("FLOE_FUZZ_TABLES") or (2000 if IS_LONG else 50))
STEPS = os.environ.get("FLOE_FUZZ_STEPS")
WITHOUT = [word for word in os.environ.get("FLOE_FUZZ_WITHOUT", "").split(",") if word]
SHRINK_SECONDS = float(os.environ.get("FLOE_FUZZ_SHRINK", 40))
shrunk = []


def recipe_of(seed):
    recipe = Recipe.of(seed, WITHOUT)
    if STEPS is None:
        return recipe
    wanted = {int(number) for number in STEPS.split(",") if number}
    return dataclasses.replace(recipe, steps=tuple(step for step in recipe.steps if step[0] in wanted))


def failure(recipe, table, violation):
    """The text of a failure, as small as the time allows."""
    if len(shrunk) < 3 and SHRINK_SECONDS:
        shrunk.append(table.name)
        smaller = shrink(recipe, violation.kind, table.lake, table.name, SHRINK_SECONDS)
        least = TableUnderTest(table.lake, f"{table.name}_least")
        again = violation_of(smaller, least)
        if again is not None:
            recipe, table, violation = smaller, least, again
    steps = ",".join(str(number) for number, _ in recipe.steps)
    again = f"FLOE_FUZZ_SEED={recipe.seed} FLOE_FUZZ_TABLES=1 FLOE_FUZZ_STEPS={steps} tools/test.py lake --pytest '-k fuzz'"
    return "\n".join([str(violation), "", f"created by {recipe.creator}; steps {recipe.steps}", "recipe:", *(f"  {line}" for line in table.log), "again:", f"  {again}"])


def verdict_on(recipe, table, told):
    """The violation, or None. Where Spark itself does not make or read the table, there is nothing to compare with."""
    try:
        recipe.make(table, told)
        recipe.check(table, told)
    except Violation as violation:
        return violation
    except Exception as error:  # noqa: BLE001
        pytest.skip(f"no oracle: {reason_of(error)}")
    return None


@pytest.mark.parametrize("seed", [pytest.param(SEED + number, marks=pytest.mark.long if IS_LONG else ()) for number in range(TABLES)])
def test_random_table(lake, told, seed):
    recipe, table = recipe_of(seed), TableUnderTest(lake, f"main.t{seed}")
    try:
        violation = verdict_on(recipe, table, told)
    finally:
        lake.forget(table.name)
    if violation is not None:
        told[f"violation: {violation.kind}"] += 1
        pytest.fail(failure(recipe, table, violation), pytrace=False)
