"""Idempotency of billing, as FAULTS.md §4 says: keys, replays, conflicts, and thirty at once."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from office import expect

SIMULTANEOUS = 30


def key():
    return "suite-" + uuid.uuid4().hex


def refund(wire, idempotency_key, **params):
    return wire("billing").post("/v1/refunds", data=params, headers={"Idempotency-Key": idempotency_key})


def replayed(answer):
    return answer.headers.get("Idempotent-Replayed") == "true"


def at_once(count, send):
    """The answers of `count` calls that leave together."""
    gate = threading.Barrier(count)

    def one(place):
        gate.wait()
        return send(place)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def refunded(billing, charge):
    rows = billing.refunds.list(params={"charge": charge.id, "limit": 100}).data
    total = sum(one.amount for one in rows if one.status not in ("failed", "canceled"))
    assert billing.charges.retrieve(charge.id).amount_refunded == total, "the charge agrees with its refunds"
    return rows, total


def test_a_replay_has_the_same_bytes(wire, billing, charges):
    charge, name = charges.take(), key()
    first = expect(refund(wire, name, charge=charge.id, amount=100), 200)
    again = expect(refund(wire, name, charge=charge.id, amount=100), 200)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers.get("Idempotent-Replayed") == "true"
    assert again.content == first.content
    for answer in (first, again):
        assert answer.headers["Idempotency-Key"] == name, "the key is echoed"
        assert answer.headers["Request-Id"].startswith("req_")
        assert answer.headers["Stripe-Version"]
    assert len(refunded(billing, charge)[0]) == 1


def test_the_order_of_parameters_does_not_matter(wire, charges):
    charge, name = charges.take(), key()
    expect(wire("billing").post("/v1/refunds", data=f"charge={charge.id}&amount=100", headers=form(name)), 200)
    again = wire("billing").post("/v1/refunds", data=f"amount=100&charge={charge.id}", headers=form(name))
    assert replayed(expect(again, 200))


def form(name):
    return {"Idempotency-Key": name, "Content-Type": "application/x-www-form-urlencoded"}


def test_a_replay_through_the_sdk(billing, charges):
    charge, options = charges.take(), {"idempotency_key": key()}
    first = billing.refunds.create(params={"charge": charge.id, "amount": 100}, options=options)
    again = billing.refunds.create(params={"charge": charge.id, "amount": 100}, options=options)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"


def test_without_a_key_of_ones_own_two_calls_are_two_refunds(billing, charges):
    charge = charges.take()
    first = billing.refunds.create(params={"charge": charge.id, "amount": 100})
    second = billing.refunds.create(params={"charge": charge.id, "amount": 100})
    assert first.id != second.id, "the SDK gives each call its own key"


def test_other_parameters_under_the_same_key(billing, charges):
    charge, options = charges.take(), {"idempotency_key": key()}
    billing.refunds.create(params={"charge": charge.id, "amount": 100}, options=options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        billing.refunds.create(params={"charge": charge.id, "amount": 101}, options=options)
    assert refused.value.http_status == 400
    assert refused.value.error.type == "idempotency_error"
    with pytest.raises(stripe.IdempotencyError):
        billing.customers.create(params={"email": "other.path@example.com"}, options=options)
    assert len(refunded(billing, charge)[0]) == 1


def test_a_decided_refusal_is_kept(wire, billing, charges):
    charge, name = charges.take(), key()
    too_high = {"charge": charge.id, "amount": charge.amount + 1}
    first = expect(refund(wire, name, **too_high), 400)
    again = expect(refund(wire, name, **too_high), 400)
    assert not replayed(first) and replayed(again)
    assert again.content == first.content


@pytest.mark.parametrize(
    "wrong, status",
    [({"colour": "red"}, 400), ({"amount": "ten"}, 400), ({"charge": "ch_nowhere"}, 404)],
    ids=["unknown parameter", "bad integer", "resource missing"],
)
def test_what_is_found_before_execution_is_not_kept(wire, charges, wrong, status):
    charge, name = charges.take(), key()
    right = {"charge": charge.id, "amount": 100}
    expect(refund(wire, name, **{**right, **wrong}), status)
    answer = expect(refund(wire, name, **right), 200)
    assert not replayed(answer), "the key was still free"


def test_a_key_has_at_most_255_characters(wire, charges):
    charge = charges.take()
    expect(refund(wire, key().ljust(255, "k"), charge=charge.id, amount=50), 200)
    expect(refund(wire, key().ljust(256, "k"), charge=charge.id, amount=50), 400)


def test_thirty_creates_with_one_key(wire, billing, charges):
    charge, name = charges.take(least=3000), key()
    answers = at_once(SIMULTANEOUS, lambda _: refund(wire, name, charge=charge.id, amount=100))
    one_was_executed(answers)
    rows, total = refunded(billing, charge)
    assert (len(rows), total) == (1, 100)


def test_thirty_creates_with_thirty_keys(wire, billing, charges):
    """Never more than the charge, whatever arrives together."""
    charge = charges.take(least=3000)
    each = charge.amount // 4 + 1
    answers = at_once(SIMULTANEOUS, lambda _: refund(wire, key(), charge=charge.id, amount=each))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 3, f"three of {each} fit into {charge.amount}: {statuses}"
    assert statuses.count(400) == SIMULTANEOUS - 3, f"the others are refused: {statuses}"
    assert refunded(billing, charge)[1] == 3 * each


def one_was_executed(answers):
    good = [answer for answer in answers if answer.status_code == 200]
    first = [answer for answer in good if not replayed(answer)]
    statuses = sorted(answer.status_code for answer in answers)
    assert len(first) == 1, f"{len(first)} answers without Idempotent-Replayed; statuses {statuses}"
    for answer in answers:
        if answer.status_code == 200:
            assert answer.content == first[0].content, "a replay has the bytes of the first answer"
        else:
            in_use(answer)
    return len(good)


def in_use(answer):
    error = expect(answer, 409).json()["error"]
    assert (error["type"], error["code"]) == ("idempotency_error", "idempotency_key_in_use")


def within_the_rate(wire, name, **params):
    """Under clock `real` the vendor's rate limit is felt; a 429 is before execution and may be sent again."""
    for _ in range(20):
        answer = refund(wire, name, **params)
        if answer.status_code != 429:
            break
        time.sleep(0.2)
    return answer


def test_while_the_first_is_parked_the_others_are_told(real_office):
    """Clock `real`: a `before` delay parks the first call, its key is running until it is released."""
    billing = real_office.billing().v1
    charge = next(
        one
        for one in billing.charges.list(params={"limit": 100}).auto_paging_iter()
        if one.amount >= 3000 and one.paid and not one.disputed and one.amount_refunded == 0 and one.payment_intent
    )
    real_office.arm(
        *"--vendor billing --operation create_refund --kind delay --position before --first 1 --delay 4s --ttl 60s".split()
    )
    name = key()
    answers = at_once(SIMULTANEOUS, lambda _: within_the_rate(real_office.wire, name, charge=charge.id, amount=100))
    executed = one_was_executed(answers)
    assert executed < SIMULTANEOUS, "while one call is parked its key answers 409 idempotency_key_in_use"
    later = expect(refund(real_office.wire, name, charge=charge.id, amount=100), 200)
    assert replayed(later), "once released, the key replays"
    rows, total = refunded(billing, charge)
    assert (len(rows), total) == (1, 100)
