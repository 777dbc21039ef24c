package setup

import (
	"crypto/x509"
	"slices"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe/wire"
)

// A certificateReader reads the client certificate of the form, in one goroutine at a time, whenever it has become another.
type certificateReader struct {
	busy  bool
	asked identityKey // what is being read, or was read last
}

// identified sees to it that the client certificate that the form names is read.
func (s *Session) identified(b book) book {
	key := b.identityKey()
	if key.paths.File == "" {
		s.reader.asked, b.identity = key, identityRead{}
		return b
	}
	if key == s.reader.asked {
		return b
	}
	b.identity = b.identity.begun(key.paths.File)
	if s.reader.busy || s.closed {
		return b // this is called again when the reading ends
	}
	s.reader.busy, s.reader.asked = true, key
	s.wg.Go(func() {
		read := openIdentity(key)
		s.tell(func() {
			s.reader.busy = false
			if s.book.identityKey() == key {
				s.book.identity = read
			}
		})
	})
	return b
}

// ChooseCertificate takes the file with the person's own certificate, in place of the one before and its key.
func (s *Session) ChooseCertificate(path string) {
	s.set(s.book.withCertificate(account.ClientCertificate{File: path}, account.Secret{}))
}

// ChooseCertificateKey takes the file with the key to the certificate.
func (s *Session) ChooseCertificateKey(path string) {
	paths := s.book.Form.Certificate
	if paths.Key = path; paths.File != "" {
		s.set(s.book.withCertificate(paths, s.book.Form.CertificatePassword))
	}
}

// TypeCertificatePassword is called for every change of the password that opens the file of the certificate.
func (s *Session) TypeCertificatePassword(text string) {
	b := s.book
	b.seen &^= fields(0).with(account.FieldCertificatePassword)
	s.set(b.withCertificate(b.Form.Certificate, account.NewSecret(text)))
}

// RemoveCertificate does without a client certificate. The files stay where they are.
func (s *Session) RemoveCertificate() {
	s.set(s.book.withCertificate(account.ClientCertificate{}, account.Secret{}))
}

// missingCertificate says that a run does without the certificate that was chosen for the account.
func (b book) missingCertificate() book {
	if b.Form.Certificate.File == "" || !b.identity.identity.Empty() || b.Practice != "" {
		return b
	}
	return b.noticed(Warning, "Your own certificate is not used: "+baseName(b.Form.Certificate.File)+" could not be opened. See Certificates in the advanced settings.")
}

// ImportAuthority believes the authorities of a file, for this account.
func (s *Session) ImportAuthority(path string) {
	b := s.book
	if s.closed || b.importing {
		return
	}
	b.importing, b.authorityProblem = true, ""
	page, k := b.shelf.open, s.keeper
	s.wg.Go(func() {
		list, problem := openAuthorities(path)
		s.tellOf(k, func() { s.book = s.book.imported(page, list, problem) })
	})
	s.set(b)
}

// openAuthorities reads the authorities of a file, or says why not. It blocks.
func openAuthorities(path string) ([]*x509.Certificate, string) {
	file, err := store.ReadFile(path, wire.MaxCertificateFile)
	if err != nil {
		return nil, baseName(path) + " cannot be read: " + reason(err)
	}
	list, err := wire.ParseAuthorities(file)
	if err != nil {
		return nil, baseName(path) + ": " + faultWords(wire.FaultOf(err))
	}
	return list, ""
}

// imported takes in the authorities of a file. They are those of one account, which another may have taken the place of.
func (b book) imported(page ID, list []*x509.Certificate, problem string) book {
	return b.onPage(page, func(p book) book {
		p.importing = false
		if problem != "" {
			p.authorityProblem = problem
			return p
		}
		return p.withImported(list)
	})
}

// RemoveAuthority believes one of the account's own authorities no longer; its place in the list tells which.
func (s *Session) RemoveAuthority(place int) {
	list := s.book.consents.authorities
	if place >= 0 && place < len(list) {
		s.set(s.book.withAuthorities(slices.Delete(slices.Clone(list), place, place+1)))
	}
}
