"""What is said of a certificate that only some of a name's addresses show: players accept that of another address.

The cases of certificate_cases.py say that secure connections fail. Here they fail at some times, and not at others.
"""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.diagnosis.rules.tls.certificate_cases import (
    CHECK_DATE,
    COMPARE_DATES,
    SAVE_IF_DATE_IS_RIGHT,
    ChainExpired,
    ChainIncomplete,
    ChainNotYetValid,
    Expired,
    ExpiredByThisClock,
    NotYetValid,
    NotYetValidByThisClock,
    SelfSigned,
    SentExpired,
    Untrusted,
    UntrustedOrInspected,
    WrongHost,
)
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import plural, step, text
from fmsdiag.model import Action, Actor

_EXPLANATION = text(
    "{server:host} has several addresses. Players and encoders reject the certificate on port {port} of {bad:addresses}, and "
    "accept the one of {alive:address}. Players pick one of the addresses, some only the first. So some secure connections "
    "(RTMPS) fail, seemingly at random."
)
_YOU = (
    Steps.SAVE_REPORT,
    step(
        "If a connection fails until then, try again. The next attempt may use an address whose certificate is accepted.",
        Action.RUN_AGAIN,
    ),
)
_RENEW = step("Renew the certificate on port {port} of {bad:addresses}, and restart the service there.")
_SAME_AS_ALIVE = step("Install the certificate of {alive:address} on port {port} of {bad:addresses}, too.")


class ExpiredAtSome(FindingTexts, of="certificate-expired.some-addresses"):
    """It has expired, by more clocks than this computer's."""

    headline = plural(
        "At one server address, the certificate has expired.",
        "At {count} server addresses, the certificate has expired.",
    )
    explanation = _EXPLANATION
    acts = (Actor.OPERATOR,)
    you = _YOU
    operator = (_RENEW,)


