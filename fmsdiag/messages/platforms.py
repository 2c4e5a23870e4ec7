"""The words for what depends on the system, for reports and for docs/platforms.md: the one table of these names."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Capability, Support, System, Verified


class Names(Table, of="platforms.names"):
    """What it is; in a list, so without a full stop."""

    ATTEMPTS = text("attempts over every transport")
    SOURCE_PORT = text("repeats from chosen local ports")
    ICMP_SENDERS = text("which router sends an ICMP error")
    PATH_TEST = text("path tests")
    RESET_DISTANCE = text("from how far away a reset comes")
    SEGMENT_SIZE = text("connections with small segments")
    KERNEL_TIMES = text("round-trip time and segment size of a connection")
    UNACKNOWLEDGED = text("how many sent bytes the other side has acknowledged")
    PROMPT_REFUSALS = text("immediate report of a refused connection")
    GATEWAYS = text("default gateways")
    ROUTER_ANSWERS = text("whether the router answers on the local network (ARP)")
    RESOLVERS = text("DNS servers and search domains")
    MEDIUM = text("Wi-Fi or cable, and link speed")
    FIREWALL_STATE = text("whether the system's firewall is on")
    SECURITY_PRODUCTS = text("names of security products")
    FORBIDDEN = text("that this computer blocks a connection")
    LOCAL_NETWORK = text("permission for the local network")
    PROXY_SETTINGS = text("proxy settings of the system")
    PROXY_SCRIPT = text("what a proxy script (PAC) says of the server")
    TRUST_STORE = text("certificates that the system trusts")
    JOURNAL = text("keeping an interrupted test")
    END_SIGNALS = text("orderly end at the end of the session")
    DOUBLE_CLICK = text("reports by double-click")
    SLEEP = text("noticing that the computer slept during a test")
    SILENT_PORT = text("silent port of the demo")


class Limits(Table, of="platforms.limits"):
    """Why it does not work, or works partly; each is a sentence without its full stop, as other outcomes are."""

    ICMP_SENDERS = text("this system does not show which router answers")
    PATH_TEST = text("it shows how far a connection gets, without the routers on the way")
    RESET_DISTANCE = text("this system cannot be told to ignore packets from far away")
    SEGMENT_SIZE = text("this system does not let a program choose the segment size")
    KERNEL_TIMES = text("only from Windows 10 version 1703 on; fmsdiag does not read the numbers of macOS")
    UNACKNOWLEDGED = text("only from Windows 10 version 1703 on; macOS does not tell")
    PROMPT_REFUSALS = text("this system tries a refused connection again, so a refusal takes 0.5 to 2 s")
    ROUTER_ANSWERS = text("fmsdiag does not read the neighbor table of this system")
    SECURITY_PRODUCTS = text("this system has no list of them that every program may read")
    FORBIDDEN = text("only where the system reports it; a rule that drops packets looks like silence")
    LOCAL_NETWORK = text("the system reports a missing permission as it reports a missing device")
    PROXY_SETTINGS = text("only the environment variables")
    PROXY_SCRIPT = text("there is no service of the system that runs such a script")
    END_SIGNALS = text("Ctrl-C, and the system closes the window")
    SILENT_PORT = text("this system refuses connections that do not fit into the queue")


class SystemNames(Table, of="platforms.systems"):
    LINUX = text("Linux")
    WINDOWS = text("Windows")
    MACOS = text("macOS")


class SupportWords(Table, of="platforms.support"):
    """Whether it works there."""

    WORKS = text("works")
    PARTLY = text("partly")
    NEVER = text("not available")
    NOT_NEEDED = text("does not apply")


class VerifiedWords(Table, of="platforms.verified"):
    """How that was verified."""

    RUN = text("run")
    SIMULATED = text("simulated")
    RECORDED = text("recorded values")
    NOT_RUN = text("not run")
    NOTHING = text("nothing to verify")


NAMES: Mapping[Capability, Text] = {each: getattr(Names, each.name) for each in Capability}
LIMITS: Mapping[Capability, Text] = {
    each: getattr(Limits, each.name) for each in Capability if hasattr(Limits, each.name)
}
SYSTEMS: Mapping[System, Text] = {each: getattr(SystemNames, each.name) for each in System}
SUPPORT: Mapping[Support, Text] = {each: getattr(SupportWords, each.name) for each in Support}
VERIFIED: Mapping[Verified, Text] = {each: getattr(VerifiedWords, each.name) for each in Verified}
