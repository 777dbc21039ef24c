//go:build linux && e2e

package e2e

import (
	"testing"
	"time"
)

// stays wants the question to be open still, a good while after a key that must not answer it.
func (p *program) stays(title string) {
	p.t.Helper()
	time.Sleep(700 * time.Millisecond)
	if o, err := p.look(); err != nil || !o.says(title) {
		p.t.Errorf("got the question %q answered (%v), want it open", title, err)
	}
}

// gone waits until no dialog is open.
func (p *program) gone() {
	p.t.Helper()
	p.until("the window without a dialog", func(o outline) bool { return o.top() == 0 })
}

// G-6: the focus is on the safe button, and a key that was held down before the question came answers nothing.
func TestACertificateIsTrustedByAClickAloneAndNeverByEnter(t *testing.T) {
	const title = "Check this certificate"
	p := practise(t, "self-signed", password)
	p.x("keydown", "Return")
	o := p.untilItSays(title)
	for _, words := range []string{"self-signed", "has not been sent", "Issued to", "Issued by", "Valid", "SHA-256"} {
		if !o.says(words) {
			t.Errorf("got a question without %q, want it there", words)
		}
	}
	p.stays(title) // the key is down still
	p.x("keyup", "Return")
	if s, found := o.find("button", "Do not trust"); !found || !s.Focused {
		t.Errorf("got %v, want the focus on no", s)
	}
	p.press("Tab", "Return", "KP_Enter") // on yes, where Enter means nothing
	p.stays(title)
	p.press("Escape")
	p.gone()
	p.click(p.seek("a button to search again", findAgain))
	p.untilItSays(title)
	p.press("Return") // on no
	p.gone()
	p.click(p.seek("a button to search again", findAgain))
	p.untilItSays(title)
	p.push("Trust it")
	p.untilItSays("Your settings were found and tested")
}

func TestCleartextIsAskedForOnlyWhereEncryptionIsNotRequired(t *testing.T) {
	const title = "No encryption here"
	p := practise(t, "cleartext", password)
	p.press("Return")
	p.seek("the way out", func(o outline) (shape, bool) { return o.find("button", "Do not require encryption") })
	if o, err := p.look(); err != nil || o.says(title) {
		t.Fatalf("got the question %q (%v), want none while encryption is required", title, err)
	}
	p.click(p.seek("Require encryption", func(o outline) (shape, bool) { return o.find("check", "Require encryption") }))
	o := p.untilItSays(title)
	if !o.says("practice.invalid") || !o.says("has not been sent") {
		t.Error("got a question that does not name the host and what was not sent, want both")
	}
	p.press("Return") // on no
	p.gone()
}
