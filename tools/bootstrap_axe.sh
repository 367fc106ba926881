#!/usr/bin/env bash
# Puts the pinned axe-core, which checks pages for accessibility, into $FLOE_CACHE/axe-core/<version>/axe.min.js.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/bootstrap_lib.sh
source "$here/bootstrap_lib.sh"
# shellcheck source=tools/bootstrap_npm.sh
source "$here/bootstrap_npm.sh"

version=4.14.1
sha256=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
target=$FLOE_CACHE/axe-core/$version/axe.min.js
if [[ -f $target && $(sha256_of "$target") == "$sha256" ]]; then exit 0; fi

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
say "fetching axe-core@$version"
npm_pack "axe-core@$version" "$work"
tar -xzf "$work"/*.tgz -C "$work" package/axe.min.js
verify_sha256 "$work/package/axe.min.js" "$sha256" "axe-core@$version (axe.min.js)"
mv -f "$work/package/axe.min.js" "$target"
