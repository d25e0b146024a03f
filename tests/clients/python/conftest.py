"""Fixtures of the Python suites: the office, one client per vendor, and the wire on failure.

run.sh sets MUDDLE_OPEN_JSON (a fresh office under clock `step`) and
MUDDLE_OPEN_JSON_REAL (one under clock `real`, for what must be felt in time).
"""

import os

import pytest

import exchanges
from charges import Charges
from office import Office

recorder = exchanges.install()


def opened(variable):
    if variable not in os.environ:
        pytest.exit(f"{variable} is not set: start these suites with tests/clients/run.sh", returncode=4)
    return Office.from_file(os.environ[variable])


@pytest.fixture(scope="session")
def office():
    return opened("MUDDLE_OPEN_JSON")


@pytest.fixture(scope="session")
def real_office():
    return opened("MUDDLE_OPEN_JSON_REAL")


@pytest.fixture(scope="session")
def billing(office):
    return office.billing().v1


@pytest.fixture(scope="session")
def charges(billing):
    return Charges(billing)


@pytest.fixture(scope="session")
def crm(office):
    return office.crm().crm


@pytest.fixture(scope="session")
def inbox(office):
    return office.inbox().users()


@pytest.fixture
def wire(office):
    return office.wire


@pytest.fixture
def exchanges_made():
    """How many requests left since the test began: an SDK's retries are seen here."""
    recorder.clear()
    return recorder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    if call.excinfo:  # the SDKs' own frames say nothing about the server
        own = call.excinfo.traceback.filter(lambda entry: "site-packages" not in str(entry.path))
        call.excinfo.traceback = own or call.excinfo.traceback
    report = yield
    if report.failed and recorder.recent:
        report.sections.append(("last exchanges on the wire", recorder.text()))
    if report.when == "teardown":
        recorder.clear()
    return report
