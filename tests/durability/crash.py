"""kill -9 at random moments under load: nothing acknowledged is lost, the log has no gap, the chain is whole.

    crash.py BINARY --kills N [--seed S]

Each round loads a server with concurrent writers that note what they were told, kills it, starts it again over the same
data, and looks for every acknowledged write through the API and in the exported log. What was under way may be there or
not; asked for again with its key, it is there once.
"""

import argparse
import random
import tempfile
import time

from desk import Gone, Load, Server, created, fail, refundable, whole

CALLERS = 8
# A fresh office every so many kills keeps the logs that are looked through short.
KILLS_PER_OFFICE = 10
ASKED_AGAIN = 4
NOUN = {"/v1/refunds": "/v1/refunds/", "/v1/customers": "/v1/customers/"}


def ask_again(caller, unknown):
    """Asks again for what nobody knows the fate of, and gives the ids."""
    return [caller.json("POST", path, body, {"Idempotency-Key": name})["id"] for path, body, name in unknown[:ASKED_AGAIN]]


def look(server, office, round_told, all_told, unknown):
    """Looks for what was told through the API, in the log, and proves the log."""
    caller = server.connect(office["vendors"]["billing"]["key"])
    for path, identity, name in round_told:
        status, _, text = caller.ask("GET", NOUN[path] + identity)
        if status != 200:
            fail(f"{identity} ({name}) was acknowledged and is gone: {status} {text[:200]!r}")
    again = ask_again(caller, unknown)
    entries = server.entries(office["workspace"])
    whole(entries)
    made = created(entries)
    for _, identity, name in all_told:
        if len(made.get(identity, [])) != 1:
            fail(f"{identity} ({name}) was acknowledged; the log creates it at {made.get(identity)}")
    for identity in again:
        if len(made.get(identity, [])) != 1:
            fail(f"{identity} was asked for twice with one key; the log creates it at {made.get(identity)}")
    if not any(entry["core"].get("operation") == "interrupted" for entry in entries):
        fail("the log does not say that the server was stopped without a word")
    code, said, error = server.run("verify", office["workspace"], check=False)
    if code != 0:
        fail(f"verify ended with {code}: {said}{error}")
    return len(entries)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", default=str(time.time_ns()))
    options = options.parse_args()
    print(f"crash: {options.kills} kills, seed {options.seed}")
    dice = random.Random(options.seed)
    began, acknowledged, unknown, entries = time.monotonic(), 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="muddle-crash-") as data:
        server = Server(options.binary, data)
        office, told = None, []
        try:
            for kill in range(options.kills):
                if kill % KILLS_PER_OFFICE == 0:
                    office, told = server.open("--seed", str(kill + 1), "--clock", "step"), []
                key = office["vendors"]["billing"]["key"]
                load = Load(server, key, refundable(server.connect(key)), CALLERS, f"round{kill}", dice.random())
                time.sleep(dice.uniform(0.02, 0.5))
                server.kill()
                load.stop()
                server = Server(options.binary, data)
                told += load.acknowledged
                entries = look(server, office, load.acknowledged, told, load.unknown)
                acknowledged += len(load.acknowledged)
                unknown += len(load.unknown)
        except Gone as error:
            fail(f"the server went away by itself: {error}\n" + "\n".join(server.said[-20:]))
        finally:
            server.kill()
    if acknowledged < options.kills * CALLERS:
        fail(f"only {acknowledged} writes were acknowledged in all: that is no load")
    print(f"crash: {options.kills} kills in {time.monotonic() - began:.0f} s; {acknowledged} acknowledged writes, 0 lost; "
          f"{unknown} of unknown fate; last log {entries} entries, 0 gaps; every chain whole")


main()
