"""`floe plugin check` of plugins in Python: what they may import, and how it names what they change."""

import json
import pathlib
import re
import subprocess

import pyarrow
import pytest

from floe_command import BIN
from hostile_plugin import run_to_its_end
from python_plugin import write_plugin

PACKAGES = {"PYTHONPATH": str(pathlib.Path(pyarrow.__file__).parents[1])}
SINK = """
    import asyncio
    import subprocess
    import pyarrow
    import pyarrow.parquet
    from floe.plugins import SinkConnector

    class Letters(SinkConnector):
        def open(self, call, target):
            return []

        def write(self, call, sink, rows, options):
            table = pyarrow.table(rows)
            subprocess.run(["true"], check=True)
            asyncio.run(asyncio.sleep(0))
            return {"rows": table.num_rows, "bytes": table.nbytes, "idempotency_key": "a", "errors": []}

        def close(self, call, sink):
            pass
"""
SECRETS = """
    import locale, os, resource, signal, threading, time
    from floe import abi
    from floe.plugin_call import PluginError
    from floe.plugins import SecretsPlugin

    class Words(SecretsPlugin):
        def get(self, call, key):
            {}
            raise PluginError(abi.FLOE_NOT_FOUND, "there is none")

        def pod_environment(self, call, request):
            return {{"env": [], "envFrom": [], "volumeMounts": [], "volumes": []}}
"""
ALL = """
    from floe import abi
    from floe.plugin_call import PluginError
    from floe.plugins import SecretsPlugin

    class Words(SecretsPlugin):
        def get(self, call, key):
            {}

        def pod_environment(self, call, request):
            {}
"""
STORAGE = """
    from floe import abi
    from floe.plugin_call import PluginError
    from floe.plugins import StoragePlugin
    import pyarrow

    class Shelf(StoragePlugin):
        objects = {{}}

        def put(self, call, uri, content, options):
            self.objects[uri] = content
            return {{"etag": "1", "size": len(content)}}

        def list(self, call, prefix):
            names = {}
            return pyarrow.table({{"uri": pyarrow.array(names, pyarrow.string()), "size": pyarrow.array([len(self.objects.get(one, "")) for one in names], pyarrow.int64()),
                                  "modified_ns": pyarrow.array([0] * len(names), pyarrow.{})}})

        for method in StoragePlugin.METHODS:
            if method.name not in ("put", "list") and not method.optional:
                vars()[method.name] = lambda self, call, *inputs: [][0]
"""
RIGHT = "sorted(self.objects)", "int64()"


def check(root, *only):
    """Verdict and messages of the checks, those that passed left out."""
    [folder] = root.glob("*/*")
    outcome = run_to_its_end(["plugin", "check", str(folder), "--json", *(["--only", *only] if only else [])], root, **PACKAGES)
    return {one["id"]: (one["verdict"], [finding["message"] for finding in one["findings"]])
            for one in json.loads(outcome.stdout)["checks"] if one["verdict"] != "passed"}


def test_a_plugin_may_import_what_it_needs(tmp_path):
    write_plugin(tmp_path, "letters", "floe.sink/1", SINK, license="Apache-2.0")
    assert {verdict for verdict, _ in check(tmp_path).values()} == {"skipped"}


@pytest.mark.parametrize("code, message", [
    ("signal.signal(signal.SIGUSR1, print)", "the action of SIGUSR1 is a handler of `libpython3.11.so.1.0` now, and was the default"),
    ("signal.signal(signal.SIGPIPE, signal.SIG_IGN)", "the action of SIGPIPE is to ignore it now, and was the default"),
    ("signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])", "the signal mask is SIGTERM now, and was empty"),
    ("os.environ['FLOE_TEST_NEW'] = '1'", "the environment variable `FLOE_TEST_NEW` is new"),
    ("os.environ['HOME'] = '/nowhere'", "the environment variable `HOME` has another value than before"),
    ("os.environ.pop('HOME', None)", "the environment variable `HOME` is gone"),
    ("os.umask(0o077)", "the umask is 077 now, and was "),
    ("os.chdir('/')", "the working directory is / now, and was "),
    ("locale.setlocale(locale.LC_ALL, 'C.UTF-8')", "the locale is C.UTF-8 now, and was C"),
    ("resource.setrlimit(resource.RLIMIT_NOFILE, (100, 4096))", "the limit RLIMIT_NOFILE is 100 of 4096 now, and was "),
])
def test_what_it_changed_is_named(tmp_path, code, message):
    write_plugin(tmp_path, "words", "floe.secrets/1", SECRETS.format(code))
    [(verdict, [found])] = check(tmp_path, "contract.environment").values()
    assert verdict == "failed" and found.startswith(message)


def test_threads_of_each_instance_are_told(tmp_path):
    write_plugin(tmp_path, "words", "floe.secrets/1", SECRETS.format("threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"))
    [(verdict, [found])] = check(tmp_path, "contract.threads-end").values()
    assert verdict == "failed" and found.startswith("each instance leaves threads that live after destroy: `floe`")


