#!/usr/bin/env bash
# Fetches and compiles the server that the tests of khalti-kit/mongodb run on where MONGODB_URL names no real one.
# Needs Java 17 and Maven. Does nothing where it is there already.
set -euo pipefail
cd "$(dirname "$0")"
target=../../../.tmp/mongodb-server
[ -f "$target/MongodbServer.class" ] && exit 0
mkdir -p "$target"
target=$(cd "$target" && pwd)
mvn -q -B dependency:copy-dependencies -DoutputDirectory="$target"
javac -cp "$target/*" -d "$target" MongodbServer.java
