from fmsdiag.messages.platforms import LIMITS, NAMES, SUPPORT, SYSTEMS, VERIFIED
from fmsdiag.model import PLATFORMS, Capability, Support, System, Verified


def test_every_word_of_the_table_has_a_text() -> None:
    assert set(NAMES) == set(Capability)
    assert (set(SYSTEMS), set(SUPPORT), set(VERIFIED)) == (set(System), set(Support), set(Verified))
    for said in (*NAMES.values(), *LIMITS.values()):
        assert not said.english.endswith(".")


def test_what_does_not_wholly_work_somewhere_says_why() -> None:
    limited = {
        capability
        for capability, facts in PLATFORMS.items()
        if any(fact.support in (Support.NEVER, Support.PARTLY) for fact in facts.values())
    }
    assert set(LIMITS) == limited
