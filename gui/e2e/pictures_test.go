//go:build linux && e2e && pictures

package e2e

import (
	"os/exec"
	"testing"
	"time"
)

// TestPicturesForTheReadme takes the pictures that README.md shows, of the practice mailbox.
func TestPicturesForTheReadme(t *testing.T) {
	p := practise(t, "tls", password)
	p.x("windowsize", "--sync", p.window, "1000", "680")
	p.until("a wide window", func(o outline) bool { return o.Width == 1000 })
	p.fill("Your name", "Ada Lovelace")
	p.press("Return")
	p.untilItSays("Your settings were found and tested")
	p.press("ctrl+s")
	p.untilAnywhere("The account was saved")
	p.push("OK")
	p.until("the window without a notice", func(o outline) bool { _, found := o.find("button", "OK"); return !found })
	p.keep("simple")
	p.push("Advanced settings")
	p.until("the advanced view", func(o outline) bool { return len(o.fields("Server")) == 2 })
	p.x("windowsize", "--sync", p.window, "1000", "800")
	p.until("a high window", func(o outline) bool { return o.Height == 800 })
	p.keep("advanced")
}

// keep writes what the window shows into the folder of the pictures.
func (p *program) keep(name string) {
	p.t.Helper()
	time.Sleep(500 * time.Millisecond) // the screen is a little behind the outline
	cmd := exec.Command("import", "-window", p.window, "-strip", "+dither", "-colors", "192", "png8:../../.ci/screenshots/"+name+".png")
	cmd.Env = p.environment()
	if text, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("%v: %s", err, text)
	}
}
