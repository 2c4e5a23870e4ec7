"""Which function answers which question, and what it may use."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec

from fmsdiag.model import NO_CREDENTIALS, Attempt, Experiment, Question, Status
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, finish_attempt, run_attempt
from fmsdiag.probe.experiments import (
    bytes_path,
    control,
    flows,
    lasting,
    load,
    names,
    no_protocol,
    path,
    proxy_header,
    small_segments,
    tls,
)
from fmsdiag.probe.proxy import wpad
from fmsdiag.probe.transports.conversation import ConnectOptions
from fmsdiag.target_url import other_cut


async def perform(question: Question, attempt: RunningAttempt, context: ProbeContext) -> Attempt:
    """Carry out one experiment; like an attempt, it raises nothing but cancellation."""
    if question.experiment is Experiment.MADE_UP_APPLICATION:
        # random, so that no server can have an application of that name
        other = msgspec.structs.replace(
            context.target, application=f"fmsdiag-{secrets.token_hex(4)}", stream=None, query=None
        )
        return await run_attempt(attempt, replace(context, target=other, credentials=NO_CREDENTIALS))
    if question.experiment in (Experiment.SHORTER_APPLICATION, Experiment.LONGER_APPLICATION):
        cut = other_cut(context.target, longer=question.experiment is Experiment.LONGER_APPLICATION)
        other = cut or context.target  # rules ask only where there is one
        return await run_attempt(attempt, replace(context, target=other, credentials=NO_CREDENTIALS))
    if question.experiment in (Experiment.PLAIN_ON_TLS_PORT, Experiment.TLS_ON_PORT):
        # whether RTMP is spoken is all that is asked: what the user would have encrypted is not told in clear
        return await run_attempt(
            attempt, replace(context, connect=ConnectOptions(handshake_only=True), credentials=NO_CREDENTIALS)
        )
    if question.experiment is Experiment.SERVER_PORT and _would_tell_in_clear(question, context):
        bare = msgspec.structs.replace(context.target, stream=None, query=None)
        return await run_attempt(attempt, replace(context, target=bare, credentials=NO_CREDENTIALS))
    if question.experiment in _ATTEMPTS:
        return await run_attempt(attempt, context)
    if question.experiment is Experiment.SMALL_SEGMENTS:
        return await small_segments.small_segments(attempt, context)
    if question.experiment is Experiment.PROXY_HEADER:
        return await proxy_header.behind_proxy_header(attempt, context)
    attempt.start()
    return await finish_attempt(attempt, _EXPERIMENTS[question.experiment](attempt, context))


def _would_tell_in_clear(question: Question, context: ProbeContext) -> bool:
    """Whether the user wanted TLS, and this port is tried without."""
    wanted = context.target.transport
    return wanted is not None and wanted.uses_tls and not question.endpoint.transport.uses_tls


_ATTEMPTS = (
    Experiment.THROUGH_PROXY,
    Experiment.OTHER_ADDRESS,
    Experiment.SERVER_PORT,
    Experiment.SAME_APPLICATION,
    Experiment.WEB_PAGE,
)
"""Those that are attempts like the plan's, only elsewhere."""


_EXPERIMENTS: dict[Experiment, Callable[[RunningAttempt, ProbeContext], Awaitable[Status]]] = {
    Experiment.CONTROL_PORT: control.control_port,
    Experiment.CONTROL_HTTP: control.control_http,
    Experiment.HTTP_ON_PORT: control.http_on_port,
    Experiment.CONTROL_TLS: tls.control_tls,
    Experiment.TLS_WITHOUT_NAME: tls.tls_without_name,
    Experiment.TLS_OTHER_NAME: tls.tls_other_name,
    Experiment.TLS_VERSIONS: tls.tls_versions,
    Experiment.CONTROL_NAME: names.control_name,
    Experiment.SECOND_RESOLVER: names.second_resolver,
    Experiment.REVERSE_NAME: names.reverse_name,
    Experiment.UNDER_NAME: names.under_name,
    Experiment.WPAD: wpad.look_for_proxy,
    Experiment.HOPS: path.hops,
    Experiment.CONTROL_HOPS: path.hops,
    Experiment.UDP_HOPS: path.udp_hops,
    Experiment.FLOWS: flows.flows,
    Experiment.APP_PATH: bytes_path.bytes_path,
    Experiment.CONNECT_PATH: bytes_path.bytes_path,
    Experiment.OTHER_BYTES_PATH: bytes_path.bytes_path,
    Experiment.BURST: load.burst,
    Experiment.HOLD: load.hold,
    Experiment.OTHER_BYTES: no_protocol.other_bytes,
    Experiment.NO_BYTES: no_protocol.no_bytes,
    Experiment.IDLE: lasting.idle,
    Experiment.UPLOAD: lasting.upload,
}
