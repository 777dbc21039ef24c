# Portolan. "make help" tells what there is.

BIN      := portolan
PKGS     := ./...
FUZZTIME ?= 10s

# Tools are built once, in the pinned version, into the user's cache folder and nowhere else.
LINT_VERSION := v2.15.0
TOOLS        := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/portolan/bin
LINT         := $(TOOLS)/golangci-lint-$(LINT_VERSION)
VULN_VERSION := v1.1.4
VULN         := $(TOOLS)/govulncheck-$(VULN_VERSION)

# How the window is built. One set of flags for everybody: -trimpath belongs to the name under which Go keeps the compiled
# C code of the window, and compiling that takes minutes. no_metadata: the program reads no FyneApp.toml that lies about.
# no_animations: each step of Fyne's fading cursor paints the whole window anew, which costs a tenth of a core where
# software draws it (a remote desktop, a virtual machine).
TAGS  := migrated_fynedo,no_metadata,no_animations
BUILD := CGO_ENABLED=1 go build -trimpath -tags $(TAGS)

# Everything but the window itself does without C: the tag ci puts a driver without a screen in its place.
NOC  := CGO_ENABLED=0
TEST := go test -tags ci

# System packages, each with the command or the file that shows that it is there. gcc is also for the race detector, git
# for the version that the binary tells.
APT_BUILD := gcc:gcc libc6-dev:/usr/include/stdio.h git:git ca-certificates:/etc/ssl/certs/ca-certificates.crt \
	pkg-config:pkg-config libgl1-mesa-dev:/usr/include/GL/gl.h xorg-dev:/usr/include/X11/extensions/Xrandr.h \
	libwayland-dev:/usr/include/wayland-client.h libxkbcommon-dev:/usr/include/xkbcommon/xkbcommon.h
APT_TEST := xvfb:Xvfb xdotool:xdotool openbox:openbox imagemagick:import x11-utils:xprop xclip:xclip \
	libgl1-mesa-dri:/usr/share/doc/libgl1-mesa-dri dbus-daemon:dbus-run-session gnome-keyring:gnome-keyring-daemon
# The programs that read what account/format writes.
APT_FORMATS := libxml2-utils:xmllint msmtp:msmtp isync:mbsync neomutt:neomutt fetchmail:fetchmail bind9-utils:named-checkzone \
	zbar-tools:zbarimg getmail6:getmail python3:python3
APT_PACKAGE := librsvg2-bin:rsvg-convert imagemagick:convert desktop-file-utils:desktop-file-validate appstream:appstreamcli \
	binutils:objdump dpkg:dpkg-deb xz-utils:xz file:file gcc-mingw-w64-x86-64-posix:x86_64-w64-mingw32-gcc-posix

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: build-deps ## build ./portolan, the window and the command line in one
	$(BUILD) -o $(BIN) .

.PHONY: find
find: ## build ./portolan-find: the same without a window, without C and for machines without a display
	$(NOC) go build -trimpath -tags ci -o portolan-find .

.PHONY: run
run: build ## build it and open the window: make run ARGS=alice@example.org
	./$(BIN) $(ARGS)

.PHONY: demo
demo: build ## open the window on the built-in practice mailbox, filled in: no account and no network
	./$(BIN) -practice tls

.PHONY: demo-find
demo-find: find ## the same on the command line
	printf 'practice' | ./portolan-find -find you@practice.invalid -practice tls -password-file -

.PHONY: test
test: deps check unit race real demo-find e2e ## everything that must be green

.PHONY: check
check: fmt vet arrows lint security-table ## formatting, vet, import rules, linter, table of requirements

.PHONY: fmt
fmt:
	@echo "== gofmt"
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "not formatted by gofmt:"; echo "$$bad"; exit 1; fi

.PHONY: vet
vet:
	@echo "== go vet"
	$(NOC) go vet -tags ci $(PKGS)
	$(NOC) go vet -tags ci,uioutline,e2e,bench,pictures ./gui/...

.PHONY: arrows
arrows: ## who may import whom, and the other rules of the house
	@echo "== import rules"
	$(NOC) $(TEST) -count=1 -v -run '^TestHouse' ./account

.PHONY: lint
lint: $(LINT) ## run the linter
	@echo "== golangci-lint $(LINT_VERSION)"
	$(NOC) $(LINT) run -c .ci/golangci.yml --build-tags ci $(PKGS)
	$(NOC) $(LINT) run -c .ci/golangci.yml --build-tags ci,uioutline,e2e,bench,pictures ./gui/...

.PHONY: vuln
vuln: $(VULN) ## look for known holes in what the program calls; asks vuln.go.dev, so it is no part of "make test"
	@echo "== govulncheck $(VULN_VERSION)"
	$(NOC) $(VULN) -tags ci $(PKGS)

.PHONY: unit
unit: ## unit tests without cgo
	@echo "== unit tests, without cgo"
	$(NOC) $(TEST) -short $(PKGS)
	$(NOC) $(TEST),uioutline -run Outline ./gui

.PHONY: race
race: ## unit tests with cgo and the race detector
	@echo "== unit tests, with cgo and the race detector"
	CGO_ENABLED=1 $(TEST) -short -race $(PKGS)

.PHONY: real
real: ## the search on real Dovecot, Cyrus and Postfix, in a network of its own
	@echo "== real servers"
	CGO_ENABLED=0 go test -count=1 -v ./probe/mailtest/debian
	CGO_ENABLED=1 go test -count=1 -race -v -run OnRealServers ./probe/cli

.PHONY: e2e
e2e: ## the real window on a screen of its own, driven by keyboard and mouse
	@echo "== the window, end to end"
	$(NOC) go test -count=1 -timeout 15m -tags e2e -v ./gui/e2e

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each
	.ci/fuzz $(FUZZTIME)

.PHONY: bench
bench: bench-window ## the figures: round trips, seconds, memory, connections, the window
	$(NOC) $(TEST) -count=1 -run 'Figures|EveryBlow|FoeOnEveryPort|LittleMemory' -v ./probe/
	$(NOC) $(TEST) -count=1 -run EveryOrder -v ./gui/setup/
	$(NOC) $(TEST) -run '^$$' -bench . -benchmem $(PKGS)

.PHONY: bench-window
bench-window: deps ## the figures of the window: first frame, memory, idle, stalls
	$(NOC) go test -count=1 -timeout 15m -tags e2e,bench -run Figures -v ./gui/e2e

.PHONY: security-table
security-table: ## check that SECURITY.md lists the tests of its requirements ("make security-table-write" mends it)
	@echo "== table of SECURITY.md"
	.ci/security-table

.PHONY: security-table-write
security-table-write:
	.ci/security-table -write

.PHONY: screenshots
screenshots: deps ## take the pictures of README.md anew
	$(NOC) go test -count=1 -timeout 5m -tags e2e,pictures -run Pictures -v ./gui/e2e

.PHONY: package
package: build-deps ## write the archive, the Debian package and the Windows programs into dist/
	.ci/deps $(APT_PACKAGE)
	TAGS=$(TAGS) .ci/package $(PARTS)

.PHONY: build-deps
build-deps:
	@.ci/deps $(APT_BUILD)

.PHONY: deps
deps: build-deps ## install what building and testing need, where it is missing
	@.ci/deps $(APT_TEST) $(APT_FORMATS)

$(LINT):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) CGO_ENABLED=0 go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

$(VULN):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) CGO_ENABLED=0 go install golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION)
	mv $(TOOLS)/govulncheck $@

.PHONY: clean
clean: ## remove what was built here (the caches stay)
	rm -rf $(BIN) portolan-find dist
