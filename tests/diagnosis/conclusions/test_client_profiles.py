"""Golden situations: what each player would have done, and when; what was not tested stays open."""

import msgspec
import pytest

from fmsdiag.diagnosis.conclusions.client_profiles import client_profiles, one_after_the_other
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import ClientProfile, Endpoint, Transport
from fmsdiag.players import PLAYERS
from tests.diagnosis.situations import run_view

OPEN = "tcp ok 0.1; handshake ok 0.1; connect ok 0.1"
NAME = "dns ok 0.1; "
SILENT = "tcp timed-out 5.0"
TUNNEL = "tcp ok 0.1; tunnel ok 0.1; handshake ok 0.1; connect ok 0.1"

HEALTHY = [f"fallback rtmp 1935: {NAME}{OPEN}", f"fallback rtmp 80: {OPEN}", f"fallback rtmpt 80: {TUNNEL}"]
DROPPED = [f"fallback rtmp 1935: {NAME}{SILENT}", f"fallback rtmp 80: {OPEN}", f"fallback rtmpt 80: {TUNNEL}"]
WEB_ONLY = [
    f"fallback rtmp 1935: {NAME}{SILENT}",
    "fallback rtmp 80: tcp ok 0.1; handshake reset 0.1",
    f"fallback rtmpt 80: {TUNNEL}",
    "check rtmps 443: tcp refused 0.1",
    "check rtmfp 1935: udp timed-out 5.0",
]
ONE_PORT = [
    f"fallback rtmp 1935: {NAME}{OPEN}",
    "fallback rtmp 80: tcp refused 0.1",
    "check rtmps 443: tcp refused 0.1",
]
REFUSED = [f"fallback rtmp 1935: {NAME}tcp ok; handshake ok; connect rejected", f"fallback rtmp 80: {OPEN}"]
SLOW_NAME = ["fallback rtmp 1935: dns timed-out 6.0", f"fallback rtmp 80: dns ok 5.8; {OPEN}"]
NO_NAME = ["fallback rtmp 1935: dns name-not-found 0.1"]


def told(profile: ClientProfile) -> str:
    """ "yes tcp/80/rtmp 5.4", "no", "open" and "+ n" for n ways that were not tested."""
    word = {True: "yes", False: "no", None: "open"}[profile.connects]
    by = f" {profile.by}" if profile.by else ""
    after = f" {profile.after_s:.1f}" if profile.after_s is not None else ""
    return word + by + after + (f" +{len(profile.untested)}" if profile.untested else "")


def note_of(profile: ClientProfile) -> str:
    return " ".join(map(ENGLISH.render, profile.notes))


def profile(seen: RunView, name: str) -> ClientProfile:
    return next(p for p in client_profiles(seen) if p.name == name)


@pytest.mark.parametrize(
    ("lines", "name", "expected"),
    [
        (HEALTHY, "Flash Player", "yes tcp/1935/rtmp 0.4"),
        (HEALTHY, "Encoder", "yes tcp/1935/rtmp 0.4"),
        (HEALTHY, "AkamaiConnection", "yes tcp/1935/rtmp 0.4 +1"),  # 443 is launched after 0.2 s
        (HEALTHY, "NetConnectionSmart", "yes tcp/80/rtmp 0.5 +1"),  # 443 at 0, 80 at 0.2, 1935 at 0.4
        (HEALTHY, "NetConnectionSmart (shotgun)", "yes tcp/80/rtmp 0.4 +1"),
        (HEALTHY, "RTMPS only", "open +2"),
        (HEALTHY, "RTMFP first", "yes tcp/1935/rtmp +1"),
        # one port in silence: a player that tries one after the other waits, one that staggers does not
        (DROPPED, "Flash Player", "yes tcp/80/rtmp +1"),
        (DROPPED, "Flash Player (1935, 80)", "yes tcp/80/rtmp 5.4"),
        (DROPPED, "AkamaiConnection", "yes tcp/80/rtmp 0.7 +1"),
        (DROPPED, "NCManager", "yes tcp/80/rtmpt 3.4 +1"),
        (DROPPED, "Encoder", "no"),
        # the name came after all, so how port 1935 fares is unknown
        (SLOW_NAME, "Encoder", "open +1"),
        (SLOW_NAME, "Flash Player (1935, 80)", "yes tcp/80/rtmp +1"),
        # only HTTP passes: 443 is closed, so RTMP 443 and RTMPT 443 are known to fail, too
        (WEB_ONLY, "Flash Player", "yes tcp/80/rtmpt 5.8"),
        (WEB_ONLY, "RTMFP first", "yes tcp/80/rtmpt 10.7"),
        (
            WEB_ONLY,
            "NetConnectionSmart",
            "yes tcp/80/rtmpt 1.8",
        ),  # launched eighth, after three that need a proxy
        (WEB_ONLY, "NetConnectionSmart (shotgun)", "yes tcp/80/rtmpt 1.1"),
        (WEB_ONLY, "AkamaiConnection", "yes tcp/80/rtmpt 1.4"),
        (WEB_ONLY, "NCManager", "yes tcp/80/rtmpt 3.4"),
        (WEB_ONLY, "Flash Player (1935, 80, 443)", "no"),
        (WEB_ONLY, "RTMPS only", "no"),
        (ONE_PORT, "Flash Player", "yes tcp/1935/rtmp 0.4"),
        (ONE_PORT, "NetConnectionSmart", "yes tcp/1935/rtmp 0.7"),
        # a refusal is an answer: the built-in order ends there, libraries wait for one that connects
        (REFUSED, "Flash Player", "no"),
        (REFUSED, "AkamaiConnection", "yes tcp/80/rtmp 0.7 +2"),
        (NO_NAME, "Flash Player", "no"),
        (NO_NAME, "RTMFP first", "no"),
        (NO_NAME, "AkamaiConnection", "no"),
    ],
)
def test_what_a_player_would_have_done(lines: list[str], name: str, expected: str) -> None:
    assert told(profile(run_view(lines), name)) == expected


