//go:build uioutline

package gui

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log"
	"os"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"portolan/account/store"
)

// An outliner tells a program that drives the window where its widgets are. It writes an outline to the file that
// PORTOLAN_OUTLINE names, after every Draw and every 100 ms, and to the file that PORTOLAN_HEARTBEAT names how long the
// window's goroutine was held up. Both only exist in a build with the tag uioutline, which is never handed out.
//
// Looking at the widgets happens on the window's goroutine, writing files on another one, so that watching holds up
// nothing.
type outliner struct {
	once  sync.Once
	to    string
	fresh chan outlineFile // the newest outline that is not written yet
}

// outlineEvery is how long a change that no Draw brings about, such as that of the focus, may go unnoticed.
const outlineEvery = 100 * time.Millisecond

// outlineFile is what is written.
type outlineFile struct {
	Title   string  `json:"title"`
	Scale   float32 `json:"scale"`
	Width   int     `json:"width"` // of the window, in pixels, like every length here
	Height  int     `json:"height"`
	Widgets []shape `json:"widgets"`
}

// outline is called at the end of every Draw.
func (w *Window) outline() {
	w.outliner.once.Do(w.watch)
	if w.outliner.to == "" || w.closing {
		return
	}
	select {
	case <-w.outliner.fresh: // nobody needs the older one any more
	default:
	}
	w.outliner.fresh <- outlineOf(w.win)
}

// watch starts what runs until the program ends.
func (w *Window) watch() {
	w.outliner.to = os.Getenv("PORTOLAN_OUTLINE")
	if w.outliner.to != "" {
		w.outliner.fresh = make(chan outlineFile, 1)
		go w.outliner.write()
		go func() {
			for range time.Tick(outlineEvery) {
				w.post(w.outline)
			}
		}()
	}
	if to := os.Getenv("PORTOLAN_HEARTBEAT"); to != "" {
		go heartbeat(to, w.post)
	}
}

// write writes outlines as they come; one that changes nothing is left out.
func (o *outliner) write() {
	var last string
	for outline := range o.fresh {
		text, err := json.Marshal(outline)
		if err != nil {
			log.Print("outline: ", err)
			return
		}
		if string(text) == last {
			continue
		}
		last = string(text)
		if err := store.WriteFile(o.to, text, 0o600); err != nil {
			log.Print("outline: ", err)
		}
	}
}

// heartbeat asks the window's goroutine for a sign of life again and again, and writes down the longest time that it
// waited for one and how many there were. Whoever removes the file gets that once more, and makes it begin anew.
func heartbeat(to string, post func(func())) {
	const (
		every  = 5 * time.Millisecond
		report = 50 // beats
	)
	beats := make(chan time.Time, 1)
	var longest time.Duration
	for count := 1; ; count++ {
		asked := time.Now()
		post(func() { beats <- time.Now() })
		longest = max(longest, (<-beats).Sub(asked))
		if count%report == 0 {
			_, err := os.Stat(to)                                                                                  //nolint:gosec // the test that drives the window names the file
			text, _ := json.Marshal(map[string]int64{"longest_us": longest.Microseconds(), "beats": int64(count)}) // cannot fail
			if err := store.WriteFile(to, text, 0o600); err != nil {
				log.Print("heartbeat: ", err)
			}
			if errors.Is(err, fs.ErrNotExist) {
				longest, count = 0, 0
			}
		}
		time.Sleep(every)
	}
}

// outlineOf looks at a window.
func outlineOf(win fyne.Window) outlineFile {
	c := win.Canvas()
	width, height := c.PixelCoordinateForPosition(fyne.NewPos(c.Size().Width, c.Size().Height))
	s := sketcher{canvas: c, focused: c.Focused()}
	s.menus(win.MainMenu())
	driver := fyne.CurrentApp().Driver()
	s.add(c.Content(), driver.AbsolutePositionForObject(c.Content()), whole(c), true)
	for _, overlay := range c.Overlays().List() {
		s.layer++
		s.add(overlay, driver.AbsolutePositionForObject(overlay), whole(c), true)
	}
	return outlineFile{Title: win.Title(), Scale: c.Scale(), Width: width, Height: height, Widgets: s.shapes}
}
