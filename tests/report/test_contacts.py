import msgspec
import pytest

from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.model import Contact, Experiment
from fmsdiag.report.contacts import contact_lines
from tests.report import samples


def test_who_was_contacted_and_why() -> None:
    assert contact_lines(samples.port_blocked()) == (
        "control.example.net: Shows whether the port is blocked for other servers, too.",
    )
    assert contact_lines(samples.healthy()) == ()


@pytest.mark.parametrize("experiment", [e for e, spec in EXPERIMENTS.items() if spec.is_third_party])
def test_hosts_are_made_visible(experiment: Experiment) -> None:
    report = msgspec.structs.replace(samples.healthy(), contacts=(Contact("x\x1b", experiment),))
    assert contact_lines(report)[0].startswith("x\\x1b: ")
