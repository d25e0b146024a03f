"""Runs a server under strace with concurrent callers of many kinds, and leaves the trace.

    traced.py BINARY TRACE --requests N [--data DIR]

Prints how many answers came. Each request carries a mark of its own as user agent (see order.py).
"""

import argparse
import tempfile
import threading

from desk import Server, refundable

CALLERS = 16
TRACED = "recvfrom,read,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync"


def kinds(charge, n, inbox):
    """Requests of every outcome: reads and writes that go well, refusals, garbage, unknown routes."""
    if inbox:
        return [("GET", "/gmail/v1/users/me/profile", None), ("GET", "/gmail/v1/users/me/messages?maxResults=3", None)]
    return [
        ("POST", "/v1/customers", f"name=Person+{n}&email=p{n}@example.com"),
        ("GET", f"/v1/charges/{charge}", None),
        ("POST", "/v1/refunds", f"charge={charge}&amount={1 + n % 7}"),
        ("POST", "/v1/refunds", "charge=ch_none&amount=1"),
        ("POST", "/v1/customers", "name[=broken&&%zz"),
        ("GET", "/v1/nothing/of/the/sort", None),
        ("GET", "/v1/customers?limit=2", None),
    ]


def caller(server, office, charges, numbers, counted):
    billing = server.connect(office["vendors"]["billing"]["key"])
    inbox = server.connect(office["vendors"]["inbox"]["key"])
    for n in numbers:
        connection = inbox if n % 5 == 0 else billing
        choices = kinds(charges[n % len(charges)], n, connection is inbox)
        method, path, body = choices[n % len(choices)]
        connection.ask(method, path, body, {"User-Agent": f"proof-{n}-mark"})
        counted.append(n)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("trace")
    options.add_argument("--requests", type=int, default=2_000)
    options.add_argument("--data")
    options = options.parse_args()
    data = options.data or tempfile.mkdtemp(prefix="muddle-traced-")
    under = ["strace", "-f", "-yy", "-s", "20000", "-e", f"trace={TRACED}", "-e", "signal=none", "-o", options.trace]
    server = Server(options.binary, data, under=under)
    try:
        office = server.open("--seed", "1", "--clock", "step")
        charges = sorted(refundable(server.connect(office["vendors"]["billing"]["key"])))
        counted = []
        threads = [threading.Thread(target=caller, args=(server, office, charges, range(i, options.requests, CALLERS), counted))
                   for i in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.stop()
    print(f"traced: {len(counted)} answers")


main()
