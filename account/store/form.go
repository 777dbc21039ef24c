package store

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"portolan/account"
)

// version is the form of the file that this program writes, and the newest that it reads.
const version = 1

// ErrDamaged says that a file is not what Portolan writes: cut short, changed by hand, or something else altogether.
var ErrDamaged = errors.New("not an account file that can be read")

// ErrNewer says that a newer Portolan wrote the file.
var ErrNewer = errors.New("written by a newer version")

// bookForm is the file.
type bookForm struct {
	Version  int           `json:"version"`
	Accounts []accountForm `json:"accounts"`
	Orphans  []Entry       `json:"orphans,omitempty"`
}

type accountForm struct {
	ID          ID             `json:"id"`
	Name        string         `json:"name"`
	Address     string         `json:"address"`
	Incoming    serverForm     `json:"incoming"`
	Outgoing    serverForm     `json:"outgoing"`
	Pins        []pinForm      `json:"pins,omitempty"`
	Authorities []string       `json:"authorities,omitempty"` // PEM
	Verified    []endpointForm `json:"verified,omitempty"`
	Domains     []string       `json:"confirmed_domains,omitempty"`
	Cleartext   []endpointForm `json:"cleartext,omitempty"`
	Keyring     []string       `json:"keyring,omitempty"` // kinds
	Folders     folderForm     `json:"folders,omitzero"`
	Certificate certForm       `json:"client_certificate,omitzero"`
	LastCheck   checkForm      `json:"last_check,omitzero"`
}

type folderForm struct {
	Sent    string `json:"sent,omitempty"`
	Drafts  string `json:"drafts,omitempty"`
	Trash   string `json:"trash,omitempty"`
	Junk    string `json:"junk,omitempty"`
	Archive string `json:"archive,omitempty"`
}

type certForm struct {
	File string `json:"file"`
	Key  string `json:"key,omitempty"`
}

type endpointForm struct {
	Host string `json:"host"`
	Port int    `json:"port"`
}

type serverForm struct {
	Protocol string `json:"protocol"`
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Security string `json:"security"`
	Auth     string `json:"auth,omitempty"`
	Username string `json:"username,omitempty"`
	Source   string `json:"source,omitempty"`
}

type pinForm struct {
	endpointForm
	Certificate string `json:"certificate"`
}

type checkForm struct {
	At       time.Time `json:"at"`
	Outcome  string    `json:"outcome"`
	Incoming time.Time `json:"incoming_certificate_ends,omitzero"`
	Outgoing time.Time `json:"outgoing_certificate_ends,omitzero"`

	IncomingCertificate string `json:"incoming_certificate,omitempty"`
	OutgoingCertificate string `json:"outgoing_certificate,omitempty"`
}

// encode gives the file of a book that passes its check.
func encode(b Book) ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	form := bookForm{Version: version, Accounts: []accountForm{}, Orphans: b.Orphans}
	for _, s := range b.Accounts {
		form.Accounts = append(form.Accounts, accountFormOf(s))
	}
	var file bytes.Buffer
	e := json.NewEncoder(&file)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(form); err != nil {
		return nil, err
	}
	if file.Len() > maxFile {
		return nil, fmt.Errorf("%w: %d bytes of accounts", ErrTooLarge, file.Len())
	}
	return file.Bytes(), nil
}

// decode reads what encode wrote. Every error is ErrDamaged or ErrNewer.
func decode(file []byte) (Book, error) {
	var head struct {
		Version int `json:"version"`
	}
	switch err := json.Unmarshal(file, &head); {
	case err != nil:
		return Book{}, damaged(err)
	case head.Version > version:
		return Book{}, fmt.Errorf("%w: form %d, known up to %d", ErrNewer, head.Version, version)
	case head.Version < 1:
		return Book{}, damaged(fmt.Errorf("form %d", head.Version))
	case !utf8.Valid(file):
		return Book{}, damaged(errors.New("not UTF-8"))
	}
	form, err := strict(file)
	if err != nil {
		return Book{}, damaged(err)
	}
	b := Book{Orphans: form.Orphans}
	for i, f := range form.Accounts {
		s, err := f.saved()
		if err != nil {
			return Book{}, damaged(fmt.Errorf("account %d: %w", i+1, err))
		}
		b.Accounts = append(b.Accounts, s)
	}
	if err := b.check(); err != nil {
		return Book{}, damaged(err)
	}
	return b, nil
}

// damaged is ErrDamaged with its reason.
func damaged(why error) error { return fmt.Errorf("%w: %w", ErrDamaged, why) }

// strict reads the file and nothing but the file.
func strict(file []byte) (bookForm, error) {
	var form bookForm
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&form); err != nil {
		return form, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return form, errors.New("something stands behind the end")
	}
	return form, nil
}

