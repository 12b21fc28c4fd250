# `make help` lists what can be asked for. Everything is installed into .venv, from pinned requirements.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# Interpreters that hide behind shims are out of uv's sight: put the suitable ones first.
empty :=
space := $(empty) $(empty)
PYTHONS := $(wildcard $(HOME)/.pyenv/versions/3.1[2-9]*/bin)
export PATH := $(subst $(space),:,$(PYTHONS))$(if $(PYTHONS),:)$(PATH)
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib
# What Python has compiled is kept, whatever the machine is set to: tests and pages start it hundreds of times.
# Two modules in three of what is installed are never imported: none is compiled before it is.
unexport PYTHONDONTWRITEBYTECODE

UV := $(or $(shell command -v uv),.uv/bin/uv)
PIP := $(UV) pip install --python .venv/bin/python --quiet
RUN := .venv/bin/python -m
COMPILE := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.12 --generate-hashes --no-header
GENERATED := README.md CONTRIBUTING.md $(wildcard docs/*.md docs/*/*.md docs/*/*/*.md)
PAGES := $(filter-out docs/briefing.md docs/decisions/%.md docs/templates/%.md,$(filter docs/%,$(GENERATED)))
COG := $(RUN) cogapp -I docs -p "import benchmarked, beyond, editions, forms, generate, glossary, graph, grown, lexicons, pictured, rooms, truth, typed"
SESSION := .venv/bin/python docs/session.py
SPHINX := $(RUN) sphinx --fail-on-warning --keep-going --quiet --doctree-dir .venv/doctrees
BENCHED := numpy squigglepy pymc numpyro emcee pocomc shellcount
PIN := $(UV) pip compile --quiet --generate-hashes --no-header --no-annotate
BENCH ?=
CASE ?=
OUT ?= report
VERIFY ?=
PYTEST ?=
FUZZ_EXAMPLES ?= 20000
FUZZ_SEED := $(or $(FUZZ_SEED),$(strip $(shell od -An -N4 -tu4 /dev/urandom)))
AXE := axe-core@4.14.1
AXE_SHA512 := 1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
MATHJAX := mathjax@3.2.2
MATHJAX_SHA512 := 06df9249553c7811b6ef30a155ec0e89c62ced7b1db78d2a9b8f94a47c97ee4d3f3bd36588f73ec7bee4d7f144b0fb2328f64626fb5164cd6f3be81e5b43a11b
MUTATED ?= checks/stated maths/kernel maths/packing maths/priors model/evaluation wording/phrases wording/rounding

.PHONY: help report test fuzz slow browser verify check lint pages docs site links notebooks stale bench growth bench-setup bench-history mutants pythons lowest hooks wheel lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 24

report: .venv/.runtime ## write the report on the shipped case (CASE=file, OUT=folder)
	.venv/bin/shellcount report $(CASE) -o $(OUT)

test: .venv/.dev ## run the tests (PYTEST=options)
	$(RUN) pytest -n 2 -m "not slow and not browser" $(PYTEST)

fuzz: .venv/.dev ## look for inputs that fail, at a seed never tried (FUZZ_EXAMPLES=how many, FUZZ_SEED=an old one)
	@echo "Again: make fuzz FUZZ_SEED=$(FUZZ_SEED) FUZZ_EXAMPLES=$(FUZZ_EXAMPLES)"
	FUZZ_SEED=$(FUZZ_SEED) FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(RUN) pytest -n 2 -m slow tests/test_fuzz*.py $(PYTEST)

slow: .venv/.dev ## run the tests that take minutes, tens of thousands of damaged files among them
	$(RUN) pytest -n 2 -m slow $(PYTEST)

browser: site .venv/axe.min.js ## try the report and the site in a browser (needs chromium, npm and graphviz)
	$(RUN) pytest -m browser tests/report tests/explore tests/test_site.py

slow: pythons lowest