def test_every_player_has_a_profile_and_nothing_measured_has_none() -> None:
    assert [p.name for p in client_profiles(run_view(HEALTHY))] == [p.title for p in PLAYERS]
    assert client_profiles(run_view(["fallback rtmp 1935: cancelled"])) == ()


@pytest.mark.parametrize(
    ("lines", "name", "note"),
    [
        (HEALTHY, "Flash Player", ""),
        (DROPPED, "Flash Player", "It tries RTMP on port 443 first, which has no result in this test, so the time is unknown."),
        (DROPPED, "Flash Player (1935, 80)",
         "This includes 5.0 s of waiting; how long this player really waits is not documented."),
        (DROPPED, "AkamaiConnection",
         "It also tries RTMP on port 443, which has no result in this test; it may connect sooner."),
        (DROPPED, "Encoder", "It tries only RTMP on port 1935."),
        (HEALTHY, "RTMPS only", "No result in this test: RTMPS on port 443 and RTMPTS on port 443."),
        (REFUSED, "Flash Player", "The server rejects the connection over RTMP on port 1935, and this player stops there."),
        (["fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=rtmp://edge.example.net/live"], "Encoder",
         "The server answers RTMP on port 1935 with a redirect, and this player tries no other way."),
    ],
)  # fmt: skip
def test_notes(lines: list[str], name: str, note: str) -> None:
    assert note_of(profile(run_view(lines), name)) == note


def test_a_refusal_behind_something_untested_leaves_it_open() -> None:
    lines = ["fallback rtmp 1935: tcp refused", "fallback rtmp 80: tcp ok; handshake ok; connect rejected"]
    assert told(profile(run_view(lines), "Flash Player")) == "open +1"


def test_a_player_gives_up_after_its_own_time() -> None:
    slow = "tcp ok 0.1; handshake ok 9.8; connect ok 0.1"
    lines = [
        f"fallback rtmp 1935: {NAME}{slow}",
        *(f"fallback rtmp {port}: tcp refused" for port in (443, 80)),
    ]
    lines.append("check rtmpt 1935: tcp ok; tunnel closed")
    seen = profile(run_view(lines), "AkamaiConnection")
    assert (told(seen), note_of(seen)) == ("no", "It gives up after 10 s.")
    assert told(profile(run_view(lines), "NetConnectionSmart")) == "yes tcp/1935/rtmp 10.4"


def test_a_way_through_a_proxy_counts_where_there_is_one() -> None:
    proxied = "http://proxy.example:3128"
    seen = run_view(
        [
            *(f"fallback rtmp {port}: {NAME if port == 1935 else ''}{SILENT}" for port in (1935, 80, 443)),
            f"fallback rtmp 443: {OPEN}",
        ]
    )
    *direct, last = seen.attempts
    endpoint = msgspec.structs.replace(last.endpoint, proxy=proxied)
    through = msgspec.structs.replace(last, endpoint=endpoint, key=endpoint.key)
    behind = RunView(seen.target, seen.options, seen.environment, (*direct, through))
    smart = profile(behind, "NetConnectionSmart")
    assert told(smart) == "yes tcp/443/rtmp/proxy 0.9 +1"  # launched fourth; the proxy looks the name up
    assert told(profile(behind, "AkamaiConnection")) == "no"
    assert (
        told(profile(run_view([*DROPPED[:1], "fallback rtmp 80: tcp refused"]), "NetConnectionSmart"))
        == "open +2"
    )


