#!/usr/bin/env bash
# kill -9 under load; see crash.py.
#
#   tests/durability/crash.sh [--kills N] [--seed S] [--server BIN]
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --server) binary=$2; shift 2 ;;
    *) arguments+=("$1"); shift ;;
  esac
done
if [ -z "$binary" ]; then
  ${CARGO:-cargo} build --quiet --bin muddle
  binary=${CARGO_TARGET_DIR:-target}/debug/muddle
fi
exec python3 tests/durability/crash.py "$(realpath "$binary")" "${arguments[@]}"
