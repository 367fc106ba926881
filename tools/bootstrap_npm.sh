# Packages of npm's registry, whose bytes the callers check. Sourced after bootstrap_lib.sh, never run.
# shellcheck shell=bash

# npm_pack PACKAGE@VERSION DIRECTORY: downloads the tarball and runs nothing of it. With the machine's npm where there is
# one, which knows its registry and proxy; else from the public registry, for which nobody needs Debian's 400 packages.
npm_pack() {
  local log
  if command -v npm > /dev/null && npm --version > /dev/null 2>&1; then
    log=$(cd "$2" && npm pack --ignore-scripts --loglevel=error "$1" 2>&1) || die "npm pack $1 failed:"$'\n'"$log"
    return
  fi
  local package=${1%@*} version=${1##*@}
  local url="${npm_config_registry:-https://registry.npmjs.org}/$package/-/${package##*/}-$version.tgz"
  log=$(curl --fail --silent --show-error --location --retry 3 --output "$2/package.tgz" "$url" 2>&1) ||
    die "$url cannot be fetched:"$'\n'"$log"
}
