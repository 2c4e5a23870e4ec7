"""What can be wrong with names and addresses."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause


class DnsNameNotFound(CauseDescription, of="about.dns-name-not-found"):
    what_it_is = text(
        "The server's name does not exist in DNS, or it has no address there. Most often a letter of the "
        "name is wrong or missing, or the owner of the server has removed the name."
    )
    recognized_by = text(
        "This computer's DNS server says so, and a second DNS server that is asked from here agrees. If this computer "
        "still finds an address, it added its own domain to the name. If only one DNS server could be asked, a network "
        "that hides the name looks the same, and the report names that."
    )
    look_alikes = (
        look_alike(
            Cause.DNS_FILTERED,
            "If a second DNS server knows the name, this network hides it; if the second one denies it too, the name does "
            "not exist.",
        ),
        look_alike(
            Cause.DNS_HIJACKED,
            "A name that does not exist normally has no address; if this network gives an address that leads to a website, "
            "its DNS server invents it.",
        ),
    )
    when_not_to_worry = text("It always matters: without an address, nothing can connect.")


class DnsFiltered(CauseDescription, of="about.dns-filtered"):
    what_it_is = text(
        "This network's DNS server gives no address for the server, although the name exists. Schools, companies and "
        "parental controls block services like this. A wrong or outdated local entry looks the same."
    )
    recognized_by = text(
        "This computer's DNS server denies the name, gives 0.0.0.0, or rejects the query for this name only, "
        "and a second DNS server knows the name. fmsdiag also connects to the address from the second DNS "
        "server, to see whether the media server answers there. Without a second DNS server, a name that does "
        "not exist looks the same."
    )
    look_alikes = (
        look_alike(
            Cause.DNS_SERVER_FAILURE,
            "A DNS server that fails for other names too has a fault of its own; one that rejects only this name filters it.",
        ),
    )
    when_not_to_worry = text(
        "If the network is meant to block the service, nothing is broken; ask before you work around it."
    )


class DnsHijacked(CauseDescription, of="about.dns-hijacked"):
    what_it_is = text(
        "This network's DNS server gives an address that is not the server's. Networks do this to show a page that says "
        "a site is blocked, or to show advertisements for names that do not exist. Malware, and wrong or outdated local "
        "entries, look the same."
    )
    recognized_by = text(
        "What answers at the given address is not the media server, or nothing answers there, and the media server "
        "answers at the address from a second DNS server. It is also recognized when the second DNS server says that the "
        "name does not exist and a website answers here."
    )
    look_alikes = (
        look_alike(
            Cause.DNS_STALE_ADDRESS,
            "If a router reports that no machine has the address, it is an old one; if nothing or another "
            "machine answers there, it is a wrong one.",
        ),
        look_alike(
            Cause.DNS_PRIVATE_ADDRESS,
            "If nothing answers at the private address, or only the server's own machine does, it is the "
            "server's internal address; a block page at a private address comes from this network.",
        ),
        look_alike(
            Cause.CERTIFICATE_WRONG_HOST,
            "If a second DNS server leads to another machine that is the media server, the address is wrong; if it gives the "
            "same address, the server itself has the wrong certificate.",
        ),
    )
    when_not_to_worry = text(
        "If the media server answers at the different address, it is the server's own address for this "
        "network, and nothing is reported."
    )


class DnsServerFailure(CauseDescription, of="about.dns-server-failure"):
    what_it_is = text(
        "A DNS server answers with an error (SERVFAIL or REFUSED) instead of an address. Either the fault is "
        "its own, for example in DNSSEC validation, or the DNS zone of the server's name is broken."
    )
    recognized_by = text(
        "fmsdiag asks a second DNS server for the same name, and this computer's DNS server for a reference server's "
        "name. If the second one knows the name, this computer's DNS server is at fault; if both fail, the zone is. If "
        "nothing could be compared, the finding names both."
    )
    look_alikes = (
        look_alike(
            Cause.DNS_NO_ANSWER,
            "A DNS server with an error still answers; a silent one, or one with a closed port, does not.",
        ),
    )
    when_not_to_worry = text("If a second run finds the name, the error was temporary.")


class DnsNoAnswer(CauseDescription, of="about.dns-no-answer"):
    what_it_is = text(
        "The DNS server that this computer asks does not answer, its port is closed, or its answer is too long for UDP and "
        "does not come over TCP. Without it, no name can be turned into an address. Often the router, or the DNS server "
        "behind it, hangs."
    )
    recognized_by = text(
        "fmsdiag asks this computer's DNS server directly and gets no reply, its machine reports a closed port, or it "
        "replies only that it must be asked over TCP, where nothing comes. A "
        "second DNS server that answers shows that the network itself works. If none answers, the whole internet "
        "connection may be down, and the report says so."
    )
    when_not_to_worry = text("It always matters: without an address, nothing can connect.")


class DnsSlow(CauseDescription, of="about.dns-slow"):
    what_it_is = text(
        "Looking up the server's name takes more than 1.5 seconds, although the network is fast. Players seem to hang before "
        "anything happens, and some give up. Often the first DNS server on this computer's list does not answer."
    )
    recognized_by = text(
        "The lookup took more than one second, while connections opened within half a second. Another lookup "
        "that was fast makes the finding surer. If connections are slow as well, it is not reported; if "
        "nothing connected, there may be another cause, and the report says so."
    )
    look_alikes = (
        look_alike(
            Cause.HIGH_LATENCY,
            "A slow connection delays lookups and connections alike; a slow DNS server delays only lookups.",
        ),
        look_alike(
            Cause.PACKET_LOSS,
            "Lost packets delay lookups and connections now and then; a slow DNS server delays only lookups.",
        ),
    )
    when_not_to_worry = text("If the lookup is fast in a second run, it was slow only once.")


class DnsPrivateAddress(CauseDescription, of="about.dns-private-address"):
    what_it_is = text(
        "DNS gives an address for the server that works only inside one network, or the address that means the "
        "computer itself (loopback). Most often the server's internal address was published instead of its "
        "public one, or this network's DNS server hands out an address that is meant for another network."
    )
    recognized_by = text(
        "All addresses of the name are private, nothing opens at any of them, and a second DNS server gives private "
        "addresses as well, or a public one where the media server answers. If no second DNS server gave an address, "
        "this may also be the server's own network with the server switched off, and the report says so."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_DOWN,
            "A public address that is silent belongs to a server that is down or blocked; a private address "
            "is never reachable over the internet.",
        ),
    )
    when_not_to_worry = text(
        "If the server is meant for a company's or school's own network, the address is right: connect to "
        "that network or its VPN."
    )


class DnsStaleAddress(CauseDescription, of="about.dns-stale-address"):
    what_it_is = text(
        "The server's name still has the address of a machine that is no longer there. Typically the server has moved, "
        "and its name or a copy of it in some DNS server was not changed."
    )
    recognized_by = text(
        "A router near the address reports that no machine is there, or a media server there does not have the application. "
        "If the media server answers at the address from a second DNS server, this network's DNS server is out of date. If no "
        "other address is known, a server that is switched off looks the same, and the report names both."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_DOWN,
            "Unless another DNS server gives a newer address, the two look the same from here; the people who run the server "
            "know whether its address has changed.",
        ),
    )
    when_not_to_worry = text("It always matters: no server answers at that address.")


class AddressInsteadOfName(CauseDescription, of="about.address-instead-of-name"):
    what_it_is = text(
        "The server was addressed by number, and it wants to be called by its name. Either it serves several names "
        "from one address, or its certificate is for the name."
    )
    recognized_by = text(
        "The server refuses the connection by its address, or its certificate does not fit it. Its name is in the "
        "certificate or in the record of its address; by that name, the same address accepts the connection. If the "
        "name was not tried, the report says so."
    )
    look_alikes = (
        look_alike(
            Cause.APP_NOT_FOUND,
            "If the name does not help either, the application is missing; if it does, only the name was.",
        ),
        look_alike(
            Cause.CERTIFICATE_WRONG_HOST,
            "A certificate for another name than the one in the URL is the server's fault; one that cannot fit an "
            "address needs the name in the URL.",
        ),
    )
    when_not_to_worry = text("It always matters; the server's name in the URL is all that is missing.")


class PrivateAddress(CauseDescription, of="about.private-address"):
    what_it_is = text(
        "The address that was typed works only inside one network or VPN, or is an example from a manual, and "
        "this network has no such address. Often it was copied from a computer in the server's own network."
    )
    recognized_by = text(
        "The address is in a private, shared (CGNAT), link-local or documentation range, this computer is not "
        "on the same link, and nothing answers there. A router that reports no route to it confirms this; a "
        "path that leads out to the internet makes it likely."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_DOWN,
            "If the address belongs to this computer's own link, or a router near it could not find the machine, "
            "the server is off; if no router knows the address, it belongs to another network.",
        ),
        look_alike(
            Cause.DNS_PRIVATE_ADDRESS,
            "One is a private address that was typed; the other is a name that leads to a private address.",
        ),
    )
    when_not_to_worry = text(
        "If the server is in a network that you reach by VPN, the address may be right: connect the VPN first."
    )


class NameLeadsToOwnRouter(CauseDescription, of="about.name-leads-to-own-router"):
    what_it_is = text(
        "The server's name or address leads to the router of this network, which answers for itself and passes "
        "nothing on to a media server. Either the ports are not forwarded, or only for connections from outside."
    )
    recognized_by = text(
        "The address is this computer's default gateway, or the path to two of its ports ends at the first router "
        "while the path to a reference server goes on."
    )
    look_alikes = (
        look_alike(
            Cause.PORT_BLOCKED,
            "A router that blocks a port still passes on other ports of the same server.",
        ),
        look_alike(
            Cause.SERVER_NOT_LISTENING,
            "A refusal by the server itself comes from the end of the path, not from the first router.",
        ),
    )
    when_not_to_worry = text(
        "If the stream works from outside this network, only access from inside is missing: use the server's "
        "internal address."
    )


class Ipv6OnlyName(CauseDescription, of="about.ipv6-only-name"):
    what_it_is = text(
        "The server's name has only IPv6 addresses, and this network has only IPv4. The two cannot connect "
        "to each other."
    )
    recognized_by = text(
        "DNS gives only IPv6 addresses. The operating system has no route to any of them, or does not use "
        "them, while this computer does have an IPv4 network."
    )
    look_alikes = (
        look_alike(
            Cause.IPV6_BROKEN,
            "A server that has IPv4 addresses as well can be reached without IPv6; a server with only IPv6 "
            "addresses cannot.",
        ),
    )
    when_not_to_worry = text("It always matters here; from a network with IPv6, the server can be reached.")


class Ipv4OnlyName(CauseDescription, of="about.ipv4-only-name"):
    what_it_is = text(
        "The server has only IPv4 addresses, and this network has only IPv6 and does not translate between the "
        "two. They cannot connect to each other."
    )
    recognized_by = text(
        "The operating system has no route to any of the server's IPv4 addresses, and this computer's network "
        "adapters have only IPv6 addresses."
    )
    look_alikes = (
        look_alike(
            Cause.LOCAL_NETWORK_DOWN,
            "A computer that is offline has no usable address at all; here it has IPv6 addresses.",
        ),
    )
    when_not_to_worry = text("It always matters here; from a network with IPv4, the server can be reached.")


class Ipv6Broken(CauseDescription, of="about.ipv6-broken"):
    what_it_is = text(
        "The server has IPv6 and IPv4 addresses, and only the IPv4 ones answer from here. Players that try "
        "IPv6 first wait before they connect; some do not connect at all."
    )
    recognized_by = text(
        "No IPv6 address of the name answers at all on a port where an IPv4 address connects. A refusal over "
        "IPv6 counts as an answer. Whether the fault is in this network, on the network path or at the "
        "server cannot be seen from here."
    )
    look_alikes = (
        look_alike(
            Cause.ONE_ADDRESS_DEAD,
            "If all IPv6 addresses are silent and no others, IPv6 is the problem; if other IPv6 addresses "
            "answer, or the silent address is an IPv4 one, it is that one address.",
        ),
    )
    when_not_to_worry = text(
        "If your player connects without a delay, it does not wait for IPv6, and you can ignore this."
    )


class OneAddressDead(CauseDescription, of="about.one-address-dead"):
    what_it_is = text(
        "The server's name has several addresses, and some of them do not accept connections, or the server "
        "there rejects what another one accepts. Players pick one of the addresses, so connections fail or "
        "take long, seemingly at random."
    )
    recognized_by = text(
        "An address fails in every attempt on a port where another address of the same name connects, or its server "
        "answers the same request with no. "
        "Whether its machine is down or something on the network path blocks it cannot be seen from here."
    )
    look_alikes = (
        look_alike(
            Cause.PACKET_LOSS,
            "Lost packets affect every address now and then; a dead address fails every time.",
        ),
        look_alike(
            Cause.PORT_BLOCKED,
            "If only addresses of the other kind work, IPv4 or IPv6, the network may block the port for one of them. "
            "A reference server reached over the same kind of address tells the two apart.",
        ),
    )
    when_not_to_worry = text(
        "If your player tries the next address by itself, only the people who run the server need to act."
    )