def test_an_address_with_a_port_is_one_attempt() -> None:
    seen = run_view([f"fallback rtmp 8080: {NAME}{OPEN}"], "rtmp://fms.example.com:8080/live")
    assert told(profile(seen, "Flash Player")) == told(profile(seen, "Encoder")) == "yes tcp/8080/rtmp 0.4"
    assert told(profile(seen, "NCManager")) == "open +3"


def test_any_order_can_be_asked_for() -> None:
    ways = [Endpoint(Transport.RTMP, "fms.example.com", port) for port in (1935, 80)]
    assert told(one_after_the_other(ways, run_view(DROPPED))) == "yes tcp/80/rtmp 5.4"


def test_players_that_know_no_rtmfp_have_nothing_to_do_with_such_an_address() -> None:
    seen = run_view(
        ["fallback rtmfp 1936: udp timed-out", "check rtmps 443: tcp refused"],
        url="rtmfp://fms.example.com:1936/live",
    )
    names = {p.name for p in client_profiles(seen)}
    assert "Flash Player" in names
    assert not names & {"Encoder", "RTMPS only"}


def test_an_encoder_that_uses_no_proxy_fails_where_only_the_proxy_connects() -> None:
    dead, proxied = (
        f"fallback rtmp 1935: {NAME}{SILENT}",
        f"fallback rtmp 1935 through=http://10.0.0.1:3128: tcp ok; proxy ok; {OPEN}",
    )
    assert note_of(profile(run_view([dead, proxied]), "Encoder")) == (
        "It uses no proxy, and RTMP on port 1935 works only through the proxy."
    )
    assert note_of(profile(run_view([dead]), "Encoder")) == "It tries only RTMP on port 1935."


HALF = "follow-up flows 1935: 4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 timed-out"


