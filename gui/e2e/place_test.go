//go:build linux && e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A place is where programs are started: a home and a screen.
type place struct {
	home   string
	screen *screen
	starts int
}

// newPlace takes a screen for a test, and gives it back after the test.
func newPlace(t *testing.T) *place {
	t.Helper()
	if together {
		t.Parallel()
	}
	at := &place{home: t.TempDir(), screen: <-theStage.free}
	t.Cleanup(func() { theStage.free <- at.screen })
	if err := os.Mkdir(filepath.Join(at.home, ".cache"), 0o700); err != nil {
		t.Fatal(err)
	}
	return at
}

// open starts the window and waits until it is seen.
func open(t *testing.T, args ...string) *program {
	t.Helper()
	return newPlace(t).open(t, args...)
}

// open starts the window in a place, where others may have been before it.
func (at *place) open(t *testing.T, args ...string) *program {
	t.Helper()
	return at.openBy(t, nil, args...)
}

// openBy has another program start the window.
func (at *place) openBy(t *testing.T, by []string, args ...string) *program {
	t.Helper()
	at.starts++
	p := &program{place: at, t: t, errs: &output{}, ended: make(chan error, 1)}
	p.outline, p.beats = at.file(fmt.Sprintf("outline-%d.json", at.starts)), at.file(fmt.Sprintf("heartbeat-%d.json", at.starts))
	line := slices.Concat(by, []string{theStage.program}, args)
	p.cmd = exec.Command(line[0], line[1:]...)
	p.cmd.Dir = p.home
	p.cmd.Env = p.environment("PORTOLAN_OUTLINE="+p.outline, "PORTOLAN_HEARTBEAT="+p.beats)
	p.cmd.Stderr = p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(p.leave)
	p.until("a window", func(o outline) bool { return len(o.Widgets) > 0 })
	p.window = strings.Fields(p.x("search", "--sync", "--all", "--onlyvisible", "--pid", fmt.Sprint(p.cmd.Process.Pid), "--name", "Portolan$"))[0]
	return p
}

func (at *place) environment(more ...string) []string {
	return at.screen.environment(at.home, more...)
}

func (at *place) file(name string) string { return filepath.Join(at.home, name) }

// again starts the window anew after it has ended, with everything that it left behind.
func (p *program) again(args ...string) *program {
	p.t.Helper()
	return p.open(p.t, args...)
}

// quit closes the window as a person does, and waits until the program has ended in good order.
func (p *program) quit() {
	p.t.Helper()
	p.press("ctrl+q")
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			p.t.Fatalf("got %v, want exit status 0", err)
		}
	case <-time.After(patience):
		p.t.Fatal("got a program that goes on, want its end")
	}
}

// kill ends the program as a broken machine does.
func (p *program) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	p.ended <- <-p.ended
}
