.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo bench accuracy test test-python test-core test-measures test-r test-bridge test-slow torture examples lint document check-generated vignettes articles clean

bin := .venv/bin
# Tests and vignettes run in folders of their own, where R would not see ./.venv.
with_python := RETICULATE_PYTHON=$(CURDIR)/$(bin)/python
core_lane := test-core test-bridge
r_lane := lint check-generated vignettes test-r test-measures
# These stand beside the R package's tests, so that both lanes take as long.
measures := tests/python/measures

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' Makefile

setup: ## install whatever is missing on this machine
	@scripts/setup.sh

demo: setup ## set up, then train on both engines from R
	Rscript inst/examples/quickstart.R

# Two lanes, a core each. What one prints is shown when the other is through.
test: setup ## set up, then run every check but the slow ones
	@mkdir -p build; export OMP_NUM_THREADS=1; \
	$(MAKE) --no-print-directory --keep-going $(core_lane) >build/core-lane.log 2>&1 & core=$$!; \
	$(MAKE) --no-print-directory --keep-going $(r_lane); r=$$?; wait $$core; c=$$?; \
	cat build/core-lane.log; [ $$r -eq 0 ] && [ $$c -eq 0 ]

test-python: test-core test-measures ## test the Python core

test-core:
	$(bin)/pytest tests/python python/rdeep --doctest-modules -m "not slow" $(measures:%=--ignore=%)

test-measures:
	$(bin)/pytest $(measures) -m "not slow"

test-r: ## test the R package as installed
	cd tests && $(with_python) Rscript testthat.R

test-bridge: ## test R hosted by Python
	$(bin)/pytest tests/bridge

test-slow: setup ## what takes minutes: torch's compiler, all cases on TensorFlow, R's tests with them
	OMP_NUM_THREADS=1 $(bin)/pytest tests/python -m slow
	cd tests && RDEEP_SLOW_TESTS=1 OMP_NUM_THREADS=1 $(with_python) Rscript testthat.R

torture: setup ## real signals, kills, damaged files, full disks, with a table of what held (hours)
	cd tests && $(with_python) OMP_NUM_THREADS=1 ../$(bin)/python -m torture $(PARTS)

examples: ## run the examples of all help pages on both backends (minutes)
	$(with_python) Rscript scripts/run_examples.R

lint: ## ruff, mypy and lintr
	$(bin)/ruff check python tests scripts benchmarks
	$(bin)/ruff format --check python tests scripts benchmarks
	$(bin)/mypy
	Rscript scripts/lint.R

document: ## write the generated R files, NAMESPACE and man/
	$(bin)/python scripts/generate_r.py
	Rscript scripts/document.R

check-generated: ## fail if a generated file, or a result shown in an example, is out of date
	$(bin)/python scripts/generate_r.py --check
	Rscript scripts/document.R --check
	$(with_python) Rscript scripts/show_results.R --check

vignettes: ## render the vignettes into build/vignettes
	$(with_python) Rscript -e 'for (file in dir("vignettes", "[.]Rmd$$", full.names = TRUE))' \
	  -e 'rmarkdown::render(file, output_dir = "build/vignettes", quiet = TRUE)'

articles: setup ## render the articles of vignettes/articles into build/articles (minutes each)
	$(with_python) Rscript -e 'for (file in dir("vignettes/articles", "[.]Rmd$$", full.names = TRUE))' \
	  -e 'rmarkdown::render(file, output_dir = "build/articles", quiet = TRUE)'

bench: setup ## measure rdeep beside hand-written loops and its peers (half an hour, on a quiet machine)
	$(bin)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(with_python) $(bin)/python benchmarks/run.py

accuracy: setup ## compare deep_tabular()'s accuracy with its peers (an hour; what is in build/ is kept)
	Rscript benchmarks/accuracy/packages.R
	$(bin)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(with_python) Rscript benchmarks/accuracy/run.R

clean: ## remove what was built, .venv included
	rm -rf .venv build rdeep_*.tar.gz rdeep.Rcheck python/*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find python tests scripts -name __pycache__ -type d -exec rm -rf {} +
