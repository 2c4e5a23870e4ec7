import plistlib

from tests.packaging.packaging_modules import load

facts = load("package_facts")


def test_the_macos_application_owns_the_type_of_reports() -> None:
    plist = plistlib.loads(plistlib.dumps(facts.INFO_PLIST))
    (declared,) = plist["UTExportedTypeDeclarations"]
    (opened,) = plist["CFBundleDocumentTypes"]
    assert declared["UTTypeIdentifier"].startswith(f"{facts.BUNDLE_IDENTIFIER}.")
    assert declared["UTTypeConformsTo"] == ["public.json"]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["fmsdiag-report"]
    assert opened["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert (opened["CFBundleTypeRole"], opened["LSHandlerRank"]) == ("Viewer", "Owner")


def test_macos_is_told_why_the_local_network_is_contacted() -> None:
    assert "network" in facts.INFO_PLIST["NSLocalNetworkUsageDescription"]
