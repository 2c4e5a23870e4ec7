"""What a profile says before anything runs is all that it does."""

from fmsdiag.model import Redaction
from fmsdiag.profile.runs import runs_of
from fmsdiag.profile.words import private_hosts, profile_view
from tests.profile.samples import URL, profile, whole_profile
from tests.report import samples


def test_a_profile_is_shown_whole() -> None:
    view = profile_view(whole_profile(), {})
    assert view.prepared_by == "Prepared by Example Streaming (profile 0123456789abcdef)"
    assert view.message == ("Hello,", "please start this test.")
    said = " ".join(view.tests)
    assert f"Connects to {samples.HOST}" in said
    assert "Connects to 192.0.2.7" in said
    assert "control.example.net" in said
    assert "compared with a run that was made beside" in said
    assert view.fields == ("Ticket number (required)", "Name")
    assert "help@example.com. fmsdiag does not send it." in view.report[-1]


def test_what_two_servers_share_is_said_once() -> None:
    tests = profile_view(profile(targets=(URL, "rtmp://b.example/live")), {}).tests
    assert len(tests) == len(set(tests))


def test_a_server_of_this_network_is_shown_as_one() -> None:
    near = profile(targets=("rtmp://10.1.2.3/live", "rtmp://localhost/live", URL))
    assert private_hosts(runs_of(near, (), {})) == ("10.1.2.3", "localhost")
    assert "10.1.2.3 is in your own network or on this computer." in profile_view(near, {}).tests
    assert not any("your own network" in line for line in profile_view(profile(), {}).tests)


def test_the_levels_of_redaction_are_told() -> None:
    standard, strict = (" ".join(profile_view(profile(redaction=level), {}).report) for level in Redaction)
    assert "this computer's system and network" in standard
    assert "this computer's network settings and programs" in strict
