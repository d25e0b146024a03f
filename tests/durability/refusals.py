"""What a server says when it cannot start or cannot write, and what it leaves behind.

    refusals.py BINARY [--small-disk DIR] [--requests N]

Port taken, data directory locked, database of a newer version or another maker: one clear sentence, an exit code,
nothing half-written. A disk that fills up under load (a small file system in DIR, or a limit on file sizes where none can
be made): no answer that is not in the log, and the server goes on once there is room.
"""

import argparse
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile

from desk import Load, Server, created, fail, refundable, whole

FILE_BYTES_MAX = 6 << 20


def start(binary, data, listen="127.0.0.1:0", **how):
    return subprocess.run([binary, "serve", "--listen", listen, "--data", data], capture_output=True, text=True,
                          timeout=60, **how)


def one_sentence(what, done, word):
    """A sentence with the word in it on stderr, an exit code, no panic, nothing on stdout."""
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode <= 0 or len(said) != 1 or word not in said[0].lower() or "panicked" in said[0] or done.stdout:
        fail(f"{what}: exit {done.returncode}, said {said}, stdout {done.stdout!r}; expected one sentence with `{word}`")
    print(f"refusals: {what}: exit {done.returncode}: {said[0].strip()}")


def contents(folder):
    """Every file below, by digest."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def unchanged(what, binary, data, word, **how):
    before = contents(data)
    one_sentence(what, start(binary, data, **how), word)
    after = contents(data)
    if {name: digest for name, digest in after.items() if not name.endswith((".lock", "lock"))} != {
            name: digest for name, digest in before.items() if not name.endswith((".lock", "lock"))}:
        fail(f"{what}: the directory changed from {sorted(before)} to {sorted(after)}")


def port_taken(binary, scratch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        data = os.path.join(scratch, "port")
        os.mkdir(data)
        unchanged("port taken", binary, data, "in use", listen=f"127.0.0.1:{taken.getsockname()[1]}")


def locked(binary, scratch):
    data = os.path.join(scratch, "locked")
    server = Server(binary, data)
    try:
        one_sentence("data directory in use", start(binary, data), "in use")
        server.open("--seed", "1")
    finally:
        server.stop()


def strange_databases(binary, scratch):
    data = os.path.join(scratch, "newer")
    Server(binary, data).stop()
    with sqlite3.connect(os.path.join(data, "muddle.db")) as database:
        database.execute("PRAGMA user_version = 999")
        database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    unchanged("database of a newer version", binary, data, "newer")
    data = os.path.join(scratch, "foreign")
    os.mkdir(data)
    with sqlite3.connect(os.path.join(data, "muddle.db")) as database:
        database.execute("CREATE TABLE theirs (a)")
    database.close()
    unchanged("database of another maker", binary, data, "not made by muddle")


def full_at_start(binary, disk):
    data = os.path.join(disk, "data")
    with open(os.path.join(disk, "filler"), "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass
    one_sentence("disk full at the start", start(binary, data), "full")
    left = contents(data) if os.path.isdir(data) else {}
    if any(name.startswith("muddle.db") for name in left):
        fail(f"disk full at the start: {sorted(left)} was left behind")
    os.remove(os.path.join(disk, "filler"))
    shutil.rmtree(data, ignore_errors=True)


def load_until_full(server, office):
    """Writers until the store refuses; everything they were told."""
    key = office["vendors"]["billing"]["key"]
    load = Load(server, key, refundable(server.connect(key)), 8, "full", 1)
    while load.refused < 200 and any(thread.is_alive() for thread in load.threads):
        if server.process.poll() is not None:
            fail("the server ended when the disk was full:\n" + "\n".join(server.said[-20:]))
    load.stop()
    if load.refused < 200:
        fail("the disk did not fill")
    return load


def shown_is_kept(server, office, load):
    """Everything told is in the log once, everything refused is not, and the chain is whole."""
    entries = server.entries(office["workspace"])
    whole(entries)
    made = created(entries)
    for _, identity, name in load.acknowledged:
        if len(made.get(identity, [])) != 1:
            fail(f"{identity} ({name}) was told and the log creates it at {made.get(identity)}")
    kept = {name for entry in entries for name in [entry["core"].get("idempotency_key")] if name}
    refused = [name for _, _, name in load.unknown if name in kept]
    if refused:
        fail(f"{len(refused)} calls were told that they were not kept and are in the log, {refused[0]} first")
    told = {name for _, _, name in load.acknowledged}
    if not kept <= told:
        fail(f"the log keeps {sorted(kept - told)[:3]}, of which nobody was told")
    server.run("verify", office["workspace"])
    return len(entries)


def full_under_load(binary, what, data, bigger, **how):
    """Fills the disk, looks at what was told, makes room and goes on."""
    server = Server(binary, data, **how)
    try:
        office = server.open("--seed", "1", "--clock", "step")
        load = load_until_full(server, office)
    finally:
        server.kill()
    data = bigger(data)
    server = Server(binary, data)
    try:
        entries = shown_is_kept(server, office, load)
        again = server.connect(office["vendors"]["billing"]["key"])
        again.json("POST", "/v1/customers", "name=after+the+flood")
    finally:
        server.stop()
    print(f"refusals: {what}: {len(load.acknowledged)} answers, all in the log; {load.refused} refusals, none in it; "
          f"{entries} entries, chain whole; it goes on with room")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--small-disk")
    options = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="muddle-refusals-") as scratch:
        port_taken(options.binary, scratch)
        locked(options.binary, scratch)
        strange_databases(options.binary, scratch)

        def moved(data):
            return shutil.copytree(data, os.path.join(scratch, "bigger-" + os.path.basename(os.path.dirname(data))))

        if options.small_disk:
            full_at_start(options.binary, options.small_disk)
            full_under_load(options.binary, "disk full under load", os.path.join(options.small_disk, "data"), moved)
        # The shell ignores SIGXFSZ for the server, so that a file at its limit is an error of its write.
        limited = ["bash", "-c", f"trap '' XFSZ; ulimit -f {FILE_BYTES_MAX // 1024}; exec \"$@\"", "limited"]
        data = os.path.join(scratch, "limited", "data")
        os.makedirs(os.path.dirname(data))
        full_under_load(options.binary, "file size limit under load", data, moved, under=limited)


signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
main()
