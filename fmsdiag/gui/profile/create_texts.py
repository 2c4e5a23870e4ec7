"""The words of Create Customer Profile."""

from __future__ import annotations

from fmsdiag.messages.text import Table, text


class CreateTexts(Table, of="gui.create-profile"):
    """The dialog. "&" marks the access key."""

    TITLE = text("Create Customer Profile")
    INTRO = text(
        "A profile is a test that your customer opens and runs. It is shown to them whole, starts nothing by itself, and "
        "cannot contain passwords or stream keys."
    )
    SENDER = text("Your &name")
    SENDER_EXAMPLE = text("as your customer knows you")
    MESSAGE = text("&Message")
    MESSAGE_EXAMPLE = text("your words to the customer")
    SERVERS = text("&Servers")
    SERVERS_EXAMPLE = text("rtmp://{name:host}/live, one address a line, without a stream key")
    PLAN = text("P&lan")
    PLAN_OF_ADDRESS = text("As the address implies")
    PORTS = text("&Ports")
    PORTS_EXAMPLE = text("the plan's, or {ports:name}")
    CHECKS = text("C&hecks")
    CHECKS_EXAMPLE = text("the usual ones; {ports:name}; or none")
    CONTROL = text("Re&ference server")
    CONTROL_EXAMPLE = text("as usual, a host, or none")
    REFERENCES = text("Reference &run")
    REFERENCES_EXAMPLE = text(
        "None. A run made beside the server is compared with your customer's, in place of third parties."
    )
    REFERENCE = text("{host}, {at:moment}")
    FROM_FILE = text("From a Fil&e…")
    FROM_WINDOW = text("From This &Window")
    REMOVE = text("Remo&ve")
    FIELDS = text("Cus&tomer fills in")
    FIELDS_EXAMPLE = text("such as Ticket number!, one label a line; an exclamation mark makes it required")
    SEND_TO = text("Sen&d the report to")
    SEND_TO_EXAMPLE = text("an email address or an https:// page; it is only shown")
    REDACTION = text("Report leaves &out")
    STANDARD = text("Secrets, names, and local addresses")
    STRICT = text("Also network settings, programs, and contents")
    LOGO = text("Lo&go")
    NO_LOGO = text("None. A PNG picture of at most 512 x 512 pixels and 64 kB.")
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
    COPIED = text("The link was copied. It holds the whole profile.")
    NOT_SAVED = text("Not saved: {reason:name}. Choose another folder.")
    NOT_READ = text("{file:name}: {problem:name}")
    WRONG = text("Some entries need to be corrected first.")
