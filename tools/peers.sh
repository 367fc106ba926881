#!/usr/bin/env bash
# The real tools that tests and benchmarks compare floe with, each in a pinned Python environment of its own:
#   tools/peers.sh [NAME...]        builds them (default: the ones `make test` needs); a no-op when they are there
#   tools/peers.sh --python NAME    prints the environment's Python
#   tools/peers.sh --lock           resolves tests/peers/requirements/*.in anew into *.txt, with hashes
# An environment lies in $FLOE_CACHE/peers/<name>-<hash of its requirements>; a changed requirement is a new environment.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/bootstrap_lib.sh
source "$here/bootstrap_lib.sh"
requirements=$here/../tests/peers/requirements
python=${FLOE_PYTHON:-/usr/bin/python3}

environment_of() {
  [[ -f $requirements/$1.txt ]] || die "no environment '$1' (there are: $(cd "$requirements" && echo *.txt | sed 's/\.txt//g'))"
  echo "$FLOE_CACHE/peers/$1-$(sha256_of "$requirements/$1.txt" | cut -c1-16)"
}

# build NAME COMMAND...: runs COMMAND with the new environment's path. A half-built one has no `.complete` and is built again.
build() {
  local name=$1 target
  target=$(environment_of "$name")
  if [[ -f $target/.complete ]]; then return; fi
  mkdir -p "$FLOE_CACHE/peers"
  exec 9> "$FLOE_CACHE/peers/.lock-$name"
  flock 9
  if [[ -f $target/.complete ]]; then return; fi
  say "building the Python environment '$name'"
  rm -rf "$target"
  "${@:2}" "$target" || die "building the Python environment '$name' failed"
  touch "$target/.complete"
}

install_uv() {
  "$python" -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements/uv.txt"
}

uv() { "$(environment_of uv)/bin/uv" "$@"; }

install_with_uv() {
  uv venv --quiet --no-config --python "$python" "$2"
  uv pip install --quiet --no-config --no-deps --require-hashes --python "$2/bin/python" -r "$requirements/$1.txt"
}

lock() {
  local input name
  for input in "$requirements"/*.in; do
    name=$(basename "$input" .in)
    local -a overrides=()
    if [[ -f $requirements/$name.overrides ]]; then overrides=(--overrides "$requirements/$name.overrides"); fi
    uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
      "${overrides[@]}" "$input" -o "$requirements/$name.txt"
  done
}

case ${1:-} in
  --python)
    echo "$(environment_of "${2:?--python needs a name}")/bin/python"
    exit ;;
  --lock)
    build uv install_uv
    lock
    exit ;;
  -*) die "unknown argument '$1' (known: --python NAME, --lock)" ;;
esac
if [[ $# == 0 ]]; then set -- iceberg dbt python moto browser; fi
build uv install_uv
for name in "$@"; do build "$name" install_with_uv "$name"; done
