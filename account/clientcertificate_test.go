package account

import (
	"strings"
	"testing"
)

func TestPathsOfAClientCertificateAreChecked(t *testing.T) {
	for _, c := range []struct {
		certificate ClientCertificate
		ok          bool
	}{
		{ClientCertificate{}, true},
		{ClientCertificate{File: "alice.p12"}, true},
		{ClientCertificate{File: "ålice mine.pem", Key: "key.pem"}, true},
		{ClientCertificate{Key: "key.pem"}, false},
		{ClientCertificate{File: "a\nb"}, false},
		{ClientCertificate{File: "a", Key: "\x00"}, false},
		{ClientCertificate{File: "\xff"}, false},
		{ClientCertificate{File: strings.Repeat("a", maxPath)}, true},
		{ClientCertificate{File: strings.Repeat("a", maxPath+1)}, false},
	} {
		if err := c.certificate.Check(); (err == nil) != c.ok {
			t.Errorf("%q: got %v, want no error: %v", c.certificate, err, c.ok)
		}
	}
}

// The check is part of the account's own.
func TestAnAccountWithAKeyAndNoCertificateIsNotSaved(t *testing.T) {
	a := Account{ClientCertificate: ClientCertificate{Key: "key.pem"}}
	problems := a.Validate()
	if last := problems[len(problems)-1]; last.Field != FieldCertificate {
		t.Errorf("got %v, want a problem of the certificate", problems)
	}
}