pythons: | $(UV) ## run the tests on each of Python 3.12, 3.13 and 3.14 that is installed
	for version in 3.12 3.13 3.14; do \
	  if ! UV_PYTHON_DOWNLOADS=never $(UV) venv --quiet --clear --python $$version .venv-$$version 2> /dev/null; then \
	    echo "Python $$version is not installed: not tested"; \
	    continue; \
	  fi; \
	  $(UV) pip install --python .venv-$$version/bin/python --quiet --require-hashes -r requirements-dev.txt; \
	  $(UV) pip install --python .venv-$$version/bin/python --quiet --no-deps --no-build-isolation --editable .; \
	  .venv-$$version/bin/python -m pytest -n 2 -m "not slow and not browser" $(PYTEST); \
	done

# Old versions of some libraries warn of new versions of others, which is no fault of ours.
lowest: | $(UV) ## run the tests with the lowest versions that pyproject.toml allows
	$(UV) venv --quiet --clear --python 3.12 .venv-lowest
	$(UV) pip compile pyproject.toml --quiet --python .venv-lowest/bin/python --no-header --resolution lowest-direct \
	  --group build --group test --extra dask --extra explore --extra nuts --extra parquet --extra xlsx -o .venv-lowest/requirements.txt
	$(UV) pip install --python .venv-lowest/bin/python --quiet -r .venv-lowest/requirements.txt
	$(UV) pip install --python .venv-lowest/bin/python --quiet --no-deps --no-build-isolation --editable .
	.venv-lowest/bin/python -m pytest -n 2 -W default -m "not slow and not browser" $(PYTEST)

hooks: .venv/.dev ## check every commit before it is made, with the hooks of .pre-commit-config.yaml
	.venv/bin/pre-commit install

verify: .venv/.dev ## prove the numbers: engines, calibration, leave-one-out, determinism (VERIFY=options)
	.venv/bin/shellcount verify $(CASE) $(VERIFY)

check: lint pages ## lint, types, layers, and numbers in the documents

lint: .venv/.dev ## style, types, layers, and undeclared imports
	$(RUN) ruff check
	$(RUN) ruff format --check
	.venv/bin/lint-imports
	$(RUN) deptry src
	$(RUN) mypy

pages: .venv/.dev ## run the pages, and see whether their numbers are still those that they show
	$(COG) --check --diff $(GENERATED)
	$(SESSION) --check $(PAGES)
	.venv/bin/shellcount schema | cmp - docs/reference/case.schema.json
	.venv/bin/shellcount audit docs/briefing.md > .venv/audit.txt || { cat .venv/audit.txt; exit 1; }

docs: .venv/.dev ## write the generated parts of README and docs anew, and what their commands print
	$(COG) -r $(GENERATED)
	$(SESSION) $(PAGES)
	.venv/bin/shellcount fill docs/templates/briefing.md -o docs/briefing.md
	.venv/bin/shellcount schema > docs/reference/case.schema.json

# All pages are written, since the index of the search forgets the entries of those that are not.
site: .venv/.dev .venv/mathjax/tex-svg.js ## build the documentation into docs/_build/html (needs graphviz and npm)
	$(SPHINX) --write-all --builder html docs docs/_build/html

links: .venv/.dev .venv/mathjax/tex-svg.js ## ask every page that the documentation links to whether it is there
	$(SPHINX) --builder linkcheck docs docs/_build/links

notebooks: .venv/.dev ## execute the notebooks anew, and write them with their results
	for notebook in notebooks/*.py; do .venv/bin/jupytext --quiet --to ipynb --execute $$notebook; done

stale: .venv/.dev ## execute the notebooks, and see whether their results are still those that they show
	$(RUN) pytest -p no:cacheprovider --override-ini addopts= --nbval --nbval-sanitize-with notebooks/sanitize.cfg notebooks

bench: .venv/.dev ## measure beside other tools, after bench-setup, and write docs/benchmarks.md (BENCH=parts)
	.venv/bin/python tests/benchmarks/bench.py $(BENCH)
	$(COG) -r docs/benchmarks.md

growth: .venv/.dev ## measure how a fit grows with claims, claimants, steps, natures and points (some minutes)
	.venv/bin/python tests/benchmarks/growth.py
	$(COG) -r docs/explanation/growth.md

bench-setup: $(BENCHED:%=.venv-bench/%/.built) ## install what shellcount is measured beside, into .venv-bench

bench-history: .venv-bench/shellcount/.built ## time the main job's steps, and add them to docs/benchmarks/history
	PYTHONPATH=src .venv-bench/shellcount/bin/python -m pytest -c tests/benchmarks/history/pytest.ini \
	  --benchmark-storage=file://docs/benchmarks/history --benchmark-autosave tests/benchmarks/history

# pocoMC needs torch 2.13.0+cpu, a wheel that UV_FIND_LINKS or PIP_FIND_LINKS must name the folder of: without it
# pocoMC is left out.
.venv-bench/pocomc/.built: export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)

.venv-bench/%/.built: tests/benchmarks/requirements/%.txt | $(UV)
	$(UV) venv --quiet --clear --python $(if $(filter pocomc,$*),3.11,3.12) .venv-bench/$*
	if $(UV) pip install --python .venv-bench/$*/bin/python --quiet --compile-bytecode --require-hashes -r $<; \
	then touch $@; else rm -rf .venv-bench/$*; echo "$* cannot be installed, and is left out"; test $* = pocomc; fi

