//go:build (dragonfly && cgo) || (freebsd && cgo) || linux || netbsd || openbsd

package store

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/godbus/dbus/v5"
)

// secretService is the name of the keyring on the bus.
const secretService = "org.freedesktop.secrets"

// There reports whether a keyring is on the bus of the desktop, or would be started there. It starts neither keyring nor bus, and
// asks the person nothing.
func (SystemKeyring) There() bool {
	if !hasBus() {
		return false
	}
	bus, err := dbus.SessionBus()
	if err != nil {
		return false
	}
	var owned bool
	var names []string
	daemon := bus.BusObject()
	if daemon.Call("org.freedesktop.DBus.NameHasOwner", 0, secretService).Store(&owned) == nil && owned {
		return true
	}
	err = daemon.Call("org.freedesktop.DBus.ListActivatableNames", 0).Store(&names)
	return err == nil && slices.Contains(names, secretService)
}

// hasBus reports whether this session has a bus. The library would start one where there is none.
func hasBus() bool {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && !strings.HasPrefix(address, "autolaunch:") {
		return true
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if there, err := Exists(filepath.Join("/run/user", strconv.Itoa(os.Getuid()), name)); there && err == nil {
			return true
		}
	}
	return false
}
