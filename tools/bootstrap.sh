#!/usr/bin/env bash
# Installs what the build needs on Debian 12: packages (root or sudo), the pinned DuckDB. Idempotent; a fraction of a
# second when everything is there. `--peers` adds what the tests need: clang 19 tools, Chromium with axe-core, and the
# pinned Python environments.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/bootstrap_lib.sh
source "$here/bootstrap_lib.sh"

groups="build"
peers=no
for argument in "$@"; do
  case $argument in
    --peers) groups="build test"; peers=yes ;;
    -h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
    *) die "unknown argument '$argument' (known: --peers)" ;;
  esac
done

mapfile -t wanted < <(awk -v groups="$groups" 'BEGIN { n = split(groups, g, " "); for (i = 1; i <= n; i++) want[g[i]] = 1 }
                                               /^#/ || !NF { next } want[$1] { print $2 }' "$here/packages.txt")
install_packages "${wanted[@]}"
"$here/bootstrap_duckdb.sh"
if [[ $peers == yes ]]; then
  "$here/bootstrap_axe.sh"
  "$here/peers.sh"
fi
