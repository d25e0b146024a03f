"""One route an official SDK can call, and how sets of them become a file.

Used by the three readers and by generate.py. Invariant: two routes that differ
only in how their path parameters are called are the same route, and the first
spelling read is the one that is kept; a trailing slash is not part of a route.
"""

import re
from dataclasses import dataclass

PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    sdk_method: str

    @property
    def shape(self):
        return self.method, PARAMETER.sub("{}", self.path)


def route(method, path, sdk_method):
    path = "/" + path.strip("/")
    path = re.sub(r"\{\+?([^}]*)\}", lambda m: "{" + snake(m.group(1)) + "}", path)
    return Route(method.upper(), path, sdk_method)


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def render(routes):
    kept = {}
    for one in routes:
        kept.setdefault(one.shape, one)
    ordered = sorted(kept.values(), key=lambda r: (r.path, r.method))
    return "".join(f"{r.method} {r.path}  {r.sdk_method}\n" for r in ordered)
