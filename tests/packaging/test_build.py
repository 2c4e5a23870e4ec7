import configparser
import gzip
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import fmsdiag
from fmsdiag.profile.profile_file import EXTENSION as PROFILE_EXTENSION
from fmsdiag.report.open_file import OWN_EXTENSION
from tests.packaging.packaging_modules import PACKAGING, load
from tests.systems import for_packages_of_linux

build, facts = load("build"), load("package_facts")
EPOCH = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "app"
    (place / "inner").mkdir(parents=True)
    program = place / "program"
    program.write_bytes(b"run")
    program.chmod(0o700)
    (place / "inner" / "data").write_bytes(b"some data")
    return place


def test_the_archive_is_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    (folder / "link").symlink_to("program")
    first = build.tar_folder(folder, tmp_path / "a.tar.gz", EPOCH).read_bytes()
    (folder / "inner" / "data").touch()
    assert build.tar_folder(folder, tmp_path / "b.tar.gz", EPOCH).read_bytes() == first


@for_packages_of_linux
def test_the_archive_belongs_to_root_and_keeps_links(folder: Path, tmp_path: Path) -> None:
    (folder / "link").symlink_to("program")
    with tarfile.open(build.tar_folder(folder, tmp_path / "a.tar.gz", EPOCH)) as tar:
        entries = {entry.name: entry for entry in tar.getmembers()}
    assert list(entries) == ["app", "app/inner", "app/inner/data", "app/link", "app/program"]
    assert {(entry.uid, entry.mtime) for entry in entries.values()} == {(0, EPOCH)}
    assert entries["app/program"].mode == 0o755
    assert entries["app/inner/data"].mode == 0o644
    assert entries["app/link"].linkname == "program"


