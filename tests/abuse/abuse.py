"""One candidate must not stop the others: every lever a hostile candidate has, pulled from four connections at once,
beside a prober that asks /healthz all the time.

    abuse.py BINARY [--short] [--only LEVER,…]

Each lever is bounded in requests and in time. Prints a table and fails where the server ended, where an answer of 500 or
more does not name a limit in `x-muddle-error`, where memory went over its bound or where a connection outlived its limit;
in the long form also where /healthz was late. Runs on loopback against servers of its own; only those are signalled.
"""

import atexit
import collections
import http.client
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "durability")]
import levers  # noqa: E402
from desk import Server, fail  # noqa: E402

CONNECTIONS = 4
LEVER_S_MAX = 60
SHORT_S_MAX = 9
ANSWER_S_MAX = 60
RSS_MIB_MAX = 512
P99_MS_MAX = 50
# What our own answers of 500 and more may say: each names a limit.
LIMITS = {"full", "answer-too-large", "limit", "bodies-in-flight", "not-offered"}
# A body may take 30 s and a second more for each 256 KiB: see SocketLimits.
BODY_S_MAX = 30
IDLE_FILES, IDLE_CONNECTIONS = 64, 120

FIELDS = "lever requests 2xx 4xx limits 5xx broken aborts p50 p99 max RSS".split()


class Office:
    """A workspace with its keys."""

    def __init__(self, server, name=None, seed=None):
        arguments = ["fork", name] if name else ["open", "refund-desk"]
        if seed:
            arguments += ["--seed", str(seed)]
        told = json.loads(server.run(*arguments, "--json")[1])
        self.name = told["workspace"]
        self.keys = {vendor: access["key"] for vendor, access in told["vendors"].items()}
        self.message = None
        listed = call(server, self.authorized(("GET", f"{levers.USER}/messages?maxResults=1", {}, b"")))
        if listed.status == 200:
            self.message = json.loads(listed.body)["messages"][0]["id"]

    def authorized(self, request):
        """The request with the office's own key and message in it."""
        method, path, headers, body = request
        vendor = "billing" if path.startswith("/v1") else "crm" if path.startswith("/crm") else "inbox"
        path = path.replace("{message}", self.message or "0000000000000001")
        return method, path, dict(headers, Authorization=f"Bearer {self.keys[vendor]}"), body


Answer = collections.namedtuple("Answer", "status mark body")


def call(server, request, connection=None):
    """One request; an answer whose status is 0 is none."""
    method, path, headers, body = request
    own = connection is None
    connection = connection or http.client.HTTPConnection(server.host, int(server.port), timeout=ANSWER_S_MAX)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers.get("x-muddle-error"), answer.read())
    except (OSError, http.client.HTTPException):
        connection.close()
        return Answer(0, None, b"")
    finally:
        if own:
            connection.close()


