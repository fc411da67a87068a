# Everything that is done with this repository, one word each. `make help` lists the words.
#
# The scripts behind them are in .make/; what they install, they name first.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash
# Where rustup puts Rust, for shells that were opened before it did.
export PATH := $(PATH):$(HOME)/.cargo/bin

TARGET := $(or $(CARGO_TARGET_DIR),target)
UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print 2>/dev/null)

# A Mac always has a display; elsewhere one of two variables says so.
ifeq ($(shell uname -s),Darwin)
display := yes
else
display := $(DISPLAY)$(WAYLAND_DISPLAY)
endif

# `make PACKAGES=installed …` trusts that the system packages are there.
ifeq ($(PACKAGES),installed)
packages = true
else
packages = .make/packages.sh
endif

.PHONY: help
help: ## lists these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(if $(display),run-app,run-server) ## builds the app and opens its window (without a display: starts the server)

.PHONY: test
test: for-tests ui tests/picgo/node_modules/.package-lock.json tests/browser/node_modules/.package-lock.json ## runs every test, installing first what the tests need
	npm --prefix ui test
	cargo build --workspace
	if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace; else cargo test --workspace --no-fail-fast; fi
	$(MAKE) PACKAGES=installed test-browser

.PHONY: test-browser
test-browser: for-tests ui tests/browser/node_modules/.package-lock.json
	cargo build --workspace
	npm --prefix tests/browser test

.PHONY: lint
lint: for-app ui ## checks formatting, Clippy, types of the page, licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	npm --prefix ui run check
	@if cargo deny --version >/dev/null 2>&1; then set -x; cargo deny check licenses bans; \
	else echo "cargo-deny is not installed: licences and bans were not checked (cargo install cargo-deny)."; fi
	@if command -v shellcheck >/dev/null; then set -x; shellcheck .ci/run .make/*.sh; \
	else echo "shellcheck is not installed: the scripts were not checked."; fi

.PHONY: bench
bench: for-bench tests/bench/node_modules/.package-lock.json ## measures the picture code beside sharp, the uploader, the app and the gallery
	cargo run --release -p bench --features measuring --bin bench -- $(TARGET)/bench $(ROUNDS) $(TASKS)
	$(MAKE) bench-uploader
	$(MAKE) bench-desktop
	$(MAKE) bench-gallery

.PHONY: bench-gallery
bench-gallery: for-bench ui tests/browser/node_modules/.package-lock.json ## opens, scrolls and searches a gallery of 100,000 pictures in Chromium
	cargo build --release -p cli
	cargo build --release -p bench --features gallery --bin many
	VITRINE=$(abspath $(TARGET))/release/vitrine node tests/browser/bench-gallery.js $(abspath $(TARGET))/release/many

.PHONY: bench-uploader
bench-uploader: for-bench ui
	cargo build --release -p cli
	cargo run --release -p bench --features uploading --bin uploading -- $(TARGET)/release/vitrine

.PHONY: bench-desktop
bench-desktop: for-tests ui
	cargo build --release --bins
	cargo bench -p tests --bench desktop

.PHONY: bench-long
bench-long: for-bench tests/bench/node_modules/.package-lock.json
	cargo run --release -p bench --features measuring --bin bench -- $(TARGET)/bench $(or $(ROUNDS),5) long $(TASKS)

.PHONY: bench-stages
bench-stages: for-bench
	cargo bench -p bench --features measuring --bench stages

.PHONY: bench-library
bench-library: for-bench ## shows that lists and searches over 100,000 images take less than 50 ms
	cargo bench -p bench --features measuring --bench library

.PHONY: openapi
openapi: for-server ## writes docs/openapi.json anew, from what the code says of every door
	VITRINE_WRITE_DOCS=1 cargo test -p server --lib -- the_description_under_docs

.PHONY: dev
dev: for-app ui ## opens the app with the page reloading as you edit it
	ui/node_modules/.bin/tauri dev --config tauri.dev.conf.json

.PHONY: serve
serve: for-server ui ## starts the server without the app, from an unoptimised build
	cargo run -p cli -- serve

# Pictures of the window and of the dashboard show the same views, which the window's test draws.
SCREENS := $(TARGET)/debug/screens
.PHONY: screens
screens: for-tests ui tests/browser/node_modules/.package-lock.json ## takes the pictures in docs/screens anew
	rm -rf $(SCREENS)
	cargo build --workspace
	cargo test --workspace --test desktop -- --ignored is_pictured
	node tests/browser/screens.js $(SCREENS)/pictures $(SCREENS)/dashboard
	@for home in window dashboard; do \
		rm -rf docs/screens/$$home && mkdir -p docs/screens/$$home && \
		mogrify -path docs/screens/$$home -format webp -quality 85 -define webp:method=6 -define webp:use-sharp-yuv=1 $(SCREENS)/$$home/*.png || exit; \
	done

# What stands behind the words above.

.PHONY: run-app
run-app: for-app ui
	@echo "Building the app, optimised. The first time takes some minutes; later ones seconds."
	cargo build --release --bins
	$(TARGET)/release/vitrine-desktop

.PHONY: run-server
run-server: for-server ui
	@echo "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open."
	@echo "Building the server instead, optimised. The first time takes some minutes."
	cargo build --release -p cli
	@.make/without-display.sh $(TARGET)/release/vitrine

.PHONY: for-server for-app for-tests for-bench
for-server:
	@.make/toolchains.sh rust node
	@$(packages) build
for-bench:
	@.make/toolchains.sh rust node
	@$(packages) build
for-app:
	@.make/toolchains.sh rust node
	@$(packages) build app
for-tests:
	@.make/toolchains.sh rust node
	@$(packages) build app test

.PHONY: ui
ui: ui/dist/index.html

%/node_modules/.package-lock.json: %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SOURCES)
	npm --prefix ui run build
	@touch $@
