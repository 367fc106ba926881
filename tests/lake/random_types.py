"""Random Iceberg types and values of them, as Arrow tables for each writer and as literals for SQL."""

import datetime
import decimal
import math
import struct
import uuid

import pyarrow
from pyiceberg import types as iceberg

ALPHABET = ["a", "b", "z", "A", "0", " ", "'", '"', "\\", "%", "_", "/", "=", "é", "ß", "中", "\u00a0", "\u0301", "😀", "\U0010ffff", "\uffff", "\n", "\t"]
TEXTS = ["", " ", "a", "b", "null", "NULL", "nan", "a" * 16, "a" * 17, "ab" * 200, "\U0010ffff" * 20, "z" * 15 + "\uffff\uffff", "x\x00y", "%", "a/b=c"]
TIMES = [datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime(1969, 12, 31, 23, 59, 59, 999999),
         datetime.datetime(1970, 1, 1), datetime.datetime(1582, 10, 10), datetime.datetime(1900, 1, 1, 0, 0, 0, 1)]
FLOATS = [0.0, -0.0, 1.5, -1.0, 1e30, -1e30, 5e-324, math.nan, math.inf, -math.inf]
KEY_TYPES = [iceberg.IntegerType(), iceberg.LongType(), iceberg.StringType(), iceberg.DateType()]
UTC = datetime.timezone.utc


def random_primitive(rng, with_spark=True):
    """Types that only PyIceberg creates (uuid, fixed) when `with_spark` is False."""
    kinds = [iceberg.BooleanType(), iceberg.IntegerType(), iceberg.LongType(), iceberg.FloatType(), iceberg.DoubleType(), iceberg.StringType(),
             iceberg.StringType(), iceberg.BinaryType(), iceberg.DateType(), iceberg.TimestampType(), iceberg.TimestamptzType(), random_decimal(rng)]
    if not with_spark:
        kinds += [iceberg.UUIDType(), iceberg.FixedType(rng.choice([1, 5, 16]))]
    return rng.choice(kinds)


def random_decimal(rng):
    precision = rng.choice([1, 4, 9, 10, 18, 19, 38])
    return iceberg.DecimalType(precision, rng.randint(0, precision))


def random_type(rng, depth=3, with_spark=True):
    """A type nested at most `depth` deep. Field ids are those of the parser; who creates the table gives its own."""
    if depth == 0 or rng.random() < 0.7:
        return random_primitive(rng, with_spark)
    shape = rng.choice(["struct", "struct", "list", "map"])
    if shape == "list":
        return iceberg.ListType(element_id=rng.randint(1000, 10**6), element_type=random_type(rng, depth - 1), element_required=False)
    if shape == "map":
        return iceberg.MapType(key_id=rng.randint(1000, 10**6), key_type=rng.choice(KEY_TYPES), value_id=rng.randint(1000, 10**6),
                               value_type=random_type(rng, depth - 1), value_required=False)
    return iceberg.StructType(*[field(name, random_type(rng, depth - 1), rng) for name in ["x", "y", "z"][:rng.randint(1, 3)]])


def field(name, kind, rng, required=False):
    return iceberg.NestedField(field_id=rng.randint(1000, 10**6), name=name, field_type=kind, required=required)


# ---- values ----


def random_text(rng):
    if rng.random() < 0.4:
        return rng.choice(TEXTS)
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 30)))


def random_time(rng):
    if rng.random() < 0.2:
        return rng.choice(TIMES)
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(days=rng.randint(-40000, 40000), microseconds=rng.randint(0, 86399999999))


def random_number(rng, bits):
    limit = 2 ** (bits - 1)
    return rng.choice([0, 1, -1, limit - 1, -limit, rng.randint(-100, 100), rng.randint(-100, 100), rng.randint(-limit, limit - 1)])


def random_float(rng, single):
    value = rng.choice(FLOATS) if rng.random() < 0.5 else rng.uniform(-100, 100)
    return struct.unpack("f", struct.pack("f", value))[0] if single else value


def exact(kind, digits):
    with decimal.localcontext() as context:
        context.prec = 60
        return decimal.Decimal(digits).scaleb(-kind.scale)


PRIMITIVES = {
    iceberg.BooleanType: lambda kind, rng: rng.random() < 0.5,
    iceberg.IntegerType: lambda kind, rng: random_number(rng, 32),
    iceberg.LongType: lambda kind, rng: random_number(rng, 64),
    iceberg.FloatType: lambda kind, rng: random_float(rng, True),
    iceberg.DoubleType: lambda kind, rng: random_float(rng, False),
    iceberg.StringType: lambda kind, rng: random_text(rng),
    iceberg.BinaryType: lambda kind, rng: rng.choice([b"", b"\0", b"\xff" * 20, rng.randbytes(rng.randint(0, 20))]),
    iceberg.FixedType: lambda kind, rng: rng.choice([b"\0", b"\xff", rng.randbytes(1)]) * len(kind),
    iceberg.UUIDType: lambda kind, rng: uuid.UUID(int=rng.choice([0, 1, 2**128 - 1, 2**127, rng.getrandbits(128)])),
    iceberg.DateType: lambda kind, rng: random_time(rng).date(),
    iceberg.TimestampType: lambda kind, rng: random_time(rng),
    iceberg.TimestamptzType: lambda kind, rng: random_time(rng).replace(tzinfo=UTC),
    iceberg.DecimalType: lambda kind, rng: exact(kind, rng.choice([1, -1]) * rng.choice([0, 1, 10**kind.precision - 1, rng.randrange(10**kind.precision)])),
}


