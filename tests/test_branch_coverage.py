import pytest

from tests.branch_coverage import Branches, verdict


@pytest.mark.parametrize(
    ("window", "rest", "enough"), [(85, 95, True), (84, 95, False), (85, 94, False), (100, 100, True)]
)
def test_each_part_has_a_bound_of_its_own(window: int, rest: int, enough: bool) -> None:
    files = [
        Branches("fmsdiag/gui/app.py", window, 100),
        Branches("fmsdiag/run.py", rest, 100),
        Branches("fmsdiag/__init__.py", 0, 0),
    ]
    lines, is_enough = verdict(files)
    assert is_enough is enough
    assert f"{window:5.1f} % of the branches of fmsdiag/gui were taken, 85 % are needed" in lines


def test_the_worst_files_come_first_and_whole_ones_not_at_all() -> None:
    files = [
        Branches("fmsdiag/a.py", 9, 10),
        Branches("fmsdiag/b.py", 5, 10),
        Branches("fmsdiag/c.py", 10, 10),
    ]
    assert [line.split()[-1] for line in verdict(files)[0][:-2]] == ["fmsdiag/b.py", "fmsdiag/a.py"]
