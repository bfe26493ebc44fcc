#!/usr/bin/env bash
# Brings up a throw-away PostgreSQL with pgvector on a bare Debian machine, for tests and CI only:
# it trusts every local connection and does not wait for the disk, unless POSTGRES_TEST_FSYNC=on.
#
#   scripts/postgres-with-pgvector.sh [start]   install what is missing, start, print DATABASE_URL
#   scripts/postgres-with-pgvector.sh url       print DATABASE_URL if it is running, else fail
#   scripts/postgres-with-pgvector.sh crash     stop it at once, as a crash would; start brings it back
#   scripts/postgres-with-pgvector.sh stop      stop it and delete its data
#
# Standard output carries the address and nothing else, so this works:
#   export TEST_DATABASE_URL="$(scripts/postgres-with-pgvector.sh)"
#
# POSTGRES_TEST_HOME says where data, log and port are kept (default /tmp/sitrep-postgres).
set -euo pipefail

home=${POSTGRES_TEST_HOME:-/tmp/sitrep-postgres}
fsync=${POSTGRES_TEST_FSYNC:-off}
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

note() { printf 'postgres-with-pgvector: %s\n' "$*" >&2; }
fail() { note "$*"; exit 1; }
apt() { apt-get --quiet --quiet --yes -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >&2; }
as_postgres() { runuser -u postgres -- "$@"; }

# Debian has one major version per release; take whichever this machine has or offers.
find_version() {
  local installed
  installed=$(find /usr/lib/postgresql -maxdepth 1 -mindepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -1 || true)
  if [ -n "$installed" ]; then echo "$installed"; return; fi
  apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -1
}

use_version() {
  version=$1
  bin=/usr/lib/postgresql/$version/bin
  libraries=/usr/lib/postgresql/$version/lib
  extensions=/usr/share/postgresql/$version/extension
}

is_running() {
  [ -s "$home/port" ] && as_postgres "$bin/pg_isready" --quiet --host=127.0.0.1 --port="$(cat "$home/port")"
}
print_url() { echo "postgres://postgres@127.0.0.1:$(cat "$home/port")/postgres"; }
run_sql() { as_postgres "$bin/psql" --no-psqlrc --quiet --host=127.0.0.1 --port="$(cat "$home/port")" "$@"; }

install_server() {
  local wanted
  wanted=$(find_version)
  if [ -z "$wanted" ]; then apt update; wanted=$(find_version); fi
  [ -n "$wanted" ] || fail "no PostgreSQL package is known to apt on this machine"
  use_version "$wanted"
  [ -x "$bin/postgres" ] && return
  note "installing PostgreSQL $version"
  # Debian would start a cluster of its own on port 5432, which nobody asked for.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/sitrep.conf
  apt install --no-install-recommends "postgresql-$version" || { apt update; apt install --no-install-recommends "postgresql-$version"; }
}

install_pgvector() {
  [ -e "$extensions/vector.control" ] && return
  # Newer releases have it as a package; older ones have to build it.
  if apt-cache show "postgresql-$version-pgvector" >/dev/null 2>&1; then
    note "installing pgvector"
    apt install --no-install-recommends "postgresql-$version-pgvector"
    return
  fi
  build_pgvector
}

# The source comes from a newer Debian suite of the same mirror, read through a package list of its
# own so that the machine's apt settings stay as they are.
build_pgvector() {
  local work suite
  work=$(mktemp -d)
  chmod 755 "$work"
  fetch_build_tools "$work"
  for suite in trixie sid; do
    note "building pgvector from the source package in $suite"
    if fetch_source "$work" "$suite" && compile "$work"; then break; fi
  done
  rm -rf "$work"
  [ -e "$extensions/vector.control" ] || fail "pgvector could not be built; the messages above say why"
}

