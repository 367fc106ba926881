#!/usr/bin/env bash
# Spark with Java's Iceberg, which tests/lake compares floe with: a JRE 17, the Python environment `spark`, and the jars below.
#   tools/spark.sh             puts them in place; a no-op when they are there
#   tools/spark.sh --jars      prints the jars, as a class path
# The jars lie in $FLOE_CACHE/spark. They come from Maven Central and are checked against the sums below.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/bootstrap_lib.sh
source "$here/bootstrap_lib.sh"

# artifact -> sha256
declare -A jars=(
  [org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0]=d6ea6c5d099288daeb7d5a92061bd3d7d8f296492632b42378e5f2f0e3066242
  [org.xerial:sqlite-jdbc:3.50.3.0]=a3f53a2aa15ae9425a9e793bbe9c8e5288febeb4b65ef5c1a4e80d4c2045cf08
)
target=$FLOE_CACHE/spark

jar_of() {
  local name_and_version=${1#*:}
  echo "$target/${name_and_version/:/-}.jar"
}

class_path() {
  local artifact path=
  for artifact in "${!jars[@]}"; do path+=:$(jar_of "$artifact"); done
  echo "${path#:}"
}

# fetch ARTIFACT: a jar is only moved to its name once its sum is right.
fetch() {
  local jar work
  jar=$(jar_of "$1")
  if [[ -f $jar ]]; then return; fi
  command -v mvn > /dev/null || install_packages maven
  work=$(mktemp -d "$target/.fetch-XXXXXX")
  say "fetching $1 (once)"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -DoutputDirectory="$work" -Dartifact="$1:jar" \
    > "$work/maven.log" 2>&1 || die "$1 cannot be fetched:"$'\n'"$(tail -n 20 "$work/maven.log")"
  verify_sha256 "$work/$(basename "$jar")" "${jars[$1]}" "$1"
  mv "$work/$(basename "$jar")" "$jar"
  rm -r "$work"
}

case ${1:-} in
  --jars)
    class_path
    exit ;;
  ?*) die "unknown argument '$1' (known: --jars)" ;;
esac
command -v java > /dev/null || install_packages openjdk-17-jre-headless
mkdir -p "$target"
exec 9> "$target/.lock"
flock 9
for artifact in "${!jars[@]}"; do fetch "$artifact"; done
"$here/peers.sh" spark
