"""Puts the libraries and plugins of a build or installed tree into the wheel: of $FLOE_LIBRARY, else of build/release."""

import atexit
import os
import pathlib
import re
import shutil
import tempfile

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ("core", "iceberg", "dbt")


def tree():
    """The folder with lib/ in it. FLOE_LIBRARY is that folder, or libfloe-core.so.1 itself, as when floe is used."""
    given = pathlib.Path(os.environ.get("FLOE_LIBRARY", ROOT / "build" / "release")).resolve()
    found = given if given.is_dir() else given.parents[1]
    if not (found / "lib" / "libfloe-core.so.1").exists():
        raise SystemExit(f"{found}/lib/libfloe-core.so.1 does not exist: run `make build`, or set FLOE_LIBRARY to a tree that has it")
    return found


def version():
    return re.search(r"^project\(floe VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE).group(1)


class BuildWithLibraries(build_py):
    def run(self):
        super().run()
        source, target = tree() / "lib", pathlib.Path(self.build_lib) / "floe" / "_native" / "lib"
        target.mkdir(parents=True, exist_ok=True)
        for name in LIBRARIES:  # under the name they are loaded by: wheels have no symbolic links
            shutil.copyfile(source / f"libfloe-{name}.so.1", target / f"libfloe-{name}.so.1")
        # Without the package for hosts that are no Python: here it is the one that is being built.
        shutil.copytree(source / "floe", target / "floe", dirs_exist_ok=True, ignore=shutil.ignore_patterns("python"))


class PlatformWheel(bdist_wheel):
    """For this platform, and for every Python: no extension module is in it."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


class WithLibraries(Distribution):
    def has_ext_modules(self):
        return True


# Nothing is left in the checkout, and nothing of a former build gets into the wheel.
scratch = tempfile.mkdtemp(prefix="floe-wheel-")
atexit.register(shutil.rmtree, scratch, ignore_errors=True)
setup(version=version(), distclass=WithLibraries, cmdclass={"build_py": BuildWithLibraries, "bdist_wheel": PlatformWheel},
      options={"build": {"build_base": scratch}, "egg_info": {"egg_base": scratch}})