def random_value(kind, rng, required=False):
    if not required and rng.random() < 0.15:
        return None
    if isinstance(kind, iceberg.StructType):
        return {item.name: random_value(item.field_type, rng, item.required) for item in kind.fields}
    if isinstance(kind, iceberg.ListType):
        return [random_value(kind.element_type, rng, kind.element_required) for _ in range(rng.choice([0, 1, 2, 3]))]
    if isinstance(kind, iceberg.MapType):
        keys = {random_value(kind.key_type, rng, True) for _ in range(rng.choice([0, 1, 2]))}
        return [(key, random_value(kind.value_type, rng, kind.value_required)) for key in sorted(keys)]
    return PRIMITIVES[type(kind)](kind, rng)


# ---- Arrow ----

ARROW = {
    iceberg.BooleanType: pyarrow.bool_(), iceberg.IntegerType: pyarrow.int32(), iceberg.LongType: pyarrow.int64(), iceberg.FloatType: pyarrow.float32(),
    iceberg.DoubleType: pyarrow.float64(), iceberg.StringType: pyarrow.string(), iceberg.BinaryType: pyarrow.binary(), iceberg.DateType: pyarrow.date32(),
    iceberg.TimeType: pyarrow.time64("us"), iceberg.TimestampType: pyarrow.timestamp("us"), iceberg.TimestamptzType: pyarrow.timestamp("us", "UTC"),
}


def arrow_type(kind, for_spark):
    """Spark has no uuid: it takes them as text."""
    if isinstance(kind, iceberg.StructType):
        return pyarrow.struct([arrow_field(item, for_spark) for item in kind.fields])
    if isinstance(kind, iceberg.ListType):
        return pyarrow.list_(pyarrow.field("element", arrow_type(kind.element_type, for_spark), nullable=not kind.element_required))
    if isinstance(kind, iceberg.MapType):
        value = pyarrow.field("value", arrow_type(kind.value_type, for_spark), nullable=not kind.value_required)
        return pyarrow.map_(pyarrow.field("key", arrow_type(kind.key_type, for_spark), nullable=False), value)
    if isinstance(kind, iceberg.DecimalType):
        return pyarrow.decimal128(kind.precision, kind.scale)
    if isinstance(kind, iceberg.FixedType):
        return pyarrow.binary() if for_spark else pyarrow.binary(len(kind))
    if isinstance(kind, iceberg.UUIDType):
        return pyarrow.string() if for_spark else pyarrow.uuid()
    return ARROW[type(kind)]


def arrow_field(item, for_spark):
    return pyarrow.field(item.name, arrow_type(item.field_type, for_spark), nullable=not item.required)


def _for_arrow(value, kind, for_spark):
    if value is None:
        return None
    if isinstance(kind, iceberg.StructType):
        return {item.name: _for_arrow(value[item.name], item.field_type, for_spark) for item in kind.fields}
    if isinstance(kind, iceberg.ListType):
        return [_for_arrow(item, kind.element_type, for_spark) for item in value]
    if isinstance(kind, iceberg.MapType):
        return [(key, _for_arrow(item, kind.value_type, for_spark)) for key, item in value]
    if isinstance(kind, iceberg.UUIDType):
        return str(value) if for_spark else value.bytes
    return value


def arrow_table(fields, rows, for_spark=False):
    """`rows` are dicts by column name."""
    columns = [pyarrow.array([_for_arrow(row[item.name], item.field_type, for_spark) for row in rows], arrow_type(item.field_type, for_spark))
               for item in fields]
    return pyarrow.Table.from_arrays(columns, schema=pyarrow.schema([arrow_field(item, for_spark) for item in fields]))


# ---- SQL ----

def plain(value):
    """A decimal without an exponent, which no engine takes."""
    return format(value, "f") if isinstance(value, decimal.Decimal) else str(value)


SPARK_NAMES = {iceberg.LongType: "bigint", iceberg.TimestampType: "timestamp_ntz", iceberg.TimestamptzType: "timestamp"}


def quoted(name, quote):
    return quote + name.replace(quote, quote * 2) + quote


def spark_type(kind):
    if isinstance(kind, iceberg.StructType):
        return "struct<" + ", ".join(f"{quoted(item.name, '`')}: {spark_type(item.field_type)}" for item in kind.fields) + ">"
    if isinstance(kind, iceberg.ListType):
        return f"array<{spark_type(kind.element_type)}>"
    if isinstance(kind, iceberg.MapType):
        return f"map<{spark_type(kind.key_type)}, {spark_type(kind.value_type)}>"
    return SPARK_NAMES.get(type(kind), str(kind))


def spark_literal(value, kind):
    """A primitive value for a statement of Spark."""
    if value is None:
        return "null"
    if isinstance(kind, (iceberg.StringType, iceberg.UUIDType)):
        return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(kind, (iceberg.BinaryType, iceberg.FixedType)):
        return f"X'{value.hex()}'"
    if isinstance(kind, (iceberg.FloatType, iceberg.DoubleType)):
        return f"cast('{value}' as {kind})"
    return f"cast('{plain(value)}' as {spark_type(kind)})"


DUCKDB_NAMES = {iceberg.LongType: "BIGINT", iceberg.IntegerType: "INTEGER", iceberg.StringType: "VARCHAR", iceberg.TimestamptzType: "TIMESTAMPTZ"}


def duckdb_literal(value, kind):
    """A primitive value for a statement of DuckDB."""
    if isinstance(kind, (iceberg.BinaryType, iceberg.FixedType)):
        return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::BLOB"
    return "'" + plain(value).replace("'", "''") + f"'::{DUCKDB_NAMES.get(type(kind), str(kind).upper())}"
