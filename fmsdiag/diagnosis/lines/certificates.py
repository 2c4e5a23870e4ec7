"""How the parties of a certificate are written: names of whom it was issued to and by whom."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.tls import distinguished
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Certificate
from fmsdiag.model.messages import Listed, Message


class CertificateNames(Table, of="certificate-names"):
    """Noun phrases; each stands inside a sentence."""

    COMMON = text("{common:name}")
    ORGANIZATION = text("{organization:name}")
    # translators: such as "R3 (Let's Encrypt)"
    BOTH = text("{common:name} ({organization:name})")
    NAMELESS = text("an unnamed authority")


def issuer_of(certificate: Certificate) -> Listed:
    """Who issued it, for a place `{issuer:list}`."""
    return Listed((_named(certificate.issuer),))


def subject_of(certificate: Certificate) -> Listed:
    """Whom it was issued to, for a place `{subject:list}`."""
    return Listed((_named(certificate.subject),))


def _named(name: str) -> Message:
    common, organization = distinguished(name)
    if common and organization:
        return CertificateNames.BOTH.of(common=common, organization=organization)
    if common:
        return CertificateNames.COMMON.of(common=common)
    if organization:
        return CertificateNames.ORGANIZATION.of(organization=organization)
    return CertificateNames.NAMELESS.of()
