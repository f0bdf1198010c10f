# Amparo: every command that a person or a machine runs here.
# `make demo` serves a demonstration; `make build` leaves bin/amparo; `make check` passes every test. All set up what they need.

export CGO_ENABLED ?= 1
BIN := bin/amparo

.PHONY: demo build check assets setup test race lint bench bench-large bench-partner bench-education bench-hold endure

build: assets
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o $(BIN) ./cmd/amparo

# demo builds the program and serves a fictional country with made-up people and matters.
demo: build
	$(BIN) serve --demo

setup: ; @scripts/setup

assets: ; @scripts/assets

lint: ; @scripts/lint

test: ; @scripts/test

race: ; @scripts/race

# bench measures the program beside a bare server and writes bench/README.md; it takes some five minutes.
bench: setup build
	scripts/with-postgres go run ./bench

# bench-large measures the program with a million reports in the store and writes bench/LARGE.md; it takes up to an hour and 12 GB of disk.
bench-large: setup build
	scripts/with-postgres go run ./bench/large

# bench-partner measures a partner's stream beside the bare driver and writes bench/PARTNER.md; it takes some minutes.
bench-partner: setup build
	scripts/with-postgres go run ./bench/partner

# bench-education measures what there is to read, and signposts, beside http.FileServer and writes bench/EDUCATION.md; it takes two minutes.
bench-education: setup build
	go build -o bin/bench-education ./bench/education && bin/bench-education

# setup installs PostgreSQL and Chromium from Debian packages when missing, and says so.
check: setup build lint test race

# bench-hold measures an hour of reports, open pages of the desk and the form in a browser, and writes bench/HOLD.md; it takes an hour and a quarter.
bench-hold: setup build
	scripts/with-postgres go run ./bench/hold

# endure kills the program three hundred times and takes its database away for a minute, on each engine; it takes an hour.
endure: setup
	AMPARO_ENDURE_KILLS=300 AMPARO_ENDURE_OUTAGE=1m scripts/test -timeout 170m ./test/endure
