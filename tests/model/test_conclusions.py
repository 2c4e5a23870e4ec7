from __future__ import annotations

import msgspec

from fmsdiag.model import Actor, Advice, Confidence, EvidenceLine, Finding, Verdict, VerdictStatus


def test_a_finding_survives_the_report() -> None:
    finding = Finding(
        "port-blocked",
        Confidence.LIKELY,
        "A firewall blocks port 1935.",
        "It is silent, and another server's is as well.",
        (Actor.ADMINISTRATOR,),
        Advice(administrator="Allow it."),
        evidence=(EvidenceLine("Port 1935: no answer.", "1.tcp"),),
    )
    text = msgspec.json.encode(finding)
    assert msgspec.json.decode(text, type=Finding) == finding
    assert b'"operator"' not in text  # nobody is given an empty task


def test_a_verdict_without_a_finding_names_none() -> None:
    assert Verdict(VerdictStatus.CONNECTED, "Everything works.").cause == "none"