func accountFormOf(s Saved) accountForm {
	f := accountForm{
		ID: s.ID, Name: s.Name, Address: s.Address.String(), Domains: s.Consents.Domains,
		Incoming: serverFormOf(s.Incoming), Outgoing: serverFormOf(s.Outgoing), LastCheck: checkFormOf(s.LastCheck.normal()),
		Folders: folderForm(s.Folders), Certificate: certForm(s.ClientCertificate),
	}
	for _, p := range s.Trust.Pins {
		f.Pins = append(f.Pins, pinForm{endpointForm(p.Server), p.Certificate.String()})
	}
	for _, c := range s.Trust.Authorities {
		f.Authorities = append(f.Authorities, string(pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: c.Raw})))
	}
	for _, e := range s.Trust.Verified {
		f.Verified = append(f.Verified, endpointForm(e))
	}
	for _, e := range s.Consents.Cleartext {
		f.Cleartext = append(f.Cleartext, endpointForm(e))
	}
	for _, k := range s.Keyring {
		f.Keyring = append(f.Keyring, k.String())
	}
	return f
}

func serverFormOf(s account.Server) serverForm {
	return serverForm{
		Protocol: s.Protocol.String(), Host: s.Host, Port: s.Port, Security: s.Security.String(), Auth: s.Auth.String(),
		Username: s.Username, Source: s.Source.String(),
	}
}

func checkFormOf(c Check) checkForm {
	return checkForm{
		At: c.At, Outcome: c.Outcome, Incoming: c.Incoming.Ends, Outgoing: c.Outgoing.Ends,
		IncomingCertificate: printForm(c.Incoming.Certificate), OutgoingCertificate: printForm(c.Outgoing.Certificate),
	}
}

// printForm writes a fingerprint, "" for none.
func printForm(f account.Fingerprint) string {
	if f == (account.Fingerprint{}) {
		return ""
	}
	return f.String()
}

func (f accountForm) saved() (Saved, error) {
	s := Saved{ID: f.ID}
	s.Name, s.Consents.Domains, s.Folders = f.Name, f.Domains, account.Folders(f.Folders)
	s.ClientCertificate = account.ClientCertificate(f.Certificate)
	var errs [6]error
	s.Address, errs[0] = account.ParseAddress(f.Address)
	s.Incoming, errs[1] = f.Incoming.server()
	s.Outgoing, errs[2] = f.Outgoing.server()
	s.Trust, errs[3] = f.trust()
	s.Keyring, errs[4] = f.kinds()
	s.LastCheck, errs[5] = f.LastCheck.check()
	for _, e := range f.Cleartext {
		s.Consents.Cleartext = append(s.Consents.Cleartext, account.Endpoint(e))
	}
	return s, errors.Join(errs[:]...)
}

func (f checkForm) check() (Check, error) {
	c := Check{At: f.At, Outcome: f.Outcome, Incoming: Shown{Ends: f.Incoming}, Outgoing: Shown{Ends: f.Outgoing}}
	for _, print := range []struct {
		text string
		into *account.Fingerprint
	}{{f.IncomingCertificate, &c.Incoming.Certificate}, {f.OutgoingCertificate, &c.Outgoing.Certificate}} {
		if print.text == "" {
			continue // none, or a file of before it was kept
		}
		var err error
		if *print.into, err = account.ParseFingerprint(print.text); err != nil {
			return c, err
		}
	}
	return c.normal(), nil
}

func (f accountForm) trust() (account.Trust, error) {
	var t account.Trust
	for _, p := range f.Pins {
		certificate, err := account.ParseFingerprint(p.Certificate)
		if err != nil {
			return t, err
		}
		t.Pins = append(t.Pins, account.Pin{Server: account.Endpoint(p.endpointForm), Certificate: certificate})
	}
	for _, text := range f.Authorities {
		c, err := parseCertificate(text)
		if err != nil {
			return t, fmt.Errorf("authority: %w", err)
		}
		t.Authorities = append(t.Authorities, c)
	}
	for _, e := range f.Verified {
		t.Verified = append(t.Verified, account.Endpoint(e))
	}
	return t, nil
}

func (f accountForm) kinds() ([]Kind, error) {
	var list []Kind
	for _, name := range f.Keyring {
		i := slices.Index(kindNames[:], name)
		if i < 0 {
			return nil, fmt.Errorf("unknown secret %q", name)
		}
		list = append(list, allKinds[i])
	}
	return list, nil
}

func (f serverForm) server() (account.Server, error) {
	s := account.Server{Endpoint: account.Endpoint{Host: f.Host, Port: f.Port}, Username: f.Username}
	var errs [4]error
	s.Protocol, errs[0] = account.ParseProtocol(f.Protocol)
	s.Security, errs[1] = account.ParseSecurity(f.Security)
	if f.Auth != "" {
		s.Auth, errs[2] = account.ParseAuth(f.Auth)
	}
	if f.Source != "" {
		s.Source, errs[3] = account.ParseSource(f.Source)
	}
	return s, errors.Join(errs[:]...)
}

// pemCertificate is how RFC 7468, section 5.1, labels a certificate.
const pemCertificate = "CERTIFICATE"

// parseCertificate reads one certificate in PEM with nothing around it.
func parseCertificate(text string) (*x509.Certificate, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != pemCertificate || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("not one certificate in PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}