# Each module is tried against its own tests alone, all of them: fixtures that tests share hide from mutmut which
# of them a change could fail.
mutants: .venv/.dev ## change the source in one place at a time, and see whether the module's tests notice
	rm -rf mutants
	for module in $(MUTATED); do \
	  PYTEST_ADDOPTS="tests/$${module%/*}/test_$${module##*/}.py src/shellcount/$$module.py -k 'not __mutmut_' --ff" \
	  .venv/bin/mutmut run --max-children 1 "shellcount.$${module/\//.}.*"; \
	done
	.venv/bin/python tests/benchmarks/mutants.py

wheel: .venv/.dev ## build the wheel, and run it in an environment of its own
	rm -rf dist
	$(UV) build --quiet --wheel --no-build-isolation --python .venv/bin/python --out-dir dist
	$(UV) venv --quiet --python .venv/bin/python dist/venv
	$(UV) pip install --quiet --python dist/venv/bin/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --python dist/venv/bin/python --no-deps dist/*.whl
	cd dist && venv/bin/shellcount report -o report

lock: | $(UV) ## pin the requirements anew
	$(COMPILE) --group build -o requirements.txt
	$(COMPILE) --group build --group dev --extra dask --extra explore --extra nuts --extra parquet --extra xlsx --constraint requirements.txt -o requirements-dev.txt
	cd tests/benchmarks/requirements; for name in numpy pymc numpyro emcee shellcount; do \
	  $(PIN) --universal --python-version 3.12 --constraint ../../../requirements-dev.txt $$name.in -o $$name.txt; \
	done; \
	$(PIN) --universal --python-version 3.12 squigglepy.in -o squigglepy.txt; \
	UV_FIND_LINKS="$${UV_FIND_LINKS:-$$PIP_FIND_LINKS}" $(PIN) --python-version 3.11 pocomc.in -o pocomc.txt

clean: ## remove everything that was installed or built
	rm -rf .venv .venv-* .uv report calibration mutants dist build docs/_build docs/notebooks .mypy_cache .pytest_cache .ruff_cache

.uv/bin/uv:
	python3 -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/bin/python: | $(UV)
	$(UV) venv --quiet --python '>=3.12' .venv

.venv/.runtime: requirements.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	$(PIP) --require-hashes -r requirements-dev.txt
	touch $@

# What runs in a browser is from npm, and checked to be what it was. $(call fetched,package,sha512,file,folder)
define fetched
	mkdir -p $4
	cd $4 && npm pack --silent $1
	echo "$2  $4/$(subst @,-,$1).tgz" | sha512sum --check --quiet
	tar -xzf $4/$(subst @,-,$1).tgz -C $4 --strip-components=$(words $(subst /, ,$(dir $3))) $3
	rm $4/$(subst @,-,$1).tgz
	touch $@
endef

# What judges whether a page can be used by everybody.
.venv/axe.min.js: Makefile | .venv/bin/python
	$(call fetched,$(AXE),$(AXE_SHA512),package/axe.min.js,.venv)

# What draws mathematics on the pages of the site.
.venv/mathjax/tex-svg.js: Makefile | .venv/bin/python
	$(call fetched,$(MATHJAX),$(MATHJAX_SHA512),package/es5/tex-svg.js,.venv/mathjax)
