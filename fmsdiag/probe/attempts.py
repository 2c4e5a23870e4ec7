"""One attempt of each transport, its steps in reading order."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from fmsdiag.model import (
    NO_CREDENTIALS,
    Attempt,
    Credentials,
    Direction,
    HttpFacts,
    NotApplicable,
    Options,
    PlanName,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import CannotBeTried, KeepSecret, RunningAttempt, StepFailed
from fmsdiag.probe.computer import Computer
from fmsdiag.probe.failure import UnexpectedReply, words_of
from fmsdiag.probe.proxy.settings import Proxy, proxy_at
from fmsdiag.probe.sign_in import SignIn
from fmsdiag.probe.sockets.network import Network, Stream
from fmsdiag.probe.transports.connection import (
    LookupCache,
    connect_tcp,
    resolve,
    start_tls,
    start_tls_unverified,
)
from fmsdiag.probe.transports.conversation import NO_OPTIONS, ConnectOptions, Conversation
from fmsdiag.protocol.authentication import Login

if TYPE_CHECKING:  # loading.py has loaded them where an endpoint needs them
    from fmsdiag.probe.proxy.network import ProxyWay
    from fmsdiag.probe.transports.http import Dial, Exchanges
    from fmsdiag.probe.transports.rtmpt import TunnelStream

ADMIN_PING = "/admin/ping?auser=&apswd="
"""The one well-formed request that the administration port gets; old versions crashed on anything else."""
INSIDE_S = 3.0
"""How much longer an attempt may take to learn what is behind a refused certificate."""
PATIENCE_S = 0.3
"""What a failed attempt waits for the lookup beside it: a name that a file or a cache answers fails sooner than DNS speaks."""


@dataclass(frozen=True)
class ProbeContext:
    """What all attempts of a run share."""

    net: Network
    names: LookupCache
    target: Target
    options: Options
    computer: Computer
    credentials: Credentials = NO_CREDENTIALS
    sign_in: SignIn = field(default_factory=SignIn)  # of the credentials, whatever attempt uses them
    connect: ConnectOptions = NO_OPTIONS
    proxies: tuple[Proxy, ...] = ()  # those that an endpoint's `proxy` may name
    offline: bool = False  # whether this computer has no network at all
    keep_secret: KeepSecret | None = None  # hears of what the connections carry and no file may hold
    way: ProxyWay | None = None  # of one attempt: then `net` leads through that proxy as well
    places: AbstractAsyncContextManager[object] = field(default_factory=nullcontext)
    """Held for each connection by what opens several at once: a run has only so many for the server."""

    @property
    def as_encoder(self) -> bool:
        """Whether the run introduces itself as an encoder: it publishes, signs in, or makes an encoder's one attempt."""
        options = self.options
        return options.publish or options.plan is PlanName.ENCODER or self.credentials.server is not None

    @property
    def exchanges(self) -> Exchanges:
        """What makes HTTP requests over an opened stream."""
        from fmsdiag.probe.transports.http import HttpExchange

        return HttpExchange if self.way is None else self.way.exchange


async def run_attempt(attempt: RunningAttempt, context: ProbeContext, with_dns: bool = False) -> Attempt:
    """Make the attempt and tell of it; never raises but for cancellation, and then the attempt ends as cancelled."""
    attempt.start()
    return await finish_attempt(attempt, run_transport(attempt, context, with_dns))


async def finish_attempt(attempt: RunningAttempt, speaking: Awaitable[Status]) -> Attempt:
    """The attempt as `speaking` ends it; raises nothing but cancellation."""
    try:
        try:
            status = await speaking
        except StepFailed:
            await attempt.cancel_background(PATIENCE_S)
            raise
        finally:
            await attempt.cancel_background()
    except StepFailed:
        return attempt.finish(Status.FAILED)
    except CannotBeTried as cannot:
        # what ran out of time had begun
        cut = cannot.reason is NotApplicable.TIME_OVER
        return attempt.finish(Status.CANCELLED if cut else Status.NOT_APPLICABLE, cannot.reason)
    except Exception as error:  # outside of any step, so it says nothing about the server; the run goes on
        what = f"{type(error).__name__}: {words_of(error)}"
        return attempt.finish(Status.CANCELLED, NotApplicable.FAULT, what[:300])
    except BaseException:
        if attempt.outcome is not None:
            attempt.finish(attempt.outcome)  # what was cut short does not change it
        else:
            attempt.finish(Status.CANCELLED, NotApplicable.STOPPED)
        raise
    return attempt.finish(status)


