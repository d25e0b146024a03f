"""Writes fixtures/routes/{billing,crm,inbox}.txt: every route that a vendor really has.

A route is listed if an official SDK can call it or the vendor's published
specification names it. The SDKs are read where run.sh installs them; published
specifications are local copies, named on the command line:

    generate.py [--check] [--spec VENDOR FOLDER "WHAT AND WHICH VERSION"]...

Without --spec a vendor's listed routes are kept and the SDKs' are added; with it
the list is written anew from both. --check writes nothing and fails if an SDK can
call a route that is not listed. The server answers `not-offered` for a listed
route that it lacks, and the vendor's own 404 for any other.
"""

import argparse
import sys
from pathlib import Path

from read_gmail import gmail_routes
from read_hubspot import hubspot_routes
from read_specifications import specified_routes
from read_stripe import stripe_routes
from route import parse, render, sources

CLIENTS = Path(__file__).resolve().parent.parent
ROUTES = CLIENTS.parent.parent / "fixtures/routes"
READERS = {"billing": stripe_routes, "crm": hubspot_routes, "inbox": gmail_routes}


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--spec", nargs=3, action="append", default=[])
    given = arguments.parse_args()
    packages = next((CLIENTS / "python/.venv/lib").glob("python3*/site-packages"))
    modules = CLIENTS / "node/node_modules"
    specifications = {vendor: (Path(folder), what) for vendor, folder, what in given.spec}
    missing = False
    for vendor, read in READERS.items():
        file = ROUTES / f"{vendor}.txt"
        kept = file.read_text() if file.exists() else ""
        routes = list(read(packages, modules))
        if given.check:
            listed = {one.shape for one in parse(kept)}
            lacking = [one for one in routes if one.shape not in listed]
            for one in lacking:
                print(f"{file}: lacks {one.method} {one.path}")
            missing |= bool(lacking)
            continue
        if vendor in specifications:
            folder, what = specifications[vendor]
            routes += specified_routes(folder)
        else:
            what = sources(kept)
            routes += parse(kept)
        file.write_text(render(routes, what))
    if missing:
        sys.exit("fixtures/routes lack what the installed SDKs can call; run tests/clients/routes/generate.py")


if __name__ == "__main__":
    main()
