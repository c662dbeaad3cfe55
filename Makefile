# Each command makes what it needs on first use: a virtual environment, the packages locked in
# requirements.txt, the JavaScript tools locked in package-lock.json. Node comes with the packages.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PY := $(BIN)/python
INSTALLED := .venv/.installed
NODE_INSTALLED := node_modules/.installed
INDEX := _build/html/index.html
NOTEBOOKS = $(wildcard chapters/*.ipynb template/*.ipynb)

export PATH := $(CURDIR)/$(BIN):$(PATH)

# An environment whose Python has gone (after an upgrade, say) is made anew.
ifeq ($(shell test -e $(PY) && echo there),)
  GONE := $(shell rm -f $(INSTALLED))
endif

.PHONY: help book pdf offline page page-test gallery snapshots serve test test-page measure test-firefox test-pythons mutate lab lint format new bundle lock audit clean

help:
	@echo "make book                 build the book into _build/html (SERVE=1: and serve it)"
	@echo "make pdf                  print the whole book into _build/html/carried/glass-box.pdf"
	@echo "make offline              pack the book into _build/html/carried/glass-box.zip, to open by double-click"
	@echo "make page slug=heaps      build one page (SERVE=1: serve it, and build it at each change)"
	@echo "make page-test slug=heaps build one page and run its tests in a browser"
	@echo "make gallery              serve every panel with its call, made again at each change"
	@echo "make snapshots            accept how figures are drawn now (slug=heaps: begin with a chapter's)"
	@echo "make serve                serve the built book on http://localhost:$(PORT)"
	@echo "make test                 run all the tests"
	@echo "make test-page            run every cell and walk every figure of the built book (minutes)"
	@echo "make test-firefox         walk every figure of the built book in Firefox (minutes)"
	@echo "make test-pythons         run tests of topics without NumPy on CPython 3.12 and 3.14"
	@echo "make mutate slug=heaps    break a topic's modules on purpose: do its tests notice? (minutes)"
	@echo "make measure              visit every page of the built book with Lighthouse, and record it"
	@echo "make lab                  open the notebooks in JupyterLab"
	@echo "make lint                 check style: Python, notebooks, JavaScript, conventions"
	@echo "make format               mend what lint can mend"
	@echo "make new slug=heaps       start a chapter from the template (part=Algorithms: in that part)"
	@echo "make bundle               rebuild the figures' JavaScript after a change to its sources"
	@echo "make lock                 recompile requirements.txt after a change to pyproject.toml"
	@echo "make audit                look up known faults of the packages that are locked"
	@echo "make clean                remove everything that these commands made"

# A failing cell is a warning, and a warning fails the build. A notebook runs again only if it, the
# library, the settings or a package changed since it last ran through.
book: $(INSTALLED)
	@rm -rf _build/html _build/.doctrees
	@GLASSBOX_KEEP="$(CURDIR)/_build/kept" $(BIN)/jupyter-book build . -W --keep-going
	@echo "The book is built. Open it in a browser:"
	@$(PY) -c 'import pathlib; print("   ", pathlib.Path("$(INDEX)").resolve().as_uri())'
	@echo "or serve it with 'make serve'."
	@if [ -n "$(SERVE)" ]; then $(PY) -m http.server $(PORT) --bind 127.0.0.1 -d _build/html; fi

# With CARRY=1 the landing page of a book leads to both.
pdf: $(INSTALLED)
	@test -f $(INDEX) || CARRY=1 $(MAKE) --no-print-directory book
	@$(PY) tools/carry.py pdf

offline: $(INSTALLED)
	@test -f $(INDEX) || CARRY=1 $(MAKE) --no-print-directory book
	@$(PY) tools/carry.py offline

page: $(INSTALLED)
	@$(PY) tools/one_page.py "$(slug)" $(if $(SERVE),--serve $(PORT))

page-test: page $(NODE_INSTALLED)
	@GLASSBOX_PAGE=all GLASSBOX_SITE="_build/page/$(slug)/html" $(PY) -m pytest -q -n 2 \
	  --dist worksteal -k "$(slug)" tests/book/test_pages.py tests/book/test_figures_*.py

gallery: $(INSTALLED) $(NODE_INSTALLED)
	@$(PY) tools/gallery.py --serve $(PORT)

snapshots: $(INSTALLED)
	@$(PY) tools/snapshots.py $(slug)

serve: $(INSTALLED)
	@test -f $(INDEX) || $(MAKE) --no-print-directory book
	@echo "The book is at http://localhost:$(PORT) (stop with Ctrl-C)."
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 -d _build/html

test: $(INSTALLED) $(NODE_INSTALLED)
	@$(PY) -m pytest -n 2 --dist worksteal

# `make test` runs the cells of some chapters and takes long walks through some; this, through all.
test-page: $(INSTALLED)
	@test -f $(INDEX) || $(MAKE) --no-print-directory book
	@GLASSBOX_PAGE=all GLASSBOX_SITE=_build/html $(PY) -m pytest -n 2 \
	  --dist worksteal tests/book/test_python_cells.py tests/book/test_figures_*.py

test-firefox: $(INSTALLED)
	@test -f $(INDEX) || $(MAKE) --no-print-directory book
	@GLASSBOX_BROWSER=firefox GLASSBOX_PAGE=all GLASSBOX_SITE=_build/html $(PY) -m pytest -n 2 \
	  --dist worksteal tests/book/test_firefox.py

test-pythons: $(INSTALLED) $(NODE_INSTALLED)
	@node tools/pythons.mjs

mutate: $(INSTALLED) $(NODE_INSTALLED)
	@nice $(PY) tools/mutate.py "$(slug)" $(if $(count),--count $(count)) \
	  $(if $(minutes),--minutes $(minutes))

measure: $(INSTALLED) $(NODE_INSTALLED)
	@test -f $(INDEX) || $(MAKE) --no-print-directory book
	@$(PY) tools/measure.py $(slug)

# The extra path has the extension that shows the chapters' MyST.
lab: $(INSTALLED)
	@$(BIN)/jupyter lab --LabApp.extra_labextensions_path=lab --notebook-dir=. chapters

lint: $(INSTALLED) $(NODE_INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@$(BIN)/nbstripout --keep-id --verify $(NOTEBOOKS)
	@$(PY) tools/conventions.py
	@$(BIN)/shellcheck .ci/run
	@npm run --silent lint

format: $(INSTALLED)
	@$(BIN)/nbstripout --keep-id $(NOTEBOOKS)
	@$(BIN)/ruff check --fix --exit-zero --silent .
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --quiet . ; $(PY) tools/conventions.py --fix

new: $(INSTALLED)
	@$(PY) tools/new_chapter.py "$(slug)" --part "$(part)"

bundle: $(NODE_INSTALLED)
	@npm run --silent build

lock: $(INSTALLED)
	@$(PY) tools/lock.py

audit: $(INSTALLED)
	@$(PY) tools/audit.py

clean:
	rm -rf _build .venv node_modules .pytest_cache .ruff_cache .import_linter_cache .hypothesis lib/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed, but there is no '$(PYTHON)' on the PATH."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv (about two minutes, once) ..."
	@$(PYTHON) -m venv $$(test -e $(PY) || echo --clear) .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(NODE_INSTALLED): package-lock.json $(INSTALLED)
	@npm ci --loglevel=error
	@mkdir -p node_modules
	@touch $@