@pytest.mark.parametrize(
    ("lines", "name", "sometimes", "note"),
    [
        (
            [f"fallback rtmp 1935: {SILENT}", HALF],
            "Encoder",
            True,
            "Some connections to port 1935 fail, so it may take more than one attempt.",
        ),
        (
            [f"fallback rtmp 1935: {NAME}{OPEN}", HALF],
            "Encoder",
            True,
            "Some connections to port 1935 fail, so it may take more than one attempt.",
        ),
        (
            [f"fallback rtmp 1935: {NAME}{OPEN}", f"fallback rtmp 80: {OPEN}", HALF],
            "Flash Player (1935, 80)",
            False,
            "Some connections to port 1935 fail; then it uses another of its attempts.",
        ),
        (
            [f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 80: {OPEN}", HALF],
            "Flash Player (1935, 80)",
            False,
            "Some connections to port 1935 work, so another time it may connect there.",
        ),
        (
            [
                "fallback rtmp 1935: tcp ok; handshake ok; connect rejected code=NetConnection.Connect.InvalidApp",
                f"follow-up same-application 1935: {OPEN}",
            ],
            "Encoder",
            True,
            "The server rejects RTMP on port 1935 on some connections and accepts it on others.",
        ),
        (
            [f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 80: {OPEN}", HALF],
            "RTMPS only",
            False,
            "No result in this test: RTMPS on port 443 and RTMPTS on port 443.",
        ),
        (
            ["fallback rtmp 1935: tcp ok; handshake ok; connect rejected", HALF],
            "Encoder",
            False,
            "The server rejects the connection over RTMP on port 1935, and this player stops there.",
        ),
    ],
)
def test_what_depends_on_which_connection_it_is(
    lines: list[str], name: str, sometimes: bool, note: str
) -> None:
    made = profile(run_view(lines), name)
    assert made.sometimes is sometimes
    assert not (sometimes and made.connects is not None)
    assert note_of(made).endswith(note)


def test_a_proxy_that_the_network_only_announces_leaves_no_way_of_a_player_open() -> None:
    direct = [f"fallback rtmp {port}: {NAME if port == 1935 else ''}{SILENT}" for port in (1935, 80, 443)]
    direct.append("check rtmfp 1935: udp timed-out 5.0")
    through = f"follow-up through-proxy rtmps:443 through=http://10.0.0.1:3128: tcp ok; proxy ok; tls ok; {OPEN[11:]}"
    for name in ("Flash Player", "NetConnectionSmart", "AkamaiConnection"):
        assert told(profile(run_view([*direct, through]), name)) == "no"


ELSEWHERE = f"check rtmp 1935 @203.0.113.11: {OPEN}"
REJECTED = "tcp ok @203.0.113.10; handshake ok; connect rejected"


@pytest.mark.parametrize(
    ("lines", "name", "sometimes"),
    [
        ([f"fallback rtmp 1935: {REJECTED}", ELSEWHERE], "Flash Player", True),
        ([f"fallback rtmp 1935: {REJECTED}", ELSEWHERE], "NetConnectionSmart", True),
        # it connects before: over another port, or by another address alike
        ([f"fallback rtmp 1935: {REJECTED}", ELSEWHERE, f"fallback rtmp 80: {OPEN}"], "NetConnectionSmart", False),
        ([f"fallback rtmp 1935: {OPEN}", ELSEWHERE], "Flash Player", False),
        # the second address is the one that says no
        ([f"fallback rtmp 1935: {OPEN}", f"check rtmp 1935 @203.0.113.11: {REJECTED.replace('10', '11')}"], "Encoder", True),
    ],
)  # fmt: skip
def test_players_connect_at_times_where_the_addresses_answer_differently(
    lines: list[str], name: str, sometimes: bool
) -> None:
    seen = profile(run_view(lines, addresses=("203.0.113.10", "203.0.113.11")), name)
    assert seen.sometimes is sometimes
    assert ("The server's addresses answer RTMP on port 1935 differently" in note_of(seen)) is sometimes


CUT = "tcp ok 0.1; handshake ok 0.1; connect ok 0.1 info.secureToken=x; after-connect closed"


@pytest.mark.parametrize(
    ("lines", "name", "note"),
    [
        ([f"fallback rtmp 1935: {CUT}", f"fallback rtmp 80: {CUT}"], "Flash Player", "secureToken"),
        ([f"fallback rtmp 1935: {CUT}", f"fallback rtmp 80: {CUT}"], "NetConnectionSmart", "secureToken"),
        ([f"fallback rtmp 1935: {CUT.replace(' info.secureToken=x', '')}"], "Flash Player", "is accepted and then cut off"),
    ],
)  # fmt: skip
def test_a_player_that_was_let_in_and_thrown_out_does_not_go_on(
    lines: list[str], name: str, note: str
) -> None:
    seen = profile(run_view(lines), name)
    assert seen.connects is False
    assert note in note_of(seen)


@pytest.mark.parametrize("name", ["Flash Player", "Encoder", "NetConnectionSmart"])
def test_how_long_a_silent_address_costs_a_player_is_not_known(name: str) -> None:
    """What it cost here is this program's own patience."""
    lines = [
        "fallback rtmp 1935: tcp timed-out 3.3 @2001:db8::10; tcp ok 0.1 @203.0.113.10; handshake ok; connect ok"
    ]
    seen = profile(run_view(lines, addresses=("2001:db8::10", "203.0.113.10")), name)
    assert (seen.connects, seen.by, seen.after_s) == (True, "tcp/1935/rtmp", None)
    assert "is not documented" in note_of(seen)


def test_a_port_that_answers_later_in_the_run_is_no_port_that_never_connects() -> None:
    later = run_view(["fallback rtmp 1935: tcp refused", "follow-up flows 1935: 8 answered"])
    encoder = profile(later, "Encoder")
    assert encoder.sometimes
    assert "answered later" in note_of(encoder)
    never = run_view(["fallback rtmp 1935: tcp refused", "follow-up flows 1935: 8 refused"])
    assert profile(never, "Encoder").connects is False


def test_a_tunnel_that_opened_and_fell_silent_has_answered_as_its_repeats_do() -> None:
    """The repeats of a tunnel look no farther than its first request."""
    run = run_view(
        [
            "fallback rtmpt 80: tcp ok; tunnel ok in=40; handshake timed-out 10.0",
            "follow-up flows rtmpt:80: 8 answered",
        ],
        url="rtmpt://fms.example.com/live",
    )
    assert profile(run, "Encoder").connects is False


def test_an_encoder_is_told_where_uploads_are_cut() -> None:
    cut = "tcp ok; handshake ok; connect ok; upload ok taken=20000 end=reset"
    whole = "tcp ok; tls ok; handshake ok; connect ok; upload ok taken=65000 end=complete"
    seen = run_view([*HEALTHY, f"follow-up upload 1935: {cut}", f"follow-up upload rtmps:443: {whole}"])
    assert note_of(profile(seen, "Encoder")) == (
        "Uploads to port 1935 were cut off or slow in this test, so publishing may fail."
    )
    assert note_of(profile(seen, "Flash Player (1935, 80)")) == ""
    assert note_of(profile(run_view(HEALTHY), "Encoder")) == ""


def test_an_encoder_may_not_look_at_the_certificate() -> None:
    bad = 'tcp ok; tls certificate-self-signed self-signed=yes issuer="CN=fms"; tls ok skipped=yes; handshake ok; connect ok'
    seen = run_view([f"fallback rtmps 443: {bad}"], "rtmps://fms.example.com/live")
    encoder = profile(seen, "Encoder")
    assert (encoder.connects, note_of(encoder)) == (
        None,
        "OBS rejects the certificate of RTMPS on port 443. ffmpeg up to version 8 connects, since it does not check "
        "certificates by default.",
    )
    broken = run_view([f"fallback rtmps 443: {bad[:-2]}rejected"], "rtmps://fms.example.com/live")
    assert profile(broken, "Encoder").connects is False


def test_a_player_that_takes_the_first_address_only_may_meet_the_one_that_is_shut() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: dns ok 203.0.113.10 203.0.113.11; tcp ok @203.0.113.10; handshake ok; connect ok",
            "check rtmp 1935 @203.0.113.11: tcp refused @203.0.113.11",
        ]
    )
    assert "fails when that is 203.0.113.11." in note_of(profile(seen, "Encoder"))


