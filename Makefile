# `make run` shows a first prompt on this machine; `make test` checks everything. Both set up what they need.

RITUALSD := .venv/bin/ritualsd --config .run/config.toml --state .run/state
PYTEST   := .venv/bin/python -m pytest

.PHONY: run test lint bench kills faults fuzz wheel clean

run:
	scripts/setup
	@mkdir -p .run
	@test -e .run/config.toml || $(RITUALSD) init --demo
	@exec $(RITUALSD) run

test:
	scripts/setup test
	scripts/debian-packages
	$(PYTEST) -n 2 --dist loadscope --no-loadscope-reorder
	$(MAKE) --no-print-directory lint

lint:
	scripts/setup test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench:
	scripts/setup test
	.venv/bin/python -m bench --profile

kills:
	scripts/setup test
	.venv/bin/python -m tests.system.kills --kills 500
	.venv/bin/python -m tests.system.reply_kills --kills 10000
	.venv/bin/python -m tests.system.many_workers --messages 10000

faults:
	scripts/setup test
	for fault in failover pause clocks hole; do .venv/bin/python -m tests.system.scale_faults $$fault || exit 1; done
	for fault in crowded replaced hole; do .venv/bin/python -m tests.system.village_faults $$fault || exit 1; done

fuzz:
	scripts/setup test
	.venv/bin/python -m tests.web.fuzz --cases 5000

wheel:
	scripts/setup test
	.venv/bin/python -m build --wheel --outdir dist

clean:
	rm -rf .venv .run dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
