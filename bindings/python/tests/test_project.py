"""Project: verbs, answers, events, errors."""

import datetime
import json
import logging
import threading

import pytest

import floe
from conftest import SLOW, write_project


def statuses(answer):
    return {result["unique_id"]: result["status"] for result in answer["results"]}


def test_compile_run_and_test(project):
    compiled = project.compile()
    assert compiled.success and compiled["models"] == 2
    assert json.loads(open(compiled["artifact"]).read())
    ran = project.run(select="orders")
    assert ran.success and ran.exit_code == 0
    assert statuses(ran) == {"model.shop.orders": "success", **{key: "pass" for key in statuses(ran) if key.startswith("test.")}}
    assert len(ran["results"]) == 3
    assert set(statuses(project.run(select=["big"], threads=1))) == {"model.shop.big"}
    tested = project.test()
    assert tested.success and set(statuses(tested).values()) == {"pass"}
    assert set(project.run(exclude="orders+1")) == set(ran)


def test_the_answer_of_a_failed_node_is_no_exception(tmp_path):
    folder = write_project(tmp_path / "p", {"good": "select 1 as id", "bad": "select error('on purpose') as id"})
    ran = floe.Project(folder).run()
    assert not ran.success and ran.exit_code == 1
    assert statuses(ran) == {"model.shop.good": "success", "model.shop.bad": "error"}
    assert "exit_code=1" in repr(ran)


def test_vars_and_dbt_commands(tmp_path):
    folder = write_project(tmp_path / "p", {"one": "select '{{ var(\"word\") }}' as word"})
    project = floe.Project(folder)
    assert project.run(vars={"word": "hello"}).success
    assert project.show("one")["rows"] == [{"word": "hello"}]
    assert project.dbt("ls", select=["one"], selector=None, vars={"word": "x"})["lines"] == ["shop.one"]


def test_findings_are_an_exception_with_all_of_them(tmp_path):
    folder = write_project(tmp_path / "p", {"one": "select 1 as id"})
    (folder / "floe.yaml").write_text("apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: p, version: 1.0.0}\nbogus: 1\n")
    with pytest.raises(floe.Data) as caught:
        floe.Project(folder).compile()
    error = caught.value
    assert (error.status, error.name, error.exit_code) == (12, "data", 1)
    assert error.diagnostics and all(finding["code"].startswith("FLOE-E") for finding in error.diagnostics)
    assert "floe.yaml" in error.rendered and str(error) == error.rendered.rstrip()


def test_a_missing_table_or_folder_has_its_class(project, tmp_path):
    with pytest.raises(floe.NotFound) as caught:
        project.table("main.missing").describe()
    assert "main.missing" in caught.value.message and caught.value.details == {}
    with pytest.raises(floe.InvalidArgument):
        floe.Project(tmp_path / "nowhere")
    assert issubclass(floe.NotFound, floe.FloeError)


def test_a_lost_catalog_is_registered_again(folder):
    with floe.Project(folder) as project:
        assert project.run().success
        [metadata] = (folder / ".floe/warehouse/main/orders/metadata").glob("*.metadata.json")
    for file in (folder / ".floe").glob("catalog.db*"):
        file.unlink()
    with floe.Project(folder) as project:
        with pytest.raises(floe.InvalidState, match="knows no tables") as error:
            project.run()
        assert [finding["code"] for finding in error.value.diagnostics] == ["FLOE-E0501"]
        planned = project.register_all(only="*.orders", dry_run=True)
        assert planned.success and [one["identifier"] for one in planned["registered"]] == ["main.orders"]
        assert project.register("main.orders", metadata)["registered"][0]["kind"] == "table"
        with pytest.raises(floe.AlreadyExists):
            project.register("main.orders", metadata)
        assert project.register("main.orders", metadata, replace=True).success
        assert [one["identifier"] for one in project.register_all()["registered"]] == ["main.big"]
        assert len(project.tables()) == 2