fetch_build_tools() {
  local work=$1 missing=()
  command -v gcc >/dev/null || missing+=(gcc libc6-dev)
  command -v make >/dev/null || missing+=(make)
  command -v dpkg-source >/dev/null || missing+=(dpkg-dev)
  [ -d /usr/include/postgresql/internal ] || missing+=(libpq-dev)
  if [ ${#missing[@]} -gt 0 ] || ! apt-cache show "postgresql-server-dev-$version" >/dev/null 2>&1; then apt update; fi
  if [ ${#missing[@]} -gt 0 ]; then note "installing ${missing[*]}"; apt install --no-install-recommends "${missing[@]}"; fi
  # Unpacked, not installed: the package depends on a whole clang, and only its headers are needed.
  mkdir -p "$work/headers"
  (cd "$work/headers" && apt -o APT::Sandbox::User=root download "postgresql-server-dev-$version" && dpkg -x ./*.deb .)
}

mirror() {
  cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb .*\(https\{0,1\}:[^ ]*\).*/\1/p' | head -1 || true
}

fetch_source() {
  local work=$1 suite=$2
  rm -rf "$work/apt" "$work/source"
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/source/tree"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $suite main" >"$work/apt/sources.list"
  local options=(-o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root)
  apt "${options[@]}" update &&
    (cd "$work/source" && apt "${options[@]}" source --download-only pgvector &&
      tar --extract --strip-components=1 --directory=tree --file="$(echo pgvector_*.orig.tar.*)")
}

compile() {
  local work=$1 tree=$1/source/tree
  # OPTFLAGS is emptied because the default, -march=native, breaks when the result is cached and moved.
  make --silent --directory="$tree" --jobs="$(nproc)" PG_CONFIG="$bin/pg_config" with_llvm=no OPTFLAGS= \
    includedir_server="$work/headers/usr/include/postgresql/$version/server" >"$work/make.log" 2>&1 ||
    { tail -5 "$work/make.log" >&2; return 1; }
  install -m 644 "$tree/vector.so" "$libraries/"
  install -m 644 "$tree"/sql/vector--*.sql "$tree/vector.control" "$extensions/"
}

start_cluster() {
  mkdir -p "$home"
  chown postgres "$home"
  cd "$home"
  if [ ! -s data/PG_VERSION ]; then
    rm -rf data
    as_postgres "$bin/initdb" --pgdata="$home/data" --auth=trust --username=postgres --encoding=UTF8 --no-sync >/dev/null
  fi
  forget_dead_postmaster
  local attempt port
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    # Who was connected before a crash comes back to the same address.
    if [ "$attempt" = 1 ] && [ -s "$home/port" ]; then port=$(cat "$home/port"); fi
    if as_postgres "$bin/pg_ctl" --pgdata="$home/data" --log="$home/log" --wait --timeout=60 --options="-p $port \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c fsync=$fsync -c synchronous_commit=$fsync \
      -c full_page_writes=$fsync -c shared_buffers=128MB -c max_connections=200 -c timezone=UTC" start >/dev/null; then
      echo "$port" >"$home/port"
      return
    fi
    note "port $port did not work (attempt $attempt)"
  done
  tail -20 "$home/log" >&2
  fail "PostgreSQL did not start; its last messages are above"
}

# After a kill the pid file stays and its number may belong to something else by now.
forget_dead_postmaster() {
  [ -s data/postmaster.pid ] || return 0
  case $(readlink "/proc/$(head -1 data/postmaster.pid)/exe" || true) in
    */postgres) ;;
    *) rm -f data/postmaster.pid ;;
  esac
}

start() {
  [ "$(id -u)" = 0 ] || fail "run this as root: it installs packages and starts the server as the user postgres"
  install_server
  install_pgvector
  is_running || start_cluster
  run_sql --command='set client_min_messages = warning' --command='create extension if not exists vector' >&2
  note "PostgreSQL $version, pgvector $(run_sql --tuples-only --no-align --command="select extversion from pg_extension where extname = 'vector'")"
  print_url
}

crash() {
  use_version "$(find_version)"
  as_postgres "$bin/pg_ctl" --pgdata="$home/data" --mode=immediate --wait stop >/dev/null
}

stop() {
  if [ -n "$(find_version)" ] && [ -d "$home/data" ]; then
    use_version "$(find_version)"
    as_postgres "$bin/pg_ctl" --pgdata="$home/data" --mode=immediate --wait stop >&2 || true
  fi
  rm -rf "$home"
}

case ${1:-start} in
  start) start ;;
  stop) stop ;;
  crash) crash ;;
  url) use_version "$(find_version)"; is_running && print_url ;;
  *) fail "unknown command '$1'; use start, url, crash or stop" ;;
esac
