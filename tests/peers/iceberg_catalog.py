"""The catalog of a project as PyIceberg sees it."""

from pyiceberg.catalog.sql import SqlCatalog

from canonical_rows import arrow_lines, digest


def open_catalog(project):
    return SqlCatalog("floe", uri=f"sqlite:///{project.state / 'catalog.db'}",
                      warehouse=f"file://{project.state / 'warehouse'}")


def identifiers(catalog):
    """All tables as namespace.name, sorted."""
    found = []
    for namespace in catalog.list_namespaces():
        found += [".".join(identifier) for identifier in catalog.list_tables(namespace)]
    return sorted(found)


def table_lines(table, snapshot_id=None):
    scan = table.scan() if snapshot_id is None else table.scan(snapshot_id=snapshot_id)
    schema = table.schema() if snapshot_id is None else scan.projection()
    return arrow_lines(scan.to_arrow(), schema)


def digests(project):
    """identifier -> hash of all rows of the current snapshot, read by PyIceberg."""
    catalog = open_catalog(project)
    return {name: digest(table_lines(catalog.load_table(name))) for name in identifiers(catalog)}


def snapshot_ids(project):
    """identifier -> ids of all snapshots in the table's metadata."""
    catalog = open_catalog(project)
    return {name: [snapshot.snapshot_id for snapshot in catalog.load_table(name).metadata.snapshots]
            for name in identifiers(catalog)}
