"""The name of a saved report: which server, when (UTC), and the beginning of its id."""

from __future__ import annotations

import re

from fmsdiag.model import Report

MAX_HOST = 60


def file_name(report: Report, extension: str) -> str:
    """ "fmsdiag_media.example.com_20260512T1202Z_ab12.json": safe in every file system."""
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", report.target.host)[:MAX_HOST].strip("-.") or "server"
    digits = re.sub(r"[^0-9]", "", report.started_at.partition(".")[0])
    moment = f"{digits[:8]}T{digits[8:12]}Z" if len(digits) >= 12 else "undated"
    mark = re.sub(r"[^A-Za-z0-9]", "", report.report_id)[:4].lower() or "0000"
    return f"fmsdiag_{host}_{moment}_{mark}.{extension}"
