"""openlineage-python accepts every event: each becomes its typed classes, facets included, and is emitted unchanged."""

import importlib
import inspect
import json
import pkgutil
import typing
import uuid

import attr
import pytest
from openlineage.client import OpenLineageClient, event_v2, facet_v2
from openlineage.client import generated
from openlineage.client.transport.file import FileConfig, FileTransport

# The names facets have inside an event; openlineage-python names only their classes.
FACET_CLASSES = {
    "parent": "ParentRunFacet", "errorMessage": "ErrorMessageRunFacet", "processing_engine": "ProcessingEngineRunFacet",
    "nominalTime": "NominalTimeRunFacet", "tags": "TagsRunFacet", "jobType": "JobTypeJobFacet", "sql": "SQLJobFacet",
    "documentation": "DocumentationJobFacet", "ownership": "OwnershipJobFacet", "sourceCodeLocation": "SourceCodeLocationJobFacet",
    "schema": "SchemaDatasetFacet", "version": "DatasetVersionDatasetFacet", "dataSource": "DatasourceDatasetFacet",
    "storage": "StorageDatasetFacet", "columnLineage": "ColumnLineageDatasetFacet", "catalog": "CatalogDatasetFacet",
    "lifecycleStateChange": "LifecycleStateChangeDatasetFacet", "symlinks": "SymlinksDatasetFacet",
    "datasetType": "DatasetTypeDatasetFacet", "dataQualityAssertions": "DataQualityAssertionsDatasetFacet",
    "dataQualityMetrics": "DataQualityMetricsInputDatasetFacet", "inputStatistics": "InputStatisticsInputDatasetFacet",
    "outputStatistics": "OutputStatisticsOutputDatasetFacet", "test": "TestRunFacet",
}


def all_classes():
    found = {}
    for module in pkgutil.iter_modules(generated.__path__):
        loaded = importlib.import_module(f"{generated.__name__}.{module.name}")
        found |= {name: item for name, item in vars(loaded).items() if inspect.isclass(item)}
    return found


CLASSES = all_classes()


