"""What a profile says before anything runs is all that it does."""

from fmsdiag.model import Redaction
from fmsdiag.profile.runs import runs_of
from fmsdiag.profile.words import private_hosts, profile_view
from tests.profile.samples import URL, profile, whole_profile
from tests.report import samples


def test_a_profile_is_shown_whole() -> None:
    view = profile_view(whole_profile(), {})
    assert view.prepared_by == "Prepared by Example Streaming"
    assert view.message == ("Hello,", "please start this test.")
    said = " ".join(view.tests)
    assert f"Connects to {samples.HOST}" in said
    assert "Connects to 192.0.2.7" in said
    assert "control.example.net" in said
    assert "also compared with a reference run that was made beside" in said
    assert view.fields == ("Ticket number (required)", "Name")
    assert "this profile's ID (0123456789abcdef)" in " ".join(view.report)
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
    assert "Standard: Leaves out stream keys" in standard
    assert "Strict: Leaves out the same, and this computer's network settings" in strict


def test_in_short_it_says_whom_the_test_contacts_how_long_it_takes_and_what_it_changes() -> None:
    alone = profile_view(profile(control="none"), {"FMSDIAG_RESOLVER": "none"}).brief
    assert alone == (
        f"The test connects to {samples.HOST} the way a player does, and closes the connections again.",
        "It usually takes less than half a minute.",
        "It changes no settings on this computer, and publishes and plays nothing. You see the result here first.",
    )
    compared = profile_view(whole_profile(), {}, server=0).brief
    assert "it may also contact control.example.net, to compare" in compared[0]
    near = profile_view(profile(targets=("rtmp://10.1.2.3/live",)), {}).brief
    assert near[1] == "10.1.2.3 is in your own network or on this computer."


def test_of_one_server_it_tells_only_that_one() -> None:
    said = " ".join(profile_view(whole_profile(), {}, server=1).tests)
    assert "192.0.2.7" in said
    assert samples.HOST not in said


def test_a_reference_run_takes_the_place_of_third_parties_where_there_are_none() -> None:
    made = whole_profile()
    without = profile(targets=made.targets, references=made.references)
    assert "instead of with third parties" in " ".join(profile_view(without, {}).tests)
