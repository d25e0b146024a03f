"""The opened office as a candidate sees it: one unmodified official client per vendor.

Built by conftest.py from the file named by MUDDLE_OPEN_JSON (what `muddle open
--json` printed). The suites reach the server only through these clients and
through `Wire`, a plain requests session for what an SDK hides (statuses,
headers, bytes). Nothing here knows an id of the seeded world.
"""

import datetime
import json
import os
import subprocess

import requests
import stripe
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from hubspot import HubSpot

NOBODYS_KEY = {
    "billing": "sk_test_nobodyWasEverGivenThisKey000000",
    "crm": "pat-na1-00000000-0000-0000-0000-000000000000",
    "inbox": "ya29.nobodyWasEverGivenThisToken000000",
}


class Office:
    """One workspace: `open` is the JSON of `muddle open --json`."""

    def __init__(self, opened):
        self.open = opened
        self.workspace = opened["workspace"]
        self.url = opened["url"].rstrip("/")
        self.address = opened["vendors"]["inbox"]["address"]
        self.opened_at = moment(opened["now"])

    @classmethod
    def from_file(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    @classmethod
    def fresh(cls, name):
        """Another office, as nobody has touched it; what `open` said lies beside the first one's, for the search for secrets."""
        path = os.path.join(os.path.dirname(os.environ["MUDDLE_OPEN_JSON"]), f"python-{name}.json")
        command = [os.environ["MUDDLE_BIN"], "open", "refund-desk", "--seed", "1", "--clock", "step", "--json"]
        command += ["--data", os.environ["MUDDLE_DATA"]]
        with open(path, "w", encoding="utf-8") as file:
            subprocess.run(command, check=True, stdout=file)
        return cls.from_file(path)

    def key(self, vendor):
        return self.open["vendors"][vendor]["key"]

    def base(self, vendor):
        return self.open["vendors"][vendor]["url"].rstrip("/")

    def billing(self, key=None, retries=0):
        base = self.base("billing")
        return stripe.StripeClient(
            key or self.key("billing"),
            base_addresses={"api": base, "files": base, "connect": base, "meter_events": base},
            max_network_retries=retries,
        )

    def crm(self, key=None):
        base = self.base("crm")
        return HubSpot(access_token=key or self.key("crm"), host=base, base_url=base)

    def inbox(self, key=None):
        return build(
            "gmail",
            "v1",
            credentials=Credentials(token=key or self.key("inbox")),
            client_options={"api_endpoint": self.base("inbox") + "/"},
            static_discovery=True,
        )

    def wire(self, vendor, key=None):
        return Wire(self.base(vendor), key or self.key(vendor))

    def wait(self, seconds):
        """Lets office time pass, as a candidate may in practice."""
        answer = requests.post(
            self.url + "/muddle/v1/wait",
            json={"for": f"{seconds}s"},
            headers={"Authorization": "Bearer " + self.open["tokens"]["candidate"]},
            timeout=60,
        )
        expect(answer, 200)

    def now(self):
        answer = requests.get(
            self.url + "/muddle/v1/now",
            headers={"Authorization": "Bearer " + self.open["tokens"]["candidate"]},
            timeout=60,
        )
        return moment(expect(answer, 200).json()["now"])

    def arm(self, *arguments):
        """Arms a fault as an interviewer does at a shell."""
        command = [os.environ["MUDDLE_BIN"], "fault", "arm", self.workspace, *arguments]
        subprocess.run([*command, "--data", os.environ["MUDDLE_DATA"]], check=True, capture_output=True, text=True)

    def lift(self):
        """Lifts what was armed."""
        command = [os.environ["MUDDLE_BIN"], "fault", "lift", self.workspace, "--all"]
        subprocess.run([*command, "--data", os.environ["MUDDLE_DATA"]], check=True, capture_output=True, text=True)


class Wire:
    """A vendor's routes without an SDK, with the key an SDK would send."""

    def __init__(self, base, key):
        self.base = base
        self.key = key

    def __call__(self, method, path, *, auth="bearer", headers=None, **how):
        headers = dict(headers or {})
        if auth == "bearer":
            headers["Authorization"] = f"Bearer {self.key}"
        how["auth"] = (self.key, "") if auth == "basic" else silent
        return requests.request(method, self.base + path, headers=headers, timeout=60, allow_redirects=False, **how)

    def get(self, path, **how):
        return self("GET", path, **how)

    def post(self, path, **how):
        return self("POST", path, **how)

    def delete(self, path, **how):
        return self("DELETE", path, **how)


def silent(request):
    """An auth that adds nothing: keeps requests from looking into ~/.netrc."""
    return request


def moment(value):
    """`now` as the server writes it: RFC 3339 text."""
    at = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    assert at.tzinfo, f"`now` must carry its offset, got {value!r}"
    return at


def expect(answer, status):
    """The answer, if its status is the one the vendor documents."""
    asked = answer.request
    assert answer.status_code == status, (
        f"{asked.method} {asked.path_url} answered {answer.status_code}, the vendor answers {status}; "
        f"content-type {answer.headers.get('Content-Type')!r}, body: {answer.text[:600]!r}"
    )
    return answer
