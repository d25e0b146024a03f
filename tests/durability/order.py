"""Proves from a system call trace that no answer left before its entry was on the disk.

    order.py TRACE [--least N]

TRACE is what `strace -f -yy -s 20000 -e trace=recvfrom,read,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync` wrote.
Each traced request carries a mark of its own as user agent, which its entry keeps. For each answer on a connection
there must be, in this order, each ended before the next began:

  1. a write to the log's file (the write-ahead log) that holds the request's mark,
  2. an fsync or fdatasync of that file that succeeded,
  3. the answer's write to the socket.

Exit 0 where that holds for every answer, 1 where it does not, 2 where the trace does not show enough.
"""

import argparse
import re
import sys

CALL = re.compile(r"^(\d+) +(\w+)\((\d+)<(TCP(?:v6)?:\[[^\]]*\]|[^>]*)>(.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
RESULT = re.compile(r"\) += (-?\d+)")
MARK = re.compile(r"proof-\d+-mark")
STATUS = re.compile(r'"HTTP/1\.1 (\d+)')
WRITES = {"write", "writev", "sendto", "sendmsg"}
READS = {"read", "recvfrom"}


class Event:
    """One system call: where in the trace it began and ended, and what it gave."""

    def __init__(self, began, name, target, text):
        self.began, self.ended, self.name, self.target, self.text, self.result = began, None, name, target, text, None

    def end(self, line, text):
        self.ended, self.text = line, self.text + text
        found = RESULT.search(self.text if len(self.text) < 200 else self.text[-200:])
        self.result = int(found.group(1)) if found else None


def events(lines):
    """The traced calls in the order in which they began."""
    found, open_calls = [], {}
    for number, line in enumerate(lines):
        call = CALL.match(line)
        if call:
            pid, name, _, target, rest = call.groups()
            event = Event(number, name, target, rest)
            found.append(event)
            if rest.rstrip().endswith("<unfinished ...>"):
                open_calls[pid] = event
            else:
                event.end(number, "")
            continue
        resumed = RESUMED.match(line)
        if resumed and resumed.group(1) in open_calls:
            open_calls.pop(resumed.group(1)).end(number, resumed.group(3))
    return [event for event in found if event.ended is not None]


def is_log(target):
    return target.endswith("muddle.db-wal")


def proof(trace):
    """(answers proven, what is wrong with the others)."""
    written, synced, asked, proven, wrong = {}, [], {}, 0, []
    # A request is known once its read ended, an answer leaves when its write begins.
    moments = []
    for event in trace:
        if event.name in READS and event.target.startswith("TCP"):
            moments.append((event.ended, "asked", event))
        elif event.name in WRITES and event.target.startswith("TCP") and STATUS.search(event.text):
            moments.append((event.began, "answered", event))
        elif event.name == "pwrite64" and is_log(event.target):
            moments.append((event.ended, "written", event))
        elif event.name in ("fsync", "fdatasync") and is_log(event.target) and event.result == 0:
            moments.append((event.ended, "synced", event))
    for _, what, event in sorted(moments, key=lambda moment: (moment[0], moment[1] == "answered")):
        if what == "asked":
            mark = MARK.search(event.text)
            if mark:
                asked[event.target] = mark.group(0)
        elif what == "written":
            for mark in MARK.findall(event.text):
                written.setdefault(mark, event)
        elif what == "synced":
            synced.append(event)
        else:
            mark = asked.pop(event.target, None)
            if mark is None:
                continue
            entry = written.get(mark)
            if entry is None:
                wrong.append(f"{mark}: answered at line {event.began + 1}, its entry is in no write before")
            elif not any(sync.began > entry.ended and sync.ended < event.began for sync in reversed(synced)):
                wrong.append(f"{mark}: written at line {entry.began + 1}, answered at line {event.began + 1}, "
                             "no fsync between")
            else:
                proven += 1
    return proven, wrong


def main():
    options = argparse.ArgumentParser()
    options.add_argument("trace")
    options.add_argument("--least", type=int, default=1)
    options = options.parse_args()
    with open(options.trace, errors="replace") as lines:
        proven, wrong = proof(events(lines))
    for what in wrong[:5]:
        print(f"order: {what}")
    if wrong:
        print(f"order: {len(wrong)} answers left too early, {proven} did not")
        sys.exit(1)
    if proven < options.least:
        print(f"order: only {proven} answers are in the trace, {options.least} are needed to say anything")
        sys.exit(2)
    print(f"order: {proven} answers, each after an fsync of the log that followed its entry's write")


main()
