"""What can be wrong at this computer and in the network that it is in."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause


class LocalNetworkDown(CauseDescription, of="about.local-network-down"):
    what_it_is = text(
        "This computer has no network to send anything to. Typically a cable is unplugged, Wi-Fi is off, or "
        "the computer got no network address."
    )
    recognized_by = text(
        "The operating system reports “no route” for every connection or for every DNS query, or no network "
        "card that is up has an address. If anything left this computer, it is not offline."
    )
    look_alikes = (
        look_alike(
            Cause.GATEWAY_UNREACHABLE,
            "If this computer has an address and a route and only the router is silent, look at the router; "
            "without address or route, this computer is offline.",
        ),
        look_alike(
            Cause.NO_INTERNET,
            "Without internet access, this network's router still answers; a computer that is offline cannot "
            "even send to the router.",
        ),
        look_alike(
            Cause.IPV6_ONLY_NAME,
            "If IPv4 addresses can be reached, only the server's IPv6 addresses are out of reach; a computer "
            "that is offline reaches no address at all.",
        ),
    )
    when_not_to_worry = text("It always matters: nothing connects until it is fixed.")


class GatewayUnreachable(CauseDescription, of="about.gateway-unreachable"):
    what_it_is = text(
        "This computer has an address and a route, but the router at the start of that route does not answer "
        "on the local network. The router may be switched off or restarting, the cable or Wi-Fi may be "
        "broken, or this computer's address may belong to another network."
    )
    recognized_by = text(
        "Nothing got an answer, and the operating system found no router on the local network: its own tables "
        "show it, or it reports “host unreachable” for most of the distant addresses."
    )
    look_alikes = (
        look_alike(
            Cause.NO_INTERNET,
            "A router that answers, even with an error, works, and the fault is behind it; if the router "
            "itself is silent, the fault is on the way to it.",
        ),
    )
    when_not_to_worry = text("It always matters: nothing outside this network connects until it is fixed.")


class NoInternet(CauseDescription, of="about.no-internet"):
    what_it_is = text(
        "This network works, but its connection to the internet does not. The line to the provider is down, "
        "or the router is not signed in to the provider."
    )
    recognized_by = text(
        "The router itself reports that it has no route, or neither the server, nor DNS servers, nor the name of a "
        "reference server give an answer. One answer from outside this network is enough to rule it out. If only DNS "
        "servers could be asked, the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.EGRESS_BLOCKED,
            "Where a firewall blocks all connections, name lookups usually still work; without internet "
            "access, they fail as well.",
        ),
        look_alike(
            Cause.DNS_NO_ANSWER,
            "If only one DNS server is silent, another one answers; without internet access, none does.",
        ),
    )
    when_not_to_worry = text(
        "If the server is inside your own network, a missing internet connection does not affect it."
    )


class CaptivePortal(CauseDescription, of="about.captive-portal"):
    what_it_is = text(
        "The network requires you to sign in or accept its terms on a web page first, as hotels, trains and "
        "guest networks do. Until then, it answers in place of every server or blocks the connection."
    )
    recognized_by = text(
        "A web page or a redirect arrives instead of the media server's answer. fmsdiag then asks a reference "
        "server whose answer is known: if a redirect, the same page or a sign-in request (HTTP 511) arrives "
        "instead, the network is answering. The same private address for unrelated names shows it as well. "
        "Without a reference server, only HTTP 511 is certain."
    )
    look_alikes = (
        look_alike(
            Cause.TRANSPARENT_PROXY,
            "A web proxy passes on what a reference server answers; a sign-in page takes the place of that "
            "answer.",
        ),
        look_alike(
            Cause.WRONG_SERVICE_ON_PORT,
            "If a reference server's answer arrives unchanged, the page comes from the server itself; if it is "
            "replaced too, the network requires sign-in.",
        ),
        look_alike(
            Cause.DNS_HIJACKED,
            "A network that requires sign-in answers for every server until you have signed in; a wrong "
            "address from the DNS server affects single names and does not go away.",
        ),
    )
    when_not_to_worry = text("It goes away once you have signed in; if it remains after that, it matters.")


class ClientClockWrong(CauseDescription, of="about.client-clock-wrong"):
    what_it_is = text(
        "The date or time of this computer is wrong, so valid certificates look expired or not valid yet. "
        "Typical reasons are an empty clock battery and a wrong time zone."
    )
    recognized_by = text(
        "A certificate was rejected because of its dates. Another computer's clock, read from a web answer, "
        "differs by more than a minute, and by that clock the certificate is valid. If no other clock could "
        "be read, fmsdiag reports the certificate and asks you to compare the date."
    )
    look_alikes = (
        look_alike(
            Cause.CERTIFICATE_EXPIRED,
            "If another computer's clock agrees with this one, the certificate has really expired; if the "
            "certificate is valid by the other clock, this computer's clock is wrong.",
        ),
        look_alike(
            Cause.CERTIFICATE_NOT_YET_VALID,
            "If another computer's clock agrees with this one, the certificate really becomes valid later; "
            "if it is valid by the other clock, this computer's clock is wrong.",
        ),
    )
    when_not_to_worry = text("If your stream uses plain RTMP, a wrong clock does not stop it.")


class HostsFileOverride(CauseDescription, of="about.hosts-file-override"):
    what_it_is = text(
        "A line in this computer's hosts file gives an address of its own for the server's name, so DNS is "
        "not asked. Such lines are left over from tests and server moves, or other software adds them."
    )
    recognized_by = text(
        "The hosts file has the name, DNS gives another address, and no media server answers at the address "
        "in the file. fmsdiag also tries the address from DNS and says whether the media server answers "
        "there."
    )
    look_alikes = (
        look_alike(
            Cause.DNS_HIJACKED,
            "If the wrong address is in the hosts file, only this computer is affected; if the DNS server gives it, all "
            "computers in the network are.",
        ),
    )
    when_not_to_worry = text("A line that leads to the server is there on purpose and is not reported.")


class LocalFirewall(CauseDescription, of="about.local-firewall"):
    what_it_is = text(
        "A firewall or another security program on this computer, or a rule set by its administrator, blocks "
        "the connection before it leaves the computer. Typical are company laptops, parental controls and "
        "antivirus programs with a firewall."
    )
    recognized_by = text(
        "The operating system says that the connection is not permitted, an error message carries this "
        "computer's own address, or a path test shows that a refusal comes from before the first router. It "
        "is not looked for when the server is in the local network, where the server itself may refuse."
    )
    look_alikes = (
        look_alike(
            Cause.PORT_BLOCKED,
            "If another computer in the same network connects, this computer blocks the port; if it fails as "
            "well, the network does.",
        ),
        look_alike(
            Cause.SERVER_NOT_LISTENING,
            "A refusal by the server comes from the far end of the network path; a refusal by this computer "
            "comes from before the first router.",
        ),
    )
    when_not_to_worry = text(
        "It is not reported when the first attempt connects; if another port is enough for you, you need not "
        "change anything."
    )
