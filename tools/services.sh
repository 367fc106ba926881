#!/usr/bin/env bash
# The servers that tests/services talks to: those written in Go, each built once from a pinned module under
# tests/services/servers, and Keycloak as Maven Central has it.
#   tools/services.sh [NAME...]      builds them (default: all); a no-op when they are there
#   tools/services.sh --path NAME    prints where the program lies
# A program lies in $FLOE_CACHE/services/<name>-<hash of its module and of Go>; a changed module is a new program.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/bootstrap_lib.sh
source "$here/bootstrap_lib.sh"
servers=$here/../tests/services/servers

# The machine's Go when it is this one, else the module of this toolchain, which any Go can download.
go_version=1.26.8
declare -A toolchain_sums=(
  [amd64]=h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=
  [arm64]=h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=
)

# program -> its module and its package; smallest first
names=(kubeconform keycloak etcd otelcol jaeger kube-apiserver)
declare -A packages=(
  [kubeconform]="kubeconform github.com/yannh/kubeconform/cmd/kubeconform"
  [etcd]="kubernetes go.etcd.io/etcd/server/v3"
  [otelcol]="telemetry ./otelcol"
  [jaeger]="telemetry github.com/jaegertracing/jaeger/cmd/jaeger"
  [kube-apiserver]="kubernetes k8s.io/kubernetes/cmd/kube-apiserver"
)

keycloak_version=26.7.3
keycloak_sum=77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47

module_of() {
  [[ -n ${packages[$1]:-} ]] || die "no server '$1' (there are: ${names[*]})"
  echo "$servers/${packages[$1]%% *}"
}

directory_of() {
  local module hash
  if [[ $1 == keycloak ]]; then
    echo "$FLOE_CACHE/services/keycloak-$keycloak_version"
    return
  fi
  module=$(module_of "$1")
  hash=$({ echo "$go_version" && find "$module" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat; } | sha256sum | cut -c1-16)
  echo "$FLOE_CACHE/services/$1-$hash"
}

# go_command: prints a Go of the pinned version.
go_command() {
  local go answer directory sum
  go=$(command -v go) || { install_packages golang-go > /dev/null && go=/usr/bin/go; }
  if [[ $("$go" env GOVERSION) == "go$go_version" ]]; then
    echo "$go"
    return
  fi
  say "fetching Go $go_version"
  answer=$(cd "$FLOE_CACHE" && "$go" mod download -json "golang.org/toolchain@v0.0.1-go$go_version.linux-$("$go" env GOARCH)") ||
    die "Go $go_version cannot be fetched:"$'\n'"$answer"
  sum=$(sed -n 's/^\t"Sum": "\(.*\)".*/\1/p' <<< "$answer")
  [[ $sum == "${toolchain_sums[$("$go" env GOARCH)]:-}" ]] || die "Go $go_version has the checksum $sum, which is not the pinned one"
  directory=$(sed -n 's/^\t"Dir": "\(.*\)".*/\1/p' <<< "$answer")
  # Go before 1.21 leaves the programs of a module without their mode.
  chmod -R u+w "$directory" && chmod +x "$directory"/bin/* "$directory"/pkg/tool/*/*
  echo "$directory/bin/go"
}

# unpack_keycloak TARGET: made ready for a start without files of its own: a database in memory, no cluster.
unpack_keycloak() {
  local archive=$1/keycloak.tar.gz
  command -v java > /dev/null || install_packages openjdk-17-jre-headless
  command -v mvn > /dev/null || install_packages maven
  say "fetching Keycloak $keycloak_version (once)"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -DoutputDirectory="$1" -Dmdep.stripVersion=true \
    -Dartifact="org.keycloak:keycloak-quarkus-dist:$keycloak_version:tar.gz" > "$1/maven.log" 2>&1 ||
    die "Keycloak cannot be fetched:"$'\n'"$(tail -n 20 "$1/maven.log")"
  mv "$1/keycloak-quarkus-dist.tar.gz" "$archive"
  verify_sha256 "$archive" "$keycloak_sum" "Keycloak $keycloak_version"
  mkdir -p "$1/server"
  tar -xzf "$archive" -C "$1/server" --strip-components=1
  "$1/server/bin/kc.sh" build --db=dev-mem --cache=local > "$1/build.log" 2>&1 ||
    die "Keycloak cannot be made ready:"$'\n'"$(tail -n 20 "$1/build.log")"
  rm "$archive"
  ln -sf server/bin/kc.sh "$1/keycloak"
}

build() {
  local name=$1 target began=$SECONDS
  target=$(directory_of "$name")
  if [[ -x $target/$name ]]; then return; fi
  mkdir -p "$target"
  exec 9> "$target/.lock"
  flock 9
  if [[ -x $target/$name ]]; then return; fi
  if [[ $name == keycloak ]]; then
    unpack_keycloak "$target"
    return
  fi
  if [[ -z ${go:-} ]]; then go=$(go_command); fi
  say "building $name (once)"
  (cd "$(module_of "$name")" && CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOWORK=off \
    "$go" build -p 2 -trimpath -buildvcs=false -ldflags="-s -w" -o "$target/$name.new" "${packages[$name]##* }") ||
    die "building $name failed"
  mv "$target/$name.new" "$target/$name"
  say "built $name in $((SECONDS - began)) s"
}

case ${1:-} in
  --path)
    name=${2:?--path needs a name}
    echo "$(directory_of "$name")/$name"
    exit ;;
  -*) die "unknown argument '$1' (known: --path NAME)" ;;
esac
if [[ $# == 0 ]]; then set -- "${names[@]}"; fi
for name in "$@"; do build "$name"; done
