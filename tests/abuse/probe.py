"""Asks /healthz all the time from a process of its own and writes how long each answer took.

    probe.py HOST PORT    one line an answer: when it was asked, and its milliseconds (or -1 where none came)
"""

import http.client
import sys
import time

PAUSE_S = 0.005
ANSWER_S_MAX = 10


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    connection = None
    while True:
        begun = time.monotonic()
        try:
            if connection is None:
                connection = http.client.HTTPConnection(host, port, timeout=ANSWER_S_MAX)
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            took = (time.monotonic() - begun) * 1000 if answer.status == 200 else -1
        except OSError:
            connection, took = None, -1
        except http.client.HTTPException:
            connection, took = None, -1
        print(f"{begun:.4f} {took:.3f}", flush=True)
        time.sleep(PAUSE_S)


main()