def test_a_player_with_the_right_swf_file_is_not_said_to_fail() -> None:
    seen = run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect timed-out swf=yes"])
    assert profile(seen, "Flash Player (1935, 80)").connects is None
    assert profile(seen, "Encoder").connects is False


@pytest.mark.parametrize(
    ("proxy", "goes"), [("http://10.0.0.1:3128", True), ("socks5://10.0.0.1:1080", False)]
)
def test_a_player_that_speaks_connect_goes_through_no_socks_proxy(proxy: str, goes: bool) -> None:
    lines = [
        *(f"fallback rtmp {port}: {NAME if port == 1935 else ''}{SILENT}" for port in (1935, 443, 80)),
        *(
            f"fallback rtmp {port} through={proxy}: tcp ok; proxy ok status=200; handshake ok; connect ok"
            for port in (80, 443)
        ),
    ]
    assert bool(profile(run_view(lines), "NetConnectionSmart").connects) is goes


def test_what_is_no_rtmfp_is_waited_for_like_silence() -> None:
    """An echo service answers at once; a player drops what it cannot read, and goes on greeting."""
    echo = "check rtmfp 1935: udp unexpected-reply 1.5 like='echo service'"
    made = profile(run_view([f"fallback rtmp 1935: {NAME}{OPEN}", echo]), "RTMFP first")
    assert made.connects
    assert made.after_s is not None
    assert made.after_s > 1.5
    assert "waiting" in note_of(made)


def test_a_proxy_that_is_only_found_is_none_of_the_browsers() -> None:
    """Nothing is set on this computer: the run asked the network for its proxy."""
    direct = f"fallback rtmp 1935: {NAME}{SILENT}"
    rest = [f"fallback {way}: {SILENT}" for way in ("rtmp 80", "rtmpt 80", "rtmp 443")]
    found_one = (
        f"follow-up through-proxy rtmpt:80 through=http://10.0.0.1:3128: tcp ok; tunnel ok; {OPEN[11:]}"
    )
    for name in ("Flash Player (1935, 80)", "NCManager"):
        assert "this computer's proxy" not in note_of(profile(run_view([direct, *rest, found_one]), name))


def test_a_proxy_that_wants_a_sign_in_wants_it_for_every_way() -> None:
    direct = [f"fallback rtmp {port}: {NAME if port == 1935 else ''}{SILENT}" for port in (1935, 80, 443)]
    through = [
        f"fallback {way} through=http://10.0.0.1:3128: tcp ok; proxy proxy-auth-required status=407"
        for way in ("rtmp 1935", "rtmpt 80", "rtmps 443")
    ]
    made = profile(run_view([*direct, *through]), "NetConnectionSmart")
    assert made.connects is False
