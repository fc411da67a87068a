# The commands for working with this repository. `make help` lists them.
#
# Their scripts are in .make/. They name system packages before they install them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash
# Finds a Rust that rustup has just installed, also in shells that were opened before.
export PATH := $(PATH):$(HOME)/.cargo/bin

TARGET := $(or $(CARGO_TARGET_DIR),target)
UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print 2>/dev/null)

# A Mac always has a display. Elsewhere, one of these variables is set if there is one.
ifeq ($(shell uname -s),Darwin)
display := yes
else
display := $(DISPLAY)$(WAYLAND_DISPLAY)
endif

# `make PACKAGES=installed …` skips the check for system packages.
ifeq ($(PACKAGES),installed)
packages = true
else
packages = .make/packages.sh
endif

.PHONY: help
help: ## lists these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(if $(display),run-app,run-server) ## builds and opens the app (without a display: starts the server)

.PHONY: test
test: for-tests ui tests/picgo/node_modules/.package-lock.json tests/browser/node_modules/.package-lock.json ## runs all tests, after installing what they need
	npm --prefix ui test
	cargo build --workspace
	if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace; else cargo test --workspace --no-fail-fast; fi
	$(MAKE) PACKAGES=installed test-browser

.PHONY: test-browser
test-browser: for-tests ui tests/browser/node_modules/.package-lock.json
	cargo build --workspace
	npm --prefix tests/browser test

.PHONY: lint
lint: for-app ui ## checks formatting, Clippy, the page's types, licences and scripts
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
	npm --prefix ui run check
	@if cargo deny --version >/dev/null 2>&1; then set -x; cargo deny check licenses bans; \
	else echo "Skipped licences and bans: cargo-deny is not installed (cargo install cargo-deny)."; fi
	@if command -v shellcheck >/dev/null; then set -x; shellcheck .ci/run .make/*.sh; \
	else echo "Skipped the scripts: shellcheck is not installed."; fi

.PHONY: bench
bench: for-bench tests/bench/node_modules/.package-lock.json ## measures the image code beside sharp, the uploader, the app and the gallery
	cargo run --release -p bench --features measuring --bin bench -- $(TARGET)/bench $(ROUNDS) $(TASKS)
	$(MAKE) bench-uploader
	$(MAKE) bench-desktop
	$(MAKE) bench-gallery

.PHONY: bench-gallery
bench-gallery: for-bench ui tests/browser/node_modules/.package-lock.json ## measures the gallery with 100,000 pictures in Chromium
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
bench-library: for-bench ## measures lists and searches over 100,000 images (limit: 50 ms)
	cargo bench -p bench --features measuring --bench library

.PHONY: openapi
openapi: for-server ## updates docs/openapi.json from the code
	VITRINE_WRITE_DOCS=1 cargo test -p server --lib -- the_description_under_docs

.PHONY: configuration
configuration: for-server ## updates docs/configuration.md from the keys
	VITRINE_WRITE_DOCS=1 cargo test -p server --lib -- the_configuration_page

.PHONY: diagram
diagram: ## updates docs/architecture.svg from the manifests
	VITRINE_WRITE_DOCS=1 cargo test -p tests --test architecture -- the_diagram_shows

.PHONY: types
types: for-app ## updates the page's types of what it exchanges with the app
	VITRINE_WRITE_DOCS=1 cargo test -p vitrine-desktop -- the_types_of_the_page_are

.PHONY: dev
dev: for-app ui ## opens the app and reloads the page as you edit it
	ui/node_modules/.bin/tauri dev --config tauri.dev.conf.json

.PHONY: serve
serve: for-server ui ## starts the server alone, from an unoptimised build
	cargo run -p cli -- serve

# The desktop test draws the sample pictures; the window and the dashboard are shown with the same ones.
SCREENS := $(TARGET)/debug/screens
.PHONY: screens
screens: for-tests ui tests/browser/node_modules/.package-lock.json ## updates the screenshots in docs/screens
	rm -rf $(SCREENS)
	cargo build --workspace
	cargo test --workspace --test desktop -- --ignored is_pictured
	node tests/browser/screens.js $(SCREENS)/pictures $(SCREENS)/dashboard
	@for home in window dashboard; do \
		rm -rf docs/screens/$$home && mkdir -p docs/screens/$$home && \
		mogrify -path docs/screens/$$home -format webp -quality 85 -define webp:method=6 -define webp:use-sharp-yuv=1 $(SCREENS)/$$home/*.png || exit; \
	done

# Targets used by those above.

.PHONY: run-app
run-app: for-app ui
	@echo "Building the app in release mode. The first build takes several minutes."
	cargo build --release --bins
	$(TARGET)/release/vitrine-desktop

.PHONY: run-server
run-server: for-server ui
	@echo "No display found (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot open."
	@echo "Building the server instead, in release mode. The first build takes several minutes."
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
