"""Ctrl-C: a verb is cancelled, and KeyboardInterrupt is raised once it has ended."""

import os
import signal
import subprocess
import sys

from conftest import SLOW, write_project
from test_bridge import write_plugin

PROGRAM = """
import sys
import floe
project = floe.Project(sys.argv[1], on_event=lambda event: event["event"] == "started" and print("started", flush=True))
try:
    project.run()
except KeyboardInterrupt:
    print("interrupted", flush=True)
with open(sys.argv[1] + "/models/endless.sql", "w") as file:
    file.write("select 1 as id")
print(project.run().success)
"""


def test_ctrl_c(tmp_path):
    folder = write_project(tmp_path / "p", {"endless": SLOW})
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, folder], stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert rest == "interrupted\nstarted\nTrue\n"
    assert process.returncode == 0


STUCK = """
    import os
    import threading
    from floe.plugins import AlertChannelPlugin

    class Stuck(AlertChannelPlugin):
        def send(self, call, event):
            os.write(1, b"started\\n")
            while not call.cancelled():
                threading.Event().wait(0.01)
            os.write(1, b"cancelled\\n")
            threading.Event().wait()
"""
DEAF = """
import os
import sys
import floe
try:
    floe.Project(sys.argv[1], plugin_roots=[sys.argv[2]]).plugin("stuck").send({})
except KeyboardInterrupt:
    print("interrupted", flush=True)
    os._exit(3)
"""


def test_a_second_ctrl_c_does_not_wait(tmp_path):
    """For a plugin that hears no cancel: the program goes on without it."""
    write_plugin(tmp_path, "stuck", "floe.alert_channel/1", STUCK)
    process = subprocess.Popen([sys.executable, "-c", DEAF, tmp_path, tmp_path], stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        for said in ("started\n", "cancelled\n"):
            assert process.stdout.readline() == said
            process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (rest, process.returncode) == ("interrupted\n", 3)
