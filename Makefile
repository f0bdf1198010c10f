# Amparo: every command that a person or a machine runs here.
# `make demo` runs the main job; `make check` passes every test. Both set up what they need.

export CGO_ENABLED ?= 1
BIN := bin/amparo

.PHONY: build check demo assets setup test lint fmt

build: assets
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o $(BIN) ./cmd/amparo

setup: ; @scripts/setup

assets: ; @scripts/assets

demo: build
	./$(BIN) serve --demo --data $${AMPARO_DATA:-./demo-data}

lint: ; @scripts/lint

test: ; @scripts/test

# setup installs PostgreSQL and Chromium from Debian packages when missing, and says so.
check: setup build lint test
