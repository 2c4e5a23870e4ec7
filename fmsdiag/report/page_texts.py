"""The page's own words: its headings and labels. What it says about a report's parts is in view.py."""

from __future__ import annotations

from fmsdiag.messages.text import Table, plural, text


class PageTexts(Table, of="page"):
    """Headings in their order on the page, and what stands where a part is empty."""

    TITLE = text("{word:name}: {host} – fmsdiag report")
    BRAND = text("fmsdiag report")
    ABOUT = text("{moment} · report {report:name}")
    APPLICATION = text("application {application:name}")
    KEEP_PRIVATE = text("Keep this file private.")
    HOW_SURE = text("Confidence")
    THE_SERVER = text("Server software")
    CAUSE = text("Cause")
    ACTS = text("action needed")
    TIMELINE = text("Timeline")
    NO_ATTEMPT = text("No attempt was made.")
    EVIDENCE = text("Evidence")
    NO_CAUSE = text("No cause was found. The list of steps shows what happened.")
    NOTHING_WRONG = text("No problem was found. The list of steps shows what happened.")
    ALSO_FOUND = text("Also found: {headline:name}")
    PLAYER = text("Player")
    OUTCOME = text("Result")
    TARGET = text("Target and names")
    SOFTWARE = text("What the server seems to be")
    SOFTWARE_LIMITS = text("Many servers imitate others, so this is an estimate from these signs, not proof.")
    ENVIRONMENT = text("Environment")
    STEPS = text("Steps")
    NO_STEP = text("No step was started.")
    ON_HOST = text("on {host}")
    ASKED_BY = text("to check {cause:name}")
    STEP_TIMES = text("at {began:duration}, took {took:duration}")
    TRANSCRIPT = text("Transcript")
    TRANSCRIPT_OF = text("{title:name}, {method:name}")
    AT = text("Time")
    DIRECTION = text("Direction")
    MESSAGE = text("Message")
    SENT = text("sent")
    RECEIVED = text("received")
    NO_MESSAGE = text("No protocol message was exchanged.")
    NOTHING_HIDDEN = text("Nothing is hidden.")
    METHOD = text("Method and limits")
    DATA = text(
        "The test took {took:duration}. Its data is inside this page as JSON ({version:name}); to see them, "
        "open this file with fmsdiag."
    )
    # translators: a row's title: "Attempt 2"
    ATTEMPT = text("Attempt {number:name}")
    CHECK = text("Check {number:name}")
    CONTROL = text("Comparison {number:name}")
    FOLLOW_UP = text("Follow-up {number:name}")
    # translators: a link to a step: "Attempt 2, TCP connection"
    STEP_OF = text("{attempt:name}, {step:name}")
    BYTES_SENT = plural("{count} byte sent", "{count} bytes sent")
    BYTES_RECEIVED = plural("{count} byte received", "{count} bytes received")
    FIRST_SENT = text("First {shown:count} of {count} bytes sent")
    FIRST_RECEIVED = text("First {shown:count} of {count} bytes received")
