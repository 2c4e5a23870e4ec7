"""What is said of a server's certificate: the cases of the certificate-* family, whose rules are in certificate.py.

A case is "beside" where the plan's first attempt connected and only secure streaming is affected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, step, text
from fmsdiag.model import Action, Actor, Cause

CHECK_DATE = step("Check this computer's date and time.")
SAVE_IF_DATE_IS_RIGHT = step(
    "If they are right, save this report and send it to the people who run the server.", Action.SAVE_REPORT
)
COMPARE_DATES = text("Compare this computer's date and time with another clock.")


# ---- certificate-expired
class Expired(FindingTexts, of="certificate-expired.expired"):
    """It has expired, by more clocks than this computer's."""

    headline = text("The server's security certificate has expired.")
    explanation = text(
        "The certificate on port {port} of {server:host} has expired. Players and encoders that check it reject it, so secure "
        "connections (RTMPS) fail. Nothing is wrong on your side."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (step("Renew the certificate on port {port} of {server:host}, and restart the service."),)


class ExpiredBeside(FindingTexts, of="certificate-expired.beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate for secure streaming (RTMPS) has expired.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Only secure connections (RTMPS) to port {port} of {server:host} fail, "
        "because the certificate there has expired."
    )
    acts = Expired.acts
    operator = Expired.operator


class ExpiredByThisClock(FindingTexts, of="certificate-expired.by-this-clock"):
    """It has expired by this computer's clock, which nothing was compared with."""

    headline = text("The certificate has expired, or this computer's date is wrong.")
    explanation = text(
        "By this computer's clock, the certificate on port {port} of {server:host} has expired, so secure connections "
        "(RTMPS) fail. If this computer's date is wrong, a valid certificate looks the same."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (CHECK_DATE, SAVE_IF_DATE_IS_RIGHT, Steps.USE_BEST_ROUTE)
    operator = Expired.operator
    decisive_test = COMPARE_DATES


class ExpiredByThisClockBeside(FindingTexts, of="certificate-expired.by-this-clock-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The RTMPS certificate has expired, or the date is wrong.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. By this computer's clock, the certificate on port {port} of {server:host} "
        "has expired, so secure connections (RTMPS) fail. If this computer's date is wrong, a valid certificate looks "
        "the same."
    )
    acts = ExpiredByThisClock.acts
    you = (CHECK_DATE,)
    operator = Expired.operator
    decisive_test = COMPARE_DATES


class ChainExpired(FindingTexts, of="certificate-expired.chain"):
    """The server's own certificate is valid, and one that it depends on is not."""

    headline = text("A certificate in the server's chain has expired.")
    explanation = text(
        "The certificate of {server:host} itself is valid, but one that it depends on is not: an intermediate "
        "certificate that the server sends, or a certificate authority in this computer's list. Programs with a newer "
        "list may still connect."
    )
    acts = Expired.acts
    you = Expired.you
    operator = (
        step(
            "Install the current intermediate certificates of {issuer:list} on port {port}, and remove outdated ones."
        ),
    )


class SentExpired(FindingTexts, of="certificate-expired.sent"):
    """Likewise, and it is an intermediate certificate that the server sends."""

    headline = text("An intermediate certificate that the server sends has expired.")
    explanation = text(
        "The certificate of {server:host} itself is valid, but the server sends an intermediate certificate with it that has "
        "expired: {intermediate:list}. So secure connections (RTMPS) fail. Some programs know a newer one and connect."
    )
    acts = Expired.acts
    you = Expired.you
    operator = ChainExpired.operator


class SentExpiredBeside(FindingTexts, of="certificate-expired.sent-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. For RTMPS, the server sends an expired intermediate certificate.")
    says_it_works = True
    explanation = SentExpired.explanation
    acts = Expired.acts
    operator = ChainExpired.operator


class ChainExpiredBeside(FindingTexts, of="certificate-expired.chain-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate chain for secure streaming (RTMPS) has expired.")
    says_it_works = True
    explanation = ChainExpired.explanation
    acts = Expired.acts
    operator = ChainExpired.operator


# ---- certificate-not-yet-valid
class NotYetValid(FindingTexts, of="certificate-not-yet-valid.not-yet-valid"):
    """It is not valid yet, by more clocks than this computer's."""

    headline = text("The server's security certificate is not valid yet.")
    explanation = text(
        "The certificate on port {port} of {server:host} is not valid yet. Players and encoders that check it reject it, so "
        "secure connections (RTMPS) fail. Nothing is wrong on your side."
    )
    acts = (Actor.OPERATOR,)
    you = Expired.you
    operator = (step("Check the server's date, and install a certificate on port {port} that is valid now."),)


class NotYetValidBeside(FindingTexts, of="certificate-not-yet-valid.beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate for secure streaming (RTMPS) is not valid yet.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Only secure connections (RTMPS) to port {port} of {server:host} fail, "
        "because the certificate there is not valid yet."
    )
    acts = NotYetValid.acts
    operator = NotYetValid.operator


class NotYetValidByThisClock(FindingTexts, of="certificate-not-yet-valid.by-this-clock"):
    """It is not valid yet by this computer's clock, which nothing was compared with."""

    headline = text("The certificate is not valid yet, or this computer's date is wrong.")
    explanation = text(
        "By this computer's clock, the certificate on port {port} of {server:host} is not valid yet, so secure "
        "connections (RTMPS) fail. If this computer's date is wrong, a valid certificate looks the same."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = ExpiredByThisClock.you
    operator = NotYetValid.operator
    decisive_test = COMPARE_DATES


class NotYetValidByThisClockBeside(FindingTexts, of="certificate-not-yet-valid.by-this-clock-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The RTMPS certificate or this computer's date is wrong.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. By this computer's clock, the certificate on port {port} of {server:host} "
        "is not valid yet, so secure connections (RTMPS) fail. If this computer's date is wrong, a valid certificate "
        "looks the same."
    )
    acts = NotYetValidByThisClock.acts
    you = (CHECK_DATE,)
    operator = NotYetValid.operator
    decisive_test = COMPARE_DATES


class ChainNotYetValid(FindingTexts, of="certificate-not-yet-valid.chain"):
    """The server's own certificate is valid, and one that it depends on is not yet."""

    headline = text("A certificate in the server's chain is not valid yet.")
    explanation = ChainExpired.explanation
    acts = NotYetValid.acts
    you = NotYetValid.you
    operator = ChainExpired.operator


class ChainNotYetValidBeside(FindingTexts, of="certificate-not-yet-valid.chain-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. A certificate behind secure streaming (RTMPS) is not valid yet.")
    says_it_works = True
    explanation = ChainExpired.explanation
    acts = NotYetValid.acts
    operator = ChainExpired.operator


# ---- certificate-self-signed
class SelfSigned(FindingTexts, of="certificate-self-signed.self-signed"):
    """No authority has signed it."""

    headline = text("The server's security certificate is self-signed.")
    explanation = text(
        "The certificate on port {port} of {server:host} is self-signed, not issued by a certificate authority. Players "
        "and encoders that check it reject it, so secure connections (RTMPS) fail. Nothing is wrong on your side."
    )
    acts = (Actor.OPERATOR,)
    you = Expired.you
    operator = (
        step(
            "Install a certificate from a public certificate authority on port {port} of {server:host}.",
            premise=Premise.PUBLIC_ADDRESS,
        ),
    )


class SelfSignedBeside(FindingTexts, of="certificate-self-signed.beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate for secure streaming (RTMPS) is self-signed.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Only secure connections (RTMPS) to port {port} of {server:host} fail, "
        "because the certificate there is self-signed, not issued by a certificate authority."
    )
    acts = SelfSigned.acts
    operator = SelfSigned.operator


# ---- certificate-untrusted
class Untrusted(FindingTexts, of="certificate-untrusted.untrusted"):
    """This computer does not know its authority; it knows that of a reference server."""

    headline = text("The server's security certificate is not trusted.")
    explanation = text(
        "The certificate on port {port} of {server:host} was issued by {issuer:list}, which this computer does not "
        "trust. Players and encoders that check it reject it, so secure connections (RTMPS) fail. Nothing is wrong on your "
        "side."
    )
    acts = (Actor.OPERATOR,)
    you = Expired.you
    operator = (
        step(
            "Install a certificate from a public certificate authority on port {port}, or have customers trust your own.",
            premise=Premise.PUBLIC_ADDRESS,
        ),
    )


class UntrustedBeside(FindingTexts, of="certificate-untrusted.beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate for secure streaming (RTMPS) is not trusted.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Only secure connections (RTMPS) to port {port} of {server:host} fail, "
        "because the certificate there was issued by {issuer:list}, which this computer does not trust."
    )
    acts = Untrusted.acts
    operator = Untrusted.operator


class NotAccepted(FindingTexts, of="certificate-untrusted.not-accepted"):
    """Its issuer may be known; the check has another objection, such as its purpose or a weak signature."""

    headline = text("The server's security certificate is not accepted.")
    explanation = text(
        "This computer's check rejects the certificate on port {port} of {server:host}. Players and encoders that check it "
        "reject it, too, so secure connections (RTMPS) fail. Nothing is wrong on your side. The reason: {reason:quote}"
    )
    acts = (Actor.OPERATOR,)
    you = Expired.you
    operator = (
        step(
            "Replace the certificate on port {port} of {server:host} with one that passes this check, and restart the service."
        ),
    )


class NotAcceptedBeside(FindingTexts, of="certificate-untrusted.not-accepted-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate for secure streaming (RTMPS) is not accepted.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Only secure connections (RTMPS) to port {port} of {server:host} fail, because "
        "this computer's check rejects the certificate there. The reason: {reason:quote}"
    )
    acts = NotAccepted.acts
    operator = NotAccepted.operator


class UntrustedOrInspected(FindingTexts, of="certificate-untrusted.or-inspected"):
    """Likewise, and no reference server was compared: an inspecting network shows the same."""

    headline = text("The security certificate on port {port} is not trusted.")
    explanation = text(
        "The certificate on port {port} of {server:host} was issued by {issuer:list}, which this computer does not "
        "trust, so secure connections (RTMPS) fail. Either the server uses its own certificate authority, or this "
        "network inspects secure connections and presents its own certificates."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = Expired.you
    administrator = (
        step("If this network inspects secure connections, exempt {server:host}, TCP port {port}."),
    )
    operator = (
        step(
            "Check whether {issuer:list} issued your certificate on port {port}. If not, your customer's network inspects "
            "secure connections."
        ),
        step(
            "If it did, install a certificate from a public certificate authority, or have customers trust your own.",
            premise=Premise.PUBLIC_ADDRESS,
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the issuer differs there, this network inspects "
        "secure connections.",
        premise=Premise.OTHER_NETWORK,
    )


class UntrustedOrInspectedBeside(FindingTexts, of="certificate-untrusted.or-inspected-beside"):
    """Likewise, while the plan connects."""

    headline = UntrustedBeside.headline
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Secure connections (RTMPS) to port {port} of {server:host} fail, because "
        "the certificate there was issued by {issuer:list}, which this computer does not trust. Either the server uses "
        "its own certificate authority, or this network inspects secure connections."
    )
    acts = UntrustedOrInspected.acts
    administrator = UntrustedOrInspected.administrator
    operator = UntrustedOrInspected.operator
    decisive_test = UntrustedOrInspected.decisive_test


# ---- certificate-wrong-host
class WrongHost(FindingTexts, of="certificate-wrong-host.wrong-host"):
    """It is for other names than the one in the address."""

    headline = text("The server's security certificate is for another name.")
    explanation = text(
        "The certificate on port {port} does not include the name {server:host}. Players and encoders that check it "
        "reject it, so secure connections (RTMPS) fail."
    )
    acts = (Actor.OPERATOR,)
    you = Expired.you
    operator = (
        step(
            "Add {server:host} to the names of the certificate on port {port}, or give customers a name that it includes."
        ),
    )


class WrongHostBeside(FindingTexts, of="certificate-wrong-host.beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate for secure streaming (RTMPS) is for another name.")
    says_it_works = True
    explanation = text(
        "The connection you asked for works. Only secure connections (RTMPS) to port {port} fail, because the "
        "certificate there does not include the name {server:host}."
    )
    acts = WrongHost.acts
    operator = WrongHost.operator


# ---- certificate-chain-incomplete
class ChainIncomplete(FindingTexts, of="certificate-chain-incomplete.incomplete"):
    """Only the server's own certificate is sent."""

    headline = text("The server does not send its complete certificate chain.")
    explanation = text(
        "On port {port}, {server:host} sends its own certificate but not the intermediate certificate from {issuer:list} "
        "that signed it. Some programs can download the missing one. Many players and encoders cannot, so secure "
        "connections (RTMPS) fail."
    )
    acts = (Actor.OPERATOR,)
    you = Expired.you
    operator = (
        step(
            "Configure the full chain on port {port}: the server's certificate, followed by the certificate of {issuer:list}."
        ),
    )


class ChainIncompleteBeside(FindingTexts, of="certificate-chain-incomplete.beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The certificate chain for secure streaming (RTMPS) is incomplete.")
    says_it_works = True
    explanation = ChainIncomplete.explanation
    acts = ChainIncomplete.acts
    operator = ChainIncomplete.operator


class Cases(NamedTuple):
    """How one kind of flaw is told."""

    alone: type[FindingTexts]
    beside: type[FindingTexts]


SURE: Mapping[Cause, Cases] = {
    Cause.CERTIFICATE_EXPIRED: Cases(Expired, ExpiredBeside),
    Cause.CERTIFICATE_NOT_YET_VALID: Cases(NotYetValid, NotYetValidBeside),
    Cause.CERTIFICATE_SELF_SIGNED: Cases(SelfSigned, SelfSignedBeside),
    Cause.CERTIFICATE_UNTRUSTED: Cases(Untrusted, UntrustedBeside),
    Cause.CERTIFICATE_WRONG_HOST: Cases(WrongHost, WrongHostBeside),
    Cause.CERTIFICATE_CHAIN_INCOMPLETE: Cases(ChainIncomplete, ChainIncompleteBeside),
}
OTHER = Cases(NotAccepted, NotAcceptedBeside)
"""Where the check has an objection of its own, which it puts in words."""
DOUBTED: Mapping[Cause, Cases] = {
    Cause.CERTIFICATE_EXPIRED: Cases(ExpiredByThisClock, ExpiredByThisClockBeside),
    Cause.CERTIFICATE_NOT_YET_VALID: Cases(NotYetValidByThisClock, NotYetValidByThisClockBeside),
    Cause.CERTIFICATE_UNTRUSTED: Cases(UntrustedOrInspected, UntrustedOrInspectedBeside),
}
"""Where something else would show the same flaw, and nothing was compared."""
CHAIN: Mapping[Cause, Cases] = {
    Cause.CERTIFICATE_EXPIRED: Cases(ChainExpired, ChainExpiredBeside),
    Cause.CERTIFICATE_NOT_YET_VALID: Cases(ChainNotYetValid, ChainNotYetValidBeside),
}
"""Where the flaw of dates is not in the server's own certificate."""
SENT: Mapping[Cause, Cases] = {Cause.CERTIFICATE_EXPIRED: Cases(SentExpired, SentExpiredBeside)}
"""Where it is in an intermediate certificate that the server sends."""
