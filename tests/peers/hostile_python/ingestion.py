import pyarrow

from floe.plugins import IngestionPlugin


def Rows(fails_at=None):
    def batches():
        for number in range(3):
            if number == fails_at:
                raise ValueError("no more rows")
            yield pyarrow.record_batch({"a": [number]})

    return pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("a", pyarrow.int64())]), batches())


class Book(IngestionPlugin):
    #class

    for method in IngestionPlugin.METHODS:
        if not method.optional:
            vars()[method.name] = lambda self, call, *inputs: {}

    def read(self, call, source, state):
        #read
        return Rows(), {"state": {}, "is_complete": True}
