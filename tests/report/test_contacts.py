import msgspec
import pytest

from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.model import Attempt, Contact, Endpoint, Experiment, Purpose, Status, Transport
from fmsdiag.report.contacts import contact_lines
from tests.report import samples


def test_who_was_contacted_and_why() -> None:
    assert contact_lines(samples.port_blocked()) == (
        "control.example.net: Shows whether the port is blocked for other servers, too.",
    )
    assert contact_lines(samples.healthy()) == ()


def test_a_host_is_named_once_with_every_reason() -> None:
    both = (Contact("r.example", Experiment.CONTROL_PORT), Contact("r.example", Experiment.CONTROL_HOPS))
    report = msgspec.structs.replace(samples.healthy(), contacts=both)
    assert contact_lines(report) == (
        "r.example: Shows whether the port is blocked for other servers, too. "
        "Shows whether other servers can be reached where the path to this one ends.",
    )


@pytest.mark.parametrize("experiment", [e for e, spec in EXPERIMENTS.items() if spec.is_third_party])
def test_hosts_are_made_visible(experiment: Experiment) -> None:
    report = msgspec.structs.replace(samples.healthy(), contacts=(Contact("x\x1b", experiment),))
    assert contact_lines(report)[0].startswith("x\\x1b: ")


def test_a_port_that_nobody_uses_is_no_port_that_may_be_blocked() -> None:
    made = Attempt(
        9,
        Endpoint(Transport.RTMP, "r.example", 47),
        Purpose.CONTROL,
        Status.FAILED,
        experiment=Experiment.CONTROL_PORT,
    )
    contact = Contact("r.example", Experiment.CONTROL_PORT)
    report = msgspec.structs.replace(samples.healthy(), contacts=(contact,), attempts=(made,))
    assert contact_lines(report) == (
        "r.example: Shows whether something on the path accepts connections that no server would.",
    )
