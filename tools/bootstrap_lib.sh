# Shared by the bootstrap scripts; sourced, never run.
# shellcheck shell=bash

FLOE_CACHE=${FLOE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/floe}
export FLOE_CACHE DEBIAN_FRONTEND=noninteractive

say() { printf 'floe: %s\n' "$*" >&2; }

die() {
  printf 'floe: error: %s\n' "$*" >&2
  exit 1
}

sha256_of() { sha256sum -- "$1" | cut -d' ' -f1; }

# verify_sha256 FILE EXPECTED NAME
verify_sha256() {
  local got
  got=$(sha256_of "$1")
  [[ $got == "$2" ]] && return
  printf 'floe: error: checksum mismatch for %s\n  expected sha256 %s\n  got      sha256 %s\n' "$3" "$2" "$got" >&2
  printf '  The file was not installed. Check the registry or mirror in use, then run tools/bootstrap.sh again.\n' >&2
  exit 1
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else
    die "installing packages needs root or sudo: $*"
  fi
}

# missing_packages NAME...: those that are not installed, one per line.
missing_packages() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2> /dev/null | awk '$1 == "installed" { print $2 }' | sort -u)
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} == 0 ]]; then return; fi
  say "installing ${missing[*]}"
  as_root apt-get update -qq || say "apt-get update failed; trying with the package lists that are there"
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null ||
    die "apt-get install failed for: ${missing[*]}"
}
