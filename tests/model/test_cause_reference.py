from fmsdiag.model import Advice, Cause, Message
from fmsdiag.model.cause_reference import CauseReference, ExampleCase


def test_a_reference_is_data_that_can_be_compared() -> None:
    said = Message("about.port-blocked.what-it-is")
    one, same = (
        CauseReference(Cause.PORT_BLOCKED, said, said, (), (ExampleCase(said, said),), Advice(), (), (), said)
        for _ in range(2)
    )
    assert one == same
    assert one.cases[0].decisive_test is None
