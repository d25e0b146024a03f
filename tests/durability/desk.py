"""A Muddle server as a child process, its command line, and callers that keep what they were told.

Used by the durability and crash proofs and by the benchmark. Only the server started here is ever signalled.
"""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time

START_S_MAX = 60


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(1)


class Server:
    """`muddle serve` on a free port over a data directory, optionally under another program (strace)."""

    def __init__(self, binary, data, under=(), options=(), environment=None):
        self.binary, self.data, self.url, self.said = binary, data, None, []
        command = [*under, binary, "serve", "--listen", "127.0.0.1:0", "--data", data, *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment or os.environ.copy(),
            start_new_session=True)
        self.readers = [threading.Thread(target=self._read, args=(stream,), daemon=True)
                        for stream in (self.process.stdout, self.process.stderr)]
        for reader in self.readers:
            reader.start()
        until = time.monotonic() + START_S_MAX
        while self.url is None:
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                fail("the server did not start:\n" + "\n".join(self.said))
            time.sleep(0.005)
        self.host, self.port = re.match(r"http://([^:/]+):(\d+)", self.url).groups()

    def _read(self, stream):
        for line in stream:
            self.said.append(line.rstrip("\n"))
            found = re.search(r"^(?!.*baseline).*listening on (http://\S+)", line)
            if found:
                self.url = found.group(1).rstrip("/.")

    def pid(self):
        """The server's own process, below whatever it runs under."""
        pid = self.process.pid
        if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == os.path.basename(self.binary):
            return pid
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return int(children.read().split()[0])

    def kill(self, how=signal.SIGKILL):
        """Ends it at once, as a power cut of the process would."""
        if self.process.poll() is None:
            os.kill(self.pid(), how)
        self.process.wait()

    def stop(self):
        """Ends it in order."""
        self.kill(signal.SIGTERM)

    def run(self, *arguments, check=True):
        """The command line against this server; (exit code, stdout, stderr)."""
        environment = dict(os.environ, MUDDLE_URL=self.url)
        done = subprocess.run([self.binary, *arguments, "--data", self.data], capture_output=True, text=True,
                              env=environment)
        if check and done.returncode != 0:
            fail(f"muddle {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout, done.stderr

    def open(self, *options, scenario="refund-desk"):
        """Opens an office and gives what `open --json` said."""
        return json.loads(self.run("open", scenario, "--json", *options)[1])

    def entries(self, workspace):
        """The log as the command line exports it."""
        text = self.run("log", workspace, "--format", "jsonl")[1]
        return [json.loads(line) for line in text.splitlines() if line]

    def connect(self, key):
        return Caller(self.host, int(self.port), key)


class Gone(Exception):
    """The server went away before it answered."""


class Caller:
    """One connection with a vendor's key."""

    def __init__(self, host, port, key):
        self.connection = http.client.HTTPConnection(host, port, timeout=60)
        self.key = key

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, body); raises Gone where the server is."""
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Gone(str(error)) from error

    def json(self, method, path, body=None, headers=None):
        status, _, text = self.ask(method, path, body, headers)
        if status >= 300:
            fail(f"{method} {path} answered {status}: {text[:400]!r}")
        return json.loads(text)


def refundable(caller):
    """Ids of charges that refunds can be made of, with what is left of each."""
    found, after = {}, ""
    while True:
        page = caller.json("GET", f"/v1/charges?limit=100{after}")
        for one in page["data"]:
            left = one["amount"] - one["amount_refunded"]
            if one["paid"] and one["captured"] and not one["disputed"] and left > 0:
                found[one["id"]] = left
        if not page["has_more"]:
            return found
        after = f"&starting_after={page['data'][-1]['id']}"


class Load:
    """Concurrent callers that write until stopped; keeps every write they were told of, and those they were not."""

    def __init__(self, server, key, charges, callers, tag, seed):
        self.acknowledged, self.unknown, self.refused = [], [], 0
        self.stopping = threading.Event()
        charges = list(charges)
        parts = [charges[i::callers] for i in range(callers)]
        self.threads = [threading.Thread(target=self._call, daemon=True,
                                         args=(server.connect(key), parts[i], f"{tag}-{i}", random.Random(f"{seed}-{i}")))
                        for i in range(callers)]
        for thread in self.threads:
            thread.start()

    def _call(self, caller, charges, tag, dice):
        number = 0
        while not self.stopping.is_set():
            number += 1
            name = f"{tag}-{number}"
            if charges and dice.random() < 0.5:
                path, body = "/v1/refunds", f"charge={dice.choice(charges)}&amount=1&metadata[note]={name}"
            else:
                path, body = "/v1/customers", f"name={name}&email={name}@example.com"
            try:
                status, headers, text = caller.ask("POST", path, body, {"Idempotency-Key": name})
            except Gone:
                self.unknown.append((path, body, name))
                return
            if status == 200:
                self.acknowledged.append((path, json.loads(text)["id"], name))
            elif headers.get("x-muddle-error"):
                self.refused += 1
                self.unknown.append((path, body, name))

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def created(entries):
    """Ids of all records that the entries create, each with the entry's seq, and how often."""
    found = {}
    for entry in entries:
        for effect in entry["core"].get("effects", []):
            if "created" in effect and "id" in effect["created"]:
                found.setdefault(effect["created"]["id"], []).append(entry["core"]["seq"])
    return found


def whole(entries):
    """Fails unless the entries are numbered 1, 2, 3 … without a gap."""
    for number, entry in enumerate(entries, 1):
        if entry["core"]["seq"] != number:
            fail(f"the log has entry {entry['core']['seq']} where {number} is next")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
