"""A compact notation for what a run saw: one line an attempt, read into the RunView that rules judge.

A line is `PURPOSE WHAT [TRANSPORT:]PORT [@ADDRESS]: STEP OUTCOME [word ...]; STEP OUTCOME …`. WHAT is a transport for
`fallback` and `check`, an experiment for `control` and `follow-up`. Words that may follow an outcome:

    5.0                      seconds that the step took         icmp=3.13/192.168.1.1   type.code/sender[/server or /router]
    @203.0.113.11            the peer's address                 like="SSH server"       what the first bytes look like
    bytes=1400               how many came before it failed     key=value               a fact of the step, see _FACTS

`dns ok` may be left out; addresses go after it. `resolver OUTCOME` is DNS proper, `dns` the system's lookup. In
`handshake`, `tunnel` and `http`, `http=400` makes an HTTP reply and every unknown key is one of its headers. What comes
from `tls ok skipped=yes` on was learnt in spite of a refused certificate. Instead of steps an attempt may have a fate:
`cancelled`, `not-started`, `not-applicable`. A `hops` follow-up lists its rungs:
`1 time-exceeded 192.168.1.1, 2 silent, 3 open`; `burst` and `hold` list their connects: `3 open, 7 timed-out; later open`.

A line begins 0.2 s after the one before it; `at=11` after the port names another second of the run.
`through=PROXY-URL` after the port makes it an attempt through that proxy: its `dns` and `tcp` are the proxy's, and `proxy`
has the words `status=403 method=CONNECT`. `http ok proxies=URL,URL` is a script that the network announces,
and `direct=yes` one that sends some connections without a proxy.

There is no second resolver unless a situation names one: whoever wonders about names asks it in many situations of others.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Certificate,
    ConnectFacts,
    DnsFacts,
    Endpoint,
    Environment,
    ExchangeFacts,
    Experiment,
    Facts,
    Failure,
    FailureKind,
    FirstBytes,
    FlowFacts,
    FlowTry,
    HandshakeFacts,
    Hop,
    HopFacts,
    HopOutcome,
    HttpFacts,
    Icmp,
    IdleFacts,
    Interface,
    KeyingFacts,
    Medium,
    NextHop,
    Observation,
    Options,
    PathOutcome,
    PathProbe,
    ProxyFacts,
    Purpose,
    Question,
    QuotedDatagram,
    ResetDistanceFacts,
    SeriesFacts,
    Status,
    StepName,
    StreamFacts,
    TcpFacts,
    TlsFacts,
    Transport,
    Try,
    TunnelFacts,
    UdpFacts,
    UploadFacts,
    Violation,
)
from fmsdiag.probe.contacts import allowed_for
from fmsdiag.target import parse_target

RULE_TABLES = Path(__file__).parent / "rules"
SERVER = "203.0.113.10"
THIRD_PARTY = "198.51.100.7"
KEYS = {
    "name", "url", "control", "resolver", "interfaces", "by", "ipv6", "gateways", "gateway_answers", "on_link", "hosts_file",
    "system", "addresses", "started_at", "deep", "attempts", "first", "confidence", "absent", "also", "asks", "status", "notes",
}  # fmt: skip
_THIRD_PARTIES = (
    Experiment.CONTROL_PORT, Experiment.CONTROL_HTTP, Experiment.CONTROL_TLS, Experiment.CONTROL_NAME,
    Experiment.SECOND_RESOLVER, Experiment.CONTROL_HOPS,
)  # fmt: skip
_FATES = {
    "cancelled": Status.CANCELLED,
    "not-started": Status.NOT_STARTED,
    "not-applicable": Status.NOT_APPLICABLE,
}
_STEP_S = {"dns": 0.012, "resolver": 0.011, "tcp": 0.025, "tls": 0.06, "tunnel": 0.05, "handshake": 0.05}
_HTTP_STEPS = ("handshake", "tunnel", "http")


@dataclass(frozen=True)
class Situation:
    """What was seen and what must be concluded from it."""

    name: str
    run: RunView
    first: str  # a cause, or "none"
    confidence: str | None
    also: tuple[str, ...]  # further causes that must be among the findings
    absent: tuple[str, ...]  # causes that must not
    asks: tuple[str, ...]  # all questions that must be open: "control-port 1935"; with "*", others may be
    status: str
    notes: int | None


def load(path: Path) -> list[Situation]:
    """The situations of a table."""
    return [read(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["situation"]]


def load_all() -> list[tuple[str, Situation]]:
    """(stem of the table, situation) of every table, in the order of their names."""
    return [
        (path.stem, situation) for path in sorted(RULE_TABLES.rglob("*.toml")) for situation in load(path)
    ]


def read(entry: dict[str, object]) -> Situation:
    """One TOML table as a Situation. Raises ValueError for what is not in the notation."""
    if unknown := set(entry) - KEYS:
        raise ValueError(f"{entry.get('name')}: unknown keys {sorted(unknown)}")
    text = {key: str(value) for key, value in entry.items() if isinstance(value, str)}
    return Situation(
        name=text["name"],
        run=run_view(
            _strings(entry, "attempts"),
            url=text.get("url", "rtmp://fms.example.com/live"),
            control=text.get("control", "ctl.example.net"),
            resolver=text.get("resolver", "none"),
            addresses=_strings(entry, "addresses"),
            started_at=text.get("started_at", "2026-05-12T12:02:33Z"),
            deep=entry.get("deep") is True,
            environment=Environment(
                system=text.get("system", "Linux 6.1"),
                interfaces=_interfaces(_strings(entry, "interfaces", ("lo 127.0.0.1", "eth0 192.168.1.20"))),
                default_gateways=_strings(entry, "gateways", ("192.168.1.1",)),
                hosts_file_addresses=_strings(entry, "hosts_file"),
                gateway_answers=entry.get("gateway_answers"),  # type: ignore[arg-type]
                server_interface=text.get("by"),
                server_on_link=entry.get("on_link"),  # type: ignore[arg-type]
                ipv6=entry.get("ipv6"),  # type: ignore[arg-type]
            ),
        ),
        first=text["first"],
        confidence=text.get("confidence"),
        also=_strings(entry, "also"),
        absent=_strings(entry, "absent"),
        asks=_strings(entry, "asks"),
        status=text["status"],
        notes=entry["notes"] if isinstance(entry.get("notes"), int) else None,  # type: ignore[arg-type]
    )


def run_view(
    lines: Iterable[str],
    url: str = "rtmp://fms.example.com/live",
    control: str = "none",
    resolver: str = "none",
    addresses: Sequence[str] = (),
    started_at: str = "2026-05-12T12:02:33Z",
    environment: Environment | None = None,
    deep: bool = False,
) -> RunView:
    """The RunView of a run that saw `lines`."""
    target = parse_target(url)
    third = None if control == "none" else control
    second = None if resolver == "none" else resolver
    options = Options(control=third, control_http=third, resolver=second, deep=deep)
    own = tuple(addresses) or ((target.host,) if target.is_literal else (SERVER,))
    attempts: list[Attempt] = []
    for number, line in enumerate(lines, 1):
        attempts.append(_Line(number, line, target.host, own, target.application, options).attempt())
    return RunView(
        target,
        allowed_for(target, options),
        environment or Environment(),
        tuple(attempts),
        started_at,
        "ab12cd34ef56",
    )


def asked_by(attempts: Iterable[Attempt]) -> frozenset[Question]:
    """The questions that these attempts answered."""
    return frozenset(Question(a.experiment, a.endpoint) for a in attempts if a.experiment is not None)


def _strings(entry: dict[str, object], key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    value = entry.get(key, default)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError(f"{entry.get('name')}: {key} must be a list")
    return tuple(str(item) for item in value)


def _interfaces(lines: Iterable[str]) -> tuple[Interface, ...]:
    """ "eth0 192.168.1.20 2001:db8::20", with "down" for a card without a link, "tunnel" for a VPN's, and "cable" or "wifi" for
    what it sends over among the words."""
    found = []
    for line in lines:
        name, *words = line.split()
        addresses = tuple(w for w in words if w not in ("down", "tunnel", *Medium))
        medium = next((Medium(w) for w in words if w in list(Medium)), None)
        found.append(Interface(name, addresses, "down" not in words, "tunnel" in words, medium))
    return tuple(found)


def _split(text: str, mark: str) -> list[str]:
    """`text` parted at `mark` outside of quotes."""
    return re.split(rf'{mark}(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def _flow_tries(text: str) -> list[FlowTry]:
    outcomes = [o for part in text.split(",") for n, o in [part.split()] for _ in range(int(n))]
    tries = []
    for number, outcome in enumerate(outcomes):
        opened = outcome in ("answered", "silent", "reset", "closed")
        kind = "timed-out" if outcome == "silent" else outcome
        tries.append(FlowTry(50000 + number, kind, 0.1 * number, 0.02, opened))
    return tries


class _Line:
    """One attempt while it is read."""

    def __init__(
        self, number: int, line: str, host: str, own: tuple[str, ...], application: str, options: Options
    ) -> None:
        head, _, tail = (part.strip() for part in line.partition(": "))
        purpose, what, where, *rest = head.split()
        self.line, self.number, self.tail = line, number, tail
        self.purpose, self.own, self.application = Purpose(purpose), own, application
        self.experiment = Experiment(what) if self.purpose in (Purpose.CONTROL, Purpose.FOLLOW_UP) else None
        transport, _, port = where.rpartition(":")
        if self.experiment is None:
            spoken = Transport(what)
        elif self.experiment in (
            Experiment.CONTROL_HTTP,
            Experiment.HTTP_ON_PORT,
            Experiment.CONTROL_NAME,
            Experiment.SECOND_RESOLVER,
        ):
            spoken = Transport.HTTP
        elif self.experiment is Experiment.CONTROL_TLS:
            spoken = Transport.HTTPS
        else:
            spoken = Transport(transport or "rtmp")
        self.third_party = self.experiment in _THIRD_PARTIES
        if self.experiment is Experiment.SECOND_RESOLVER:
            host = options.resolver or "9.9.9.9"
        elif self.experiment is Experiment.REDIRECT:
            host = "edge.example.net"
        elif self.third_party:
            host = options.control or "ctl.example.net"
        proxy = next((word.removeprefix("through=") for word in rest if word.startswith("through=")), None)
        address = next((word[1:] for word in rest if word.startswith("@")), None)
        host = next((word.removeprefix("host=") for word in rest if word.startswith("host=")), host)
        self.endpoint = Endpoint(spoken, host, int(port), address=address, proxy=proxy)
        begins = next((word.removeprefix("at=") for word in rest if word.startswith("at=")), None)
        self.clock_s = 0.2 * (number - 1) if begins is None else float(begins)
        self.seen: list[Observation] = []

    def attempt(self) -> Attempt:
        begun = self.clock_s
        status = _FATES.get(self.tail.split()[0]) if self.tail else None
        if status is None:
            if self.experiment in (Experiment.HOPS, Experiment.UDP_HOPS, Experiment.CONTROL_HOPS):
                self._hops()
            elif self.experiment in (Experiment.BURST, Experiment.HOLD):
                self._series()
            elif self.experiment is Experiment.FLOWS:
                self._flows()
            elif self.experiment in (
                Experiment.APP_PATH,
                Experiment.CONNECT_PATH,
                Experiment.OTHER_BYTES_PATH,
            ):
                self._bytes_path()
            else:
                for part in _split(self.tail, ";"):
                    self._step(part.strip())
            status = self._status()
        return Attempt(
            id=self.number,
            endpoint=self.endpoint,
            purpose=self.purpose,
            status=status,
            key=self.endpoint.key,
            experiment=self.experiment,
            asked_by="port-blocked" if self.experiment else None,
            reason=self.tail if not self.seen else "",
            started_s=begun if self.seen else None,
            ended_s=self.clock_s if self.seen else None,
            observations=tuple(self.seen),
        )

    def _status(self) -> Status:
        skipped = (
            n
            for n, o in enumerate(self.seen)
            if isinstance(o.facts, TlsFacts) and o.facts.verification_skipped
        )
        last = self.seen[next(skipped, len(self.seen)) - 1]
        if last.ok:
            to_nobody = last.step is StepName.DNS and self.experiment is None
            return Status.FAILED if to_nobody else Status.CONNECTED
        assert last.failure is not None
        no = [FailureKind.REJECTED, FailureKind.CLOSED]
        if last.step is StepName.AFTER_CONNECT:
            no.append(FailureKind.RESET)
        asked = (StepName.CONNECT, StepName.AFTER_CONNECT, StepName.PUBLISH, StepName.PLAY)
        said_no = last.step in asked and last.failure.kind in no
        return Status.REJECTED if said_no else Status.FAILED

    def _hops(self) -> None:
        self._implied_dns()
        hops = []
        for rung in self.tail.split(","):
            rung, _, quoted = rung.partition(
                " quotes "
            )  # `quotes 68`: bytes of a datagram, and the changed one
            ttl, outcome, *who = rung.split()
            data = QuotedDatagram(*map(int, quoted.split())) if quoted else None
            hops.append(Hop(int(ttl), outcome, who[0] if who else None, 0.01, quoted_data=data))
        self._record(StepName.HOP, 0.9, HopFacts(self.endpoint.port, tuple(hops)), None, self.own[0])

    def _flows(self) -> None:
        """`4 answered, 4 timed-out; again 2 timed-out; alive 2 answered`, from local ports in a row; `silent` opens first."""
        self._implied_dns()
        tries, _, rest = self.tail.partition("; again ")
        again, _, alive = rest.partition("; alive ")
        first = _flow_tries(tries)
        seconds = [
            msgspec.structs.replace(one, local_port=before.local_port)
            for part, worked in ((again, False), (alive, True))
            for one, before in zip(
                _flow_tries(part) if part else [], [o for o in first if o.works is worked], strict=False
            )
        ]
        facts = FlowFacts(FirstBytes.RTMP, tuple(first), tuple(seconds))
        self._record(StepName.FLOWS, 2.0, facts, None, self.endpoint.address or self.own[0])

    def _bytes_path(self) -> None:
        """`via=10.0.0.1,192.0.2.1 reached=1 end=reset sender=nearer unacked=0`; the server is behind the routers of `via`."""
        self._implied_dns()
        keyed = dict(word.partition("=")[::2] for word in self.tail.split())
        routers = keyed["via"].split(",")
        hops = [
            Hop(n + 1, HopOutcome.TIME_EXCEEDED, each, 0.01) for n, each in enumerate(routers) if each != "-"
        ]
        distance, end = len(routers) + 1, keyed.get("end", "silent")
        hops.append(Hop(distance, HopOutcome.OPEN, self.own[0], 0.02))
        self._record(StepName.HOP, 0.9, HopFacts(self.endpoint.port, tuple(hops)), None, self.own[0])
        content = {Experiment.CONNECT_PATH: FirstBytes.CONNECT, Experiment.OTHER_BYTES_PATH: FirstBytes.OTHER}
        said = FirstBytes.TLS if self.endpoint.transport.uses_tls else FirstBytes.RTMP
        content_of = content.get(self.experiment, said) if self.experiment is not None else said
        if keyed.get("reached") == "all":
            facts = BytesPathFacts(content_of, distance, (PathProbe(distance, end),), distance)
            self._record(StepName.BYTES_PATH, 0.9, facts, None, self.own[0])
            return
        reached = int(keyed["reached"])
        unacked = int(keyed["unacked"]) if "unacked" in keyed else None
        named = {hop.ttl: hop.responder for hop in hops}
        stopped = min(ttl for ttl in named if ttl > reached)
        probes: tuple[PathProbe, ...] = (
            PathProbe(reached, PathOutcome.EXPIRED),
            PathProbe(stopped, end, None, unacked),
        )
        if stopped < distance:
            probes = (*probes, PathProbe(distance, end, None, unacked))
        facts = BytesPathFacts(
            content_of, distance, probes, reached, stopped, named.get(reached), named[stopped],
            supported=keyed.get("supported") != "no",
        )  # fmt: skip
        self._record(StepName.BYTES_PATH, 0.9, facts, None, self.own[0])
        sender = keyed.get("sender")
        if sender is not None:
            by = ResetDistanceFacts(60, end, nearer=sender == "nearer", farther=sender == "farther")
            self._record(StepName.RESET_DISTANCE, 0.5, by, None, self.own[0])

    def _series(self) -> None:
        """`3 open, 2 timed-out; later open`."""
        self._implied_dns()
        tries, _, later = self.tail.partition("; later ")
        outcomes = [o for part in tries.split(",") for n, o in [part.split()] for _ in range(int(n))]
        facts = SeriesFacts(
            tuple(Try(outcome, 0.1 * number, 0.02) for number, outcome in enumerate(outcomes)),
            held=self.experiment is Experiment.HOLD,
            later=Try(later, 5.0, 0.02) if later else None,
        )
        self._record(StepName.SERIES, 5.0, facts, None, self.own[0])

    def _implied_dns(self) -> None:
        if self.seen or self.endpoint.address or self.endpoint.host.replace(".", "").isdigit():
            return
        if ":" not in self.endpoint.host:
            self._record(
                StepName.DNS, _STEP_S["dns"], DnsFacts(self.endpoint.host, "system", self._addresses()), None
            )

    def _addresses(self) -> tuple[str, ...]:
        return (THIRD_PARTY,) if self.third_party else self.own

    def _step(self, text: str) -> None:
        name, outcome, *words = shlex.split(text)
        if name not in ("dns", "resolver"):
            self._implied_dns()
        plain = [w for w in words if "=" not in w]
        keyed = dict(w.partition("=")[::2] for w in words if "=" in w)
        address = next((w[1:] for w in plain if w.startswith("@")), None)
        seconds = next((float(w) for w in plain if re.fullmatch(r"\d+(\.\d+)?", w)), None)
        given = tuple(w for w in plain if re.fullmatch(r"[\d.]+\.\d+\.\d+|[0-9a-f:]+:[0-9a-f:]*", w))
        failure = None if outcome == "ok" else self._failure(outcome, keyed)
        facts = self._facts(name, failure, keyed, given, address)
        step = StepName.DNS if name == "resolver" else StepName(name)
        if name == "dns":
            address = self.endpoint.host if self.experiment is Experiment.SECOND_RESOLVER else None
        elif name == "resolver":
            address = address or "192.168.1.1"
        else:
            address = address or self.endpoint.address or self._addresses()[0]
        slow = failure is not None and failure.kind in (FailureKind.TIMED_OUT, FailureKind.RESOLVER_SILENT)
        took = seconds if seconds is not None else 5.0 if slow else _STEP_S.get(name, 0.03)
        self._record(step, took, facts, failure, address)

    def _failure(self, outcome: str, keyed: dict[str, str]) -> Failure:
        icmp = None
        if "icmp" in keyed:
            kind, _, sender = keyed.pop("icmp").partition("/")
            number, _, code = kind.partition(".")
            sender, _, missing = sender.partition("/")
            icmp = Icmp(int(number), int(code), sender or None, NextHop(missing) if missing else None)
        received = int(keyed.pop("bytes")) if "bytes" in keyed else None
        like = keyed.pop("like", None)
        if like is None and "http" in keyed:
            server = keyed.get("server")
            like = f"HTTP {keyed['http']}" + (f" from {server}" if server else "")
        detail = keyed.get("text") or keyed.get("detail") or outcome.replace("-", " ")
        return Failure(FailureKind(outcome), detail, icmp=icmp, bytes_received=received, looks_like=like)

    def _facts(
        self,
        name: str,
        failure: Failure | None,
        keyed: dict[str, str],
        given: tuple[str, ...],
        address: str | None,
    ) -> Facts:
        if "http" in keyed and name in _HTTP_STEPS:
            return self._http(name, keyed)
        match name:
            case "dns" | "resolver":
                found = () if failure else given or self._addresses()
                asked = (address or "192.168.1.1") if name == "resolver" else None
                looked_up = self.endpoint.host
                if self.experiment is Experiment.SECOND_RESOLVER:
                    looked_up = "fms.example.com"
                    asked, name = self.endpoint.host, "resolver"
                source = "dns" if name == "resolver" else "system"
                return DnsFacts(
                    looked_up,
                    source,
                    found,
                    resolver=asked,
                    rcode=keyed.get("rcode"),
                    canonical_name=keyed.get("ptr"),
                    alias=keyed.get("alias"),
                    extended_error=keyed.get("reason", "").replace("-", " ") or None,
                    unanswered=keyed.get("unanswered"),
                )
            case "tcp":
                return (
                    None if failure else TcpFacts("192.168.1.20", None, float(keyed.get("rtt", "0.02")), 1460)
                )
            case "exchange":  # bytes of no protocol; `unacked=1537` of them not taken
                return ExchangeFacts(1537, int(keyed["unacked"]) if "unacked" in keyed else None)
            case "idle":  # `waited=10 quiet=timed-out busy=alive`
                return IdleFacts(float(keyed.get("waited", "10")), keyed["quiet"], keyed.get("busy"))
            case "upload":  # `taken=20000 in=1.5 end=reset`
                took_s, again = float(keyed.get("in", "0.1")), int(keyed.get("again", "0"))
                return UploadFacts(65536, int(keyed["taken"]), took_s, keyed["end"], again)
            case "udp":
                named = tuple(keyed["redirects"].split(",")) if "redirects" in keyed else ()
                why = dict.fromkeys(named, keyed["kept-from"]) if "kept-from" in keyed else {}
                return UdpFacts(1, redirects=named, redirected_by=keyed.get("by"), not_followed=why)
            case "tls":
                return self._tls(failure, keyed)
            case "proxy":
                return ProxyFacts(
                    self.endpoint.proxy or "",
                    keyed.get("method", "CONNECT"),
                    status=int(keyed["status"]) if "status" in keyed else None,
                    authentication=tuple(keyed["asks"].split(",")) if "asks" in keyed else (),
                    credentials_sent=keyed.get("signed") == "yes",
                )
            case "tunnel":
                return TunnelFacts(
                    session_id=None if failure else "x1",
                    requests=1,
                    ident_address=keyed.get("ident"),
                    carries_rtmp=failure is None,
                )
            case "http":
                return HttpFacts("GET", "/") if failure else self._http("http", {"http": "200", **keyed})
            case "handshake" if self.endpoint.transport is Transport.RTMFP:  # `sent=3` times our key
                return KeyingFacts(int(keyed.get("sent", "1")))
            case "handshake":
                return self._handshake(failure, keyed)
            case "connect" | "after-connect":
                return self._connect(failure, keyed)
            case "publish" | "play":
                held = float(keyed["held"]) if "held" in keyed else None
                return StreamFacts(
                    keyed.get("code"),
                    keyed.get("text"),
                    held_s=held,
                    created={"yes": True, "no": False}.get(keyed.get("created", "")),
                )
        raise ValueError(f"no such step: {name} in {self.line}")

    @staticmethod
    def _handshake(failure: Failure | None, keyed: dict[str, str]) -> HandshakeFacts:
        """`first=4.0` seconds until the first byte, `signed=13.14.10.13` S1's version, `unacked=0` bytes not taken."""
        signed = keyed.get("signed")
        return HandshakeFacts(
            s0_version=None if failure else 3,
            first_byte_s=float(keyed["first"]) if "first" in keyed else None,
            s1_version=signed,
            server_digest="scheme 0" if signed else "none",
            unacknowledged=int(keyed["unacked"]) if "unacked" in keyed else None,
            server_key_valid=keyed["key"] == "valid" if "key" in keyed else None,
        )

    @staticmethod
    def _http(name: str, keyed: dict[str, str]) -> Facts:
        known = ("http", "body", "text", "detail", "proxies", "direct", "session", "media", "refused")
        headers = tuple((k, v) for k, v in keyed.items() if k not in known)
        software = keyed.get("server")
        status, body = int(keyed["http"]), keyed.get("body", "")
        if name == "tunnel":
            return TunnelFacts(
                session_id=keyed.get("session"),
                status=status,
                headers=headers,
                requests=1,
                body_start=body,
                looks_like=software,
                refused_request=keyed.get("refused"),
            )
        sent = ("GET", "/") if name == "http" else ("C0 C1", "")
        named = tuple(keyed["proxies"].split(",")) if "proxies" in keyed else ()
        media = tuple(keyed["media"].split(",")) if "media" in keyed else ()
        return HttpFacts(
            *sent,
            status=status,
            headers=headers,
            body_start=body,
            looks_like=software,
            media_addresses=media,
            proxies=named,
            direct="direct" in keyed,
        )

    def _tls(self, failure: Failure | None, keyed: dict[str, str]) -> TlsFacts:
        certificate = None
        if "issuer" in keyed:
            certificate = Certificate(
                subject=keyed.get("subject", f"CN={self.endpoint.host}"),
                issuer=keyed["issuer"],
                names=tuple(keyed.get("names", self.endpoint.host).split(",")),
                not_before=keyed.get("from", "2025-01-01T00:00:00+00:00"),
                not_after=keyed.get("to", "2027-01-01T00:00:00+00:00"),
                self_signed=keyed.get("self-signed") == "yes",
                sha256=keyed.get("sha256", ""),
            )
        length = int(keyed["chain"]) if "chain" in keyed else None
        chain: tuple[Certificate, ...] = ()
        if (
            certificate is not None and "sent-to" in keyed
        ):  # an intermediate certificate, and the end of its time
            chain = (Certificate(certificate.issuer, "CN=Root", not_after=keyed["sent-to"]),)
        return TlsFacts(
            self.endpoint.host,
            verified=failure is None and "skipped" not in keyed,
            verification_skipped="skipped" in keyed,
            verify_message=failure.detail if failure else None,
            certificate=certificate,
            chain_length=length,
            chain=chain,
            alert=failure.detail if failure is not None and failure.kind is FailureKind.TLS_ALERT else None,
            version=keyed.get("version"),
            cipher=keyed.get("cipher"),
            certificate_requested=keyed.get("wants") == "certificate",
        )

    def _connect(self, failure: Failure | None, keyed: dict[str, str]) -> ConnectFacts:
        url = f"{self.endpoint.transport.value}://{self.endpoint.host}/{self.application}"
        facts = ConnectFacts(
            self.application,
            url,
            messages_before=tuple(keyed["before"].split(",")) if "before" in keyed else (),
            unacknowledged=int(keyed["unacked"]) if "unacked" in keyed else None,
            violation=Violation(keyed["breach"], 3212, "02 00 00") if "breach" in keyed else None,
            swf_verification="swf" in keyed,
        )
        if failure is not None and failure.kind is not FailureKind.REJECTED:
            return facts
        command = "_result" if failure is None else keyed.get("command", "_error")
        code = keyed.get("code", "NetConnection.Connect." + ("Rejected" if failure else "Success"))
        return msgspec.structs.replace(
            facts,
            command=command,
            level="error" if failure else "status",
            code=code,
            description=keyed.get("text"),
            redirect=keyed.get("redirect"),
            authentication=keyed.get("auth"),
            authenticated={"yes": True, "no": False}.get(keyed.get("taken", "")),
            properties={k.removeprefix("info."): v for k, v in keyed.items() if k.startswith("info.")},
        )

    def _record(
        self, step: StepName, took_s: float, facts: Facts, failure: Failure | None, address: str | None = None
    ) -> None:
        count = sum(1 for o in self.seen if o.step is step)
        begun, self.clock_s = self.clock_s, self.clock_s + took_s
        silent = failure is not None and not (failure.bytes_received or failure.looks_like)
        self.seen.append(
            Observation(
                id=f"{self.number}.{step.value}" + (f"-{count + 1}" if count else ""),
                step=step,
                started_s=begun,
                ended_s=self.clock_s,
                address=address,
                port=None if step is StepName.DNS else self.endpoint.port,
                bytes_in=0 if silent or step in (StepName.DNS, StepName.TCP, StepName.HOP) else 100,
                failure=failure,
                facts=facts,
            )
        )
