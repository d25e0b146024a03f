#!/usr/bin/env bash
# The figures of docs/benchmarks.md, measured anew.
#
#   tests/bench/run.sh [--seconds S] [--runs N] [--only starts|openings|calls|sizes|figures] [--out FILE]
#
# wrk comes from Debian's packages and is installed where it is missing and root may.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { printf 'bench: %s\n' "$*" >&2; exit 1; }

if ! command -v wrk >/dev/null; then
  [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq wrk >/dev/null \
    || fail "wrk is missing and cannot be installed here; install it (Debian: apt-get install wrk)"
fi

cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
"$cargo" build --release --quiet -p muddle --bin muddle
figures=$("$cargo" bench -p muddle-tests --bench figures --no-run --message-format=json --quiet \
  | python3 -c 'import json,sys
for line in sys.stdin:
    said = json.loads(line)
    if said.get("executable") and said["target"]["name"] == "figures": print(said["executable"])')
[ -n "$figures" ] || fail "the program of figures was not built"
exec python3 tests/bench/bench.py "$(realpath "$target/release/muddle")" "$figures" "$@"
