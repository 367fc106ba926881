"""Rows of any origin as the compact JSON that `floe show --output json` promises, computed here from the Iceberg type
and the Python value alone, so that two origins can be compared by one hash."""

import base64
import datetime
import decimal
import hashlib
import json
import math
import struct
import uuid

from pyiceberg import types as iceberg


def _float(value, single):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return struct.unpack("f", struct.pack("f", value))[0] if single else value


def _timestamp(value, zoned):
    if zoned:
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="microseconds")
    return value.isoformat(timespec="microseconds")


def _pairs(value):
    return value.items() if isinstance(value, dict) else value


def to_json(value, kind):
    """`value` (as PyArrow or DuckDB hands it to Python) of the Iceberg type `kind` as a JSON value."""
    if value is None:
        return None
    if isinstance(kind, iceberg.StructType):
        return {field.name: to_json(value[field.name], field.field_type) for field in kind.fields}
    if isinstance(kind, iceberg.ListType):
        return [to_json(item, kind.element_type) for item in value]
    if isinstance(kind, iceberg.MapType):
        return [[to_json(key, kind.key_type), to_json(item, kind.value_type)] for key, item in _pairs(value)]
    if isinstance(kind, (iceberg.IntegerType, iceberg.LongType)):
        return int(value)
    if isinstance(kind, iceberg.DecimalType):
        with decimal.localcontext() as context:
            context.prec = 60
            return format(decimal.Decimal(value).quantize(decimal.Decimal(1).scaleb(-kind.scale)), "f")
    if isinstance(kind, (iceberg.FloatType, iceberg.DoubleType)):
        return _float(value, isinstance(kind, iceberg.FloatType))
    if isinstance(kind, iceberg.TimestampType):
        return _timestamp(value, zoned=False)
    if isinstance(kind, iceberg.TimestamptzType):
        return _timestamp(value, zoned=True)
    if isinstance(kind, iceberg.TimeType):
        return value.isoformat(timespec="microseconds")
    if isinstance(kind, iceberg.DateType):
        return value.isoformat()
    if isinstance(kind, iceberg.UUIDType):
        return str(uuid.UUID(bytes=value) if isinstance(value, bytes) else value)
    if isinstance(kind, (iceberg.BinaryType, iceberg.FixedType)):
        return base64.b64encode(bytes(value)).decode()
    return value


def row_lines(rows, names, kinds):
    """Sorted compact JSON, one line per row; `rows` are sequences in the order of `names`."""
    return sorted(
        json.dumps({name: to_json(value, kind) for name, value, kind in zip(names, row, kinds)},
                   separators=(",", ":"), ensure_ascii=False)
        for row in rows)


def arrow_lines(table, schema):
    """A PyArrow table with the PyIceberg schema it was read by."""
    names = [field.name for field in schema.fields]
    columns = [table.column(name).to_pylist() for name in names]
    return row_lines(zip(*columns), names, [field.field_type for field in schema.fields])


def _single_floats(value, kind):
    """A float may be printed with the digits of a float or of the double it widens to; both mean the same."""
    if isinstance(kind, iceberg.FloatType) and isinstance(value, float):
        return _float(value, True)
    if isinstance(kind, iceberg.StructType) and isinstance(value, dict):
        kinds = {field.name: field.field_type for field in kind.fields}
        return {name: _single_floats(item, kinds.get(name)) for name, item in value.items()}
    if isinstance(kind, iceberg.ListType) and isinstance(value, list):
        return [_single_floats(item, kind.element_type) for item in value]
    if isinstance(kind, iceberg.MapType) and isinstance(value, list):
        return [[key, _single_floats(item, kind.value_type)] for key, item in value]
    return value


def shown_lines(shown, schema):
    """The answer of `floe show`, taken as it is: only the order of the rows is ours."""
    kinds = {field.name: field.field_type for field in schema.fields}
    return sorted(
        json.dumps({name: _single_floats(value, kinds.get(name)) for name, value in row.items()},
                   separators=(",", ":"), ensure_ascii=False)
        for row in shown["rows"])


def digest(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def assert_equal_rows(left, right, left_name, right_name):
    """By hash first; when it differs, the rows that only one side has."""
    if len(left) == len(right) and digest(left) == digest(right):
        return
    only_left, only_right = sorted(set(left) - set(right)), sorted(set(right) - set(left))
    shown = "\n".join([f"  {left_name}: {line[:600]}" for line in only_left[:5]] +
                      [f"  {right_name}: {line[:600]}" for line in only_right[:5]])
    raise AssertionError(f"{len(left)} rows in {left_name}, {len(right)} in {right_name}; "
                         f"{len(only_left)} and {len(only_right)} differ\n{shown}")
