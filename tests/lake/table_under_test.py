"""A table with a random history, and the log of what was done to it: the recipe a failure prints."""

from random_types import arrow_table, random_value

RID = "rid"  # in every table: a long that no two appended rows share, and no step drops or renames


class NotApplicable(Exception):
    """A step that finds nothing to do in this table."""


class TableUnderTest:
    def __init__(self, lake, name):
        self.lake = lake
        self.name = name
        self.log = []
        self.next_rid = 1

    def did(self, text):
        self.log.append(text)

    def sql(self, statement):
        """A statement of Spark; `{t}` is the table with its catalog, `{n}` without."""
        self.did(f"spark: {statement}")
        return self.lake.sql(statement, self.name)

    def iceberg(self):
        return self.lake.catalog.load_table(self.name)

    def metadata(self):
        return self.lake.metadata(self.name)

    def schema(self):
        return self.lake.schema(self.name)

    def fields(self):
        return self.schema().fields

    def partition_sources(self):
        """Ids of the columns that any partitioning of the table is by."""
        return {item["source-id"] for spec in self.metadata()["partition-specs"] for item in spec["fields"]}

    def rows(self, rng, count, rids=None):
        """New rows of the current schema, as dicts."""
        fields = self.fields()
        rows = [{item.name: random_value(item.field_type, rng, item.required) for item in fields} for _ in range(count)]
        for row, rid in zip(rows, rids or range(self.next_rid, self.next_rid + count)):
            row[RID] = rid
        self.next_rid = max([self.next_rid] + [row[RID] + 1 for row in rows])
        return rows

    def some_rids(self, rng, count):
        """Of rows that may be there and of rows that are not."""
        return sorted(rng.sample(range(1, self.next_rid + 3), min(count, self.next_rid + 2)))

    def spark_frame(self, rows):
        return self.lake.spark.createDataFrame(arrow_table(self.fields(), rows, for_spark=True))

    def view(self, rows):
        """The rows as the temporary view `batch` of Spark."""
        self.spark_frame(rows).createOrReplaceTempView("batch")
        self.did(f"spark: create view batch of {rows}")
