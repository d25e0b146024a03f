"""One route of a vendor, and how sets of them become a file.

Used by the readers and by generate.py. Invariant: two routes that differ only in
how their path parameters are called are the same route, and the first spelling
read is the one that is kept; a trailing slash is not part of a route. A segment
that dates an API (`2026-03`, `2026-09-beta`) is a parameter called `date`.
"""

import re
from dataclasses import dataclass

PARAMETER = re.compile(r"\{[^}]*\}")
DATED = re.compile(r"/\d{4}-\d{2}(-beta)?(?=/|$)")
SOURCES = "# Routes of the official SDKs that tests/clients installs, and of: "


@dataclass(frozen=True)
class Route:
    method: str
    path: str

    @property
    def shape(self):
        return self.method, PARAMETER.sub("{}", self.path)


def route(method, path):
    path = "/" + path.split("?")[0].split("#")[0].strip("/")
    path = DATED.sub("/{date}", path)
    path = re.sub(r"\{\+?([^}]*)\}", lambda m: "{" + snake(m.group(1)) + "}", path)
    return Route(method.upper(), path)


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def render(routes, what):
    kept = {}
    for one in routes:
        kept.setdefault(one.shape, one)
    ordered = sorted(kept.values(), key=lambda r: (r.path, r.method))
    return f"{SOURCES}{what}.\n" + "".join(f"{r.method} {r.path}\n" for r in ordered)


def parse(text):
    """The routes of a file that `render` wrote."""
    return [Route(*line.split()[:2]) for line in text.splitlines() if line and not line.startswith("#")]


def sources(text):
    """What a file that `render` wrote says of its specification."""
    first = text.splitlines()[0] if text else ""
    return first.removeprefix(SOURCES).removesuffix(".") if first.startswith(SOURCES) else "no specification"