@pytest.mark.parametrize("code, message", [
    ("raise NotImplementedError", "is not implemented: answers FLOE_UNSUPPORTED"),
    ("raise PluginError(abi.FLOE_UNSUPPORTED, 'not here')", "is not implemented: answers FLOE_UNSUPPORTED"),
])
def test_a_method_without_a_body_is_a_warning(tmp_path, code, message):
    write_plugin(tmp_path, "words", "floe.secrets/1", SECRETS.format(code))
    assert check(tmp_path, "contract.implemented") == {"contract.implemented": ("warned", [message])}


@pytest.mark.parametrize("code, verdict, answers", [
    ("[][0]", "failed", ["FLOE_INTERNAL: IndexError: list index out of range (plugin.py:8)", "FLOE_INTERNAL: IndexError: list index out of range (plugin.py:11)"]),
    # Which is not the plugin's fault, or not one that floe can tell from it.
    ("raise PluginError(abi.FLOE_UNAVAILABLE, 'the server is down')", "warned", ["FLOE_UNAVAILABLE: the server is down"] * 2),
    ("raise PluginError(abi.FLOE_NOT_FOUND, 'there is none')", "warned", ["FLOE_NOT_FOUND: there is none"] * 2),
    ("raise NotImplementedError('later')", "warned", ["FLOE_UNSUPPORTED: later (plugin.py:8)", "FLOE_UNSUPPORTED: later (plugin.py:11)"]),
])
def test_a_plugin_of_which_no_method_works(tmp_path, code, verdict, answers):
    write_plugin(tmp_path, "words", "floe.secrets/1", ALL.format(code, code))
    message = f"no method works: `get` answers {answers[0]}; `pod_environment` answers {answers[1]}"
    assert check(tmp_path, "contract.works") == {"contract.works": (verdict, [message])}


def test_a_plugin_whose_one_written_method_raises_is_a_warning(tmp_path):
    write_plugin(tmp_path, "words", "floe.secrets/1", ALL.format("raise OSError('no file')", "raise NotImplementedError('later')"))
    message = ("no method works: `get` answers FLOE_INTERNAL: OSError: no file (plugin.py:8); "
               "`pod_environment` answers FLOE_UNSUPPORTED: later (plugin.py:11)")
    assert check(tmp_path, "contract.works") == {"contract.works": ("warned", [message])}


@pytest.mark.parametrize("form", ["full", "json", "github", "sarif", "junit"])
def test_a_plugin_that_cannot_be_opened_is_green_in_no_format(form):
    process = subprocess.run([BIN, "--error-format", form, "plugin", "check", BIN.parents[1] / "lib/floe/plugins/floe.sinks/files"],
                             capture_output=True, text=True, timeout=120)
    assert (process.returncode, process.stderr.count("no method of plugin `files` was checked") > 0, "FLOE-E0447" in process.stderr) == (1, True, True)


def test_what_a_plugin_that_cannot_be_opened_asks_for():
    """The members that its schema requires; in JUnit its checks are failures, as the exit code says."""
    command = ["plugin", "check", BIN.parents[1] / "lib/floe/plugins/floe.sinks/files"]
    told = subprocess.run([BIN, *command], capture_output=True, text=True, timeout=120).stderr
    assert re.search(r"= help: give it what it needs, as `--config '\{\"directory\":\"[^\"]+\"\}'`, or ask for less", told), told
    report = subprocess.run([BIN, "--error-format", "junit", *command], capture_output=True, text=True, timeout=120)
    assert report.returncode == 1 and "no instance can be made" in report.stderr + report.stdout
    assert not re.search(r"<skipped[^>]*no instance can be made", report.stderr + report.stdout)


@pytest.mark.parametrize("names, type_name, message", [
    (*RIGHT, None),
    ("[]", "int64()", "does not list `file://"),
    ("['z', *sorted(self.objects)]", "int64()", "the list is not sorted by `uri`"),
    ("sorted(self.objects)", "int32()", "has the columns uri: utf8, size: int64, modified_ns: another type (`i`); the interface says"),
])
def test_a_list_has_what_was_put(tmp_path, names, type_name, message):
    write_plugin(tmp_path, "shelf", "floe.storage/1", STORAGE.format(names, type_name))
    found = check(tmp_path, "contract.rows")
    if message is None:
        assert found == {}
    else:
        [(verdict, [said])] = found.values()
        assert verdict == "failed" and said.startswith(message), said


def test_files_that_everybody_may_write(tmp_path):
    folder = write_plugin(tmp_path, "words", "floe.secrets/1", SECRETS.format("pass"))
    (folder / "data").mkdir()
    (folder / "data/words.txt").write_text("")
    (folder / "data/words.txt").chmod(0o666)
    [(verdict, [found])] = check(tmp_path, "static.preflight").values()
    assert verdict == "failed" and found == f"the file `{folder}/data/words.txt` can be written by everybody, so anybody could replace the plugin"
