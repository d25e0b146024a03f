"""The seeded charges, read once through the API and handed out one test at a time.

Used by the billing suites. Invariant: a charge handed out by `take` is handed to
nobody else, so suites that refund never disturb each other.
"""


class Charges:
    def __init__(self, billing):
        self.all = list(billing.charges.list(params={"limit": 100}).auto_paging_iter())
        self._free = [charge for charge in self.all if refundable(charge)]

    def take(self, least=500):
        for place, charge in enumerate(self._free):
            if charge.amount >= least:
                return self._free.pop(place)
        raise AssertionError(f"the seeded desk has no untouched charge of {least} or more left (of {len(self.all)})")

    def take_invoice(self, billing, least=500):
        """A paid invoice whose charge was handed out to nobody else, and is from now on."""
        for payment in billing.invoice_payments.list(params={"limit": 100}).auto_paging_iter():
            for place, charge in enumerate(self._free):
                if charge.payment_intent == payment.payment.payment_intent and charge.amount >= least:
                    self._free.pop(place)
                    return billing.invoices.retrieve(payment.invoice)
        raise AssertionError(f"the seeded desk has no untouched invoice of {least} or more left")

    def first(self, matches, what):
        for charge in self.all:
            if matches(charge):
                return charge
        raise AssertionError(f"no {what} among the {len(self.all)} seeded charges")


def refundable(charge):
    return (
        charge.status == "succeeded"
        and charge.paid
        and charge.captured
        and charge.amount_refunded == 0
        and not charge.refunded
        and not charge.disputed
        and bool(charge.payment_intent)
        and bool(charge.customer)
    )
