"""A recorder of what crossed the socket, so that a failing test can show it.

conftest.py installs it once. It listens at http.client, which every Python SDK
here ends in, and changes nothing: requests leave and answers arrive untouched.
Invariant: credentials are never kept.
"""

import http.client
import re
from collections import deque

KEPT = 4
SHOWN = 900
SECRET = re.compile(rb"(?i)(authorization: (?:bearer|basic) )\S+")


class Exchanges:
    def __init__(self):
        self.recent = deque(maxlen=KEPT)
        self.count = 0

    def clear(self):
        self.recent.clear()
        self.count = 0

    def text(self):
        return "\n\n".join(one.text() for one in self.recent)


class Exchange:
    def __init__(self):
        self.asked = b""
        self.status = "(no answer)"
        self.headers = ""
        self.answered = b""

    def text(self):
        asked = SECRET.sub(rb"\1...", self.asked[:SHOWN]).decode("utf-8", "replace")
        answered = self.answered[:SHOWN].decode("utf-8", "replace")
        return f">>> {asked.strip()}\n<<< {self.status}\n{self.headers.strip()}\n\n{answered}"


def install():
    exchanges = Exchanges()
    send, begin, read = http.client.HTTPConnection.send, http.client.HTTPResponse.begin, http.client.HTTPResponse.read
    putrequest = http.client.HTTPConnection.putrequest
    by_socket = {}

    def recording_putrequest(self, *arguments, **options):
        self._exchange = Exchange()
        exchanges.recent.append(self._exchange)
        exchanges.count += 1
        return putrequest(self, *arguments, **options)

    def recording_send(self, data):
        one = getattr(self, "_exchange", None)
        if one and isinstance(data, bytes) and len(one.asked) < SHOWN:
            one.asked += data[:SHOWN]
        sent = send(self, data)
        by_socket[id(self.sock)] = one
        return sent

    def recording_begin(self):
        begin(self)
        if one := exchange_of(self):
            one.status = f"{self.status} {self.reason}"
            one.headers = str(self.headers)

    def recording_read(self, *arguments):
        data = read(self, *arguments)
        one = getattr(self, "_exchange", None)
        if one and len(one.answered) < SHOWN:
            one.answered += data[:SHOWN]
        return data

    def exchange_of(response):
        # HTTPResponse keeps a file over the socket; the raw object under it names the socket.
        socket = getattr(getattr(response.fp, "raw", None), "_sock", None)
        response._exchange = by_socket.pop(id(socket), None)
        return response._exchange

    http.client.HTTPConnection.putrequest = recording_putrequest
    http.client.HTTPConnection.send = recording_send
    http.client.HTTPResponse.begin = recording_begin
    http.client.HTTPResponse.read = recording_read
    return exchanges
