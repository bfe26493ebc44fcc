#!/usr/bin/env bash
# Installs a reference MCP server into a temporary directory and prints the file that starts it:
#   MCP_TEST_SERVER=$(bash scripts/mcp-server.sh) npx vitest run test/adapters/mcp/reference.test.ts
set -euo pipefail
directory=$(mktemp -d)
npm install --prefix "$directory" --no-audit --no-fund --no-save --silent \
  @modelcontextprotocol/server-everything@2026.8.31 >&2
echo "$directory/node_modules/@modelcontextprotocol/server-everything/dist/index.js"
