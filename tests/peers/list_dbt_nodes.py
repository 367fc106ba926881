"""Runs in dbt's environment: many `dbt ls` over one parsed manifest. stdin {"directory", "lines"}, last line of stdout
the names selected by each line."""

import json
import shlex
import sys

from dbt.cli.main import dbtRunner


def main():
    request = json.load(sys.stdin)
    common = ["--project-dir", request["directory"], "--profiles-dir", request["directory"], "--quiet"]
    parsed = dbtRunner().invoke(["parse", *common])
    if not parsed.success:
        raise SystemExit(f"dbt parse: {parsed.exception}")
    answers = []
    for line in request["lines"]:
        result = dbtRunner(manifest=parsed.result).invoke(["ls", *shlex.split(line), *common])
        if not result.success:
            raise SystemExit(f"dbt ls {line}: {result.exception}")
        answers.append(sorted(result.result or []))
    print()
    print(json.dumps(answers))


main()
