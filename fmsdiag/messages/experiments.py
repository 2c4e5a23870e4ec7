"""The one table of experiments: what each is called, why it is made, how long it may take, and who is contacted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Experiment

USUAL_LIMIT_S = 3.0
"""For one experiment: long enough for a retransmitted SYN, short enough for several of them."""


class ExperimentNames(Table, of="experiments.name"):
    """Short names, for a list of what a run may do."""

    CONTROL_PORT = text("Compare a port")
    CONTROL_HTTP = text("Compare a web request")
    CONTROL_TLS = text("Compare a certificate")
    CONTROL_HOPS = text("Compare a network path")
    CONTROL_NAME = text("Compare a name")
    HTTP_ON_PORT = text("Web request on the port")
    PLAIN_ON_TLS_PORT = text("RTMP without encryption")
    TLS_ON_PORT = text("RTMP inside TLS")
    OTHER_BYTES = text("Bytes that are not RTMP")
    NO_BYTES = text("Connection without data")
    PROXY_HEADER = text("PROXY header")
    SMALL_SEGMENTS = text("Small packets")
    WEB_PAGE = text("Start page")
    REVERSE_NAME = text("Name of an address")
    UNDER_NAME = text("By its name")
    SERVER_PORT = text("Another port")
    OTHER_ADDRESS = text("Another address")
    TLS_WITHOUT_NAME = text("TLS without a server name")
    TLS_OTHER_NAME = text("TLS with another name")
    TLS_VERSIONS = text("Older TLS versions")
    THROUGH_PROXY = text("Through a proxy")
    SAME_APPLICATION = text("Same application again")
    SHORTER_APPLICATION = text("Shorter application name")
    LONGER_APPLICATION = text("Longer application name")
    MADE_UP_APPLICATION = text("Application that does not exist")
    SECOND_RESOLVER = text("Second DNS server")
    WPAD = text("Proxy discovery (WPAD)")
    HOPS = text("Network path")
    UDP_HOPS = text("Network path of UDP")
    FLOWS = text("Repeats from other ports")
    APP_PATH = text("Path of the first bytes")
    CONNECT_PATH = text("Path of connect")
    OTHER_BYTES_PATH = text("Path of other bytes")
    BURST = text("Connections in quick succession")
    HOLD = text("Connections held open")
    IDLE = text("Idle connection")
    UPLOAD = text("Upload")
    REDIRECT = text("Redirect")
    PUBLISH = text("Publish")
    PLAY = text("Play")


class ExperimentRows(Table, of="experiments.row"):
    """What a row of a report is called; no two of a run have the same name unless they are repeats."""

    CONTROL_PORT = text("Port {port} on reference server {host}")
    CONTROL_HTTP = text("Web request to reference server {host}, port {port}")
    CONTROL_TLS = text("Secure connection to reference server {host}, port {port}")
    CONTROL_HOPS = text("Network path to reference server {host}, port {port}")
    CONTROL_NAME = text("Name lookup of reference server {host}")
    HTTP_ON_PORT = text("Web request to port {port}")
    PLAIN_ON_TLS_PORT = text("RTMP without encryption, port {port}")
    TLS_ON_PORT = text("RTMP inside TLS, port {port}")
    OTHER_BYTES = text("Bytes that are not RTMP, port {port}")
    NO_BYTES = text("Connection without data, port {port}")
    PROXY_HEADER = text("{method:name}, behind a PROXY header")
    SMALL_SEGMENTS = text("{method:name}, in small packets")
    WEB_PAGE = text("Start page of the server, port {port}")
    REVERSE_NAME = text("Name of the server's address")
    UNDER_NAME = text("By its name {host}, port {port}")
    SERVER_PORT = text("Another port of the server: {method:name}")
    OTHER_ADDRESS = text("Address from DNS: {method:name}")
    TLS_WITHOUT_NAME = text("TLS without the server name, port {port}")
    TLS_OTHER_NAME = text("TLS with another name, port {port}")
    TLS_VERSIONS = text("TLS in older versions, port {port}")
    THROUGH_PROXY = text("Through a proxy that was found: {method:name}")
    SAME_APPLICATION = text("The same application again: {method:name}")
    SHORTER_APPLICATION = text("Shorter application name: {method:name}")
    LONGER_APPLICATION = text("Longer application name: {method:name}")
    MADE_UP_APPLICATION = text("Application that cannot exist: {method:name}")
    SECOND_RESOLVER = text("Server name asked of second DNS server {host}")
    WPAD = text("Proxy announced by this network (WPAD)")
    HOPS = text("Network path to port {port}")
    UDP_HOPS = text("Network path to UDP port {port}")
    FLOWS = text("{method:name}, repeated from other local ports")
    APP_PATH = text("Path of the first bytes: {method:name}")
    CONNECT_PATH = text("Path of the RTMP connect message, port {port}")
    OTHER_BYTES_PATH = text("Path of bytes that are not RTMP, port {port}")
    BURST = text("Connections in quick succession, port {port}")
    HOLD = text("Connections held open, port {port}")
    IDLE = text("Idle connection, port {port}")
    UPLOAD = text("Upload to port {port}")
    REDIRECT = text("Redirect to {host}: {method:name}")
    PUBLISH = text("Publish to the stream: {method:name}")
    PLAY = text("Play the stream: {method:name}")


class ProxiedRows(Table, of="experiments.row-proxied"):
    """What the row is called where the request goes through a proxy: it shows nothing of the direct way."""

    CONTROL_HTTP = text("Web request through the proxy to reference server {host}, port {port}")
    CONTROL_TLS = text("Secure connection through the proxy to reference server {host}, port {port}")
    HTTP_ON_PORT = text("Web request through the proxy to port {port}")
    WEB_PAGE = text("Start page of the server through the proxy, port {port}")


class ExperimentReasons(Table, of="experiments.why"):
    """Why an experiment is made: what its result tells."""

    CONTROL_PORT = text("Shows whether the port is blocked for other servers, too.")
    CONTROL_HTTP = text("Shows whether plain web requests leave this network unchanged.")
    CONTROL_TLS = text("Shows whether this network intercepts secure connections.")
    CONTROL_HOPS = text("Shows whether other servers can be reached where the path to this one ends.")
    CONTROL_NAME = text("Shows whether name lookups work at all.")
    HTTP_ON_PORT = text("Shows whether the port carries web traffic where RTMP gets no answer.")
    PLAIN_ON_TLS_PORT = text("Shows whether the port expects RTMP without encryption.")
    TLS_ON_PORT = text("Shows whether the port expects RTMPS.")
    OTHER_BYTES = text("Shows whether RTMP is recognized and stopped, or everything on the port.")
    NO_BYTES = text("Shows whether the connection is closed even when nothing is sent.")
    PROXY_HEADER = text("Shows whether the server expects a load balancer that introduces each client.")
    SMALL_SEGMENTS = text("Shows whether only large packets are lost.")
    WEB_PAGE = text(
        "Shows whether a website answers on the port, and which ports of the media server it names."
    )
    REVERSE_NAME = text("Shows by which name the server's address is known.")
    UNDER_NAME = text("Shows whether the server wants to be addressed by its name.")
    SERVER_PORT = text("Shows whether the media server uses another port.")
    OTHER_ADDRESS = text("Shows whether the media server answers at this address.")
    TLS_WITHOUT_NAME = text("Shows whether secure connections are blocked by server name.")
    TLS_OTHER_NAME = text("Shows whether secure connections are blocked by server name.")
    TLS_VERSIONS = text("Shows whether the server knows only older versions.")
    THROUGH_PROXY = text("Shows whether the server can be reached through the proxy.")
    SAME_APPLICATION = text("Shows whether every connection gets the same answer.")
    SHORTER_APPLICATION = text("Shows whether only the first part of the path is the application.")
    LONGER_APPLICATION = text("Shows whether more of the path belongs to the application.")
    MADE_UP_APPLICATION = text("Shows whether the server's answer depends on the application name.")
    SECOND_RESOLVER = text("Shows whether another DNS server gives the same answer.")
    WPAD = text("Shows whether this network announces a proxy through DNS.")
    HOPS = text("Shows where on the network path packets stop.")
    UDP_HOPS = text("Shows where on the network path UDP packets stop.")
    FLOWS = text("Shows whether every connection fails, or only some.")
    APP_PATH = text("Shows where on the network path the first bytes stop, and who resets the connection.")
    CONNECT_PATH = text("Shows where on the network path the RTMP connect message stops.")
    OTHER_BYTES_PATH = text("Shows whether bytes that are not RTMP stop at the same place.")
    BURST = text("Shows whether new connections are limited.")
    HOLD = text("Shows whether open connections are limited.")
    IDLE = text("Shows whether idle connections are dropped.")
    UPLOAD = text("Shows how fast and how far data can be sent.")
    REDIRECT = text("Shows whether the server can be reached that this one redirects to.")
    PUBLISH = text("Shows whether the server accepts your stream.")
    PLAY = text("Shows whether the server plays your stream.")


@dataclass(frozen=True)
class ExperimentSpec:
    """All that is said of an experiment."""

    name: Text
    row: Text
    row_proxied: Text
    """Likewise of a request through a proxy; the same where the row names the route, or no proxy is used."""
    why: Text
    limit_s: float = USUAL_LIMIT_S
    """What it may take, in seconds."""
    is_third_party: bool = False
    """Whether it contacts anyone other than the server, its network's proxy or this computer's DNS servers."""
    is_elsewhere: bool = False
    """Whether the server is left alone, so that it may be made beside others."""


_LONGER_S = {
    Experiment.CONTROL_HOPS: 4.5,
    Experiment.HOPS: 4.5,
    Experiment.UDP_HOPS: 4.5,
    Experiment.FLOWS: 9.0,
    Experiment.APP_PATH: 6.5,
    Experiment.CONNECT_PATH: 6.5,
    Experiment.OTHER_BYTES_PATH: 6.5,
    Experiment.BURST: 14.0,
    Experiment.HOLD: 6.0,
    Experiment.UPLOAD: 9.0,
    Experiment.IDLE: 14.0,
}
"""For those that are several exchanges, or wait on purpose."""
_THIRD_PARTY = frozenset(
    (
        Experiment.CONTROL_PORT,
        Experiment.CONTROL_HTTP,
        Experiment.CONTROL_TLS,
        Experiment.CONTROL_HOPS,
        Experiment.SECOND_RESOLVER,
    )
)
_ELSEWHERE = _THIRD_PARTY | {Experiment.CONTROL_NAME}


def _spec(experiment: Experiment) -> ExperimentSpec:
    row = getattr(ExperimentRows, experiment.name)
    return ExperimentSpec(
        getattr(ExperimentNames, experiment.name),
        row,
        getattr(ProxiedRows, experiment.name, row),
        getattr(ExperimentReasons, experiment.name),
        _LONGER_S.get(experiment, USUAL_LIMIT_S),
        experiment in _THIRD_PARTY,
        experiment in _ELSEWHERE,
    )


EXPERIMENTS: Mapping[Experiment, ExperimentSpec] = {
    experiment: _spec(experiment) for experiment in Experiment
}
