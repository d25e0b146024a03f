"""An SDK that retries by itself, under the step clock: its sleeps are real, and they get it past an outage.

Runs last of the suites: it takes their office hours ahead. The outage is over when the test is.
"""

import time

import pytest
import stripe

OUTAGE = "2h"
REAL_SECONDS_MAX = 20


def test_two_calls_with_four_retries_each_are_past_an_outage_of_two_hours(office, exchanges_made):
    office.arm("--vendor", "billing", "--kind", "outage", "--for", OUTAGE, "--lost-for", "1m")
    patient = office.billing(retries=4).v1
    began, opened = time.monotonic(), office.now()
    with pytest.raises(stripe.StripeError):
        patient.charges.list(params={"limit": 1})
    assert patient.charges.list(params={"limit": 1}).data, "the second call is past it"
    assert time.monotonic() - began <= REAL_SECONDS_MAX
    assert (office.now() - opened).total_seconds() >= 2 * 60 * 60
