//go:build linux

package debian

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// inside is the environment variable that tells the second execution of a test where the unpacked packages are.
const inside = "PORTOLAN_LAB"

// Capabilities that an unprivileged user's namespaces grant, by number; see capabilities(7).
const (
	capNetBind  = 10
	capNetAdmin = 12
	capSysAdmin = 21
)

// Run calls body in a lab: in namespaces of its own, with real servers at hand. The calling process only waits for it and
// hands on what it said. Where no lab is possible the test says why and passes.
func Run(t *testing.T, body func(t *testing.T, lab *Lab)) {
	t.Helper()
	if tree := os.Getenv(inside); tree != "" {
		lab, err := newLab(tree)
		if errors.Is(err, errMount) {
			t.Logf("NOT RUN: this system allows no lab: %v", err)
			return
		}
		if err != nil {
			t.Fatalf("lab: %v", err)
		}
		t.Cleanup(lab.close)
		body(t, lab)
		return
	}
	if testing.Short() {
		t.Log("NOT RUN: no real servers with -short")
		return
	}
	t.Parallel() // the lab is a process of its own, and mostly waits
	ctx, cancel := limited(t)
	defer cancel()
	if err := possible(ctx); err != nil {
		t.Logf("NOT RUN: this system allows no namespaces: %v", err)
		return
	}
	tree, err := Packages(ctx)
	if errors.Is(err, ErrNoPackages) {
		t.Logf("NOT RUN: the real servers cannot be had here: %v", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	again(ctx, t, tree)
}

// limited ends a little before the test binary would be stopped, so that what the servers said is still shown.
func limited(t *testing.T) (context.Context, context.CancelFunc) {
	if deadline, ok := t.Deadline(); ok {
		return context.WithDeadline(t.Context(), deadline.Add(-5*time.Second))
	}
	return context.WithTimeout(t.Context(), 10*time.Minute)
}

// possible reports why the namespaces cannot be made, nil where they can.
func possible(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "true")
	cmd.SysProcAttr = namespaces()
	return cmd.Run()
}

// again executes this very test in new namespaces.
func again(ctx context.Context, t *testing.T, tree string) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, executable, "-test.v", "-test.run="+pattern(t.Name()))
	cmd.Env = append(os.Environ(), inside+"="+tree)
	cmd.SysProcAttr = namespaces()
	cmd.WaitDelay = 5 * time.Second
	said, err := cmd.CombinedOutput()
	t.Logf("in the lab:\n%s", said)
	if err != nil {
		t.Errorf("in the lab: %v", err)
	}
}

// pattern selects the one test, and below it the subtests that were asked for.
func pattern(name string) string {
	asked := ""
	if f := flag.Lookup("test.run"); f != nil {
		asked = f.Value.String()
	}
	_, below, _ := strings.Cut(asked, "/")
	if below != "" {
		below = "/" + below
	}
	return "^" + name + "$" + below
}

// namespaces asks for a network, mounts and process numbers of its own; an unprivileged user needs a user namespace for
// that, in which the user keeps the own number.
func namespaces() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID}
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		return attr
	}
	attr.Cloneflags |= syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	attr.AmbientCaps = []uintptr{capNetBind, capNetAdmin, capSysAdmin}
	return attr
}
