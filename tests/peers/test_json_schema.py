"""The core's JSON Schema gives the verdicts that another implementation of 2020-12 gives."""

import json

import jsonschema
import pytest

from payload_schemas import ROOT

CASES = json.loads((ROOT / "base/tests/data/json_schema_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["schema"])[:60])
def test_verdicts(case):
    jsonschema.Draft202012Validator.check_schema(case["schema"])
    validator = jsonschema.Draft202012Validator(case["schema"])
    for one in case["cases"]:
        assert validator.is_valid(one["instance"]) == (not one.get("problems")), one
