"""Hostile files of data: CSV, JSON lines and Parquet."""

import random

from hostile import content
from hostile.case import Case, ingest

MB = 1 << 20
RANDOM = bytes(random.Random(20).randrange(256) for _ in range(200_000))
LOADED = ("FLOE-E0801", "FLOE-E0805")


def repeated(head, unit, count, tail=b""):
    """A file of many equal pieces, made when it is written."""
    def write(path):
        with open(path, "wb") as file:
            file.write(head)
            block = unit * max(1, MB // len(unit))
            whole, rest = divmod(len(unit) * count, len(block))
            for _ in range(whole):
                file.write(block)
            file.write(block[:rest])
            file.write(tail)
    return write


WIDE = ",".join(f"c{i}" for i in range(20_000))
CSV = {
    "20,000 columns": WIDE + "\n" + ",".join("1" * 20_000),
    "a million columns": repeated(b"a", b",a", 1_000_000, b"\n"),
    "a million columns without a header": (repeated(b"1", b",1", 1_000_000, b"\n"), {"options": {"header": False}}),
    "a line of 30 MB": repeated(b"a,b\n1,", b"x", 30 * MB, b"\n"),
    "a header of 30 MB": repeated(b"", b"x", 30 * MB, b"\n1\n"),
    "a name of 100,000 characters": "x" * 100_000 + "\n1\n",
    "one name without a newline": "x" * 66_000,
    "a quote that is never closed": repeated(b"a,b\n1,\"", b"x\n", MB),
    "a header quote that is never closed": repeated(b"a,\"b", b"x\n", 10 * MB),
    "quotes alone": repeated(b"", b'"', 3 * MB),
    "commas alone": repeated(b"", b",", 3 * MB),
    "NUL bytes alone": repeated(b"", b"\0", 3 * MB),
    "UTF-16": "a,b\n1,ü\n".encode("utf-16"),
    "random bytes": b"a,b\n" + RANDOM,
    "no bytes": b"",
    "a byte order mark": b"\xef\xbb\xbf",
    "overlong UTF-8": b"a\n\xc0\xaf\n",
    "surrogates": "a\n\ud800\n",
    "rows that are too long": "a,b\n" + "1,2,3\n" * 1000,
    "rows that are too short": "a,b,c\n" + "1\n" * 1000,
    "a gzip that is none": (RANDOM, {"path": "data/x.csv.gz"}),
    "a gzip that ends early": (content.cut(content.compressed(b"a,b\n" + b"1,2\n" * 10_000), 60), {"path": "data/x.csv.gz"}),
    "a gzip without its last byte": (content.cut(content.compressed(b"a,b\n1,2\n"), -1), {"path": "data/x.csv.gz"}),
    "a gzip of a line of 300 MB": (content.compressed([b"a,b\n1,", *[b"x" * MB] * 300]), {"path": "data/x.csv.gz"}),
    "text for a number": ("a\nx\n", {"columns": [{"name": "a", "type": "BIGINT"}]}),
    "a number of 100,000 digits": ("a\n" + "9" * 100_000 + "\n", {"columns": [{"name": "a", "type": "DECIMAL(38, 0)"}]}),
    "a date that is none": ("a\n2024-02-30\n", {"columns": [{"name": "a", "type": "DATE"}]}),
}
CSV_LOADS = {
    "NUL bytes": b"a,b\n1,\0\n" * 100,
    "5,000 equal names": ",".join(["a"] * 5000) + "\n" + ",".join("1" * 5000),
    "empty lines": "a\n1\n" + "\n" * 500_000,
    "carriage returns": "a,b\r1,2\r" * 10,
    "quotes inside of quotes": 'a\n"' + '""' * 100_000 + '"\n',
    "2 MB of one value": "a\n\"" + "x\n" * 900_000 + '"\n',
    "bad rows kept apart": ("a,b\n" + "1,2,3\n1,2\n" * 20_000, {"on_bad_rows": "rejects"}),
    "1e999": "a\n1e999\n",
    "escapes of a terminal": "a\n\x1b]0;x\x07\n",
}


def nested(levels, open_, close, value="1"):
    return open_ * levels + value + close * levels


JSON = {
    "lists, 300 deep": '{"a": ' + nested(300, "[", "]") + "}\n",
    "lists, 5,000 deep": '{"a": ' + nested(5000, "[", "]") + "}\n",
    "lists, 100,000 deep": '{"a": ' + nested(100_000, "[", "]") + "}\n",
    "objects, 300 deep": nested(300, '{"a": ', "}") + "\n",
    "objects, 20,000 deep": nested(20_000, '{"a": ', "}") + "\n",
    "objects, 20,000 deep, columns named": (nested(20_000, '{"a": ', "}") + "\n", {"columns": [{"name": "a", "type": "VARCHAR"}]}),
    "objects, 20,000 deep, inferred to 10": (nested(20_000, '{"a": ', "}") + "\n", {"options": {"maximum_depth": 10}}),
    "brackets that are never closed": '{"a": ' + "[" * 1_000_000,
    "braces that are never closed": '{"a": ' * 1_000_000,
    "50,000 keys": "{" + ", ".join(f'"k{i}": 1' for i in range(50_000)) + "}\n",
    "a text that is never closed": repeated(b'{"a": "', b"x", 3 * MB),
    "a line of 50 MB": repeated(b'{"a": "', b"x", 50 * MB, b'"}\n'),
    "random bytes": RANDOM,
    "NUL bytes": repeated(b"", b"\0", MB),
    "UTF-16": '{"a": 1}\n'.encode("utf-16"),
    "no UTF-8": b'{"a": "\xff"}\n',
    "half a surrogate": '{"a": "\\ud800"}\n',
    "control characters": '{"a": "\x01"}\n',
    "single quotes": "{'a': 1}\n",
    "commas": '{"a": 1,,}\n' * 1000,
    "equal keys": '{"a": 1, "a": 2}\n',
    "a key of 100,000 characters": '{"' + "x" * 100_000 + '": 1}\n',
    "no bytes": b"",
    "a gzip without its last byte": (content.cut(content.compressed(b'{"a": 1}\n'), -1), {"path": "data/x.jsonl.gz"}),
    "a gzip that ends early": (content.cut(content.compressed(b'{"a": 1}\n' * 10_000), 40), {"path": "data/x.jsonl.gz"}),
    "a gzip of a line of 300 MB": (content.compressed([b'{"a": "', *[b"x" * MB] * 300]), {"path": "data/x.jsonl.gz"}),
    "text for a number": ('{"a": "x"}\n', {"columns": [{"name": "a", "type": "BIGINT"}]}),
}
JSON_LOADS = {
    "not a number": '{"a": NaN}\n',
    "lists, 20 deep": '{"a": ' + nested(20, "[", "]") + "}\n",
    "1e999 as a text": '{"a": "1e999"}\n',
    "lists of any length": '{"a": [' + "1," * 100_000 + "1]}\n",
    "bad rows kept apart": ('{"a": 1}\nx\n' * 10_000, {"on_bad_rows": "rejects"}),
}


def numbers():
    import pyarrow
    return pyarrow.table({"id": list(range(1000)), "s": [f"text {i}" for i in range(1000)]})


def flipped(seed):
    """One bit of the footer, or of the pages before it."""
    def change(value):
        at, out = random.Random(seed), bytearray(value)
        size = int.from_bytes(value[-8:-4], "little") + 8
        place = len(value) - 1 - at.randrange(size) if seed % 4 else at.randrange(len(value) - size)
        out[place] ^= 1 << at.randrange(8)
        return bytes(out)
    return change


PARQUET = {
    "its first half": lambda value: value[:len(value) // 2],
    "its last half": lambda value: value[len(value) // 2:],
    "without its last byte": lambda value: value[:-1],
    "magic alone": lambda value: b"PAR1PAR1",
    "a footer of no length": lambda value: value[:-8] + b"\0\0\0\0PAR1",
    "a footer of 4 GB": lambda value: value[:-8] + b"\xff\xff\xff\xffPAR1",
    "a footer of NUL bytes": lambda value: value[:-1000] + b"\0" * 992 + value[-8:],
    "a footer of 0xff": lambda value: value[:-500] + b"\xff" * 492 + value[-8:],
    "random bytes": lambda value: b"PAR1" + RANDOM + value[-8:],
    "a text": lambda value: b"a,b\n1,2\n",
    "no bytes": lambda value: b"",
    "encrypted": lambda value: value[:-4] + b"PARE",
}


def of(table, kind, codes, **limits):
    for name, entry in table.items():
        value, more = entry if isinstance(entry, tuple) else (entry, {})
        yield ingest(name, value, kind, codes, **more, **limits)


def data():
    yield from of(CSV, "csv", LOADED, seconds=30, megabytes=1000)
    yield from of(CSV_LOADS, "csv", (), seconds=30, megabytes=1500)
    yield from of(JSON, "jsonl", LOADED, seconds=30, megabytes=1000)
    yield from of(JSON_LOADS, "jsonl", (), seconds=30, megabytes=1000)
    for name, change in PARQUET.items():
        yield ingest(name, content.parquet(numbers, change), "parquet", LOADED, megabytes=300)
    for seed in range(24):  # a bit that means little may be any
        case = ingest(f"flipped bit {seed}", content.parquet(numbers, flipped(seed)), "parquet", LOADED, megabytes=500)
        case.may_succeed = True
        yield case
