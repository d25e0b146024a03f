#!/usr/bin/env bash
# Runs the official SDKs, Python and Node, against a Muddle server.
#
#   tests/clients/run.sh [--server BIN] [--only python|node] [-- ARGS for the runner]
#
# BIN defaults to target/debug/muddle. Installs what is missing into python/.venv and
# node/node_modules, names what cannot be installed and fails. Each language gets fresh
# offices; afterwards no issued key or token may occur in the data, the log exports or
# the server's output. Exit code 0 only if everything passed.
set -u
FROM=$PWD
cd "$(dirname "$0")" || exit 1
. ./office.sh

SERVER_BIN=../../target/debug/muddle
ONLY=
while [ $# -gt 0 ]; do
  case $1 in
    --server) SERVER_BIN=$(cd "$FROM" && realpath -m "$2"); shift 2 ;;
    --only) ONLY=$2; shift 2 ;;
    --) shift; break ;;
    *) fail "usage: run.sh [--server BIN] [--only python|node] [-- ARGS for the runner]" ;;
  esac
done

TMP=$(mktemp -d)
STATUS=0
finish() { stop_server; rm -rf "$TMP"; }
trap finish EXIT

install_python() {
  local want=python/requirements.txt stamp=python/.venv/installed
  cmp -s "$want" "$stamp" && return
  python3 -m venv python/.venv >"$TMP/pip.log" 2>&1 || fail "cannot make python/.venv: $(tail -3 "$TMP/pip.log")"
  while read -r package; do
    python/.venv/bin/pip -q --disable-pip-version-check install "$package" >"$TMP/pip.log" 2>&1 ||
      fail "cannot install $package from PyPI: $(tail -3 "$TMP/pip.log")"
  done <"$want"
  cp "$want" "$stamp"
}

install_node() {
  local want=node/package-lock.json stamp=node/node_modules/.installed
  cmp -s "$want" "$stamp" && return
  (cd node && npm ci --no-audit --no-fund) >"$TMP/npm.log" 2>&1 ||
    fail "cannot install node/package-lock.json from npm: $(grep -m3 ERR "$TMP/npm.log" || tail -3 "$TMP/npm.log")"
  cp "$want" "$stamp"
}

offices() {
  MUDDLE_OPEN_JSON=$(open_office "$1" step) || exit 1
  MUDDLE_OPEN_JSON_REAL=$(open_office "$1-real" real) || exit 1
  export MUDDLE_OPEN_JSON MUDDLE_OPEN_JSON_REAL
}

search_for_secrets() {
  mkdir -p "$TMP/exports"
  python3 secrets.py --plant "$TMP/opens" || return 1
  local file workspace
  for file in "$TMP"/opens/*.json; do
    workspace=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["workspace"])' "$file")
    muddle log "$workspace" --format jsonl >"$TMP/exports/$workspace.jsonl" || fail "muddle log $workspace failed"
  done
  stop_server
  python3 secrets.py "$TMP/opens" "$MUDDLE_DATA" "$TMP/exports" "$TMP/server.out" "$TMP/server.err"
}

install_python
install_node
python3 routes/generate.py --check || STATUS=1
start_server "$SERVER_BIN"

if [ "$ONLY" != node ]; then
  offices python
  (cd python && .venv/bin/python -m pytest "$@") || STATUS=1
fi
if [ "$ONLY" != python ]; then
  offices node
  (cd node && node --test --test-concurrency=1 --test-reporter=./report.js "$@" suites/*.test.js) || STATUS=1
fi
search_for_secrets || STATUS=1
exit $STATUS
