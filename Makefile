# Everything a stranger needs: `make run` and `make test` work on a fresh machine with
# Python 3.11+ and make. Nothing is installed outside .venv.

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app app
PORT ?= 5000

.PHONY: run test check lint types imports bench lock translations clean

run: .venv/run.installed
	@$(FLASK) db upgrade
	@PUBLIC_BASE_URL=$${PUBLIC_BASE_URL:-http://127.0.0.1:$(PORT)} $(FLASK) demo load --if-empty
	@$(FLASK) demo sign-ins --port $(PORT)
	@EMBEDDED_WORKER=1 PUBLIC_BASE_URL=$${PUBLIC_BASE_URL:-http://127.0.0.1:$(PORT)} \
		$(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 1 --threads 8 \
		--log-level warning "app:create_app()"

test: .venv/dev.installed
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: lint types imports test

lint: .venv/dev.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/dev.installed
	@$(BIN)/mypy

imports: .venv/dev.installed
	@$(BIN)/lint-imports

bench: .venv/dev.installed
	@$(BIN)/python -m tests.bench

.venv/run.installed: requirements.lock | .venv/created
	@echo "Installing the parts, once (a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/dev.installed: requirements-dev.lock | .venv/created
	@echo "Installing the parts and the tools, once (a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch .venv/run.installed $@

.venv/created:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		|| { echo "Local Diaries needs Python 3.11 or newer; set PYTHON to one."; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

# For maintainers, with uv: the locks name every part with its hash.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --output-file requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --output-file requirements-dev.lock

# For maintainers: new words into the catalogue, and the catalogue as the app reads it.
translations: .venv/dev.installed
	@$(BIN)/pybabel extract -F translations/babel.cfg -k _l -k N_ --no-location --sort-output \
		--omit-header -o translations/messages.pot .
	@$(BIN)/pybabel update -i translations/messages.pot -d translations --omit-header \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@rm translations/messages.pot
	@$(BIN)/pybabel compile -d translations

clean:
	rm -rf .venv instance
