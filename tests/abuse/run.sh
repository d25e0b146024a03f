#!/usr/bin/env bash
# One candidate must not stop the others; see abuse.py.
#
#   tests/abuse/run.sh [--short] [--only LEVER,…] [--server BIN]
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=
short=
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --server) binary=$2; shift 2 ;;
    --short) short=yes; arguments+=(--short); shift ;;
    *) arguments+=("$1"); shift ;;
  esac
done
if [ -z "$binary" ]; then
  if [ -n "$short" ]; then
    ${CARGO:-cargo} build --quiet --bin muddle
    binary=${CARGO_TARGET_DIR:-target}/debug/muddle
  else
    ${CARGO:-cargo} build --release --quiet --bin muddle
    binary=${CARGO_TARGET_DIR:-target}/release/muddle
  fi
fi
exec python3 tests/abuse/abuse.py "$(realpath "$binary")" ${arguments[@]+"${arguments[@]}"}
