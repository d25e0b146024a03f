#!/usr/bin/env bash
# Durability, from outside the process:
#
#   tests/durability/run.sh [--short]
#
# 1. under strace no answer precedes an fsync of the log that follows its entry's write; a build that commits without
#    fsync must fail this proof;
# 2. port taken, directory locked, strange databases, full disk: one sentence, nothing half-written, nothing told that
#    is not kept;
# 3. after a stop in order under load the database file alone is the whole log;
# 4. a build with one changed rule is found out by `verify`.
#
# Failing commits and slow stores are Rust tests (tests/it/recovery.rs). strace is installed where it is missing and root
# may; a small tmpfs is used where root may mount one, a file size limit always.
set -euo pipefail
cd "$(dirname "$0")/../.."

requests=2000
stops=20
[ "${1:-}" = --short ] && requests=300 stops=5

fail() { printf 'durability: %s\n' "$*" >&2; exit 1; }

if ! command -v strace >/dev/null; then
  [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq strace >/dev/null \
    || fail "strace is missing and cannot be installed here; install it (Debian: apt-get install strace)"
fi

tmp=$(mktemp -d)
mounted=
cleanup() {
  [ -z "$mounted" ] || umount "$tmp/disk"
  rm -rf "$tmp"
}
trap cleanup EXIT

cargo=${CARGO:-cargo}
built=${CARGO_TARGET_DIR:-target}/debug/muddle
# The broken build first, so that the sound one is what stays in the target directory.
"$cargo" build --quiet -p muddle --bin muddle --features muddle-log/synchronous-off,muddle-world/rounded-refunds
cp "$built" "$tmp/broken"
"$cargo" build --quiet -p muddle --bin muddle
cp "$built" "$tmp/muddle"

trace() { # BINARY NAME
  mkdir -p "$tmp/$2-data"
  python3 tests/durability/traced.py "$1" "$tmp/$2.trace" --requests "$requests" --data "$tmp/$2-data"
}

trace "$tmp/muddle" sound
python3 tests/durability/order.py "$tmp/sound.trace" --least "$requests" || fail "an answer left before its entry was on the disk"
trace "$tmp/broken" broken
if python3 tests/durability/order.py "$tmp/broken.trace"; then
  fail "the build that commits without fsync passed the proof: the proof proves nothing"
elif [ $? -ne 1 ]; then
  fail "the trace of the broken build shows too little"
fi
echo "durability: the build without fsync fails the proof, as it must"
rm -f "$tmp"/*.trace

disk=()
mkdir "$tmp/disk"
if mount -t tmpfs -o size=12m tmpfs "$tmp/disk" 2>/dev/null; then
  mounted=yes
  disk=(--small-disk "$tmp/disk")
else
  echo "durability: no tmpfs can be mounted here; the disk is filled by a file size limit only"
fi
python3 tests/durability/refusals.py "$tmp/muddle" "${disk[@]}"
python3 tests/durability/stops.py "$tmp/muddle" --stops "$stops"
python3 tests/durability/rules.py "$tmp/muddle" "$tmp/broken"
echo "durability: all proofs hold"
