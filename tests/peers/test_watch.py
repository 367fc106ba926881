"""`floe compile --watch` compiles again when a file changes, and ends with Ctrl-C."""

import json
import signal
import subprocess

import pytest


@pytest.fixture
def shop(product):
    product.choose()
    return product


@pytest.fixture
def watch(shop):
    processes = []

    def start(*arguments, **options):
        processes.append(shop.start("compile", "--watch", *arguments, **options))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def lines_up_to(process, last):
    """What is printed up to the line that begins with `last`; ends with the process at the latest."""
    read = []
    for line in process.stdout:
        read.append(line.rstrip("\n"))
        if read[-1].startswith(last):
            return read
    raise AssertionError(read)


def replace(path, text):
    """In one step, as editors do: half a file would be a round of its own."""
    part = path.parent / ".part"
    part.write_text(text)
    part.rename(path)


def end(process, number=signal.SIGINT):
    process.send_signal(number)
    rest = process.stdout.read()
    return process.wait(timeout=20), rest


def test_each_change_is_a_round(shop, watch):
    process = watch("--error-format", "concise")
    assert lines_up_to(process, "start") == ["start: ok, 1 model"]
    replace(shop.directory / "models/new.sql", "select * from {{ ref('nowhere') }}")
    broken = lines_up_to(process, "models/new.sql: ")
    assert "models/new.sql:1:" in broken[0] and broken[-1] == "models/new.sql: 1 error"
    replace(shop.directory / "models/new.sql", "select 1 as id")
    assert lines_up_to(process, "models/new.sql: ") == ["models/new.sql: ok, 2 models"]
    # A folder that was not there before.
    (shop.directory / "models/deep/er").mkdir(parents=True)
    lines_up_to(process, "models/deep")
    replace(shop.directory / "models/deep/er/deepest.sql", "select 1 as id")
    assert lines_up_to(process, "models/deep/er/deepest.sql: ")[-1] == "models/deep/er/deepest.sql: ok, 3 models"
    # What floe writes itself is no change: nothing but the end follows.
    assert end(process) == (130, "")


def test_a_platform_elsewhere_is_watched(shop, watch, tmp_path_factory):
    platform = tmp_path_factory.mktemp("platform") / "manifest.yaml"
    (shop.directory / "manifest.yaml").rename(platform)
    product = shop.directory / "floe.yaml"
    product.write_text(product.read_text().replace("./manifest.yaml", str(platform)))
    process = watch("-q")
    lines_up_to(process, "start")
    replace(platform, platform.read_text() + "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n")
    assert lines_up_to(process, "../")[-1].endswith("manifest.yaml: 1 error")
    assert end(process, signal.SIGTERM) == (130, "")


def test_answers_as_json_lines(shop, watch):
    process = watch("--output", "json", stderr=subprocess.DEVNULL)
    assert json.loads(process.stdout.readline())["models"] == 1
    (shop.directory / "models/orders.sql").unlink()
    assert json.loads(process.stdout.readline())["models"] == 0
    assert end(process)[0] == 130


def test_without_a_project_there_is_nothing_to_wait_for(watch, shop):
    for name in ("floe.yaml", "dbt_project.yml"):
        (shop.directory / name).unlink()
    process = watch()
    assert process.wait(timeout=20) == 2 and "FLOE-E0303" in process.stdout.read()