async def run_transport(attempt: RunningAttempt, context: ProbeContext, with_dns: bool = False) -> Status:
    """The steps of an attempt as its endpoint wants them. Raises StepFailed, CannotBeTried."""
    context = on_its_way(attempt, context)
    addresses = await find(attempt, context, with_dns)
    if attempt.endpoint.transport is Transport.RTMFP:
        from fmsdiag.probe.transports.rtmfp import RtmfpConversation

        by_udp = RtmfpConversation(attempt, context.net, context.target)
        return await by_udp.run(addresses, context.options.tcp_timeout_s)
    options = context.connect
    if options.as_encoder is None:
        options = replace(options, as_encoder=context.as_encoder)
    if context.credentials.server is not None:
        options = replace(options, login=Login(*context.credentials.server))
    stream = await _open(attempt, context, addresses)
    status, wants_another = await _converse(attempt, context, stream, options)
    if not wants_another or options.login is None:
        return status
    async with context.sign_in.turn(options.login, attempt.remaining_s) as may_answer:
        if not may_answer:
            attempt.say(
                Direction.OUT,
                "no answer to the demand: the server did not take this user and password before",
            )
        while may_answer and wants_another:
            # each answer to a demand for a password takes a connection of its own, at the address that asked
            stream = await _open(attempt, context, (stream.address,))
            status, wants_another = await _converse(attempt, context, stream, options)
    return status


def on_its_way(attempt: RunningAttempt, context: ProbeContext) -> ProbeContext:
    """`context` as the attempt sees it: through the proxy that its endpoint names, if it names one."""
    url = attempt.endpoint.proxy
    if url is None:
        return context
    from fmsdiag.probe.proxy.network import ProxyWay

    proxy = next((known for known in context.proxies if known.url == url), proxy_at(url))
    way = ProxyWay(attempt, context.net, proxy)
    return replace(context, net=way, way=way)


async def find(attempt: RunningAttempt, context: ProbeContext, with_dns: bool) -> tuple[str, ...]:
    """The addresses to connect to: the server's, or the proxy's that looks up the server's name itself."""
    if context.way is not None:
        return await context.way.resolve(context.names)
    return await resolve(attempt, context.net, context.names, with_dns)


async def connect(attempt: RunningAttempt, context: ProbeContext, addresses: tuple[str, ...]) -> Stream:
    """TCP to the server, or to the proxy and through it. Raises StepFailed."""
    timeout_s = context.options.tcp_timeout_s
    if context.way is not None:
        return await context.way.open(addresses, timeout_s)
    stream = await connect_tcp(attempt, context.net, addresses, timeout_s)
    if attempt.experiment is None:
        context.names.note_opened(attempt.endpoint, stream.address)
    return stream


async def _open(attempt: RunningAttempt, context: ProbeContext, addresses: tuple[str, ...]) -> Stream:
    stream = await connect(attempt, context, addresses)
    if not attempt.endpoint.transport.uses_tls:
        return stream
    try:
        return await start_tls(attempt, stream)
    except BaseException as error:
        await stream.close()
        if isinstance(error, StepFailed) and error.failure.kind.is_about_certificate:
            await _look_inside(attempt, context, stream.address, stream.port)
        raise


