#!/usr/bin/env bash
# What a client's socket feels when a transport fault lands, judged by curl's exit code.
#
#   tests/clients/wire.sh [--server BIN]
#
# reset is a true RST (56), close a FIN without a byte (52), cut a short body (18), hang
# silence (28 at --max-time). Each at `before` and `after`, on a read and on a write; a
# write is looked up afterwards: `after` has refunded, `before` has not; a call that hangs
# `before` is parked and goes on when its caller has left.
set -u
FROM=$PWD
cd "$(dirname "$0")" || exit 1
. ./office.sh

SERVER_BIN=../../target/debug/muddle
[ "${1:-}" = --server ] && SERVER_BIN=$(cd "$FROM" && realpath -m "$2")

TMP=$(mktemp -d)
trap 'stop_server; rm -rf "$TMP"' EXIT
PASSED=0
FAILED=0

field() { python3 -c 'import json,sys; print(eval("json.load(sys.stdin)" + sys.argv[1]))' "$1"; }
ask() { curl -s -H "Authorization: Bearer $KEY" "$@"; }

verdict() { # NAME EXPECTED GOT
  if [ "$2" = "$3" ]; then PASSED=$((PASSED + 1)); return; fi
  FAILED=$((FAILED + 1))
  echo "wire: $1: expected $2, got $3"
}

arm() { muddle fault arm "$WORKSPACE" --vendor billing --ttl 60s "$@" >/dev/null || fail "fault arm $* failed"; }
lift() { muddle fault lift "$WORKSPACE" --all >/dev/null || fail "fault lift --all failed"; }

# The next charge that is whole and undisputed.
next_charge() {
  ask "$URL/v1/charges?limit=100" | python3 -c '
import json, sys
for one in json.load(sys.stdin)["data"]:
    if one["paid"] and one["captured"] and not one["disputed"] and not one["amount_refunded"] and one["amount"] > 100:
        print(one["id"])
        break'
}

read_suffers() { # KIND POSITION CODE OPTIONS...
  local kind=$1 position=$2 code=$3
  shift 3
  arm --operation list_customers --kind "$kind" --position "$position" "$@"
  ask -o /dev/null --max-time 3 "$URL/v1/customers?limit=5"
  verdict "$kind $position on a read, curl's exit code" "$code" $?
  lift
  verdict "a read after $kind $position was lifted" 200 "$(ask -o /dev/null -w '%{http_code}' "$URL/v1/customers?limit=5")"
}

refunded() { ask "$URL/v1/charges/$1" | field '["amount_refunded"]'; }

write_suffers() { # KIND POSITION CODE OPTIONS...
  local kind=$1 position=$2 code=$3 charge caller applied=0
  shift 3
  [ "$position" = after ] && applied=100
  charge=$(next_charge)
  [ -n "$charge" ] || fail "no charge left to refund"
  arm --operation create_refund --kind "$kind" --position "$position" "$@"
  ask -o /dev/null --max-time 3 -d "charge=$charge" -d amount=100 "$URL/v1/refunds" &
  caller=$!
  if [ "$kind" = hang ]; then
    sleep 1.5
    verdict "refunded while it hangs $position" "$applied" "$(refunded "$charge")"
    applied=100 # a call that hangs goes on when its caller leaves
  fi
  wait $caller
  verdict "$kind $position on a refund, curl's exit code" "$code" $?
  for _ in $(seq 20); do # that the caller has left is felt a moment later
    [ "$kind" = hang ] && [ "$(refunded "$charge")" != "$applied" ] || break
    sleep 0.1
  done
  verdict "refunded after $kind $position" "$applied" "$(refunded "$charge")"
  lift
}

start_server "$SERVER_BIN"
OPENED=$(open_office wire real) || exit 1
WORKSPACE=$(field '["workspace"]' <"$OPENED")
URL=$(field '["vendors"]["billing"]["url"]' <"$OPENED")
KEY=$(field '["vendors"]["billing"]["key"]' <"$OPENED")

for position in before after; do
  for suffers in read_suffers write_suffers; do
    $suffers reset $position 56
    $suffers close $position 52
    $suffers cut $position 18 --bytes 20
    $suffers hang $position 28
  done
done

echo "wire: $PASSED passed, $FAILED failed"
[ $FAILED = 0 ]
