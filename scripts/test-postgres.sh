#!/usr/bin/env bash
# Runs the test suite on a real PostgreSQL: the one that TEST_DATABASE_URL names, or else one that
# scripts/postgres-with-pgvector.sh brings up (as root, on Debian). Arguments go to vitest.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${TEST_DATABASE_URL:-}" ]; then
  # On its own line, so that a failure ends here instead of running the tests on the embedded database.
  TEST_DATABASE_URL=$(scripts/postgres-with-pgvector.sh start)
fi
export TEST_DATABASE_URL
exec npx --no-install vitest run --exclude 'test/e2e/**' "$@"
