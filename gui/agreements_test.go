package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/probe"
)

// C-6: a certificate that was trusted by hand is shown with its fingerprint in the advanced settings, and can be forgotten there;
// the next search asks about it anew.
func TestATrustedCertificateIsForgottenWhereItIsShown(t *testing.T) {
	r := newRig(t)
	a := r.advanced.certs.agreed
	if a.box.Visible() {
		t.Error("got a list, want none while nothing was agreed to")
	}
	r.runner.events = certificateEvents()
	r.session.Find()
	r.untilResting()
	r.session.Answer(true)
	r.untilResting()
	r.session.Answer(false) // the script asks once more
	list := r.session.State().Agreements
	if len(list) != 1 || !a.box.Visible() || len(a.list.Objects) != 1 {
		t.Fatalf("got %+v, drawn %v, want the certificate", list, a.box.Visible())
	}
	shown := labelsIn(a.list.Objects[0])
	if !shown["imap.domain.example:993: "+list[0].Words] || !shown[grouped(list[0].Fingerprint)] {
		t.Errorf("got %v, want the server and the fingerprint", shown)
	}
	forget := buttonsIn(a.list.Objects[0])
	if len(forget) != 1 {
		t.Fatalf("got %d buttons, want one", len(forget))
	}
	test.Tap(&forget[0].Button)
	if a.box.Visible() || len(r.session.State().Agreements) != 0 {
		t.Error("got the certificate, want it forgotten")
	}
	r.session.Find()
	r.untilResting()
	asked := r.runner.asked()
	if server := (account.Endpoint{Host: "imap.domain.example", Port: 993}); asked[len(asked)-1].Policy.Trust.Pinned(server, account.Fingerprint{1}) {
		t.Error("got the certificate with the search, want it trusted no longer")
	}
	if q := r.session.State().Question; q == nil || q.Kind != probe.DecideCertificate {
		t.Errorf("got %+v, want the certificate asked about", q)
	}
}

// labelsIn gives the texts of the labels in a tree of containers.
func labelsIn(o fyne.CanvasObject) map[string]bool {
	all := map[string]bool{}
	switch o := o.(type) {
	case *widget.Label:
		all[o.Text] = true
	case *fact:
		all[o.Text] = true
	case *fyne.Container:
		for _, child := range o.Objects {
			for text := range labelsIn(child) {
				all[text] = true
			}
		}
	}
	return all
}
