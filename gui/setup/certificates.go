package setup

import (
	"crypto/x509"
	"path/filepath"
	"slices"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe/explain"
	"portolan/probe/wire"
)

// Certificates are the person's own certificate and the private authorities of the account in the form. Everything in it is
// fit to be shown as it is.
type Certificates struct {
	File            string       // name of the file of the person's own certificate, "" for none
	KeyFile         string       // name of the file of its key, "" where File holds both or none is chosen yet
	Mine            *Certificate // what is in it; nil: nothing that can be used
	Reading         bool
	Problem         string // of File
	KeyProblem      string // of KeyFile
	PasswordProblem string
	WantsKey        bool // the key lies in a file of its own
	WantsPassword   bool // the file is behind a password

	Authorities      []Certificate
	Importing        bool
	AuthorityProblem string
}

// A Certificate is what people look at of one.
type Certificate struct {
	Name        string // whom it names
	Issuer      string // who vouches for it; "" for an authority
	Ends        string // "valid until 3 March 2027"
	Tone        Tone   // of Ends
	Fingerprint string // SHA-256
}

// endsSoon is how long before its end a certificate is worth a warning.
const endsSoon = 21 * 24 * time.Hour

func certificateOf(name, issuer string, ends time.Time, print account.Fingerprint, now time.Time) Certificate {
	c := Certificate{Name: name, Issuer: issuer, Ends: "valid until " + day(ends), Fingerprint: explain.Fingerprint(print)}
	switch left := ends.Sub(now); {
	case left < 0:
		c.Ends, c.Tone = "ended on "+day(ends), Danger
	case left < endsSoon:
		c.Tone = Warning
	}
	return c
}

// An identityKey is all that a client certificate is read with.
type identityKey struct {
	paths    account.ClientCertificate
	password account.Secret
	of       ID // account that it belongs to
}

// identityKey gives that of the form.
func (b book) identityKey() identityKey {
	return identityKey{b.Form.Certificate, b.Form.CertificatePassword, b.shelf.open}
}

// An identityRead is what came of reading a client certificate.
type identityRead struct {
	reading   bool
	of        string // the file
	identity  wire.Identity
	fault     wire.FileFault
	trouble   string // why a file could not be read at all
	inKey     bool   // trouble is that of the key's file
	protected bool   // the file is behind a password
}

// begun is what is known while the file is read again: a field that is being typed in must not go away.
func (i identityRead) begun(file string) identityRead {
	return identityRead{reading: true, of: file, protected: i.protected && i.of == file}
}

// certificates works out what is shown.
func (b book) certificates(now time.Time) Certificates {
	f, i := b.Form.Certificate, b.identity
	c := Certificates{
		File: baseName(f.File), KeyFile: baseName(f.Key), Reading: i.reading, WantsPassword: i.protected,
		WantsKey:  f.Key != "" || i.fault == wire.NoKey && !i.protected,
		Importing: b.importing, AuthorityProblem: b.authorityProblem,
	}
	for _, a := range b.consents.authorities {
		c.Authorities = append(c.Authorities, certificateOf(wire.AuthorityName(a), "", a.NotAfter, account.FingerprintOf(a), now))
	}
	switch id := i.identity; {
	case f.File == "" || i.reading:
		return c
	case !id.Empty():
		mine := certificateOf(id.Subject(), id.Issuer(), id.NotAfter(), id.Fingerprint(), now)
		c.Mine = &mine
		return c
	case i.trouble != "" && i.inKey:
		c.KeyProblem = "The key cannot be read: " + i.trouble
	case i.trouble != "":
		c.Problem = "The file cannot be read: " + i.trouble
	}
	return b.faulty(c, i.fault)
}

// faulty puts the words for a fault to the field that it is about.
func (b book) faulty(c Certificates, fault wire.FileFault) Certificates {
	words := faultWords(fault)
	switch fault {
	case wire.NoFault:
	case wire.PasswordWanted, wire.PasswordWrong:
		if fault == wire.PasswordWrong && b.seen.has(account.FieldCertificatePassword) {
			c.PasswordProblem = words
		}
	case wire.NoKey, wire.KeyEncrypted, wire.KeyMismatch, wire.KeyUnsuitable:
		if c.KeyFile == "" {
			c.Problem = words
			return c
		}
		c.KeyProblem = words
		if fault == wire.NoKey {
			c.KeyProblem = "There is no private key in this file."
		}
	default:
		c.Problem = words
	}
	return c
}

// faultWords says what is wrong with a file of certificates.
func faultWords(f wire.FileFault) string {
	switch f {
	case wire.FileTooLarge:
		return "This file is far too large to be a certificate."
	case wire.NoCertificate:
		return "There is no certificate in this file."
	case wire.NoKey:
		return "The private key that belongs to it is not in this file. Choose the key's file too."
	case wire.KeyEncrypted:
		return "The private key is behind a password of its own, which cannot be opened here. Use a .p12 or .pfx file instead: its password can be typed."
	case wire.KeyMismatch:
		return "This key belongs to another certificate."
	case wire.KeyUnsuitable:
		return "A key of this kind cannot be used to sign in."
	case wire.PasswordWanted:
		return "This file is behind a password."
	case wire.PasswordWrong:
		return "This password does not open the file."
	case wire.NotAnAuthority:
		return "This is the certificate of a server or a person, and vouches for nobody else. Import the one of the authority that issued it."
	case wire.FileUnsupported:
		return "This .p12 or .pfx file is put together in a way that cannot be read here. Export it again, or use PEM files."
	default:
		return "This is no certificate file that can be read. PEM, .p12 and .pfx are understood."
	}
}

// baseName is the name of a file as it may be shown, "" for none.
func baseName(path string) string {
	if path == "" {
		return ""
	}
	return account.Neutral(filepath.Base(path), wordLimit)
}

// openIdentity reads a client certificate. It blocks.
func openIdentity(k identityKey) identityRead {
	i := identityRead{of: k.paths.File}
	certificate, err := store.ReadFile(k.paths.File, wire.MaxCertificateFile)
	if err != nil {
		i.trouble = reason(err)
		return i
	}
	var key []byte
	if k.paths.Key != "" {
		if key, err = store.ReadFile(k.paths.Key, wire.MaxCertificateFile); err != nil {
			i.trouble, i.inKey = reason(err), true
			return i
		}
	}
	i.identity, err = wire.ParseIdentity(certificate, key, k.password)
	i.fault = wire.FaultOf(err)
	i.protected = i.fault == wire.PasswordWanted || i.fault == wire.PasswordWrong || i.fault == wire.NoFault && !k.password.Empty()
	return i
}

// withCertificate takes over another file, and what opens it. What was proved was proved with the one before.
func (b book) withCertificate(paths account.ClientCertificate, password account.Secret) book {
	b.Form.Certificate, b.Form.CertificatePassword = paths, password
	b.stamp.whole++
	return b
}

// withAuthorities takes over other private authorities.
func (b book) withAuthorities(list []*x509.Certificate) book {
	b.consents.authorities, b.authorityProblem = list, ""
	b.stamp.whole++
	return b
}

// withImported adds authorities that are not there yet.
func (b book) withImported(list []*x509.Certificate) book {
	all := slices.Clone(b.consents.authorities)
	for _, c := range list {
		if !slices.ContainsFunc(all, c.Equal) {
			all = append(all, c)
		}
	}
	return b.withAuthorities(all)
}
