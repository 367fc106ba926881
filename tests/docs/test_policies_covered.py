"""Each policy has a page on which it fails a compile: switched off, that page's transcript is another one."""

import re

import pages

SOURCES = ["rules/policy/policy.cpp", "compile/enforcement.cpp"]


def test_each_policy_fails_a_page():
    folder = pages.ROOT / "libfloe-core/src"
    titles = {title for source in SOURCES
              for title in re.findall(r'\{"[a-z_]+", "([a-z ]+)", "[a-z]*", ', (folder / source).read_text())}
    assert len(titles) > 8
    printed = "\n".join(path.read_text() for path in sorted((pages.ROOT / "docs/errors").glob("FLOE-*.md")))
    failed = set(re.findall(r"Enforcing (.+)\n(?:  [✓⚠-].*\n|    (?:Expected|Override):.*\n)*  ✗ ERROR: ", printed))
    assert titles - failed == set()
