package setup

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"

	"portolan/account"
	"portolan/probe/wire"
)

// draftCertificates are the certificates of a form, as the file of what was typed has them. The password of a file is not
// kept.
type draftCertificates struct {
	File        string `json:"file,omitempty"`
	Key         string `json:"key,omitempty"`
	Authorities string `json:"authorities,omitempty"` // PEM, one behind the other
}

// draftCertificates gives those of the form.
func (b book) draftCertificates() draftCertificates {
	var file bytes.Buffer
	for _, c := range b.consents.authorities {
		file.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return draftCertificates{File: b.Form.Certificate.File, Key: b.Form.Certificate.Key, Authorities: file.String()}
}

// onto puts the certificates into a form.
func (d draftCertificates) onto(b book) (book, error) {
	paths := account.ClientCertificate{File: d.File, Key: d.Key}
	if err := paths.Check(); err != nil {
		return b, err
	}
	var list []*x509.Certificate
	if d.Authorities != "" {
		var err error
		if list, err = wire.ParseAuthorities([]byte(d.Authorities)); err != nil {
			return b, err
		}
	}
	b.Form.Certificate, b.consents.authorities = paths, list
	return b, nil
}
