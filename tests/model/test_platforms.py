import re
from pathlib import Path

import pytest

from fmsdiag.model import PLATFORMS, Capability, Support, System, Verified, missing_on, works, works_here
from fmsdiag.model.platforms import this_system

PACKAGE = Path(__file__).resolve().parents[2] / "fmsdiag"
ASKS_THE_SYSTEM = {
    "__main__.py": "whether there is a display, and which package is missing",
    "cli/console.py": "how a closed pipe fails",
    "cli/outputs.py": "what is a file",
    "diagnosis/evidence/run.py": "by the report's system",
    "cli/interrupts.py": "which signals there are",
    "gui/app.py": "likewise",
    "gui/event_loop.py": "likewise",
    "gui/handover/show_in_folder.py": "each system's file manager has a call of its own",
    "log.py": "appending to a shared file is not one step on Windows",
    "model/platforms.py": "the table",
    "probe/computer.py": "where each system keeps its settings",
    "probe/proxy/system.py": "likewise",
    "probe/experiments/flows.py": "what EACCES means",
    "probe/sockets/network.py": "fcntl is missing on Windows; quick acknowledgments are Linux's",
    "probe/sleep_clock.py": "each system has clocks of its own",
    "probe/sockets/windows_tcp_info.py": "there is no such call elsewhere",
    "probe/windows_adapters.py": "likewise",
    "probe/windows_settings.py": "there is no registry elsewhere",
    "report/environment_section.py": "by the report's system",
    "server/connection.py": "layout of struct linger",
    "server/listener.py": "what SO_REUSEADDR means",
    "server/silent_port.py": "Capability.SILENT_PORT",
}
"""Files that look at the platform themselves, and why; whatever else depends on it asks the table."""
LOOKS = re.compile(
    r"sys\.platform|os\.name\b|platform\.system\(|hasattr\((?:socket|signal|os)\b|getattr\((?:signal|os),|of_report\("
)


def test_every_capability_is_told_for_every_system() -> None:
    assert set(PLATFORMS) == set(Capability)
    assert all(set(facts) == set(System) for facts in PLATFORMS.values())


def test_nothing_on_macos_is_said_to_have_been_run() -> None:
    told = {facts[System.MACOS].verified for facts in PLATFORMS.values()}
    assert told == {Verified.NOT_RUN, Verified.NOTHING}


@pytest.mark.parametrize(
    "capability",
    [Capability.ICMP_SENDERS, Capability.FIREWALL_STATE, Capability.SLEEP, Capability.KERNEL_TIMES],
)
def test_what_wine_cannot_show_is_said_not_to_have_been_run(capability: Capability) -> None:
    assert PLATFORMS[capability][System.WINDOWS].verified is Verified.NOT_RUN


def test_only_what_does_not_apply_has_nothing_to_verify() -> None:
    for facts in PLATFORMS.values():
        for fact in facts.values():
            assert (fact.support is Support.NOT_NEEDED) is (fact.verified is Verified.NOTHING)


def test_systems_have_the_names_that_programs_and_reports_use() -> None:
    assert [this_system(name) for name in ("linux", "win32", "darwin", "freebsd14")] == [*System, None]
    reports = ("Linux 6.1", "Windows 11 (10.0.26100)", "Darwin 24.1.0", "FreeBSD 14", "")
    assert [System.of_report(name) for name in reports] == [*System, None, None]


def test_what_works_where() -> None:
    assert works(Capability.ICMP_SENDERS, System.LINUX)
    assert not works(Capability.ICMP_SENDERS, System.WINDOWS)
    assert not works(Capability.PATH_TEST, System.WINDOWS)
    assert not works(Capability.ATTEMPTS, None)
    assert works_here(Capability.ATTEMPTS) is (this_system() is not None)
    assert Capability.ICMP_SENDERS in missing_on(System.MACOS)
    assert missing_on(None) == ()


def test_no_other_file_looks_at_the_platform() -> None:
    looking = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if LOOKS.search(path.read_text(encoding="utf-8"))
    }
    assert looking == set(ASKS_THE_SYSTEM)
