"""The words of Create Customer Profile."""

from __future__ import annotations

from fmsdiag.messages.text import Table, text


class CreateTexts(Table, of="gui.create-profile"):
    """The dialog. "&" marks the access key."""

    TITLE = text("Create Customer Profile")
    INTRO = text(
        "A profile is a test that your customer opens and runs. They see all of it before they start it; nothing starts by "
        "itself. It cannot contain passwords or stream keys."
    )
    SENDER = text("Your &name")
    SENDER_EXAMPLE = text("Your name or company, as your customer knows it")
    MESSAGE = text("&Message")
    MESSAGE_EXAMPLE = text("Shown to the customer before the test")
    SERVERS = text("&Servers")
    SERVERS_EXAMPLE = text("One address per line, without a stream key, for example: rtmp://{name:host}/live")
    PLAN = text("P&lan")
    PLAN_OF_ADDRESS = text("Based on the address")
    PORTS = text("&Ports")
    PORTS_EXAMPLE = text("Default: the plan's. For example: {ports:name}")
    CHECKS = text("C&hecks")
    CHECKS_EXAMPLE = text("Default: the usual ones. For example: {ports:name}, or none")
    CONTROL = text("Re&ference server")
    CONTROL_EXAMPLE = text("Default: the usual one. Or a host name, or none")
    REFERENCES = text("Reference &run")
    REFERENCES_EXAMPLE = text(
        "None. A test made on the server's own network is compared with your customer's, instead of with third parties."
    )
    REFERENCE = text("{host}, {at:moment}")
    FROM_FILE = text("From a Fil&e…")
    FROM_WINDOW = text("Use the &Test in This Window")
    REMOVE = text("Remo&ve")
    FIELDS = text("Customer f&ills in")
    FIELDS_EXAMPLE = text("One label per line, for example: Ticket number! (the ! makes it required)")
    SEND_TO = text("Sen&d the report to")
    SEND_TO_EXAMPLE = text("An email address or an https:// page; the customer sends it, not fmsdiag")
    REDACTION = text("Rep&ort level")
    LOGO = text("Lo&go")
    NO_LOGO = text("None. PNG, up to 512 × 512 pixels and 64 kB.")
    LOGO_SIZE = text("{path:name}, {size}")
    CHOOSE = text("&Choose…")
    CHOOSE_LOGO = text("Choose Logo")
    CHOOSE_REFERENCE = text("Choose Reference Run")
    PNG_FILES = text("PNG pictures (*.png)")
    # translators: {patterns} is such as "*.html *.json"
    REPORT_FILES = text("Reports ({patterns:name})")
    SAVE = text("Save &As…")
    SAVE_TITLE = text("Save Profile")
    PROFILE_FILES = text("Profiles (*.fmsdiag)")
    COPY_LINK = text("Cop&y Link")
    CLOSE = text("Close")
    SAVED = text("Saved as {path:name}. Nothing has been tested or sent.")
    COPIED = text("The link was copied. It contains the whole profile; nothing was uploaded.")
    NOT_SAVED = text("Not saved: {reason:name}. Choose another folder.")
    NOT_READ = text("{file:name}: {problem:name}")
    WRONG = text("Some entries need to be corrected first.")
