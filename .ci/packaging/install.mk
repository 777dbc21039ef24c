# Installs Portolan from this folder.
#
#   sudo make install      for everybody, below /usr/local
#   make user-install      for you alone, below ~/.local
#   make uninstall         takes either away again (with the same PREFIX)

ID     := org.portolan.Portolan
PREFIX ?= /usr/local
DEST   := $(DESTDIR)$(PREFIX)

.PHONY: install user-install uninstall user-uninstall

install:
	install -D -m 755 bin/portolan "$(DEST)/bin/portolan"
	install -d "$(DEST)/share/applications"
	sed 's|^Exec=portolan|Exec="$(PREFIX)/bin/portolan"|' share/applications/$(ID).desktop >"$(DEST)/share/applications/$(ID).desktop"
	chmod 644 "$(DEST)/share/applications/$(ID).desktop"
	install -D -m 644 share/metainfo/$(ID).metainfo.xml "$(DEST)/share/metainfo/$(ID).metainfo.xml"
	cd share && find icons -type f -exec install -D -m 644 '{}' "$(DEST)/share/{}" ';'
	-[ -n "$(DESTDIR)" ] || gtk-update-icon-cache -q -t "$(DEST)/share/icons/hicolor" 2>/dev/null
	-[ -n "$(DESTDIR)" ] || update-desktop-database -q "$(DEST)/share/applications" 2>/dev/null

user-install:
	$(MAKE) install PREFIX="$(HOME)/.local"

uninstall:
	rm -f "$(DEST)/bin/portolan" "$(DEST)/share/applications/$(ID).desktop" "$(DEST)/share/metainfo/$(ID).metainfo.xml"
	find "$(DEST)/share/icons/hicolor" -name '$(ID).*' -delete

user-uninstall:
	$(MAKE) uninstall PREFIX="$(HOME)/.local"
