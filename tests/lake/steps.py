"""The steps that histories are made of, by name, and what choosing among the columns of a table needs."""

from pyiceberg import types as iceberg

from table_under_test import RID, NotApplicable

STEPS = {}


def step(weight):
    """Registers a step under its name; how often it is drawn is in proportion to its weight."""
    def register(function):
        STEPS[function.__name__] = (function, weight)
        return function
    return register


def choose(rng, choices):
    choices = list(choices)
    if not choices:
        raise NotApplicable
    return rng.choice(choices)


def is_primitive(kind):
    return not isinstance(kind, (iceberg.StructType, iceberg.ListType, iceberg.MapType))


def other_fields(table):
    """Those a step may change."""
    return [item for item in table.fields() if item.name != RID]