async def _look_inside(attempt: RunningAttempt, context: ProbeContext, address: str, port: int) -> None:
    """Learn by a second connection what is behind a certificate that was refused; raises nothing but cancellation.

    Nobody vouches for who is asked, so no stream name, no query and no password go along, and nothing is published.
    The attempt has failed all the same: a player would have stopped at the certificate.
    """
    attempt.fail_for_good()
    attempt.shorten(INSIDE_S)
    target = msgspec.structs.replace(context.target, stream=None, query=None)
    with suppress(StepFailed):
        stream = await start_tls_unverified(attempt, context.net, address, port)
        options = ConnectOptions(handshake_only=context.connect.handshake_only, as_encoder=context.as_encoder)
        await _converse(attempt, replace(context, target=target), stream, options, verify=False)


async def _converse(
    attempt: RunningAttempt,
    context: ProbeContext,
    stream: Stream,
    options: ConnectOptions,
    verify: bool = True,
) -> tuple[Status, bool]:
    """What comes when the connection is there: the tunnel if there is to be one, then RTMP, or a web request.

    The second answer is whether the server would rather see a new connection. Further connections of a tunnel are
    verified like the first.
    """
    transport = attempt.endpoint.transport
    tunnel: TunnelStream | None = None
    try:
        if transport.is_tunnel:
            stream = tunnel = await _tunnel(attempt, context, stream, verify)
        if not transport.is_media:
            path = ADMIN_PING if transport is Transport.ADMIN else "/"
            return await get(attempt, context, stream, path, verify), False
        conversation = Conversation(attempt, stream, context.target, options=options)
        return await conversation.run(), conversation.wants_another
    finally:
        with suppress(OSError):
            await stream.close()
        if tunnel is not None:
            attempt.complete(StepName.TUNNEL, tunnel.facts())


async def _tunnel(
    attempt: RunningAttempt, context: ProbeContext, stream: Stream, verify: bool
) -> TunnelStream:
    from fmsdiag.probe.transports.http import host_header
    from fmsdiag.probe.transports.rtmpt import open_tunnel

    endpoint = attempt.endpoint
    host = host_header(endpoint.host, endpoint.port, 443 if endpoint.transport.uses_tls else 80)
    return await open_tunnel(
        attempt, stream, _dial(attempt, context, stream, verify), host, context.exchanges
    )


def _dial(attempt: RunningAttempt, context: ProbeContext, stream: Stream, verify: bool) -> Dial:
    """Opens one more connection like `stream`, for HTTP that goes on after one of its connections has ended."""
    endpoint = attempt.endpoint

    async def dial() -> Stream:
        # the server is known to answer at this address; a failure here fails the step that needs the connection
        plain = await context.net.open_tcp(stream.address, stream.port)
        if not endpoint.transport.uses_tls:
            return plain
        from fmsdiag.probe.transports.tls import TlsStream

        secure = TlsStream(plain, endpoint.host, verify)
        try:
            await secure.handshake()
        except BaseException:
            await plain.close()
            raise
        return secure

    return dial


async def get(
    attempt: RunningAttempt, context: ProbeContext, stream: Stream, path: str, verify: bool = True
) -> Status:
    """The http step: one GET. Any HTTP answer counts as connected; what it says is in the facts."""
    from fmsdiag.probe.transports.http import get_headers, host_header

    endpoint = attempt.endpoint
    async with attempt.step(StepName.HTTP, None, stream.address, stream.port) as step:
        step.watch(stream)
        shown = path.partition("?")[0]
        step.facts = HttpFacts("GET", shown)
        host = host_header(endpoint.host, endpoint.port, 443 if endpoint.transport.uses_tls else 80)
        # a proxy may end the connection with its demand for a password, and wants the answer on another one
        dial = _dial(attempt, context, stream, verify)
        reply = await context.exchanges(stream, dial).request("GET", path, get_headers(host), whole=False)
        step.facts = reply.facts("GET", shown)
        if endpoint.transport is Transport.ADMIN and "<result" not in step.facts.body_start:
            raise UnexpectedReply(
                "HTTP, but not an administration server's answer", reply.body[:64], f"HTTP {reply.status}"
            )
    return Status.CONNECTED
