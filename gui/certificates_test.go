package gui

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/gui/setup"
)

func TestCertificatePanelShowsWhatTheStateSays(t *testing.T) {
	r := newRig(t)
	p := r.advanced.certs
	s := r.session.State()
	if p.remove.Visible() || p.keyLine.Visible() || p.lock.Visible() || p.add.Disabled() {
		t.Error("got more than two buttons, want nothing else while nothing is chosen")
	}
	s.Certificates = setup.Certificates{
		File: "alice.p12", WantsPassword: true, PasswordProblem: "no", Importing: true, AuthorityProblem: "not one",
		Authorities: []setup.Certificate{{Name: "Root", Ends: "valid until tomorrow"}, {Name: "Other", Ends: "ended", Tone: setup.Danger}},
	}
	p.render(s)
	if !p.remove.Visible() || !p.lock.Visible() || p.password.message.text.Text != "no" || !p.add.Disabled() || !p.refused.box.Visible() {
		t.Error("got a part that is not shown, want the password's field, its problem, and that a file is being read")
	}
	if got := len(p.list.Objects); got != 2 {
		t.Errorf("got %d authorities, want 2", got)
	}
	s.Certificates = setup.Certificates{File: "alice.crt", WantsKey: true, KeyFile: "alice.key", KeyProblem: "another"}
	p.render(s)
	if !p.keyLine.Visible() || p.keyName.Text != "alice.key" || !p.keyWords.box.Visible() || p.lock.Visible() || len(p.list.Objects) != 0 {
		t.Error("got another picture, want the key's file and what is wrong with it")
	}
}

func TestCertificatePanelReachesTheSession(t *testing.T) {
	r := newRig(t)
	p := r.advanced.certs
	r.session.ChooseCertificate(filepath.Join(t.TempDir(), "alice.p12"))
	p.lock.Show()
	test.Type(p.password, "sesame")
	if got := r.session.State().Form.CertificatePassword; got.Reveal() != "sesame" {
		t.Errorf("got %q, want what was typed", got.Reveal())
	}
	r.until("the file to be missed", func() bool { return r.session.State().Certificates.Problem != "" })
	if !p.problem.box.Visible() {
		t.Error("got nothing said, want that there is no such file")
	}
	test.Tap(&p.remove.Button)
	if got := r.session.State().Form; got.Certificate != (account.ClientCertificate{}) || !got.CertificatePassword.Empty() || p.remove.Visible() {
		t.Errorf("got %v, want it removed", got.Certificate)
	}
}
