"""SIGTERM under load: the database file alone, copied, opens and verifies whole, and holds everything that was told.

    stops.py BINARY [--stops N] [--seed S]

Each round loads a server with concurrent writers, stops it in order, and copies nothing but `muddle.db` to a new directory, on which a
second server proves the log. Nothing of the log may be left in the write-ahead log beside it.
"""

import argparse
import os
import random
import shutil
import tempfile
import time

from desk import Gone, Load, Server, created, fail, refundable, whole

CALLERS = 8


def left_over(data):
    """Bytes of the write-ahead log."""
    wal = os.path.join(data, "muddle.db-wal")
    return os.path.getsize(wal) if os.path.exists(wal) else 0


def alone(binary, data, scratch, office, told):
    """Proves the log by its database file alone; the number of its entries."""
    copy = tempfile.mkdtemp(dir=scratch)
    shutil.copy(os.path.join(data, "muddle.db"), copy)
    server = Server(binary, copy)
    try:
        entries = server.entries(office["workspace"])
        whole(entries)
        made = created(entries)
        for _, identity, name in told:
            if len(made.get(identity, [])) != 1:
                fail(f"{identity} ({name}) was acknowledged; the database file creates it at {made.get(identity)}")
        server.run("verify", office["workspace"])
    finally:
        server.stop()
    shutil.rmtree(copy)
    return len(entries)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--stops", type=int, default=20)
    options.add_argument("--seed", default=str(time.time_ns()))
    options = options.parse_args()
    print(f"stops: {options.stops} stops, seed {options.seed}")
    dice = random.Random(options.seed)
    told, entries = [], 0
    with tempfile.TemporaryDirectory(prefix="muddle-stops-") as scratch:
        data = os.path.join(scratch, "data")
        server, office = Server(options.binary, data), None
        try:
            office = server.open("--seed", "1", "--clock", "step")
            for number in range(options.stops):
                key = office["vendors"]["billing"]["key"]
                load = Load(server, key, refundable(server.connect(key)), CALLERS, f"stop{number}", dice.random())
                time.sleep(dice.uniform(0.05, 0.5))
                server.stop()
                load.stop()
                if server.process.returncode != 0:
                    fail(f"stop {number} ended with {server.process.returncode}:\n" + "\n".join(server.said[-20:]))
                if left_over(data):
                    fail(f"stop {number} left {left_over(data)} bytes in the write-ahead log")
                told += load.acknowledged
                entries = alone(options.binary, data, scratch, office, told)
                server = Server(options.binary, data)
                code, said, error = server.run("verify", office["workspace"], check=False)
                if code != 0 or "the witness saw entry" not in said:
                    fail(f"verify ended with {code}: {said}{error}")
        except Gone as error:
            fail(f"the server went away by itself: {error}\n" + "\n".join(server.said[-20:]))
        finally:
            server.kill()
    if len(told) < options.stops * CALLERS:
        fail(f"only {len(told)} writes were acknowledged in all: that is no load")
    print(f"stops: {options.stops} stops; {len(told)} acknowledged writes and {entries} entries, all in the database file alone")


main()
