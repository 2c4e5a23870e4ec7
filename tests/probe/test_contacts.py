from __future__ import annotations

import pytest

from fmsdiag.model import Contact, Experiment, Options, PlanName, Target
from fmsdiag.probe.contacts import (
    DEFAULT_CONTROL,
    DEFAULT_CONTROL_HTTP,
    DEFAULT_RESOLVER,
    allowed_for,
    contacted,
    with_contacts,
)
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("control", "resolver", "environment", "expected"),
    [
        (None, None, {}, (DEFAULT_CONTROL, DEFAULT_CONTROL_HTTP, DEFAULT_RESOLVER)),
        ("none", "none", {}, (None, None, None)),
        ("None", "NONE", {}, (None, None, None)),
        ("c.example", "192.0.2.53", {}, ("c.example", "c.example", "192.0.2.53")),
        (None, None, {"FMSDIAG_CONTROL": "none", "FMSDIAG_RESOLVER": "none"}, (None, None, None)),
        (None, None, {"FMSDIAG_CONTROL": "e.example"}, ("e.example", "e.example", DEFAULT_RESOLVER)),
        ("c.example", None, {"FMSDIAG_CONTROL": "none"}, ("c.example", "c.example", DEFAULT_RESOLVER)),
        ("none", None, {"FMSDIAG_CONTROL": "e.example"}, (None, None, DEFAULT_RESOLVER)),
        (None, None, {"FMSDIAG_CONTROL": "", "FMSDIAG_RESOLVER": ""},
         (DEFAULT_CONTROL, DEFAULT_CONTROL_HTTP, DEFAULT_RESOLVER)),
    ],
)  # fmt: skip
def test_the_flag_goes_before_the_environment_before_the_default(
    control: str | None,
    resolver: str | None,
    environment: dict[str, str],
    expected: tuple[str | None, str | None, str | None],
) -> None:
    options = with_contacts(Options(plan=PlanName.AMS), control, resolver, environment)
    assert (options.control, options.control_http, options.resolver) == expected
    assert options.plan == "ams"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("h.example", True),
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("localhost", False),
        ("a.localhost", False),
        ("localhost.example", True),
    ],
)
def test_nobody_is_contacted_about_a_private_address(host: str, allowed: bool) -> None:
    options = Options(control="c.example", control_http="c.example", resolver="192.0.2.53")
    kept = allowed_for(Target(host, "live"), options)
    assert (kept == options) is allowed
    if not allowed:
        assert (kept.control, kept.control_http, kept.resolver) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "is_contacted"),
    [
        ("control control-port 1935: tcp ok", True),
        ("control control-port 1935: tcp timed-out", True),
        ("control control-port 1935: tcp no-route", False),  # its name was asked of this network's own DNS
        ("control control-port 1935: tcp not-permitted", False),
        ("control control-port 1935: cancelled", True),  # it may have been sent
    ],
)
def test_what_never_left_this_computer_was_not_contacted(line: str, is_contacted: bool) -> None:
    run = run_view([line], control="ctl.example.net")
    asked = Contact("ctl.example.net", Experiment.CONTROL_PORT)
    assert contacted([asked], run.attempts) == ((asked,) if is_contacted else ())
