# The npm that downloads packages: the machine's, else Debian's. Sourced after bootstrap_lib.sh, never run.
# shellcheck shell=bash

# npm_of_vendor_package: apt refuses Debian's npm only where a vendor's nodejs package is installed; that package carries
# an npm of its own, wherever PATH points.
npm_of_vendor_package() {
  local path
  while read -r path; do
    if [[ -x $path ]] && PATH="$PATH:$(dirname "$path")" "$path" --version > /dev/null 2>&1; then
      echo "$path"
      return
    fi
  done < <(dpkg-query -L nodejs 2> /dev/null | grep -E '/bin/npm$')
  return 1
}

# npm_command: prints a command that works, installing one when there is none.
npm_command() {
  if command -v npm > /dev/null && npm --version > /dev/null 2>&1; then
    command -v npm
    return
  fi
  say "no npm on PATH; installing Debian's"
  as_root apt-get update -qq || say "apt-get update failed; trying with the package lists that are there"
  if as_root apt-get install -y -qq --no-remove --no-install-recommends npm > /dev/null 2>&1; then
    command -v npm
    return
  fi
  npm_of_vendor_package ||
    die "apt-get cannot install npm (apt-get install npm says why) and there is none on PATH; put one on PATH and run again"
}

# npm_pack PACKAGE DIRECTORY: downloads the tarball and runs nothing of it. An npm outside PATH finds node beside itself.
npm_pack() {
  local log npm
  npm=${floe_npm:=$(npm_command)}
  if ! log=$(cd "$2" && PATH="$PATH:$(dirname "$npm")" "$npm" pack --ignore-scripts --loglevel=error "$1" 2>&1); then
    die "npm pack $1 failed:"$'\n'"$log"
  fi
}
