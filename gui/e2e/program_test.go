//go:build linux && e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for something to be seen. It is long because two cores may share one picture.
const patience = 30 * time.Second

// A shape is one widget as the outline tells it.
type shape struct {
	Kind, Text, Hint string
	X, Y, W, H       int
	Layer            int
	Focused          bool
	Disabled         bool
	Visible          bool
	InSight          bool `json:"in_sight"`
	On               bool
}

func (s shape) String() string {
	return fmt.Sprintf("%s %q at %d,%d %dx%d layer %d focused %t disabled %t visible %t in sight %t on %t",
		s.Kind, s.Text, s.X, s.Y, s.W, s.H, s.Layer, s.Focused, s.Disabled, s.Visible, s.InSight, s.On)
}

// An outline is the window as the program tells it.
type outline struct {
	Title         string
	Width, Height int
	Widgets       []shape
}

// top is the layer that can be used: 0 the window, more a dialog or a menu.
func (o outline) top() int {
	top := 0
	for _, w := range o.Widgets {
		top = max(top, w.Layer)
	}
	return top
}

// find gives the first visible widget of a kind whose text contains the words, in letters of either size, on the layer
// that can be used.
func (o outline) find(kind, words string) (shape, bool) {
	for _, w := range o.Widgets {
		if w.Visible && w.Layer == o.top() && w.Kind == kind && strings.Contains(strings.ToLower(w.Text), strings.ToLower(words)) {
			return w, true
		}
	}
	return shape{}, false
}

// says reports whether words can be read anywhere on the layer that can be used.
func (o outline) says(words string) bool {
	for _, kind := range []string{"label", "text"} {
		if _, found := o.find(kind, words); found {
			return true
		}
	}
	return false
}

// fields gives what stands to the right of every visible label with this text, from top to bottom.
func (o outline) fields(label string) []shape {
	var all []shape
	for _, l := range o.Widgets {
		if !l.Visible || l.Layer != o.top() || l.Kind != "label" && l.Kind != "text" || l.Text != label {
			continue
		}
		best, found := shape{}, false
		for _, w := range o.Widgets {
			usable := w.Visible && w.Layer == l.Layer && (w.Kind == "entry" || w.Kind == "password" || w.Kind == "select")
			near := usable && w.X > l.X && w.Y < l.Y+l.H && l.Y < w.Y+w.H
			if near && (!found || w.X < best.X) {
				best, found = w, true
			}
		}
		if found {
			all = append(all, best)
		}
	}
	return all
}

func (o outline) field(label string) (shape, bool) {
	all := o.fields(label)
	if len(all) == 0 {
		return shape{}, false
	}
	return all[0], true
}

// A program is the running window.
type program struct {
	*place
	t       *testing.T
	cmd     *exec.Cmd
	errs    *output
	outline string // the file in which the program tells what it shows
	beats   string // and how long it was held up
	window  string // the number that X11 gave it
	ended   chan error
}

// An output is what a program says on standard error while it is running.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// leave ends the program and looks at what it left behind.
func (p *program) leave() {
	if p.t.Failed() {
		p.t.Logf("standard error:\n%s\n%s", p.errs, p.picture())
	}
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.ended:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	for _, bad := range []string{"Error in Fyne call thread", "panic", "goroutine ", "DATA RACE"} {
		if strings.Contains(p.errs.String(), bad) {
			p.t.Errorf("got standard error\n%s\nwant no %q in it", p.errs, bad)
		}
	}
}

// picture keeps what is on the screen, for a person to look at after a failure, and lists the widgets.
func (p *program) picture() string {
	to := filepath.Join(p.t.ArtifactDir(), "screen.png")
	cmd := exec.Command("import", "-window", "root", to)
	cmd.Env = p.environment()
	_ = cmd.Run() // a picture more or less changes nothing
	var lines strings.Builder
	fmt.Fprintln(&lines, "picture:", to)
	o, _ := p.look()
	for _, w := range o.Widgets {
		if w.Visible {
			fmt.Fprintln(&lines, w)
		}
	}
	return lines.String()
}

// look reads the present outline.
func (p *program) look() (outline, error) {
	var o outline
	text, err := os.ReadFile(p.outline)
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(text, &o)
}