def test_events_and_logs_are_heard(folder, caplog):
    events = []
    caplog.set_level(logging.DEBUG, "floe")
    (folder / "models/noisy.sql").write_text("{{ log('hello from a template', info=true) }} select 1 as id")
    with floe.Project(folder, on_event=events.append) as project:
        assert project.run().success
    kinds = [event["event"] for event in events]
    assert kinds.count("started") == kinds.count("finished") == 5
    assert {"compile_step", "plan", "log"} < set(kinds)
    assert any("hello from a template" in record.message and record.name.startswith("floe.") for record in caplog.records)


def test_an_exception_of_the_listener_ends_the_verb_and_is_raised(folder):
    def refuse(event):
        if event["event"] == "started":
            raise ZeroDivisionError("the listener's own")

    with pytest.raises(ZeroDivisionError, match="the listener's own"):
        floe.Project(folder, on_event=refuse).run()


def test_two_projects_in_two_threads(tmp_path):
    folders = [write_project(tmp_path / name, {name: "select 1 as id"}) for name in ("a", "b")]
    heard = {folder.name: [] for folder in folders}
    answers = {}

    def run(folder):
        with floe.Project(folder, on_event=heard[folder.name].append) as project:
            answers[folder.name] = statuses(project.run())

    threads = [threading.Thread(target=run, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"a": {"model.shop.a": "success"}, "b": {"model.shop.b": "success"}}
    for name, events in heard.items():
        assert {event["unique_id"] for event in events if event["event"] == "finished"} == {f"model.shop.{name}"}


def test_python_runs_on_while_a_verb_runs_and_may_cancel_it(tmp_path):
    folder = write_project(tmp_path / "p", {"endless": SLOW})
    started = threading.Event()
    project = floe.Project(folder, on_event=lambda event: event["event"] == "started" and started.set())
    caught = []

    def run():
        try:
            project.run()
        except floe.FloeError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(60)  # with the GIL held neither this thread nor the listener would go on
    with pytest.raises(floe.InvalidState, match="running a verb already"):
        project.tables()
    project.cancel()
    thread.join(60)
    assert not thread.is_alive()
    assert [type(error) for error in caught] == [floe.Cancelled]
    assert caught[0].exit_code == 130
    (folder / "models/endless.sql").write_text("select 1 as id")
    assert project.run().success  # a cancelled project works again


def test_a_closed_project_refuses(project):
    project.close()
    project.close()
    with pytest.raises(floe.InvalidState, match="closed"):
        project.compile()
    project.cancel()


def test_a_project_that_nobody_holds_is_collected(folder):
    import gc
    import weakref

    project = floe.Project(folder, on_event=lambda event: None)
    project.compile()
    gone = weakref.ref(project)
    del project
    gc.collect()
    assert gone() is None


def test_a_request_that_is_no_json_leaves_the_project_as_it_was(built):
    with pytest.raises(TypeError, match="Object of type date is not JSON serializable"):
        built.show("orders", vars={"day": datetime.date(2026, 1, 1)})
    with pytest.raises(floe.InvalidArgument, match="the request of `show` is no JSON object"):
        built.show("orders", vars={"a": float("nan")})
    with pytest.raises(floe.InvalidArgument, match="does not fit into 64 bits"):
        built.show("orders", vars={"a": 2**63})
    assert len(built.show("orders", limit=3)["rows"]) == 3


def test_variables_of_the_process_hold_as_for_the_command(folder, monkeypatch):
    (folder / "platform/staging").mkdir(parents=True)
    (folder / "platform/staging/platform.yaml").write_text('version: "1.1.0"\n')
    monkeypatch.setenv("FLOE_ENV", "nope")
    with pytest.raises(floe.FloeError, match="there is no environment `nope`"):
        floe.Project(folder).compile()
    assert floe.Project(folder, platform_config=folder / "platform/staging/platform.yaml").compile().success
    monkeypatch.delenv("FLOE_ENV")
    monkeypatch.setenv("FLOE_LOCKED", "maybe")
    with pytest.raises(floe.InvalidArgument, match="`FLOE_LOCKED` is `maybe`; write 1, true or yes"):
        floe.Project(folder)
