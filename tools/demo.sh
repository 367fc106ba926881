#!/usr/bin/env bash
# The demo: raw files generated once into the git-ignored data/, then `floe run` in examples/customer-360.
# `demo.sh run [ROWS]` or `demo.sh compile`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$root/build/release/bin
demo=$root/examples/customer-360
rows=${2:-20000}

case ${1:-run} in
  compile)
    "$bin/floe" -C "$demo" compile
    echo "$demo/.floe/target/compiled_artifacts.json" ;;
  run)
    if [[ ! -f $demo/data/.rows || $(<"$demo/data/.rows") != "$rows" ]]; then
      "$demo/generate" --rows "$rows"
      echo "$rows" > "$demo/data/.rows"
    fi
    "$bin/floe" -C "$demo" run
    "$bin/floe" -C "$demo" show gold_customer_360 --limit 10 ;;
  *)
    echo "usage: tools/demo.sh run [ROWS] | compile" >&2
    exit 2 ;;
esac