// until waits until the window is as wanted.
func (p *program) until(what string, wanted func(outline) bool) outline {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	for {
		if o, err := p.look(); err == nil && wanted(o) {
			return o
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			p.t.Fatalf("got a program that ended (%v) with\n%s\nwant %s", err, p.errs, what)
		case <-ctx.Done():
			p.t.Fatalf("got no %s within %s", what, patience)
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// soon reports whether the window is as wanted within a few seconds.
func (p *program) soon(wanted func(outline) bool) bool {
	p.t.Helper()
	for begin := time.Now(); time.Since(begin) < patience/10; time.Sleep(30 * time.Millisecond) {
		if o, err := p.look(); err == nil && wanted(o) {
			return true
		}
	}
	return false
}

// x runs xdotool on the window.
func (p *program) x(args ...string) string {
	p.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = p.environment()
	text, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("xdotool %q: %v", args, err)
	}
	return string(text)
}

// press presses keys, one after the other.
func (p *program) press(keys ...string) {
	p.t.Helper()
	p.x(append([]string{"key", "--delay", "40"}, keys...)...)
}

// write types a text into what has the focus.
func (p *program) write(text string) {
	p.t.Helper()
	p.x("type", "--delay", "25", text)
}

// click clicks into the middle of a widget, and on the box of a check, which is at its left and alone takes clicks. Fyne
// takes up a movement of the mouse with the next picture, hence the pause.
func (p *program) click(s shape) {
	p.t.Helper()
	if s.Kind == "check" {
		s.W = s.H
	}
	p.x("mousemove", "--window", p.window, fmt.Sprint(s.X+s.W/2), fmt.Sprint(s.Y+s.H/2), "sleep", "0.1", "click", "1")
}

// seek waits for a widget, scrolls until it is in sight, and gives it once it rests there.
func (p *program) seek(what string, find func(outline) (shape, bool)) shape {
	p.t.Helper()
	var last shape
	o := p.until(what, func(o outline) bool { s, found := find(o); return found && !s.Disabled })
	for range 60 {
		s, found := find(o)
		switch {
		case found && s.InSight && s.X == last.X && s.Y == last.Y:
			return s
		case found && !s.InSight:
			wheel := "5" // down
			if s.Y < o.Height/2 {
				wheel = "4"
			}
			x := o.Width / 2
			if o.top() == 0 {
				x = o.Width - 4 // beside the fields, which keep the wheel to themselves
			}
			p.x("mousemove", "--window", p.window, fmt.Sprint(x), fmt.Sprint(o.Height/2), "sleep", "0.1", "click", wheel)
		}
		last = s
		time.Sleep(150 * time.Millisecond) // longer than the outline takes to notice
		if newer, err := p.look(); err == nil {
			o = newer
		}
	}
	p.t.Fatalf("got %s out of sight, want it reached by scrolling", what)
	return shape{}
}

// push clicks on a button once it can be pushed.
func (p *program) push(text string) {
	p.t.Helper()
	p.click(p.seek("button "+text, func(o outline) (shape, bool) { return o.find("button", text) }))
}

// fill replaces the text of the field beside a label.
func (p *program) fill(label, text string) {
	p.t.Helper()
	for range 3 { // a line that came across the top meanwhile moves everything below it
		p.click(p.seek("field "+label, func(o outline) (shape, bool) { return o.field(label) }))
		if p.soon(func(o outline) bool { s, found := o.field(label); return found && s.Focused }) {
			break
		}
	}
	p.until(label+" with the focus", func(o outline) bool { s, found := o.field(label); return found && s.Focused })
	p.press("ctrl+a")
	p.write(text)
}

// wantNowhere wants a text to be in no file that the program wrote, nor in its words.
func (p *program) wantNowhere(secret string) {
	p.t.Helper()
	if strings.Contains(p.errs.String(), secret) {
		p.t.Errorf("got the password on standard error, want it nowhere")
	}
	err := filepath.WalkDir(p.home, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		if text, err := os.ReadFile(name); err == nil && bytes.Contains(text, []byte(secret)) {
			p.t.Errorf("got the password in %s, want it nowhere", name)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}