class Prober:
    """The process that asks /healthz."""

    def __init__(self, server):
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "probe.py"), server.host, server.port],
                                        stdout=subprocess.PIPE, text=True)
        self.took, self.lock = [], threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            took = float(line.split()[1])
            with self.lock:
                self.took.append(took)

    def take(self):
        """What was measured since the last look, sorted; answers that never came count as the longest wait."""
        with self.lock:
            took, self.took = self.took, []
        return sorted(ms if ms >= 0 else 10_000.0 for ms in took)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Memory:
    """The server's resident memory, looked at often."""

    def __init__(self, server):
        self.path, self.most, self.over = f"/proc/{server.pid()}/status", 0, False
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while not self.over:
            try:
                with open(self.path) as status:
                    rss = next((line for line in status if line.startswith("VmRSS:")), "VmRSS: 0")
                self.most = max(self.most, int(rss.split()[1]) // 1024)
            except OSError:
                return
            time.sleep(0.01)

    def take(self):
        most, self.most = self.most, 0
        return most


def pull(server, jobs, short):
    """Works the jobs off from four connections; the answers in no order."""
    left, answers, failures = queue.SimpleQueue(), [], []
    for job in jobs:
        left.put(job)
    until = time.monotonic() + (SHORT_S_MAX if short else LEVER_S_MAX)

    def work():
        connection = http.client.HTTPConnection(server.host, int(server.port), timeout=ANSWER_S_MAX)
        while time.monotonic() < until and server.process.poll() is None:
            try:
                job = left.get_nowait()
            except queue.Empty:
                break
            try:
                answers.append(job(connection) if callable(job) else call(server, job, connection))
            except (Exception, SystemExit) as error:  # told by whoever waits for the workers
                failures.append(error)
                break
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures and server.process.poll() is None:
        fail(f"a worker could not go on: {failures[0]!r}")
    return answers


class Run:
    """One run of all levers."""

    def __init__(self, binary, short, only):
        self.binary, self.short, self.only = binary, short, only
        self.rows, self.wrong = [], []
        self.server = None
        self.folder = tempfile.TemporaryDirectory()
        # Whatever ends this process ends the server, too.
        atexit.register(lambda: self.server.kill())
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        self.start()

    def start(self):
        self.server = Server(self.binary, tempfile.mkdtemp(dir=self.folder.name))
        self.offices = [Office(self.server, seed=n + 1) for n in range(2)]
        self.prober, self.memory = Prober(self.server), Memory(self.server)

    def stop(self):
        self.prober.stop()
        self.memory.over = True
        self.server.stop()

    def lever(self, name, jobs):
        """Pulls one lever and notes what came of it; `jobs` makes its requests."""
        if self.only and name not in self.only:
            return
        jobs = jobs()
        self.prober.take(), self.memory.take()
        answers = pull(self.server, jobs, self.short)
        self.note(name, answers)

    def note(self, name, answers):
        aborts = int(self.server.process.poll() is not None)
        count = collections.Counter(answer.status // 100 for answer in answers)
        limits = [answer for answer in answers if answer.status >= 500 and answer.mark in LIMITS]
        unnamed = [answer for answer in answers if answer.status >= 500 and answer.mark not in LIMITS]
        rss, took = self.memory.take(), self.prober.take()
        while not took and not aborts:
            time.sleep(0.1)
            took = self.prober.take()
        took = took or [10_000.0]
        rank = lambda part: took[min(len(took) - 1, int(len(took) * part))]
        self.rows.append([name, len(answers), count[2], count[4], len(limits), len(unnamed), count[0], aborts,
                          f"{rank(0.5):.1f}", f"{rank(0.99):.1f}", f"{took[-1]:.1f}", rss])
        print("  ".join(str(cell) for cell in self.rows[-1]), flush=True)
        if aborts:
            self.wrong.append(f"{name}: the server ended: {' '.join(self.server.said[-2:])[:300]}")
            self.prober.stop()
            self.start()
        for answer in unnamed[:1]:
            self.wrong.append(f"{name}: {len(unnamed)} answers of {answer.status} that name no limit, "
                              f"as {answer.mark}: {answer.body[:200]!r}")
        if rss > RSS_MIB_MAX:
            self.wrong.append(f"{name}: {rss} MiB of memory, more than {RSS_MIB_MAX}")
        if not self.short and rank(0.99) > P99_MS_MAX:
            self.wrong.append(f"{name}: /healthz p99 {rank(0.99):.1f} ms, more than {P99_MS_MAX}")

    def spread(self, requests, rounds):
        """The requests for the offices in turn."""
        return [office.authorized(request)
                for _ in range(rounds) for request in requests for office in self.offices]


def big_mail(run):
    """Mails of 25 MB, read back raw and whole, and forks of the boxes that hold them."""
    mail = levers.big_mail(6 if run.short else 24)
    body = levers.as_json({"raw": levers.raw(mail)})
    send = ("POST", f"{levers.USER}/messages", levers.JSON, body)
    upload = ("POST", f"/upload{levers.USER}/messages?uploadType=media", levers.MAIL, mail)
    del mail

    def and_read_back(office, request):
        def job(connection):
            answer = call(run.server, office.authorized(request), connection)
            if answer.status != 200:
                return answer
            path = f"{levers.USER}/messages/{json.loads(answer.body)['id']}"
            for form in ("raw", "full"):
                answer = call(run.server, office.authorized(("GET", f"{path}?format={form}", {}, b"")), connection)
            return Answer(answer.status, answer.mark, b"")
        return job

    def fork(office):
        return lambda _connection: Answer(200 if Office(run.server, name=office.name).message else 0, None, b"")

    jobs = [and_read_back(office, request) for request in (send, upload, send) for office in run.offices]
    return jobs[:2] + [fork(run.offices[0])] + jobs[2:] + ([] if run.short else [fork(o) for o in run.offices] * 2)


def forks(run):
    """More forks of one workspace, each called once."""
    count = 4 if run.short else 40
    return [lambda _connection: Answer(200 if Office(run.server, name=run.offices[1].name).message else 0, None, b"")
            for _ in range(count)]


def awake(run):
    """Many offices of seeds of their own, all of them called in turn."""
    opened = []

    def begin(seed):
        def job(_connection):
            opened.append(Office(run.server, seed=seed))
            return Answer(200, None, b"")
        return job

    def visit(n):
        def job(connection):
            office = opened[n % len(opened)]
            return call(run.server, office.authorized(("GET", f"{levers.USER}/labels", {}, b"")), connection)
        return job

    count = 6 if run.short else 40
    return [begin(100 + n) for n in range(count)] + [visit(n) for n in range(3 * count)]


def strangers(run):
    """Bodies of 64 MB under keys that nobody issued: little of them is taken, and a small one is answered."""
    taken = []

    def send(_connection):
        head = (b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_nobody\r\n"
                b"Content-Length: 67108864\r\n\r\n")
        sent = 0
        try:
            with socket.create_connection((run.server.host, int(run.server.port)), timeout=ANSWER_S_MAX) as stream:
                stream.sendall(head)
                while sent < 64 << 20:
                    sent += stream.send(b"x" * (64 << 10))
        except OSError:
            pass
        taken.append(sent)
        return Answer(401 if sent < 64 << 20 else 500, None, b"the whole of 64 MB was taken")

    small = ("POST", "/v1/refunds", dict(levers.FORM, Authorization="Bearer sk_test_nobody"), b"x" * (4 << 20))
    return [send] * (4 if run.short else 24) + [small] * 4


class Dribble:
    """Connections that send a body byte by byte, from the start of the run on."""

    def __init__(self, server, office, count):
        _, path, headers, _ = office.authorized(("POST", f"{levers.USER}/messages/send", levers.JSON, b""))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: 20000000\r\n\r\n{{".encode()
        self.begun, self.count, self.open = time.monotonic(), count, []
        for _ in range(count):
            stream = socket.create_connection((server.host, int(server.port)))
            stream.sendall(head)
            self.open.append(stream)
        self.answers = collections.Counter()
        self.thread = threading.Thread(target=self._drip, daemon=True)
        self.thread.start()

    def _drip(self):
        until = self.begun + BODY_S_MAX + 5
        while self.open and time.monotonic() < until:
            time.sleep(0.5)
            for stream in list(self.open):
                try:
                    stream.settimeout(0.001)
                    came = stream.recv(4096)
                except TimeoutError:
                    came = None
                except OSError:
                    came = b""
                if came is None:
                    try:
                        stream.send(b" ")
                        continue
                    except OSError:
                        came = b""
                self.answers[came[9:12].decode() or "closed"] += 1
                self.open.remove(stream)
                stream.close()

    def ended(self):
        self.thread.join()
        gone = self.count - len(self.open)
        print(f"dribbled bodies: {gone} of {self.count} connections were ended, as {dict(self.answers)}")
        for stream in self.open:
            stream.close()
        return [] if gone == self.count else [f"{len(self.open)} of {self.count} dribbled bodies were never ended"]


def idle(run):
    """120 idle connections on a server that may open 64 files."""
    held, took, wrong = [], [], []
    server = Server(run.binary, tempfile.mkdtemp(dir=run.folder.name),
                    under=["bash", "-c", f'ulimit -n {IDLE_FILES}; exec "$0" "$@"'])
    try:
        for _ in range(IDLE_CONNECTIONS):
            held.append(socket.create_connection((server.host, int(server.port)), timeout=10))
        for _ in range(20):
            begun = time.monotonic()
            answer = call(server, ("GET", "/healthz", {}, b""))
            took.append((time.monotonic() - begun) * 1000)
            if answer.status != 200:
                wrong.append(f"/healthz answered {answer.status} beside {IDLE_CONNECTIONS} idle connections")
                break
        warnings = [line for line in server.said if "cannot accept" in line]
        if len(warnings) > 1:
            wrong.append(f"{len(warnings)} warnings of one kind within a minute")
        print(f"idle: {IDLE_CONNECTIONS} connections under {IDLE_FILES} files; /healthz at most {max(took):.1f} ms, "
              f"the first {took[0]:.1f} ms; {len(warnings)} warnings")
    finally:
        for stream in held:
            stream.close()
        server.stop()
    return wrong


def main():
    arguments = sys.argv[1:]
    short = "--short" in arguments
    if short:
        global ANSWER_S_MAX
        ANSWER_S_MAX = SHORT_S_MAX
    only = None
    if "--only" in arguments:
        only = set(arguments[arguments.index("--only") + 1].split(","))
    if not arguments or not os.path.exists(arguments[0]):
        fail("usage: abuse.py BINARY [--short] [--only LEVER,…]")
    run = Run(arguments[0], short, only)
    print("  ".join(FIELDS))
    dribbling = None
    if not only or "dribble" in only:
        dribbling = Dribble(run.server, run.offices[1], 20 if short else 100)
    for name, requests in levers.LEVERS.items():
        run.lever(name, lambda requests=requests: run.spread(requests(short), 1))
    run.lever("strangers", lambda: strangers(run))
    run.lever("awake", lambda: awake(run))
    run.lever("forks", lambda: forks(run))
    run.lever("big mail", lambda: big_mail(run))
    wrong = run.wrong
    if dribbling:
        wrong += dribbling.ended()
    if not only or "idle" in only:
        wrong += idle(run)
    run.stop()
    run.folder.cleanup()
    table(run.rows)
    for line in wrong:
        print(f"WRONG {line}")
    if wrong:
        sys.exit(1)


def table(rows):
    widths = [max(len(str(row[n])) for row in [FIELDS, *rows]) for n in range(len(FIELDS))]
    for row in [FIELDS, *rows]:
        print("  ".join(str(cell).ljust(width) if n == 0 else str(cell).rjust(width)
                        for n, (cell, width) in enumerate(zip(row, widths))))


main()
