"""What a verb answers."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping

from floe._library import Outcome


class Answer(Mapping[str, Any]):
    """What a verb answered: the JSON of `floe VERB --output json` as a mapping, and its findings.

    success      whether all nodes and tests did what they should
    exit_code    what the `floe` command would exit with: 0 or 1
    diagnostics  warnings and findings, as docs/reference/diagnostics.schema.json describes them
    rendered     the findings as the `floe` command prints them
    """

    def __init__(self, outcome: Outcome):
        self._json = outcome.json
        self.exit_code: int = outcome.exit_code
        self.diagnostics: List[Dict[str, Any]] = outcome.diagnostics
        self.rendered: str = outcome.rendered

    @property
    def success(self) -> bool:
        return self.exit_code == 0

    def __getitem__(self, key: str) -> Any:
        return self._json[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._json)

    def __len__(self) -> int:
        return len(self._json)

    def __repr__(self) -> str:
        return f"Answer(exit_code={self.exit_code}, {self._json!r})"
