import plistlib

from fmsdiag.profile.link import SCHEME
from fmsdiag.profile.profile_file import EXTENSION
from tests.packaging.packaging_modules import load

facts = load("package_facts")


def test_the_macos_application_owns_the_type_of_reports() -> None:
    plist = plistlib.loads(plistlib.dumps(facts.INFO_PLIST))
    declared, profile = plist["UTExportedTypeDeclarations"]
    opened, opened_profile = plist["CFBundleDocumentTypes"]
    assert declared["UTTypeIdentifier"].startswith(f"{facts.BUNDLE_IDENTIFIER}.")
    assert declared["UTTypeConformsTo"] == ["public.json"]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["fmsdiag-report"]
    assert opened["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert (opened["CFBundleTypeRole"], opened["LSHandlerRank"]) == ("Viewer", "Owner")
    assert profile["UTTypeTagSpecification"]["public.filename-extension"] == [EXTENSION.removeprefix(".")]
    assert opened_profile["LSItemContentTypes"] == [profile["UTTypeIdentifier"]]


def test_macos_hands_over_links_that_hold_a_profile() -> None:
    (links,) = facts.INFO_PLIST["CFBundleURLTypes"]
    assert [f"{scheme}://" for scheme in links["CFBundleURLSchemes"]] == [SCHEME]


def test_macos_is_told_why_the_local_network_is_contacted() -> None:
    assert "network" in facts.INFO_PLIST["NSLocalNetworkUsageDescription"]