def test_the_zip_has_one_folder_at_its_top(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(build.zip_folder(folder, tmp_path / "a.zip", EPOCH)) as zipped:
        assert zipped.namelist() == ["app/inner/data", "app/program"]


def test_the_zip_is_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    first = build.zip_folder(folder, tmp_path / "a.zip", EPOCH).read_bytes()
    (folder / "program").touch()
    assert build.zip_folder(folder, tmp_path / "b.zip", EPOCH).read_bytes() == first


def test_a_size_counts_no_links(folder: Path) -> None:
    (folder / "link").symlink_to("program")
    assert build.size_of(folder) == len(b"run") + len(b"some data")
    assert build.size_of(folder / "program") == 3


def test_the_time_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    assert build.source_date_epoch() == 7
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert build.source_date_epoch() >= build.EARLIEST


def test_the_time_needs_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build.source_date_epoch() == build.EARLIEST


@for_packages_of_linux
def test_the_man_page_and_the_completions_lie_below_share(tmp_path: Path) -> None:
    build.add_man_page_and_completions(tmp_path)
    manual = tmp_path / "man" / "man1"
    page = (manual / "fmsdiag.1.gz").read_bytes()
    assert gzip.decompress(page).startswith(b".TH FMSDIAG")
    assert (page[3], page[4:8]) == (0, bytes(4)), (
        "no file name and no time, so that every build gives the same"
    )
    assert (manual / "fmsdiag-cli.1.gz").read_bytes() == page
    assert all((tmp_path / place).is_file() for place in build.COMPLETIONS_BELOW_SHARE.values())


def test_the_control_file_is_complete() -> None:
    lines = build.debian_control("1.2.3", "amd64", 99, "2.36").splitlines()
    fields = dict(line.split(": ", 1) for line in lines if not line.startswith(" "))
    assert {"Package", "Version", "Architecture", "Maintainer", "Description", "Depends"} <= fields.keys()
    assert fields["Depends"].startswith("libc6 (>= 2.36), ")
    assert (fields["Version"], fields["Architecture"], fields["Installed-Size"]) == ("1.2.3", "amd64", "99")


def test_the_menu_entry_names_one_main_category_and_our_window() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(PACKAGING / "linux" / "fmsdiag.desktop", encoding="utf-8")
    fields = entry["Desktop Entry"]
    assert fields["StartupWMClass"] == fields["Icon"] == "fmsdiag"
    assert fields["Categories"] == "Network;"
    assert fields["Exec"].split()[0] == "fmsdiag"

    ours = (facts.REPORT_TYPE, facts.PROFILE_TYPE, f"x-scheme-handler/{facts.LINK_SCHEME}")
    assert fields["MimeType"] == "".join(f"{kind};" for kind in ours), ".json and .html stay everybody's"
    assert fields["Exec"].split()[1:] == ["%U"], "paths of files, or a link"


def test_the_types_of_a_report_and_a_profile_have_one_ending_and_are_json() -> None:
    root = ElementTree.parse(PACKAGING / "linux" / "fmsdiag.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    ours = {facts.REPORT_TYPE: OWN_EXTENSION, facts.PROFILE_TYPE: PROFILE_EXTENSION}
    assert [kind.get("type") for kind in root] == list(ours)
    for kind, ending in zip(root, ours.values(), strict=True):
        assert [glob.get("pattern") for glob in kind.iter(f"{space}glob")] == [f"*{ending}"]
        assert [base.get("type") for base in kind.iter(f"{space}sub-class-of")] == ["application/json"]


def test_what_software_centers_show_agrees_with_the_package() -> None:
    root = ElementTree.parse(PACKAGING / "linux" / f"{facts.BUNDLE_IDENTIFIER}.metainfo.xml").getroot()
    told = {name: root.findtext(name) for name in ("id", "summary", "launchable")}
    assert told == {
        "id": facts.BUNDLE_IDENTIFIER,
        "summary": facts.SUMMARY,
        "launchable": "fmsdiag.desktop",
    }
    assert root.findtext("url[@type='homepage']") == facts.HOMEPAGE
    types = [kind.text for kind in root.iterfind("provides/mediatype")]
    assert types == [facts.REPORT_TYPE, facts.PROFILE_TYPE, f"x-scheme-handler/{facts.LINK_SCHEME}"]


@pytest.mark.parametrize(
    "command",
    [
        ("appstreamcli", "validate", "--no-net", f"{facts.BUNDLE_IDENTIFIER}.metainfo.xml"),
        ("desktop-file-validate", "fmsdiag.desktop"),
    ],
)
def test_the_desktop_accepts_our_files(command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=PACKAGING / "linux", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(
    shutil.which("update-mime-database") is None, reason="update-mime-database is not installed"
)
def test_the_desktop_learns_the_type_of_a_report(tmp_path: Path) -> None:
    build.add_desktop_files(tmp_path, icons=None)
    subprocess.run(["update-mime-database", tmp_path / "mime"], check=True)
    globs = (tmp_path / "mime" / "globs2").read_text(encoding="utf-8").splitlines()
    assert {line for line in globs if not line.startswith("#")} == {
        f"50:{facts.REPORT_TYPE}:*{OWN_EXTENSION}",
        f"50:{facts.PROFILE_TYPE}:*{PROFILE_EXTENSION}",
    }


def test_the_heaviest_files_come_first(folder: Path) -> None:
    (folder / "link").symlink_to("program")
    assert build.heaviest(folder) == [folder / "inner" / "data", folder / "program"]
    assert build.heaviest(folder, 1) == [folder / "inner" / "data"]


def test_only_a_deb_can_be_too_large(tmp_path: Path) -> None:
    for name, size in {"small.deb": 0, "large.deb": 1, "large.tar.gz": 1}.items():
        with (tmp_path / name).open("wb") as file:
            file.truncate(build.MAX_DEB_BYTES + size)
    assert [path.name for path in sorted(tmp_path.iterdir()) if build.is_too_large(path)] == ["large.deb"]


def test_the_version_is_the_one_of_the_source() -> None:
    assert load("package_facts").version() == fmsdiag.__version__


def test_windows_gets_four_numbers() -> None:
    text = load("package_facts").windows_version_info("fmsdiag-cli", "1.2")
    assert "filevers=(1, 2, 0, 0)" in text
    assert "'fmsdiag-cli.exe'" in text
    compile(text, "version", "eval")


def test_windows_programs_scale_and_speak_utf8() -> None:
    root = ElementTree.fromstring(facts.WINDOWS_MANIFEST)
    told = {element.tag.partition("}")[2]: element.text for element in root.iter()}
    assert told["dpiAwareness"] == "PerMonitorV2, PerMonitor"
    assert (told["activeCodePage"], told["longPathAware"]) == ("UTF-8", "true")
    (level,) = [e.get("level") for e in root.iter() if e.tag.endswith("}requestedExecutionLevel")]
    assert level == "asInvoker"


def test_every_entry_script_of_the_spec_exists() -> None:
    spec = (PACKAGING / "fmsdiag.spec").read_text(encoding="utf-8")
    for name in ("window_entry", "console_entry"):
        assert f'"{name}"' in spec
        assert (PACKAGING / f"{name}.py").exists()
