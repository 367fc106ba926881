"""The wheel, the types and the help of the package."""

import inspect
import os
import pathlib
import pydoc
import subprocess
import sys

import pytest

import floe
from conftest import ORDERS, write_project

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
PYTHON = os.environ.get("FLOE_PYTHON", "/usr/bin/python3")


def run(*command, **options):
    process = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **options)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The Python of a clean virtual environment into which the package was installed by pip."""
    folder = tmp_path_factory.mktemp("venv")
    run(PYTHON, "-m", "venv", folder)
    before = sorted(PACKAGE.iterdir())
    run(folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE)
    assert sorted(PACKAGE.iterdir()) == before, "an installation leaves nothing in the checkout"
    return folder / "bin/python"


def test_an_installed_package_runs_outside_of_the_checkout(installed, tmp_path):
    folder = write_project(tmp_path / "p", {"orders": ORDERS})
    program = ("import sys, floe; from floe import _library; project = floe.Project(sys.argv[1]); assert project.run().success;"
               "print(len(project.show('orders', limit=-1)['rows']), floe.version(), _library.library_path())")
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    count, version, path = run(installed, "-I", "-c", program, folder, env=plain, cwd=tmp_path).split()
    assert (count, version) == ("1000", floe.version())
    assert pathlib.Path(path).is_relative_to(installed.parents[1])


def test_floe_library_overrides_the_carried_one(installed, tmp_path):
    program = "from floe import _library; print(_library.library_path())"
    tree = os.environ["FLOE_LIBRARY"]
    for given in (tree, f"{tree}/lib/libfloe-core.so.1"):
        shown = run(installed, "-c", program, env={**os.environ, "PYTHONPATH": "", "FLOE_LIBRARY": given}, cwd=tmp_path)
        assert shown.strip() == f"{tree}/lib/libfloe-core.so.1"
    process = subprocess.run([installed, "-c", "import floe; floe.version()"], capture_output=True, text=True, cwd=tmp_path,
                             env={"FLOE_LIBRARY": "/no/such"})
    assert "ImportError: /no/such does not exist: it is what FLOE_LIBRARY names" in process.stderr


def test_importing_floe_loads_no_library(tmp_path):
    program = "import sys, floe, floe.plugins; print('ctypes' in sys.modules, 'floe._library' in sys.modules)"
    assert run(sys.executable, "-c", program) == "False False\n"


def test_types_are_strict():
    assert "Success" in run(sys.executable, "-m", "mypy", "--cache-dir=/dev/null", cwd=PACKAGE)


def test_a_users_program_is_checked(tmp_path):
    (tmp_path / "program.py").write_text(
        "import floe\n"
        "project = floe.Project('shop')\n"
        "ran: floe.Answer = project.run(select=['orders'], threads=2)\n"
        "reveal_type(ran.success)\n"
        "project.run(thread='x')\n"
        "project.table(7)\n")
    process = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null", "program.py"], cwd=tmp_path,
                             capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(PACKAGE)})
    lines = [line for line in process.stdout.splitlines() if "error: " in line or "Revealed" in line]
    assert [line.split(" ", 1)[1] for line in lines] == [
        'note: Revealed type is "bool"',
        'error: Unexpected keyword argument "thread" for "run" of "Verbs"; did you mean "threads"?  [call-arg]',
        'error: Argument 1 to "table" of "Project" has incompatible type "int"; expected "str"  [arg-type]']


def test_help_says_what_there_is():
    text = pydoc.render_doc(floe)
    assert "floe.Project(\"shop\")" in text and "FLOE_LIBRARY" in text
    for name in floe.__all__:
        thing = getattr(floe, name)
        assert inspect.getdoc(thing), name
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if inspect.isfunction(value) and not member.startswith("_"):
                assert value.__doc__, f"{name}.{member}"
