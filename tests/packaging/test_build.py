import configparser
import gzip
import tarfile
import zipfile
from pathlib import Path

import pytest

import fmsdiag
from tests.packaging.packaging_modules import PACKAGING, load

build = load("build")
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
    with zipfile.ZipFile(build.zip_folder(folder, tmp_path / "a.zip")) as zipped:
        assert {name.partition("/")[0] for name in zipped.namelist()} == {"app"}


def test_a_size_counts_no_links(folder: Path) -> None:
    (folder / "link").symlink_to("program")
    assert build.size_of(folder) == len(b"run") + len(b"some data")
    assert build.size_of(folder / "program") == 3


def test_the_time_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    assert build.source_date_epoch() == 7
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert build.source_date_epoch() >= 315532800


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


def test_the_version_is_the_one_of_the_source() -> None:
    assert load("package_facts").version() == fmsdiag.__version__


def test_windows_gets_four_numbers() -> None:
    text = load("package_facts").windows_version_info("fmsdiag-cli", "1.2")
    assert "filevers=(1, 2, 0, 0)" in text
    assert "'fmsdiag-cli.exe'" in text
    compile(text, "version", "eval")


def test_every_entry_script_of_the_spec_exists() -> None:
    spec = (PACKAGING / "fmsdiag.spec").read_text(encoding="utf-8")
    for name in ("window_entry", "console_entry"):
        assert f'"{name}"' in spec
        assert (PACKAGING / f"{name}.py").exists()
