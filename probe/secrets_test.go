package probe_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"software.sslmate.com/src/go-pkcs12"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
	"portolan/probe/wire"
)

// allVerbs prints values in every way in which fmt looks into them.
func allVerbs(values ...any) string {
	var b strings.Builder
	for _, v := range values {
		_, _ = fmt.Fprintf(&b, "%v\n%+v\n%#v\n%s\n%q\n%x\n", v, v, v, v, v, v)
	}
	return b.String()
}

// K-1, K-2: every story of testdata once more, with a password in which every encoder has something to treat, and with a
// client certificate from a file behind another: whatever comes of a run, nothing that it leaves behind tells a password, a
// token or the certificate's key in any form. Together they end in every way in which a run can end.
func TestNoOutcomeTellsThePassword(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d scenarios, %v, want some", len(files), err)
	}
	outcomes := map[probe.Outcome]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		scenario, err := mailtest.Parse(strings.ReplaceAll(string(text), `"correct horse"`, strconv.Quote(foePassword)))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		synctest.Test(t, func(t *testing.T) {
			for _, form := range playForSecrets(t, scenario, outcomes) {
				t.Errorf("%s: got %q told, want no form of a secret", file, form)
			}
		})
	}
	for o := probe.Ready; o <= probe.Stopped; o++ {
		if outcomes[o] == 0 {
			t.Errorf("got no run that ended with %v, want one of each", o)
		}
	}
}

// playForSecrets plays a scenario and lists the forms of its passwords that stand where they must not.
func playForSecrets(t *testing.T, s mailtest.Scenario, outcomes map[probe.Outcome]int) (forms []string) {
	t.Helper()
	world, err := mailtest.NewWorld(s.World)
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	prober := &probe.Prober{Dialer: world}
	var before probe.Report
	secrets := s.World.Passwords
	for _, step := range s.Steps {
		prober.Finder = finder(t, world, step.Request)
		request, err := requestOf(world, step, before)
		if err != nil {
			t.Fatal(err)
		}
		if !request.Identity.Empty() {
			id, hidden := lockedIdentity(t, world)
			request.Identity, secrets = id, append(hidden, secrets...)
		}
		world.Begin()
		report, told := run(t, prober, request, step.Request.Cancel)
		outcomes[report.Outcome]++
		saved := report.Account("Alice", request.Policy)
		forms = append(forms, mailtest.Leaks(told+allVerbs(request, &request, report, &report, saved), s.World.Users, secrets...)...)
		before = report
	}
	return forms
}

// lockedIdentity is a client certificate from a PKCS#12 file, and what of it nobody may ever see: the file's password and the
// key, in its two usual forms.
func lockedIdentity(t *testing.T, w *mailtest.World) (id wire.Identity, secrets []string) {
	t.Helper()
	file, err := w.ClientCertificate()
	if err != nil {
		t.Fatal(err)
	}
	first, rest := pem.Decode(file)
	second, _ := pem.Decode(rest)
	leaf, err := x509.ParseCertificate(first.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(second.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := key.(*ecdsa.PrivateKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	const sesame = `ö"pen\ <&> sésame`
	locked, err := pkcs12.Modern2023.WithIterations(1).Encode(key, leaf, nil, sesame)
	if err != nil {
		t.Fatal(err)
	}
	id, err = wire.ParseIdentity(locked, nil, account.NewSecret(sesame))
	if err != nil {
		t.Fatal(err)
	}
	return id, []string{sesame, string(raw), new(big.Int).SetBytes(raw).String(), string(second.Bytes)}
}

// K-2: the errors of this package are no exception.
func TestErrorsTellNoPassword(t *testing.T) {
	fault := probe.Survive(func() { panic(foePassword) })
	secret := account.NewSecret(foePassword)
	wrapped := fmt.Errorf("step: %w, %v", errors.Join(fault, fmt.Errorf("%v", secret)), probe.Request{Secret: secret})
	if forms := mailtest.Leaks(allVerbs(fault, wrapped, probe.Broken(fault), discover.Answer{Err: wrapped}), nil, foePassword); forms != nil {
		t.Errorf("got %q, want no form of the password", forms)
	}
}
