"""Files that are not what they should be. Each value is called with the path it has to fill."""

import gzip
import os


def text(value):
    """Text or bytes as they are."""
    def write(path):
        path.write_bytes(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))
    return write


def compressed(value):
    def write(path):
        with gzip.open(path, "wb", compresslevel=9) as file:
            for piece in [value] if isinstance(value, bytes) else value:
                file.write(piece)
    return write


def cut(writer, size):
    """The first bytes of a file that another writer makes."""
    def write(path):
        writer(path)
        path.write_bytes(path.read_bytes()[:size])
    return write


def link(target):
    return lambda path: path.symlink_to(target)


def fifo(path):
    os.mkfifo(path)


def directory(path):
    path.mkdir()


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(3 << 30)


def lines(line, count):
    """A text of many equal lines, made when it is written."""
    return lambda path: path.write_text(line * count)


def parquet(table, change=None):
    """A Parquet file of an Arrow table, its bytes changed."""
    def write(path):
        import pyarrow.parquet
        pyarrow.parquet.write_table(table(), path)
        if change is not None:
            path.write_bytes(change(path.read_bytes()))
    return write
