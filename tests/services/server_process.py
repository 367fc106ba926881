"""Runs a server that tools/services.sh built, on free ports of the loopback, until the test is over."""

import contextlib
import pathlib
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 30
POLL_SECONDS = 0.1


def program(name):
    path = subprocess.run([str(ROOT / "tools/services.sh"), "--path", name], capture_output=True, text=True, check=True).stdout.strip()
    assert pathlib.Path(path).exists(), f"{path} is missing: run tools/services.sh {name}"
    return path


def free_ports(count):
    """Distinct ports that nobody listens at."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def accepts(*ports):
    """Whether somebody listens at all of these ports."""
    for port in ports:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) != 0:
                return False
    return True


class Server:
    def __init__(self, name, process, log):
        self.name, self.process, self.log = name, process, log

    def wait_until(self, condition, what):
        """Polls; fails with the server's log when it ends or nothing becomes of it."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            found = condition()
            if found:
                return found
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"{self.name} ended with {self.process.wait(POLL_SECONDS)}\n{self.tail()}")
            assert time.monotonic() < deadline, f"{self.name}: {what} took more than {START_SECONDS} s\n{self.tail()}"

    def tail(self):
        return self.log.read_text(errors="replace")[-6000:]

    def stop(self):
        """Asks it to end; what it holds back it sends on before."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextlib.contextmanager
def running(name, arguments, directory, is_ready):
    log = directory / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program(name), *map(str, arguments)], cwd=directory, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT)
    server = Server(name, process, log)
    try:
        server.wait_until(is_ready, "starting")
        yield server
    finally:
        server.stop()
