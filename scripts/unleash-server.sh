#!/usr/bin/env bash
# Runs the tests that ask a real Unleash, on a real PostgreSQL. The server is installed into a directory of
# its own, because it is far larger than Sitrep and no part of it.
#
#   scripts/unleash-server.sh                 install, start, run the tests against it, stop
#   scripts/unleash-server.sh --record        the same, and write its answers to test/fixtures/unleash
#
# UNLEASH_TEST_HOME says where the server is installed (default /tmp/sitrep-unleash), TEST_DATABASE_URL which
# PostgreSQL it uses; without it scripts/postgres-with-pgvector.sh brings one up (as root, on Debian).
set -euo pipefail
cd "$(dirname "$0")/.."

home=${UNLEASH_TEST_HOME:-/tmp/sitrep-unleash}
version=8.2.0
node=$PWD/node_modules/node/bin/node
port=$((20000 + RANDOM % 12000))
export UNLEASH_TEST_TOKEN='*:*.admin-token-of-a-test'

database=${TEST_DATABASE_URL:-}
[ -n "$database" ] || database=$(scripts/postgres-with-pgvector.sh start)

if [ "$(cat "$home/version" 2>/dev/null || true)" != "$version" ]; then
  mkdir -p "$home"
  echo '{"private":true}' >"$home/package.json"
  # Its engines ask for the Node that Sitrep brings along.
  PATH="$(dirname "$node"):$PATH" npm install --prefix "$home" --ignore-scripts --no-audit --no-fund "unleash-server@$version" >&2
  echo "$version" >"$home/version"
fi

# Every run begins with an empty Unleash.
name=unleash_$port
psql --no-psqlrc --quiet "$database" --command="create database $name" >&2
log=$home/server.log
cleanup() {
  if [ -n "${server:-}" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  psql --no-psqlrc --quiet "$database" --command="drop database if exists $name with (force)" >&2 || true
}
trap cleanup EXIT

DATABASE_URL="${database%/*}/$name" DATABASE_SSL=false HTTP_HOST=127.0.0.1 HTTP_PORT=$port \
  INIT_ADMIN_API_TOKENS="$UNLEASH_TEST_TOKEN" CHECK_VERSION=false SEND_TELEMETRY=false LOG_LEVEL=warn \
  "$node" "$home/node_modules/unleash-server/dist/server.js" >"$log" 2>&1 &
server=$!

export UNLEASH_TEST_URL=http://127.0.0.1:$port
for _ in $(seq 120); do
  if ! kill -0 "$server" 2>/dev/null; then tail -20 "$log" >&2; exit 1; fi
  if curl --silent --fail --output /dev/null "$UNLEASH_TEST_URL/health"; then break; fi
  sleep 0.5
done
[ "${1:-}" = --record ] && export UNLEASH_TEST_RECORD=1
npx --no-install vitest run test/adapters/flags
