package explain

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

func certificate(names ...string) *x509.Certificate {
	return &x509.Certificate{
		Subject:    pkix.Name{CommonName: "mail.example.test"},
		Issuer:     pkix.Name{CommonName: "mail.example.test"},
		RawSubject: []byte{1},
		RawIssuer:  []byte{1},
		DNSNames:   names,
		NotBefore:  time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
		NotAfter:   time.Date(2027, 3, 2, 0, 0, 0, 0, time.UTC),
	}
}

func certificateQuestion(problems ...wire.Problem) probe.Decision {
	return probe.Decision{
		Kind:    probe.DecideCertificate,
		Servers: []account.Endpoint{imapServer, {Host: "smtp.example.test", Port: 465}},
		TLS: wire.TLSFacts{
			Version: 0x0304, Problems: problems,
			Chain:       []*x509.Certificate{certificate("mail.example.test")},
			Certificate: account.Fingerprint{0x7c, 0x3a},
		},
	}
}

func TestCertificateQuestionShowsEverythingToJudgeBy(t *testing.T) {
	got := Decision(certificateQuestion(wire.SelfSigned))
	want := []Detail{
		{"Issued to", "mail.example.test"},
		{"Issued by", "mail.example.test (itself)"},
		{"Valid", "2 March 2026 until 2 March 2027"},
		{"SHA-256", "7C:3A" + strings.Repeat(":00", 30)},
		{"Servers", "imap.example.test:993, smtp.example.test:465"},
	}
	if !slices.Equal(got.Details, want) {
		t.Errorf("got %q, want %q", got.Details, want)
	}
	for _, w := range []string{"self-signed, so nobody vouches for it", "Your password has not been sent."} {
		if !strings.Contains(got.Advice, w) {
			t.Errorf("got %q, want %q in it", got.Advice, w)
		}
	}
}

func TestCertificateQuestionNamesEveryProblem(t *testing.T) {
	problems := map[wire.Problem]string{
		wire.ProblemUnknown: "could not be verified", wire.Expired: "expired (on 2 March 2027)",
		wire.NotYetValid: "only from 2 March 2026", wire.WrongName: "not for imap.example.test and smtp.example.test but for mail.example.test",
		wire.SelfSigned: "self-signed", wire.UnknownIssuer: "Nobody that this computer knows",
		wire.IncompleteChain: "part of its certificate is missing", wire.WeakKey: "key of its certificate is too weak",
		wire.WeakSignature: "can be forged", wire.PinMismatch: "accepted for this server before", wire.Unsuitable: "not issued for servers",
	}
	var all []wire.Problem
	for p := range problems {
		all = append(all, p)
	}
	advice := Decision(certificateQuestion(all...)).Advice
	for p, want := range problems {
		if !strings.Contains(advice, want) {
			t.Errorf("problem %d: got %q, want %q in it", p, advice, want)
		}
	}
}

func TestCertificateQuestionWithoutACertificateStillAsks(t *testing.T) {
	got := Decision(probe.Decision{Kind: probe.DecideCertificate, Servers: []account.Endpoint{imapServer}})
	if !strings.Contains(got.Advice, "could not be verified") || len(got.Details) != 1 {
		t.Errorf("got %+v, want the server alone and words for an unknown problem", got)
	}
}

// C-5, P-14: certificate names are a stranger's text.
func TestEvilNamesInACertificateAreMadeVisible(t *testing.T) {
	d := certificateQuestion(wire.WrongName)
	d.TLS.Chain[0].DNSNames = []string{"a\x1b[31m\nb.test", "2.test", "3.test", "4.test", "5.test", "6.test"}
	got := Decision(d)
	for _, text := range append([]string{got.Advice}, got.Details[0].Value) {
		if strings.ContainsAny(text, "\x1b\n") || !strings.Contains(text, "2 more") {
			t.Errorf("got %q, want no control characters and the number of names that are left out", text)
		}
	}
}

func TestOtherQuestionsNameWhatIsAskedAbout(t *testing.T) {
	mail143 := account.Endpoint{Host: "mail.example.test", Port: 143}
	cases := []struct {
		name     string
		decision probe.Decision
		want     []string
	}{
		{
			"another domain", probe.Decision{Kind: probe.DecideDomain, Domain: "provider.example", Servers: []account.Endpoint{{Host: "imap.provider.example", Port: 993}}},
			[]string{"provider.example?", "imap.provider.example", "has not been sent"},
		},
		{
			"another domain, both named", probe.Decision{Kind: probe.DecideDomain, Domain: "provider.example", For: "example.test"},
			[]string{"Mail for example.test is handled by provider.example. Sign in there?"},
		},
		{
			"cleartext", probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{mail143}},
			[]string{"unprotected access", "mail.example.test:143", "anybody on the way can read your password", "has not been sent"},
		},
		{
			"another port", probe.Decision{Kind: probe.DecidePort, Asked: account.Endpoint{Host: "mail.example.test", Port: 1993}, Servers: []account.Endpoint{imapServer}, Security: account.TLS},
			[]string{"You asked for mail.example.test:1993", "the server offers imap.example.test:993 (encrypted from the start)", "kept until you take"},
		},
	}
	for _, c := range cases {
		got := Decision(c.decision)
		for _, w := range c.want {
			if !strings.Contains(got.Title+" "+got.Advice, w) {
				t.Errorf("%s: got %q %q, want %q", c.name, got.Title, got.Advice, w)
			}
		}
		if got.Action != Decide {
			t.Errorf("%s: got action %d, want Decide", c.name, got.Action)
		}
	}
}

// G-9: whoever is asked sees protocol, server in A-labels, port, protection, who named it, and what happens on a yes.
func TestEveryGraveQuestionSaysWhatAYesDoes(t *testing.T) {
	odd := account.Endpoint{Host: "imap.xn--bcher-kva.example", Port: 143}
	for _, c := range []struct {
		kind     probe.DecisionKind
		security account.Security
		source   account.Source
		want     string
	}{
		{probe.DecideCertificate, account.TLS, account.SourceAutoconfig, " · IMAP · encrypted from the start · named by your domain's web server"},
		{probe.DecideDomain, account.STARTTLS, account.SourceSRV, " · IMAP · upgrade with STARTTLS · named by your domain's name service"},
		{probe.DecideCleartext, account.Cleartext, account.SourceGuess, " · IMAP · without encryption · guessed"},
	} {
		got := Decision(probe.Decision{
			Kind: c.kind, Servers: []account.Endpoint{odd}, Domain: "xn--bcher-kva.example",
			Concerns: []probe.Concern{{Protocol: account.IMAP, Server: odd, Security: c.security, Source: c.source}},
		})
		if want := (Detail{"Server", odd.String() + c.want}); len(got.Details) == 0 || got.Details[0] != want {
			t.Errorf("kind %v: got %q, want %q", c.kind, got.Details, want)
		}
		for _, want := range []string{"Your password has not been sent.", "After a yes it is sent to " + odd.Host + "."} {
			if !strings.Contains(got.Advice, want) {
				t.Errorf("kind %v: got %q, want %q", c.kind, got.Advice, want)
			}
		}
	}
}
