package probe

import (
	"io"
	"testing"

	"portolan/account"
	"portolan/probe/wire"
)

func TestAlertsAboutAClientCertificateAreToldApart(t *testing.T) {
	for _, c := range []struct {
		name  string
		alert wire.AlertError
		shown wire.ClientCert
		want  Cause
	}{
		{"certificate_required", wire.AlertError{Description: 116}, wire.ClientCertMissing, ClientCertificateWanted},
		{"certificate_unknown, none shown", wire.AlertError{Description: 46}, wire.ClientCertMissing, ClientCertificateWanted},
		{"access_denied, not asked", wire.AlertError{Description: 49}, wire.ClientCertUnasked, TLSFailed},
		{"unknown_ca, shown", wire.AlertError{Description: 48}, wire.ClientCertShown, ClientCertificateRefused},
		{"certificate_expired, shown", wire.AlertError{Description: 45}, wire.ClientCertShown, ClientCertificateRefused},
		{"handshake_failure, shown", wire.AlertError{Description: 40}, wire.ClientCertShown, ClientCertificateRefused},
		{"handshake_failure, not asked", wire.AlertError{Description: 40}, wire.ClientCertUnasked, NoCommonCipher},
		{"handshake_failure of ours", wire.AlertError{Description: 40, Ours: true}, wire.ClientCertShown, NoCommonCipher},
		{"protocol_version, shown", wire.AlertError{Description: 70}, wire.ClientCertShown, TLSTooOld},
	} {
		err := &wire.Failure{Step: wire.StepGreeting, Facts: wire.Facts{ClientCert: c.shown}, Err: &c.alert}
		if got, _ := classify(err); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// The alert of TLS 1.3 is lost where the system throws away what came before a reset.
func TestAServerThatLeavesAfterAskingForACertificateWantsOne(t *testing.T) {
	for _, c := range []struct {
		facts wire.Facts
		want  Cause
	}{
		{wire.Facts{Protection: account.Verified, ClientCert: wire.ClientCertMissing}, ClientCertificateWanted},
		{wire.Facts{Protection: account.Pinned, ClientCert: wire.ClientCertShown}, ClientCertificateRefused},
		{wire.Facts{Protection: account.Verified}, ConnectionClosed},
		{wire.Facts{Protection: account.Verified, ClientCert: wire.ClientCertMissing, Greeting: "* OK"}, ConnectionClosed},
		{wire.Facts{ClientCert: wire.ClientCertMissing}, ConnectionClosed},
	} {
		if got, _ := classify(&wire.Failure{Step: wire.StepGreeting, Facts: c.facts, Err: io.EOF}); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.facts, got, c.want)
		}
	}
}
