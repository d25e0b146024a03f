# Shell functions that run a Muddle server for the client suites: start, open, stop, search for secrets.
# Sourced by run.sh and wire.sh. Everything lives under $TMP; only the server started here is ever stopped.

fail() { printf '%s\n' "$*" >&2; exit 1; }

# start_server BIN: sets MUDDLE_BIN, MUDDLE_DATA, MUDDLE_URL and SERVER.
start_server() {
  MUDDLE_BIN=$(realpath "$1") || fail "no server at $1"
  [ -x "$MUDDLE_BIN" ] || fail "$MUDDLE_BIN is not a program; build it (cargo build -p muddle) or pass --server BIN"
  MUDDLE_DATA=$TMP/data
  mkdir -p "$TMP/opens"
  "$MUDDLE_BIN" serve --listen 127.0.0.1:0 --data "$MUDDLE_DATA" >"$TMP/server.out" 2>"$TMP/server.err" &
  SERVER=$!
  for _ in $(seq 100); do
    MUDDLE_URL=$(sed -n 's/^.*listening on \(http:\/\/[^ ]*\).*$/\1/p' "$TMP/server.out" | head -1)
    [ -n "$MUDDLE_URL" ] && break
    kill -0 "$SERVER" 2>/dev/null || fail "the server ended at once: $(cat "$TMP/server.out" "$TMP/server.err")"
    sleep 0.1
  done
  [ -n "$MUDDLE_URL" ] || fail "the server printed no 'listening on http://…' within 10 s: $(cat "$TMP/server.out")"
  export MUDDLE_BIN MUDDLE_DATA MUDDLE_URL
}

stop_server() {
  [ -n "${SERVER:-}" ] || return 0
  kill "$SERVER" 2>/dev/null
  wait "$SERVER" 2>/dev/null
  SERVER=
}

muddle() { "$MUDDLE_BIN" "$@" --data "$MUDDLE_DATA"; }

# open_office NAME CLOCK: a fresh refund desk; prints the path of what `open --json` said.
open_office() {
  local file=$TMP/opens/$1.json
  muddle open refund-desk --seed 1 --clock "$2" --json >"$file" || fail "open refund-desk --seed 1 --clock $2 failed"
  echo "$file"
}
