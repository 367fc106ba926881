"""A random table as a recipe: a seed and the numbers of the steps that are taken. The same recipe makes the same table, and a
recipe with fewer steps is one that can be tried."""

import dataclasses
import os
import random

import floe_steps
import pyiceberg_steps
import spark_steps
from pyiceberg import types as iceberg
from random_predicates import random_predicates
from random_types import field, random_type
from steps import STEPS
from table_under_test import RID, NotApplicable
from verdict import Violation, check_copy, check_description, check_files, check_predicates, check_rows, check_snapshot, check_view, compare_others, reason_of

CREATORS = {"spark": (spark_steps.spark_create, 5), "pyiceberg": (pyiceberg_steps.pyiceberg_create, 2), "floe": (floe_steps.floe_create, 2)}
PREDICATES = 5


@dataclasses.dataclass(frozen=True)
class Recipe:
    seed: int
    creator: str
    steps: tuple  # (number, name of the step)

    @staticmethod
    def of(seed, without=()):
        """`without` leaves out the steps whose names contain one of its words; the others stay what they are."""
        rng = random.Random(seed)
        creator = rng.choices(list(CREATORS), [weight for _, weight in CREATORS.values()])[0]
        names = rng.choices(list(STEPS), [weight for _, weight in STEPS.values()], k=rng.randint(2, 9))
        steps = [("spark_append" if number == 0 else name) for number, name in enumerate(names)]
        return Recipe(seed, creator, tuple((number, name) for number, name in enumerate(steps) if not any(word in name for word in without)))

    def random(self, part):
        return random.Random(f"{self.seed} {part}")

    def fields(self):
        rng = self.random("fields")
        kinds = [random_type(rng, with_spark=self.creator == "spark") for _ in range(rng.randint(1, 6))]
        names = [f"c{number}" if rng.random() < 0.85 else f"{rng.choice(['Ünï ', 'a.b', 'SELECT', 'a-b', '1'])}{number}" for number in range(len(kinds))]
        required = [self.creator != "floe" and rng.random() < 0.15 for _ in kinds]
        return [field(RID, iceberg.LongType(), rng)] + [field(*item, rng, needed) for *item, needed in zip(names, kinds, required)]

    def make(self, table, told):
        """Gives the table its history. A step that its writer does not do is logged as such, and the next one goes on."""
        CREATORS[self.creator][0](table, self.random("create"), self.fields())
        for number, step in self.steps:
            told[f"{step}: {attempt(table, STEPS[step][0], self.random(number))}"] += 1

    def check(self, table, told):
        rng = self.random("check")
        if check_rows(table, told):
            check_files(table)
            check_description(table)
            check_copy(table)
            rows = table.lake.spark.table(f"floe.{table.name}").toArrow().to_pylist()
            check_predicates(table, list(random_predicates(rng, table.fields(), rows, table.partition_sources(), PREDICATES)))
            check_view(table)
            check_snapshot(table, rng)
        compare_others(table, told)


def attempt(table, step, rng):
    """How a step went. FLOE_FUZZ_REASONS=1 tells why it was not done, too: a step that is never done tests nothing."""
    try:
        return step(table, rng) or "done"
    except NotApplicable:
        return "nothing to do"
    except Violation:
        raise
    except Exception as error:  # noqa: BLE001: whatever a writer raises, it did not do the step
        reason = reason_of(error)
        table.did(f"    not done: {reason}")
        return f"not done: {reason[:120]}" if "FLOE_FUZZ_REASONS" in os.environ else "not done"