def structure(kind, value):
    """`value` (plain JSON) as the attrs class `kind`; an unknown or missing key raises TypeError."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if type(None) in arguments:
        inner = [argument for argument in arguments if argument is not type(None)]
        return None if value is None else structure(inner[0], value)
    if origin is list:
        assert isinstance(value, list)
        return [structure(arguments[0], item) for item in value]
    if origin is dict:
        return {key: structure(arguments[1], item) for key, item in value.items()}
    if inspect.isclass(kind) and attr.has(kind):
        hints = typing.get_type_hints(kind, {**CLASSES, **vars(typing)})
        return kind(**{key: structure(hints[key], item) if key in hints else item
                       for key, item in value.items() if not key.startswith("_")})
    if kind in (str, int, float, bool):
        assert isinstance(value, kind if kind is not float else (int, float)), (kind, value)
    return value


def facets(values):
    built = {}
    for name, value in (values or {}).items():
        assert value["_producer"] and value["_schemaURL"].startswith("https://"), name
        kind = CLASSES[FACET_CLASSES[name]]
        built[name] = structure(kind, value)
    return built


def dataset(kind, value, extra):
    return kind(namespace=value["namespace"], name=value["name"], facets=facets(value.get("facets")),
                **{extra: facets(value.get(extra))})


def accept(event):
    uuid.UUID(event["run"]["runId"])
    assert event["schemaURL"].startswith("https://openlineage.io/spec/")
    return event_v2.RunEvent(
        eventType=event_v2.RunState[event["eventType"]], eventTime=event["eventTime"], producer=event["producer"],
        run=event_v2.Run(event["run"]["runId"], facets(event["run"].get("facets"))),
        job=event_v2.Job(event["job"]["namespace"], event["job"]["name"], facets(event["job"].get("facets"))),
        inputs=[dataset(event_v2.InputDataset, item, "inputFacets") for item in event.get("inputs", [])],
        outputs=[dataset(event_v2.OutputDataset, item, "outputFacets") for item in event.get("outputs", [])])


@pytest.fixture(scope="module")
def events(demo):
    found = demo.lineage_events(demo.run_directories()[0])
    assert len(found) > 20
    return found


def test_every_event_is_accepted_and_emitted_unchanged(events, tmp_path):
    path = tmp_path / "events"
    client = OpenLineageClient(transport=FileTransport(FileConfig(log_file_path=str(path), append=True)))
    for event in events:
        client.emit(accept(event))
    emitted = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(emitted) == len(events)
    for ours, theirs in zip(events, emitted):
        for key in ("eventType", "eventTime"):
            assert theirs[key] == ours[key]
        assert theirs["run"]["runId"] == ours["run"]["runId"] and theirs["job"]["name"] == ours["job"]["name"]
        assert [item["name"] for item in theirs["outputs"]] == [item["name"] for item in ours.get("outputs", [])]


def test_every_job_starts_once_and_ends_once(events):
    jobs = {}
    for event in events:
        jobs.setdefault((event["run"]["runId"], event["job"]["name"]), []).append(event["eventType"])
    assert {tuple(kinds) for kinds in jobs.values()} == {("START", "COMPLETE")}


def test_every_built_node_has_an_event_with_its_output(demo, events):
    built = {result["unique_id"].rpartition(".")[2] for result in demo.first_run["results"]
             if result["unique_id"].startswith(("model.", "seed.")) and result["status"] == "success"}
    written = {item["name"].rpartition(".")[2] for event in events if event["eventType"] == "COMPLETE" for item in event["outputs"]}
    assert built and built <= written


def test_outputs_carry_columns_and_snapshot(demo, events):
    checked = 0
    for event in events:
        for item in event.get("outputs", []):
            if event["eventType"] != "COMPLETE" or item["name"].rpartition(".")[2] != "gold_customer_360":
                continue
            shown = demo.show("main.gold_customer_360")
            assert [field["name"] for field in item["facets"]["schema"]["fields"]] == [c["name"] for c in shown["columns"]]
            assert item["facets"]["version"]["datasetVersion"] == str(demo.tables()["main.gold_customer_360"]["current_snapshot_id"])
            assert item["outputFacets"]["outputStatistics"]["rowCount"] == len(shown["rows"])
            checked += 1
    assert checked == 1


def column_lineage(events):
    """The columnLineage facet of each COMPLETE event of a model, by table, with the event."""
    return {item["name"]: (event, item["facets"].get("columnLineage")) for event in events for item in event["outputs"]
            if event["eventType"] == "COMPLETE" and event["job"]["facets"]["jobType"]["jobType"] == "MODEL"}


def test_every_model_says_where_its_columns_come_from(events):
    """All columns of the demo are known exactly; what they come from are inputs of the same event."""
    found = column_lineage(events)
    assert len(found) == 13  # one of 14 is ephemeral
    for event, facet in found.values():
        [output] = event["outputs"]
        inputs = {(item["namespace"], item["name"]) for item in event["inputs"]}
        assert list(facet["fields"]) == [field["name"] for field in output["facets"]["schema"]["fields"]]
        used = [field for column in facet["fields"].values() for field in column["inputFields"]] + facet["dataset"]
        assert used and {(field["namespace"], field["name"]) for field in used} <= inputs


def use(table, column, *transformations):
    return (table, column, [dict(zip(("type", "subtype"), one.split())) for one in transformations])


# silver_orders reads silver_order_items through the ephemeral silver_order_totals.
ORDER_FIELDS = {
    "order_id": [use("main.bronze_orders", "order_id", "DIRECT IDENTITY")],
    "customer_id": [use("main.silver_customers", "customer_id", "DIRECT IDENTITY")],
    "ordered_at": [use("main.bronze_orders", "ordered_at", "DIRECT TRANSFORMATION")],
    "status": [use("main.bronze_orders", "status", "DIRECT TRANSFORMATION")],
    "is_revenue": [use("main.bronze_orders", "status", "DIRECT TRANSFORMATION")],
    "shipping_city": [use("main.bronze_orders", "shipping", "DIRECT TRANSFORMATION")],
    "is_express": [use("main.bronze_orders", "shipping", "DIRECT TRANSFORMATION")],
    "coupon_percent": [use("main.bronze_orders", "coupon", "DIRECT TRANSFORMATION")],
    "item_count": [],
    "unit_count": [use("main.silver_order_items", "quantity", "DIRECT AGGREGATION")],
    "amount": [use("main.silver_order_items", "amount", "DIRECT AGGREGATION")],
}
ORDER_ROWS = [
    use("main.silver_order_items", "order_id", "INDIRECT JOIN", "INDIRECT GROUP_BY"),
    use("main.bronze_orders", "order_id", "INDIRECT JOIN", "INDIRECT WINDOW"),
    use("main.bronze_orders", "customer_id", "INDIRECT JOIN"),
    use("main.bronze_orders", "ordered_at", "INDIRECT FILTER", "INDIRECT WINDOW"),
    use("main.bronze_orders", "status", "INDIRECT FILTER", "INDIRECT WINDOW"),
    use("main.silver_customers", "customer_id", "INDIRECT JOIN"),
]


def test_column_lineage_of_one_model(demo, events):
    event, facet = column_lineage(events)["main.silver_orders"]
    namespace = f"file://{demo.directory}/.floe/warehouse"
    written = lambda uses: [{"namespace": namespace, "name": table, "field": column, "transformations": transformations}
                            for table, column, transformations in uses]
    assert [item["name"] for item in event["inputs"]] == ["main.bronze_orders", "main.silver_customers", "main.silver_order_items"]
    assert facet == {
        "_producer": event["producer"],
        "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet",
        "fields": {column: {"inputFields": written(uses)} for column, uses in ORDER_FIELDS.items()},
        "dataset": written(ORDER_ROWS),
    }
    accepted = accept(event).outputs[0].facets["columnLineage"]
    assert accepted._schemaURL == facet["_schemaURL"], "the spec version of openlineage-python"
    assert [one.field for one in accepted.fields["amount"].inputFields] == ["amount"]


def test_lineage_is_not_of_an_environment(demo, tmp_path):
    """What a run and a question in another folder write is the same to the byte; the artifact is that of any compile."""
    from conftest import copy_example
    other = copy_example("customer-360", tmp_path / "elsewhere")
    other.run("lineage", "--vars", "{}")
    for name in ("compiled_artifacts.json", "lineage.json"):
        ours, theirs = ((project.state / "target" / name).read_bytes() for project in (demo, other))
        assert ours == theirs
    nodes = {node["unique_id"]: node for node in json.loads(ours)["lineage"]}
    assert {node["problem"] for node in nodes.values()} == {None}
    assert nodes["model.customer_360.silver_order_totals"]["table"] is None


def test_the_verb_traces_a_column_to_the_files(demo):
    """floe lineage of a column: every step along values, from the file's table to the gold table."""
    answer = demo.json("lineage", "--column", "gold_customer_360.revenue", "--upstream")
    assert answer["focus"] == {"node": "model.customer_360.gold_customer_360", "column": "revenue"}
    values = {(edge["from"]["node"].rpartition(".")[2], edge["from"]["column"], edge["to"]["column"])
              for edge in answer["column_edges"] if edge["type"] == "DIRECT"}
    assert ("silver_orders", "amount", "revenue") in values and ("orders", "items", "items") in values
    assert all(column["exact"] for column in answer["columns"])
    whole = demo.json("lineage")
    assert len(whole["nodes"]) == 21 and whole["column_edges"] == []


def test_a_failed_node_ends_with_fail(tmp_path):
    from conftest import copy_project
    project = copy_project("failures", tmp_path / "failures")
    project.run("run", expect=1)
    events = project.lineage_events(project.run_directories()[0])
    failed = [event for event in events if event["eventType"] == "FAIL" and event["job"]["name"].endswith(".breaks")]
    assert len(failed) == 1
    assert "Could not convert string 'x0'" in failed[0]["run"]["facets"]["errorMessage"]["message"]
    for event in events:
        accept(event)
