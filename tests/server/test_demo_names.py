from fmsdiag.server.demo_names import DEFAULT_DEMO, DEMOS, OWN_DEMOS
from fmsdiag.server.faults import FaultKind


def test_demos_are_our_own_and_every_fault() -> None:
    assert (*OWN_DEMOS, *map(str, FaultKind)) == DEMOS
    assert DEFAULT_DEMO in OWN_DEMOS
    assert len(set(DEMOS)) == len(DEMOS)
