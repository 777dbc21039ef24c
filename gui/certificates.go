package gui

import (
	"cmp"
	"path/filepath"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

const certificatesHint = "Only for servers that want a certificate of yours, and for companies that vouch for their servers themselves. Most people need neither."

// The certificatePanel is about the person's own certificate, and about private authorities.
type certificatePanel struct {
	session  *setup.Session
	win      fyne.Window
	choose   *button
	remove   *button
	key      *button
	add      *button
	mine     *fyne.Container // what the certificate is
	problem  *remark
	keyLine  *fyne.Container
	keyName  *widget.Label
	keyWords *remark
	lock     *fyne.Container
	password *secretField
	list     *fyne.Container // of the authorities
	refused  *remark
	agreed   *agreements
	box      *panel
	drawn    setup.Certificates
}

func newCertificatePanel(s *setup.Session, w fyne.Window) *certificatePanel {
	p := &certificatePanel{
		session: s, win: w, mine: container.NewVBox(), keyName: widget.NewLabel(""), list: container.NewVBox(),
		problem: newRemark(setup.Danger), keyWords: newRemark(setup.Danger), refused: newRemark(setup.Danger),
		agreed: newAgreements(s),
	}
	p.keyName.Truncation = fyne.TextTruncateEllipsis
	p.choose = newButton("Choose file…", theme.FolderOpenIcon(), func() { p.open("Choose your certificate", s.ChooseCertificate) })
	p.remove = newButton("Remove", theme.DeleteIcon(), s.RemoveCertificate)
	p.key = newButton("Choose key file…", theme.FolderOpenIcon(), func() { p.open("Choose the key of your certificate", s.ChooseCertificateKey) })
	p.add = newButton("Import file…", theme.FolderOpenIcon(), func() { p.open("Import a private authority", s.ImportAuthority) })
	p.password = newSecretField("Password of the file", func(text string) account.Secret {
		s.TypeCertificatePassword(text)
		return s.State().Form.CertificatePassword
	})
	p.password.onLeave = func() { s.Leave(account.FieldCertificatePassword) }
	p.password.OnSubmitted = func(string) { s.Leave(account.FieldCertificatePassword) }
	p.password.onEscape = s.Stop
	for _, b := range []*button{p.choose, p.remove, p.key, p.add} {
		b.onEscape = s.Stop
	}
	p.box = p.build()
	p.remove.Hide()
	p.keyLine.Hide()
	p.lock.Hide()
	return p
}

// build puts the parts of the panel together.
func (p *certificatePanel) build() *panel {
	title := widget.NewLabelWithStyle("Certificates", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	p.keyLine = container.NewBorder(nil, nil, nil, container.NewCenter(p.key), p.keyName)
	p.lock = container.New(layout.NewCustomPaddedLayout(0, 0, theme.Padding(), 0), p.password.under())
	own := stacked(2, headed("Client certificate", p.choose, p.remove), p.mine, p.problem.box, p.keyLine, p.keyWords.box, p.lock)
	private := stacked(2, headed("Private authority (CA)", p.add), p.list, p.refused.box)
	both := container.New(&columns{breakAt: advancedBreak}, own, private)
	return newPanel(colorPanel, colorPanelBorder, 8, stacked(4, stacked(-14, title, caption(certificatesHint)), both, p.agreed.box))
}

// headed is a line with a title and buttons.
func headed(title string, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	label := widget.NewLabel(title)
	label.Truncation = fyne.TextTruncateEllipsis
	return container.NewBorder(nil, nil, nil, container.NewCenter(container.NewHBox(buttons...)), label)
}

// open asks for a file. Only its path is used: package store reads files, with its limits.
func (p *certificatePanel) open(title string, take func(path string)) {
	if p.win.Canvas().Overlays().Top() != nil {
		return
	}
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		path := filepath.FromSlash(file.URI().Path())
		_ = file.Close() // nothing was read
		take(path)
	}, p.win)
	d.SetFilter(certificateFiles{})
	d.SetTitleText(title)
	showFileDialog(p.win, d)
}

// certificateFiles lets a file dialog show what may hold certificates or keys.
type certificateFiles struct{}

// Matches is called by Fyne.
func (certificateFiles) Matches(file fyne.URI) bool {
	switch strings.ToLower(file.Extension()) {
	case "", ".pem", ".crt", ".cer", ".der", ".key", ".p12", ".pfx", ".txt":
		return true
	default:
		return false
	}
}

// render draws the panel, where there is news.
func (p *certificatePanel) render(s setup.State) {
	now := s.Certificates
	p.password.render(s.Form.CertificatePassword)
	p.password.problem(now.PasswordProblem)
	p.agreed.render(s.Agreements)
	if reflect.DeepEqual(p.drawn, now) {
		return
	}
	p.drawMine(now)
	p.drawAuthorities(now)
	p.drawn = now
	p.box.Refresh()
}

// drawMine shows the person's own certificate.
func (p *certificatePanel) drawMine(now setup.Certificates) {
	if !reflect.DeepEqual(p.drawn.Mine, now.Mine) || p.drawn.File != now.File {
		p.mine.Objects = nil
		if now.File != "" {
			p.mine.Add(ownFacts(now))
		}
		p.mine.Refresh()
	}
	show(p.remove, now.File != "")
	p.problem.say(now.Problem)
	show(p.keyLine, now.WantsKey)
	say(p.keyName, cmp.Or(now.KeyFile, "Its key, in a file of its own"))
	p.keyWords.say(now.KeyProblem)
	show(p.lock, now.WantsPassword)
}

// ownFacts says what the person's own certificate is.
func ownFacts(c setup.Certificates) fyne.CanvasObject {
	facts := []explain.Detail{{Label: "File", Value: c.File}}
	if c.Mine == nil {
		return newSmallFacts(facts)
	}
	facts = append(facts, explain.Detail{Label: "Issued to", Value: c.Mine.Name}, explain.Detail{Label: "Issued by", Value: c.Mine.Issuer},
		explain.Detail{Label: fingerprintLabel, Value: c.Mine.Fingerprint})
	return stacked(-8, validity(*c.Mine), newSmallFacts(facts))
}

// validity says when a certificate ends, with an icon that goes with it.
func validity(c setup.Certificate) fyne.CanvasObject {
	tone := c.Tone
	if tone == setup.Neutral {
		tone = setup.Success
	}
	r := newRemark(tone)
	r.say(c.Name + ", " + c.Ends)
	return r.box
}

// drawAuthorities lists the private authorities.
func (p *certificatePanel) drawAuthorities(now setup.Certificates) {
	enable(p.add, !now.Importing)
	p.refused.say(now.AuthorityProblem)
	if reflect.DeepEqual(p.drawn.Authorities, now.Authorities) {
		return
	}
	p.list.Objects = nil
	for i, a := range now.Authorities {
		remove := newButton("Remove", theme.DeleteIcon(), func() { p.session.RemoveAuthority(i) })
		remove.onEscape = p.session.Stop
		words := stacked(-8, validity(a), newSmallFacts([]explain.Detail{{Label: fingerprintLabel, Value: a.Fingerprint}}))
		p.list.Add(container.NewBorder(nil, nil, nil, container.NewVBox(remove), words))
	}
	p.list.Refresh()
}
