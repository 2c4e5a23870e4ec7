import dataclasses

from fmsdiag.protocol.rtmfp.facts import ClientFacts


def test_facts_begin_empty() -> None:
    facts = ClientFacts()
    assert not any(getattr(facts, field.name) for field in dataclasses.fields(facts))
