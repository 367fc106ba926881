"""Ctrl-C: a verb is cancelled, and KeyboardInterrupt is raised once it has ended."""

import os
import signal
import subprocess
import sys

from conftest import SLOW, write_project

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
