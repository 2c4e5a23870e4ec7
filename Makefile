# make run           set everything up and start the window, or the demo in the terminal if there is no display
# make test          set everything up and run every check (PYTEST_ARGS="-n 0 -x": one process, stop at the first failure)
# make setup         only .venv and the system libraries that it needs
# make lint          only the static checks
# make coverage      the tests, and which branches they do not cover; fails below 95 %, in gui/ below 85 %
# make package       build packages for this system in dist/: a self-contained folder, and archives of it
# make test-package  build the package, then run it as a user would
# make package-windows  the package for Windows, made on Linux by Windows' Python under Wine, as root
# make test-installer   build that, and install, run, upgrade and remove it under Wine
# make test-windows  that, the suite in Windows' Python, and a dozen scenarios of the lab, as root
# make test-deb      install the .deb into bare Debian 12 and 13, start it and remove it, as root
# make lab           diagnose every network of tests/lab, as root (LAB="hotel school": only these)
# make lab-players compare rtmpdump with what the report says in every network of tests/lab, as root (LAB="...")
# make round-trip    six support cases from the profile to the fix, as root (CASES="port-dropped": only these)
# make walk          the same with the window, a screenshot of each step in build/walk, as root (CASES="...")
# make peers         install test servers that Debian does not package into build/peers; make test does this too
# make bench         run the benchmarks (BENCH="memory round_trips": only these)
# make fuzz          fuzz every parser, for FUZZ_SECONDS (600) in total (FUZZ="amf0 chunk": only these)
# make screenshots   take screenshots of the window in every state, and of the report, in OUT (build/screenshots)
# make messages      update the template for translators, and compile the languages
# make reference     regenerate the man page, shell completions, and the reference in docs/ from the code
# make lock          update requirements*.txt
# make clean         remove everything that was built

PYTHON ?= python3
# One more than the two cores that the tests are timed on: many of them wait for deadlines.
PYTEST_ARGS ?= -n 3 --dist worksteal

# Tests start many programs; without bytecode each of them would compile everything that it imports.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
STAMP := $(VENV)/.installed
BIN := $(VENV)/bin

# No third party is contacted by the tests or the demo.
QUIET_NETWORK := FMSDIAG_CONTROL=none FMSDIAG_RESOLVER=none
HAS_DISPLAY := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname -s)))

LAB ?=
CASES ?=
space := $(subst ,, )

.PHONY: setup run test coverage lab lab-players round-trip walk lint package test-package test-deb package-windows test-installer test-windows windows-suite bench fuzz peers reference messages lock clean system-window system-peers system-package system-roots system-windows

setup: system-window $(STAMP)

system-window:
	@$(PYTHON) packaging/system_packages.py window

system-peers: system-window
	@$(PYTHON) packaging/system_packages.py peers

system-package: system-window
	@$(PYTHON) packaging/system_packages.py package

system-roots:
	@$(PYTHON) packaging/system_packages.py roots

