//go:build linux && e2e && bench

package e2e

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// together: tests that measure run one after the other.
const together = false

// productionTags are those of the Makefile.
const productionTags = "migrated_fynedo,no_metadata,no_animations"

// The limits of the figures. The window is compared with the least that a Fyne window can be, built with the same flags
// and measured in the same minute, because most of either figure is Fyne and a screen drawn by software.
const (
	mostFirstFrame = 1.5  // times
	mostMemory     = 40.0 // MB above
	mostIdle       = 3.0  // % of a core, nothing focused
	mostFocused    = 1.0  // % of a core above, a field focused
	mostStall      = 50 * time.Millisecond
)

// A figure is what was measured of one start.
type figure struct {
	first        time.Duration // from the start of the process to its picture
	memory       float64       // MB
	idle, cursor float64       // % of a core, with nothing and with a field focused; -1: not measured
}

func TestFiguresOfTheWindow(t *testing.T) {
	portolan := built(t, "portolan-production", "portolan")
	bare := built(t, "bare", "portolan/gui/e2e/testdata/bare")
	var ours, least []figure
	for round := range 5 {
		last := round == 4
		least = append(least, measure(t, last, false, bare))
		ours = append(ours, measure(t, last, true, portolan))
	}
	focused := measure(t, true, false, bare, "entry")
	first, firstBare := median(ours, func(f figure) float64 { return f.first.Seconds() }), median(least, func(f figure) float64 { return f.first.Seconds() })
	memory, memoryBare := median(ours, func(f figure) float64 { return f.memory }), median(least, func(f figure) float64 { return f.memory })
	t.Logf("first frame: %.0f ms; a bare window %.0f ms; %.2f times, at most %.2f", 1000*first, 1000*firstBare, first/firstBare, mostFirstFrame)
	t.Logf("memory: %.1f MB; a bare window %.1f MB; %.1f MB more, at most %.0f", memory, memoryBare, memory-memoryBare, mostMemory)
	t.Logf("idle, nothing focused: %.1f %% of a core; a bare window %.1f %%; at most %.1f %%", ours[4].idle, least[4].idle, mostIdle)
	t.Logf("idle, a field focused: %.1f %% of a core; a bare window %.1f %%; %.1f %% more, at most %.1f %%",
		ours[4].cursor, focused.idle, ours[4].cursor-focused.idle, mostFocused)
	if first > mostFirstFrame*firstBare || memory > memoryBare+mostMemory || ours[4].idle > mostIdle || ours[4].cursor > focused.idle+mostFocused {
		t.Error("got figures above their limits, want them below")
	}
}

// The program is watched while it is measured, so the figure is a little worse than it is without.
func TestFiguresOfStallsDuringASearch(t *testing.T) {
	p := practise(t, "silent-tls", password) // which takes a second, so that there is something to draw
	beats := p.beats
	var stalls []time.Duration
	for range 5 {
		search := p.seek("a button to search", findAgain)
		if err := os.Remove(beats); err != nil {
			t.Fatal(err)
		}
		count(t, beats) // begins anew
		p.click(search)
		p.until("a search", func(o outline) bool { _, found := o.find("button", "Stop"); return found })
		p.untilItSays("Your settings were found and tested")
		if err := os.Remove(beats); err != nil {
			t.Fatal(err)
		}
		stalls = append(stalls, count(t, beats).Round(100*time.Microsecond))
	}
	t.Logf("longest stall of the window in each of five searches: %v, at most %s", stalls, mostStall)
	if worst := slices.Max(stalls); worst > mostStall {
		t.Errorf("got a stall of %s, want at most %s in every search", worst, mostStall)
	}
}

