"""What changed since the last state of the tree that is known to be good. Used by tools/test.py, tools/ci.py, tools/lint.py.

The base is FLOE_BASE (a revision), else the commit that the last complete pass of tools/ci.py on this machine recorded,
when it is an ancestor of HEAD. Without one, everything counts as changed.
"""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]

# A change below one of these reaches every test.
REACHES_ALL = ("base/", "cmake/", "CMakeLists.txt", "CMakePresets.json", ".ci/", "Makefile", "tests/tiers.py", "tests/CMakeLists.txt",
               "tools/", "libfloe-core/include/", "libfloe-core/spec/", "libfloe-core/src/plugin/", "libfloe-core/src/abi/", "cli/")


def git(*arguments):
    """The lines that git prints; None when it fails."""
    process = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return process.stdout.splitlines() if process.returncode == 0 else None


def record_file():
    cache = os.environ.get("FLOE_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "floe")
    return pathlib.Path(cache) / "passed"


def base():
    """The revision to compare with, or None."""
    candidates = [os.environ.get("FLOE_BASE")]
    if record_file().is_file():
        candidates += reversed(record_file().read_text().split())
    for revision in filter(None, candidates):
        if subprocess.run(["git", "merge-base", "--is-ancestor", revision, "HEAD"], cwd=ROOT, capture_output=True).returncode == 0:
            return revision
    return None


def record_pass():
    """Notes HEAD as good, when the work tree is HEAD."""
    if git("status", "--porcelain") != []:
        return
    record_file().parent.mkdir(parents=True, exist_ok=True)
    known = record_file().read_text().split() if record_file().is_file() else []
    head = git("rev-parse", "HEAD")[0]
    record_file().write_text("\n".join([name for name in known if name != head][-19:] + [head]) + "\n")


def changed_files(revision):
    """Paths that differ from `revision`, those of the work tree included; None when that cannot be said."""
    committed = git("diff", "--name-only", revision, "HEAD") if revision else None
    uncommitted = git("diff", "--name-only", "HEAD")
    untracked = git("ls-files", "--others", "--exclude-standard")
    if committed is None or uncommitted is None or untracked is None:
        return None
    return sorted({*committed, *uncommitted, *untracked})


def reaches(changed, folders):
    """Whether a change reaches what depends on `folders` (path prefixes). `changed` None: everything changed."""
    return changed is None or any(path.startswith(REACHES_ALL + tuple(folders)) for path in changed)
