#!/usr/bin/env bash
# Brings up a throw-away Kubernetes control plane on a bare Debian 12 machine, for the contract suites only: an API
# server with RBAC, etcd and the deployment controllers. There are no nodes, so no pod ever starts.
#
#   scripts/kubernetes-api-server.sh [start]   build what is missing, start, print the environment for the tests
#   scripts/kubernetes-api-server.sh stop      stop it and delete its data; what was built is kept
#
# Standard output carries shell assignments and nothing else, so this works:
#   export $(scripts/kubernetes-api-server.sh); npx vitest run test/adapters/kubernetes.test.ts
#
# Debian has no package of the API server, but the source of one with everything it depends on (1.20.2). The build
# needs no network, 3 GB of disk and about ten minutes on two idle cores. It is unpacked beside its data, and
# nothing is installed on the machine. KUBE_TEST_HOME says where (default /tmp/sitrep-kubernetes).
set -euo pipefail

home=${KUBE_TEST_HOME:-/tmp/sitrep-kubernetes}
tools=$home/tools bin=$home/bin data=$home/data

note() { printf 'kubernetes-api-server: %s\n' "$*" >&2; }
fail() { note "$*"; exit 1; }

# A list of its own, so that the machine's apt settings stay as they are.
apt() {
  mkdir -p "$home/apt/lists/partial" "$home/apt/cache/archives/partial"
  local signed=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg mirror=http://deb.debian.org/debian
  printf 'deb [%s] %s bookworm main\ndeb-src [%s] %s bookworm main\n' $signed $mirror $signed $mirror >"$home/apt/sources.list"
  apt-get --quiet --quiet -o "Dir::Etc::sourcelist=$home/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o "Dir::State::lists=$home/apt/lists" -o "Dir::Cache=$home/apt/cache" -o APT::Sandbox::User=root "$@" >&2
}

build() {
  [ -x "$bin/kube-apiserver" ] && [ -x "$bin/kube-controller-manager" ] && [ -x "$bin/etcd" ] && return
  note "building Kubernetes from Debian's source package; this takes a while"
  mkdir -p "$tools" "$bin" "$home/source"
  apt update
  (cd "$tools" && apt download golang-1.19-go golang-1.19-src etcd-server rsync libpopt0 && for one in ./*.deb; do dpkg -x "$one" .; done)
  (cd "$home/source" && apt source --download-only kubernetes && rm -rf tree && dpkg-source --no-check -x ./*.dsc tree >&2)
  (
    cd "$home/source/tree"
    export GOROOT=$tools/usr/lib/go-1.19 GOFLAGS=-mod=vendor GOPROXY=off GOCACHE=$home/go/cache GOPATH=$home/go
    export PATH=$GOROOT/bin:$tools/usr/bin:$PATH LD_LIBRARY_PATH=$tools/usr/lib/$(gcc -print-multiarch)
    nice -n 19 make WHAT="cmd/kube-apiserver cmd/kube-controller-manager" >"$home/build.log" 2>&1
  ) || { tail -5 "$home/build.log" >&2; fail "the build failed; its last lines are above, all of it is in $home/build.log"; }
  cp "$home"/source/tree/_output/local/bin/linux/*/kube-{apiserver,controller-manager} "$tools/usr/bin/etcd" "$bin/"
}

run() {
  local name=$1
  shift
  setsid "$bin/$name" "$@" >"$data/$name.log" 2>&1 </dev/null &
  echo $! >"$data/$name.pid"
}

answers() { curl --silent --fail --cacert "$data/server.crt" -H "Authorization: Bearer $(cat "$data/token")" "$@"; }

is_running() { [ -s "$data/url" ] && answers --output /dev/null "$(cat "$data/url")/readyz"; }

start() {
  build
  if ! is_running; then launch; fi
  printf 'KUBE_TEST_URL=%s\nKUBE_TEST_TOKEN=%s\nNODE_EXTRA_CA_CERTS=%s\n' "$(cat "$data/url")" "$(cat "$data/token")" "$data/server.crt"
}

launch() {
  stop
  mkdir -p "$data"
  local base=$((20000 + RANDOM % 12000))
  local url=https://127.0.0.1:$base etcd=http://127.0.0.1:$((base + 1)) peers=http://127.0.0.1:$((base + 2))
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sitrep-test -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$data/server.key" -out "$data/server.crt" 2>/dev/null
  openssl genrsa -out "$data/accounts.key" 2048 2>/dev/null
  head -c 24 /dev/urandom | base64 | tr -d '+/=\n' >"$data/token"
  echo "$(cat "$data/token"),admin,1,system:masters" >"$data/tokens.csv"
  run etcd --data-dir "$data/etcd" --listen-client-urls $etcd --advertise-client-urls $etcd --listen-peer-urls $peers \
    --initial-advertise-peer-urls $peers --initial-cluster "default=$peers"
  run kube-apiserver --etcd-servers $etcd --bind-address 127.0.0.1 --secure-port $base --insecure-port 0 \
    --tls-cert-file "$data/server.crt" --tls-private-key-file "$data/server.key" --token-auth-file "$data/tokens.csv" \
    --authorization-mode RBAC --service-account-issuer https://kubernetes.default.svc --disable-admission-plugins ServiceAccount \
    --service-account-key-file "$data/accounts.key" --service-account-signing-key-file "$data/accounts.key" \
    --service-cluster-ip-range 10.0.0.0/24
  echo $url >"$data/url"
  for _ in $(seq 120); do is_running && break; sleep 1; done
  is_running || { tail -5 "$data/kube-apiserver.log" >&2; fail 'the API server does not answer; its last lines are above'; }
  printf '{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{"name":"c","cluster":{"server":"%s","certificate-authority":"%s"}}],"users":[{"name":"u","user":{"token":"%s"}}],"contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}]}' \
    $url "$data/server.crt" "$(cat "$data/token")" >"$data/kubeconfig"
  run kube-controller-manager --kubeconfig "$data/kubeconfig" --leader-elect=false --controllers=deployment,replicaset,garbagecollector \
    --port 0 --secure-port 0
  note "$(answers "$url/version" | sed -n 's/.*"gitVersion": "\([^"]*\)".*/API server \1 at /p')$url"
}

stop() {
  local pid
  for pid in "$data"/*.pid; do
    [ -e "$pid" ] || continue
    # A number may belong to something else by now. Without etcd the others would not end when asked to.
    case $(readlink "/proc/$(cat "$pid")/exe" || true) in "$bin"/*) kill -KILL "$(cat "$pid")" || true ;; esac
  done
  rm -rf "$data"
}

case ${1:-start} in
  start) start ;;
  stop) stop ;;
  *) fail "unknown command '$1'; use start or stop" ;;
esac
