# Amparo: every command that a person or a machine runs here.
# `make build` leaves bin/amparo; `make check` passes every test. Both set up what they need.

export CGO_ENABLED ?= 1
BIN := bin/amparo

.PHONY: build check assets setup test lint fmt

build: assets
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o $(BIN) ./cmd/amparo

setup: ; @scripts/setup

assets: ; @scripts/assets

lint: ; @scripts/lint

test: ; @scripts/test

# setup installs PostgreSQL and Chromium from Debian packages when missing, and says so.
check: setup build lint test
