"""What is asked in words that name nothing, or two things, is refused before anything happens."""

import pytest

REACHED_BY = ("cli/", "libfloe-core/src/engine/", "libfloe-core/src/plugin/", "libfloe-core/src/verbs/")
SEVERAL = "plugins of 3 groups are named `file`: say `floe.lineage_backends/file` or `floe.secrets/file` or `floe.storage/file`"
REFUSED = {
    ("compile", "--env", "prod/"): "the environment `prod/` is a path: say its name",
    ("compile", "--env", "../other"): "the environment `../other` is a path: say its name",
    ("compile", "--env", ".."): "the environment `..` is a path: say its name",
    ("compile", "--plugin-trace", "none/trace.json"): "the trace of plugin calls cannot be written: cannot append to "
                                                      "`{project}/none/trace.json`: no such file or directory",
    ("plugin", "show", "file"): SEVERAL,
    ("plugin", "call", "file", "health"): SEVERAL,
    ("plugin", "list", "--interface", "floe.compute/9"): "floe has no interface `floe.compute/9`",
    ("plugin", "list", "--group", "floe.compute"): "floe has no group `floe.compute`",
}


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_refused(product, words):
    said = product.run("-q", *words, expect=2).stderr
    assert said.splitlines() == ["error[FLOE-E0001]: " + REFUSED[words].format(project=product.directory)]
    assert not product.state.exists()
