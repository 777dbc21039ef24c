//go:build linux && e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A stage is what all tests share: the built program and screens to show it on.
type stage struct {
	folder  string // empty but for what is built and drawn
	program string // built with the tag uioutline, and without the one that would switch Fyne's checks of threads off
	screens []*screen
	free    chan *screen // those that no test uses
	running []*exec.Cmd
}

// A screen is one display with a keyboard, a mouse and a window manager of its own.
type screen struct {
	display string
	pixels  string // the file in which Xvfb keeps what is on the screen
}

// screens is how many tests run side by side: most of their time they wait.
const screens = 2

// theStage is set by TestMain before any test.
var theStage stage

func TestMain(m *testing.M) { os.Exit(perform(m)) }

func perform(m *testing.M) int {
	defer theStage.clear()
	if err := theStage.set(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func (s *stage) set() error {
	folder, err := os.MkdirTemp("", "portolan-e2e-")
	if err != nil {
		return err
	}
	s.folder = folder
	if s.program, err = s.build("portolan", "uioutline,no_metadata,no_animations", "portolan"); err != nil {
		return err
	}
	s.free = make(chan *screen, screens)
	for range screens {
		lit, err := s.light()
		if err != nil {
			return err
		}
		s.screens = append(s.screens, lit)
		s.free <- lit
	}
	return nil
}

// build builds a package of the module with the window in it. Always with -trimpath: the compiled C code is kept under
// that flag, and compiling it anew takes minutes.
func (s *stage) build(name, tags, pkg string, more ...string) (string, error) {
	out := filepath.Join(s.folder, name)
	args := append([]string{"build", "-trimpath", "-tags", tags, "-o", out}, more...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go %v: %w\n%s", cmd.Args, err, text)
	}
	return out, nil
}

// light starts a screen that nobody else uses, and a window manager on it.
func (s *stage) light() (*screen, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(s.folder, "screen-")
	if err != nil {
		return nil, err
	}
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x1000x24", "-nolisten", "tcp", "-fbdir", folder)
	server.ExtraFiles = []*os.File{write}
	if err := s.start(server); err != nil {
		return nil, err
	}
	_ = write.Close()
	number, err := io.ReadAll(io.LimitReader(read, 16))
	if err != nil || len(number) == 0 {
		return nil, fmt.Errorf("the screen did not start: %w", err)
	}
	lit := &screen{display: ":" + strings.TrimSpace(string(number)), pixels: filepath.Join(folder, "Xvfb_screen0")}
	manager := exec.Command("openbox")
	manager.Env = append(os.Environ(), "DISPLAY="+lit.display, "HOME="+folder)
	if err := s.start(manager); err != nil {
		return nil, err
	}
	return lit, lit.managed()
}

// managed waits until the window manager is there: a window that is older than it may lose the focus.
func (s *screen) managed() error {
	for range 100 {
		cmd := exec.Command("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
		if text, err := cmd.Output(); err == nil && bytes.Contains(text, []byte("0x")) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("no window manager on %s", s.display)
}

// environment is what a program is started with: this screen, and a home of its own, so that nobody's settings count.
func (s *screen) environment(home string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "DISPLAY=" + s.display, "LANG=C.UTF-8", "FYNE_THEME=light",
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + home + "/no-bus", // so that no keyring answers, whatever the machine has
	}, more...)
}

func (s *stage) start(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", cmd.Path, err)
	}
	s.running = append(s.running, cmd)
	return nil
}

// clear ends what was started, the last first.
func (s *stage) clear() {
	for i := len(s.running) - 1; i >= 0; i-- {
		_ = s.running[i].Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() {
			_ = s.running[i].Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(3 * time.Second):
			_ = s.running[i].Process.Kill()
			<-ended
		}
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}
