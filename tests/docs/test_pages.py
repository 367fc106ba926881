"""Every example of the documentation prints what the page says. FLOE_DOCS_UPDATE=1 rewrites the pages instead."""

import os

import pytest

from pages import BIN, ROOT, has_examples, project_directory, run_page

PAGES = sorted(path for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if has_examples(path.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples(page):
    assert BIN.exists(), f"{BIN} is missing: run `make build`"
    with project_directory() as directory:
        updated, differences = run_page(page.read_text(), directory)
    if os.environ.get("FLOE_DOCS_UPDATE") == "1":
        if differences:
            page.write_text(updated)
        return
    assert not differences, "\n".join(differences)
