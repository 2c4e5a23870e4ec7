"""What each cause is, in families as its rules are: texts that a reader finds on the page of a cause."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions import dns, firewall, local, path, proxy, server, tls
from fmsdiag.diagnosis.descriptions.description import Descriptions, by_cause

DESCRIPTIONS: Descriptions = by_cause(local, dns, firewall, proxy, tls, path, server)
"""The description of every cause."""