// count waits for the heartbeat's file and gives the longest stall that it tells.
func count(t *testing.T, file string) time.Duration {
	t.Helper()
	for range 200 {
		var told struct {
			Longest int64 `json:"longest_us"`
		}
		if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, &told) == nil {
			return time.Duration(told.Longest) * time.Microsecond
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("got no heartbeat, want one")
	return 0
}

func built(t *testing.T, name, pkg string) string {
	t.Helper()
	program, err := theStage.build(name, productionTags, pkg, "-ldflags", "-s -w")
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func median(all []figure, of func(figure) float64) float64 {
	values := make([]float64, len(all))
	for i, f := range all {
		values[i] = of(f)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func launch(t *testing.T, home, program string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	painted(t, false)
	_ = os.MkdirAll(home+"/.cache", 0o700)
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = home, theStage.screens[0].environment(home, env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func end(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	painted(t, false)
}

// measure starts a program, takes its figures and ends it. With long, it watches it idle, too: with the focus where it is
// after the start, and where a program begins in a field also without any.
func measure(t *testing.T, long, inField bool, program string, args ...string) figure {
	t.Helper()
	return measureIn(t, t.TempDir(), long, inField, program, args...)
}

// measureIn does so in a home that holds something already.
func measureIn(t *testing.T, home string, long, inField bool, program string, args ...string) figure {
	t.Helper()
	begin := time.Now()
	cmd := launch(t, home, program, nil, args...)
	defer end(t, cmd)
	painted(t, true)
	f := figure{first: time.Since(begin), idle: -1, cursor: -1}
	time.Sleep(2 * time.Second)
	f.memory = memory(t, cmd.Process.Pid)
	if !long {
		return f
	}
	if inField {
		f.cursor = busy(t, cmd.Process.Pid)
		window := strings.Fields(tool(t, home, "search", "--onlyvisible", "--name", "Portolan$"))[0]
		tool(t, home, "mousemove", "--window", window, "8", "600", "sleep", "0.2", "click", "1", "sleep", "1")
	}
	f.idle = busy(t, cmd.Process.Pid)
	return f
}

func tool(t *testing.T, home string, args ...string) string {
	t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = theStage.screens[0].environment(home)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("xdotool %q: %v", args, err)
	}
	return string(text)
}

// memory is what the process keeps in memory, in MB.
func memory(t *testing.T, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kilobytes, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes / 1024
}

// busy is the share of a core that the process takes during ten seconds, in percent.
func busy(t *testing.T, pid int) float64 {
	t.Helper()
	const during, ticks = 10 * time.Second, 100 // ticks of a second
	used := func() float64 {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest) // from the third on
		user, _ := strconv.ParseFloat(fields[11], 64)
		system, _ := strconv.ParseFloat(fields[12], 64)
		return (user + system) / ticks
	}
	before := used()
	time.Sleep(during)
	return 100 * (used() - before) / during.Seconds()
}

// painted waits until a window is painted on the black screen, or until the screen is black again. It reads the file in
// which Xvfb keeps the picture (in the format xwd), so that looking costs the program that is watched next to nothing.
func painted(t *testing.T, wanted bool) {
	t.Helper()
	const step, most = 16, 20 * time.Second // every 16th pixel of every 16th line
	screen, err := os.Open(theStage.screens[0].pixels)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = screen.Close() }()
	head := make([]byte, 100)
	for start := time.Now(); time.Since(start) < most; time.Sleep(2 * time.Millisecond) {
		if _, err := screen.ReadAt(head, 0); err != nil {
			t.Fatal(err)
		}
		number := func(i int) int64 { return int64(binary.BigEndian.Uint32(head[4*i:])) }
		pixels, height, line := number(0)+12*number(19), number(5), number(12)
		row, lit := make([]byte, line), 0
		for y := int64(0); y < height; y += step {
			if _, err := screen.ReadAt(row, pixels+y*line); err != nil {
				t.Fatal(err)
			}
			for x := 0; x+3 < len(row); x += 4 * step {
				if row[x]|row[x+1]|row[x+2] != 0 {
					lit++
				}
			}
		}
		// A window of 720 by 740 has 2,081 of these pixels; its frame alone has fewer than 200.
		if wanted && lit > 1500 || !wanted && lit < 20 {
			return
		}
	}
	t.Fatalf("got no change of the screen to painted=%t", wanted)
}
