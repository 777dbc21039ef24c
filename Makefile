# Portolan. "make help" tells what there is.

BIN      := portolan
PKGS     := ./...
FUZZTIME ?= 10s

# Tools are built once, in the pinned version, into the user's cache folder and nowhere else.
LINT_VERSION := v2.15.0
TOOLS        := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/portolan/bin
LINT         := $(TOOLS)/golangci-lint-$(LINT_VERSION)

# System packages, each with the command or the file that shows that it is there. The window's libraries go here when it
# comes. gcc is for the race detector, git for the version that the binary tells.
APT_NEEDS := gcc:gcc libc6-dev:/usr/include/stdio.h git:git ca-certificates:/etc/ssl/certs/ca-certificates.crt

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build ./portolan
	CGO_ENABLED=0 go build -trimpath -o $(BIN) .

.PHONY: run
run: build ## build and start it: make run ARGS="-find alice@example.org"
	./$(BIN) $(ARGS)

.PHONY: demo
demo: build ## find the settings of the built-in practice mailbox, without a network
	printf 'practice' | ./$(BIN) -find you@practice.invalid -practice tls -password-file -

.PHONY: test
test: deps check unit race real demo ## everything that must be green

.PHONY: check
check: fmt vet arrows lint security-table ## formatting, vet, import rules, linter, table of requirements

.PHONY: fmt
fmt:
	@echo "== gofmt"
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "not formatted by gofmt:"; echo "$$bad"; exit 1; fi

.PHONY: vet
vet:
	@echo "== go vet"
	CGO_ENABLED=0 go vet $(PKGS)

.PHONY: arrows
arrows: ## who may import whom, and the other rules of the house
	@echo "== import rules"
	CGO_ENABLED=0 go test -count=1 -v -run '^TestHouse' .

.PHONY: lint
lint: $(LINT) ## run the linter
	@echo "== golangci-lint $(LINT_VERSION)"
	CGO_ENABLED=0 $(LINT) run -c .ci/golangci.yml $(PKGS)

.PHONY: unit
unit: ## unit tests without cgo
	@echo "== unit tests, without cgo"
	CGO_ENABLED=0 go test -short $(PKGS)

.PHONY: race
race: ## unit tests with cgo and the race detector
	@echo "== unit tests, with cgo and the race detector"
	CGO_ENABLED=1 go test -short -race $(PKGS)

.PHONY: real
real: ## the search on real Dovecot and Postfix, in a network of its own
	@echo "== real servers"
	CGO_ENABLED=0 go test -count=1 -v ./probe/mailtest/debian
	CGO_ENABLED=1 go test -count=1 -race -v -run OnRealServers ./probe/cli

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each
	.ci/fuzz $(FUZZTIME)

.PHONY: bench
bench: ## the figures: round trips, seconds, memory, connections
	CGO_ENABLED=0 go test -count=1 -run Figures -v ./probe/
	CGO_ENABLED=0 go test -run '^$$' -bench . -benchmem $(PKGS)

.PHONY: security-table
security-table: ## check that SECURITY.md lists the tests of its requirements ("make security-table-write" mends it)
	@echo "== table of SECURITY.md"
	.ci/security-table

.PHONY: security-table-write
security-table-write:
	.ci/security-table -write

.PHONY: deps
deps: ## install what building and testing need, where it is missing
	@.ci/deps $(APT_NEEDS)

$(LINT):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) CGO_ENABLED=0 go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

.PHONY: clean
clean: ## remove what was built here (the caches stay)
	rm -f $(BIN)
