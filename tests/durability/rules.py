"""A build with one changed rule finds the first refund whose amount that rule changes.

    rules.py BINARY CHANGED

BINARY writes a log with refunds, the first few of round amounts; CHANGED (built to round refunds to whole hundreds) must
verify the chain, and name the first entry whose amount it would have rounded, with exit code 2.
"""

import sys
import tempfile

from desk import Server, fail, refundable

AMOUNTS = [100, 300, 200, 137, 100, 251]


def main():
    binary, changed = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="muddle-rules-") as data:
        server = Server(binary, data)
        office = server.open("--seed", "1", "--clock", "step")
        caller = server.connect(office["vendors"]["billing"]["key"])
        rich = [charge for charge, left in sorted(refundable(caller).items()) if left > 400]
        for charge, amount in zip(rich, AMOUNTS, strict=False):
            caller.json("POST", "/v1/refunds", f"charge={charge}&amount={amount}")
        entries = server.entries(office["workspace"])
        server.run("verify", office["workspace"])
        server.stop()
        wanted = next(entry["core"]["seq"] for entry in entries for effect in entry["core"].get("effects", [])
                      if effect["collection"] == "refunds" and effect.get("created", {}).get("amount", 0) % 100)
        server = Server(changed, data)
        code, said, error = server.run("verify", office["workspace"], check=False)
        server.stop()
    if code != 2 or str(wanted) not in (said + error).split():
        # The number may stand beside punctuation.
        words = "".join(letter if letter.isdigit() else " " for letter in said + error).split()
        if code != 2 or str(wanted) not in words:
            fail(f"the changed rule decides entry {wanted} otherwise; verify ended with {code}: {said}{error}")
    print(f"rules: entry {wanted} is the first refund that rounding changes, and verify names it (exit 2)")


main()