$(STAMP): pyproject.toml requirements-dev.txt | system-window
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 15) or sys.exit("fmsdiag needs Python 3.11 to 3.14, this is " + sys.version.split()[0] + "; choose another with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup
ifneq ($(HAS_DISPLAY),)
	$(BIN)/fmsdiag
else
	$(QUIET_NETWORK) $(BIN)/fmsdiag demo
endif

test: setup system-peers peers lint
	$(QUIET_NETWORK) $(BIN)/python -m pytest $(PYTEST_ARGS)

# Timing tests are left out, since coverage slows them down.
coverage: setup system-peers peers
	$(QUIET_NETWORK) $(BIN)/python -m pytest -n 2 --deselect tests/gui/test_stalls.py --cov --cov-report= $(PYTEST_ARGS)
	$(BIN)/python -m tests.branch_coverage

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: setup system-peers
	$(QUIET_NETWORK) $(BIN)/python -m tests.lab $(LAB)

lab-players: setup system-peers
	$(QUIET_NETWORK) $(BIN)/python -m tests.lab.players $(LAB)

round-trip: setup system-peers
	$(QUIET_NETWORK) $(BIN)/python -m pytest -v -n 2 tests/lab/check_round_trip.py $(if $(CASES),-k "$(subst $(space), or ,$(strip $(CASES)))")

walk: setup system-peers
	$(BIN)/python -m tests.gui.walk build/walk $(CASES)

package: setup system-package
	$(BIN)/python packaging/build.py

test-package: package system-peers
	$(QUIET_NETWORK) $(BIN)/python -m pytest -v tests/packaging/check_package.py

test-deb: package system-roots
	$(QUIET_NETWORK) $(BIN)/python -m pytest -v -rs tests/packaging/check_debian_package.py

FMSDIAG_WINDOWS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/fmsdiag-windows
WINDOWS_CHECKOUT := Z:$(subst /,\,$(CURDIR))
IN_WINDOWS := FMSDIAG_DIST='$(WINDOWS_CHECKOUT)\dist\windows' PYTHONPATH='$(WINDOWS_CHECKOUT)' \
    PYTHONPYCACHEPREFIX='Z:$(subst /,\,$(FMSDIAG_WINDOWS))\pycache' $(QUIET_NETWORK) $(FMSDIAG_WINDOWS)/winpy

system-windows: system-window
	@$(PYTHON) packaging/system_packages.py windows

package-windows: setup system-windows
	tests/windows/setup.sh $(FMSDIAG_WINDOWS) .
	$(IN_WINDOWS) packaging/build.py
	FMSDIAG_DIST=dist/windows $(BIN)/python packaging/windows/installer.py

test-installer: package-windows
	$(IN_WINDOWS) -m pytest -v -p no:cacheprovider tests/packaging/check_package.py
	$(BIN)/python -m pytest -v -rs tests/windows/check_installer.py

# What is pure, and reads nothing of the system: WINDOWS_TESTS= runs it there, too.
# Two workers: each of Wine's processes is served by one more.
WINDOWS_PYTEST_ARGS ?= -n 2 --dist worksteal
WINDOWS_TESTS ?= $(addprefix --ignore=tests/,diagnosis messages protocol report/verdict_code report/comparison \
    test_architecture.py test_consistency.py test_faces.py test_texts.py test_pasted.py test_target.py test_growth.py)

# The suite in Windows' Python beside the package and the installer, which keep one core busy; then a dozen scenarios of the lab.
test-windows: setup system-peers system-windows
	tests/windows/setup.sh $(FMSDIAG_WINDOWS) .
	$(MAKE) --jobs=2 windows-suite test-installer
	$(QUIET_NETWORK) $(BIN)/python -m tests.windows.scenarios

windows-suite: system-peers
	$(IN_WINDOWS) -m pytest -q -p no:cacheprovider $(WINDOWS_PYTEST_ARGS) $(WINDOWS_TESTS)

bench: package system-peers
	$(QUIET_NETWORK) $(BIN)/python -m tests.benchmarks.bench $(BENCH)

# Lists what cannot be installed here; its tests are skipped.
peers: setup
	@$(BIN)/python tests/peers/install.py

FUZZ_SECONDS ?= 600
fuzz: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[fuzz]'
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m tests.fuzz.run $(FUZZ)

OUT ?= build/screenshots
screenshots: setup system-peers
	$(BIN)/python tests/gui/photograph.py $(OUT)
	FMSDIAG_PICTURES=$(abspath $(OUT))/report $(BIN)/python -m pytest -q tests/browser

reference: setup
	$(BIN)/python packaging/command_line_reference.py
	$(BIN)/python packaging/reference_pages.py

messages: setup
	$(BIN)/python packaging/catalogs.py

LOCKED := --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links

# Hashes for every platform and Python at once, and no address of any package index (see CONTRIBUTING.md).
lock: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target build/uv --upgrade uv
	for extra in "" "--extra dev"; do \
	    PYTHONPATH=build/uv $(BIN)/python -m uv pip compile $(LOCKED) \
	        $$extra pyproject.toml --output-file requirements$${extra:+-dev}.txt || exit 1; \
	done
	PYTHONPATH=build/uv $(BIN)/python -m uv pip compile $(LOCKED) \
	    tests/peers/requirements.in --output-file tests/peers/requirements.txt

clean:
	rm -rf $(VENV) build dist .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find fmsdiag tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