class ExpiredByThisClockAtSome(FindingTexts, of="certificate-expired.some-addresses-by-this-clock"):
    """It has expired by this computer's clock, which nothing was compared with."""

    headline = plural(
        "One address's certificate or this computer's date is wrong.",
        "{count} addresses' certificates or this computer's date are wrong.",
    )
    explanation = text(
        "{server:host} has several addresses. By this computer's clock, the certificate on port {port} of {bad:addresses} has "
        "expired, and the one of {alive:address} is valid. If this computer's date is right, players that use the former "
        "fail, seemingly at random."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (CHECK_DATE, SAVE_IF_DATE_IS_RIGHT)
    operator = (_RENEW,)
    decisive_test = COMPARE_DATES


class ChainExpiredAtSome(FindingTexts, of="certificate-expired.some-addresses-chain"):
    """The server's own certificate is valid, and one that it depends on is not."""

    headline = plural(
        "At one server address, the certificate chain has expired.",
        "At {count} server addresses, the certificate chain has expired.",
    )
    explanation = _EXPLANATION
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = (
        step(
            "Install the current intermediate certificates of {issuer:list} on port {port} of {bad:addresses}, and remove "
            "outdated ones."
        ),
    )


class NotYetValidAtSome(FindingTexts, of="certificate-not-yet-valid.some-addresses"):
    """It is not valid yet, by more clocks than this computer's."""

    headline = plural(
        "At one server address, the certificate is not valid yet.",
        "At {count} server addresses, the certificate is not valid yet.",
    )
    explanation = _EXPLANATION
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = (
        step(
            "Check the date of the machine behind {bad:addresses}, and install a certificate on port {port} there that is "
            "valid now."
        ),
    )


class NotYetValidByThisClockAtSome(FindingTexts, of="certificate-not-yet-valid.some-addresses-by-this-clock"):
    """It is not valid yet by this computer's clock, which nothing was compared with."""

    headline = ExpiredByThisClockAtSome.headline
    explanation = text(
        "{server:host} has several addresses. By this computer's clock, the certificate on port {port} of {bad:addresses} is "
        "not valid yet, and the one of {alive:address} is valid. If this computer's date is right, players that use the "
        "former fail, seemingly at random."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = ExpiredByThisClockAtSome.you
    operator = NotYetValidAtSome.operator
    decisive_test = COMPARE_DATES


class ChainNotYetValidAtSome(FindingTexts, of="certificate-not-yet-valid.some-addresses-chain"):
    """The server's own certificate is valid, and one that it depends on is not yet."""

    headline = plural(
        "At one address, a certificate chain is not valid yet.",
        "At {count} addresses, a certificate chain is not valid yet.",
    )
    explanation = _EXPLANATION
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = ChainExpiredAtSome.operator


class SelfSignedAtSome(FindingTexts, of="certificate-self-signed.some-addresses"):
    """No authority has signed it."""

    headline = plural(
        "At one server address, the certificate is self-signed.",
        "At {count} server addresses, the certificate is self-signed.",
    )
    explanation = _EXPLANATION
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = (_SAME_AS_ALIVE,)


class UntrustedAtSome(FindingTexts, of="certificate-untrusted.some-addresses"):
    """This computer does not know its authority; it knows that of a reference server."""

    headline = plural(
        "At one server address, the certificate is not trusted.",
        "At {count} server addresses, the certificate is not trusted.",
    )
    explanation = text(
        "{server:host} has several addresses. The certificate on port {port} of {bad:addresses} was issued by {issuer:list}, "
        "which this computer does not trust; the one of {alive:address} is accepted. Players pick one of the addresses, some "
        "only the first. So some secure connections (RTMPS) fail, seemingly at random."
    )
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = (_SAME_AS_ALIVE,)


class UntrustedOrInspectedAtSome(FindingTexts, of="certificate-untrusted.some-addresses-or-inspected"):
    """Likewise, and no reference server was compared: an inspecting network shows the same."""

    headline = UntrustedAtSome.headline
    explanation = text(
        "{server:host} has several addresses. The certificate on port {port} of {bad:addresses} was issued by {issuer:list}, "
        "which this computer does not trust; the one of {alive:address} is accepted. Either the server at the former uses "
        "its own certificate authority, or this network inspects secure connections to it."
    )
    acts = UntrustedOrInspected.acts
    you = _YOU
    administrator = UntrustedOrInspected.administrator
    operator = (
        step(
            "Check whether {issuer:list} issued your certificate on port {port} of {bad:addresses}. If not, your customer's "
            "network inspects secure connections."
        ),
        step("If it did, install the certificate of {alive:address} there."),
    )
    decisive_test = UntrustedOrInspected.decisive_test


class WrongHostAtSome(FindingTexts, of="certificate-wrong-host.some-addresses"):
    """It is for other names than the one in the address."""

    headline = plural(
        "At one server address, the certificate is for another name.",
        "At {count} server addresses, the certificate is for another name.",
    )
    explanation = _EXPLANATION
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = (step("Add {server:host} to the names of the certificate on port {port} of {bad:addresses}."),)


class ChainIncompleteAtSome(FindingTexts, of="certificate-chain-incomplete.some-addresses"):
    """Only the server's own certificate is sent."""

    headline = plural(
        "At one server address, the certificate chain is incomplete.",
        "At {count} server addresses, the certificate chain is incomplete.",
    )
    explanation = text(
        "{server:host} has several addresses. On port {port} of {bad:addresses}, the intermediate certificate from "
        "{issuer:list} is missing; the certificate of {alive:address} is accepted. Many players and encoders cannot "
        "download the missing one. So some secure connections (RTMPS) fail, seemingly at random."
    )
    acts = ExpiredAtSome.acts
    you = _YOU
    operator = (
        step(
            "Configure the full chain on port {port} of {bad:addresses}: the server's certificate, followed by the certificate "
            "of {issuer:list}."
        ),
    )


AT_SOME: Mapping[type[FindingTexts], type[FindingTexts]] = {
    Expired: ExpiredAtSome,
    ExpiredByThisClock: ExpiredByThisClockAtSome,
    ChainExpired: ChainExpiredAtSome,
    SentExpired: ChainExpiredAtSome,
    NotYetValid: NotYetValidAtSome,
    NotYetValidByThisClock: NotYetValidByThisClockAtSome,
    ChainNotYetValid: ChainNotYetValidAtSome,
    SelfSigned: SelfSignedAtSome,
    Untrusted: UntrustedAtSome,
    UntrustedOrInspected: UntrustedOrInspectedAtSome,
    WrongHost: WrongHostAtSome,
    ChainIncomplete: ChainIncompleteAtSome,
}
"""By the case of all addresses, as it is told where nothing connects."""
