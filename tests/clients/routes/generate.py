"""Writes fixtures/routes/{billing,crm,inbox}.txt: every route that an official SDK can call.

Run by people after an SDK is raised, and with --check by run.sh. The server
answers `not-offered` for a route in these files that it lacks and the vendor's
own 404 for any other. Line format: `METHOD /path/{parameter}  sdk_method`.
"""

import difflib
import sys
from pathlib import Path

from read_gmail import gmail_routes
from read_hubspot import hubspot_routes
from read_stripe import stripe_routes
from route import render

CLIENTS = Path(__file__).resolve().parent.parent
ROUTES = CLIENTS.parent.parent / "fixtures/routes"
READERS = {"billing": stripe_routes, "crm": hubspot_routes, "inbox": gmail_routes}


def main(check):
    packages = next((CLIENTS / "python/.venv/lib").glob("python3*/site-packages"))
    modules = CLIENTS / "node/node_modules"
    stale = False
    for vendor, read in READERS.items():
        file = ROUTES / f"{vendor}.txt"
        fresh = render(read(packages, modules))
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fresh)
            continue
        kept = file.read_text() if file.exists() else ""
        diff = difflib.unified_diff(kept.splitlines(), fresh.splitlines(), str(file), "installed SDKs", lineterm="")
        for line in diff:
            stale = True
            print(line)
    if stale:
        sys.exit("fixtures/routes differ from the installed SDKs; run tests/clients/routes/generate.py")


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
