"""What each plan is called where a user chooses one; most are named after the player whose order they are."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import PlanName


class PlanTitles(Table, of="plans"):
    """Names, not sentences. Players keep their own."""

    AMS = text("Flash Media Server")
    AMS_443 = text("Flash Media Server with port 443")
    FLASH_PLAYER = text("Flash Player")
    NETCONNECTION_SMART = text("NetConnectionSmart")
    NCMANAGER = text("NCManager")
    AKAMAI = text("AkamaiConnection")
    SECURE = text("Secure only")
    ENCODER = text("Encoder (only the address given)")
    RTMFP_FIRST = text("RTMFP first")
    EVERYTHING = text("Every port and protocol")
    URL = text("The address alone")
    CUSTOM = text("Your ports")


PLAN_TITLES: Mapping[PlanName, Text] = {name: getattr(PlanTitles, name.name) for name in PlanName}
