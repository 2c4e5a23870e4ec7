from fmsdiag.messages.plans import PLAN_TITLES
from fmsdiag.model import PlanName
from fmsdiag.probe.plan import PRESETS


def test_every_plan_has_a_title_of_its_own() -> None:
    assert list(PLAN_TITLES) == list(PlanName)
    assert len({title.english for title in PLAN_TITLES.values()}) == len(PlanName)
    assert PRESETS.keys() <= PLAN_TITLES.keys()
