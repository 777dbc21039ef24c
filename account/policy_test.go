package account

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// gateCase is one question to the gate, spelled out.
type gateCase struct {
	protection Protection
	encryption Encryption
	host       string // how the host is known, see hostOrigins
	pin        string // "", "this", "other port", "other host"
	cleartext  string // the same words
}

// hostOrigins are the ways in which a host can be known, and whether the password may go there.
var hostOrigins = map[string]struct {
	host      string
	origin    Origin
	confirmed bool
}{
	"own":          {"imap.example.test", Origin{Source: SourceGuess}, true},
	"own by srv":   {"imap.example.test", Origin{Source: SourceSRV}, true},
	"typed":        {"mail.other.test", Origin{Source: SourceUser}, true},
	"vouched":      {"mail.other.test", Origin{Source: SourceISPDB, Vouched: true}, true},
	"consented":    {"mail.agreed.test", Origin{Source: SourceSRV}, true},
	"srv away":     {"mail.other.test", Origin{Source: SourceSRV}, false},
	"ispdb away":   {"mail.other.test", Origin{Source: SourceISPDB}, false},
	"file away":    {"mail.other.test", Origin{Source: SourceFile}, false},
	"mx away":      {"mail.other.test", Origin{Source: SourceMX}, false},
	"literal":      {"192.0.2.1", Origin{Source: SourceAutoconfig}, false},
	"single label": {"mailhost", Origin{Source: SourceGuess}, false},
	"suffix":       {"test", Origin{}, false},
	"look-alike":   {"imap.example.test.other.test", Origin{}, false},
}

// endpointFor gives the endpoint that a word of a gateCase stands for.
func endpointFor(word, host string) []Endpoint {
	switch word {
	case "this":
		return []Endpoint{{host, 143}}
	case "other port":
		return []Endpoint{{host, 144}}
	case "other host":
		return []Endpoint{{"x." + host, 143}}
	default:
		return nil
	}
}

// wantAdmission is the rule of the gate, written down once more and in another order.
func wantAdmission(c gateCase) Admission {
	switch {
	case !hostOrigins[c.host].confirmed:
		return NeedsDomain
	case c.protection == Verified, c.protection == Pinned && c.pin == "this":
		return Admitted
	case c.protection == Pinned, c.protection == Unverified:
		return NeedsCertificate
	case c.protection > Verified, c.encryption != EncryptionOptional:
		return Refused
	case c.cleartext == "this":
		return Admitted
	default:
		return NeedsCleartext
	}
}

func TestTheGateOpensOnlyWhereEverythingWasAgreed(t *testing.T) {
	words := []string{"", "this", "other port", "other host"}
	asked := 0
	for name, h := range hostOrigins {
		for protection := Unprotected; protection <= Verified+1; protection++ {
			for encryption := EncryptionRequired; encryption <= EncryptionOptional+1; encryption++ {
				for _, pin := range words {
					for _, cleartext := range words {
						asked++
						c := gateCase{protection, encryption, name, pin, cleartext}
						policy := Policy{Domain: "example.test", Encryption: encryption, Consents: Consents{
							Domains: []string{"agreed.test"}, Cleartext: endpointFor(cleartext, h.host),
						}}
						for _, e := range endpointFor(pin, h.host) {
							policy.Trust.Pins = append(policy.Trust.Pins, Pin{e, Fingerprint{1}})
						}
						got := policy.Admit(Proof{Endpoint{h.host, 143}, h.origin, protection})
						if want := wantAdmission(c); got != want {
							t.Errorf("%+v: got %v, want %v", c, got, want)
						}
					}
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("got %d combinations, want them all", asked)
	}
}

func TestTheZeroPolicyAdmitsTypedHostsOverVerifiedTLSAlone(t *testing.T) {
	var strict Policy
	e := Endpoint{"imap.example.test", 993}
	for _, c := range []struct {
		proof Proof
		want  Admission
	}{
		{Proof{}, NeedsDomain},
		{Proof{e, Origin{}, Verified}, NeedsDomain},
		{Proof{e, Origin{Source: SourceGuess}, Verified}, NeedsDomain},
		{Proof{e, Origin{Source: SourceUser}, Verified}, Admitted},
		{Proof{e, Origin{Source: SourceUser}, Pinned}, NeedsCertificate},
		{Proof{e, Origin{Source: SourceUser}, Unverified}, NeedsCertificate},
		{Proof{e, Origin{Source: SourceUser}, Unprotected}, Refused},
	} {
		if got := strict.Admit(c.proof); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.proof, got, c.want)
		}
	}
}

// D-2, D-4.
func TestNoPolicyAdmitsAnUnverifiedCertificateOrUnaskedCleartext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		endpoints := rapid.SliceOfN(genEndpoint(), 0, 4)
		policy := Policy{
			Domain:     rapid.SampledFrom([]string{"", "example.test", "test"}).Draw(t, "domain"),
			Encryption: Encryption(rapid.Uint8Range(0, 3).Draw(t, "encryption")),
			Consents: Consents{
				Domains:   rapid.SliceOfN(rapid.SampledFrom([]string{"", "example.test", "xn--bcher-kva.example"}), 0, 3).Draw(t, "domains"),
				Cleartext: endpoints.Draw(t, "cleartext"),
			},
		}
		for _, e := range endpoints.Draw(t, "pins") {
			policy.Trust.Pins = append(policy.Trust.Pins, Pin{e, Fingerprint{1}})
		}
		proof := Proof{
			genEndpoint().Draw(t, "server"),
			Origin{Source(rapid.Uint8Range(0, 12).Draw(t, "source")), rapid.Bool().Draw(t, "vouched")},
			Protection(rapid.Uint8Range(0, 5).Draw(t, "protection")),
		}
		if policy.Admit(proof) != Admitted {
			return
		}
		_, pinned := policy.Trust.PinFor(proof.Server)
		switch {
		case !policy.HostConfirmed(proof.Server.Host, proof.Origin):
			t.Fatal("got a password admitted to a host that nobody confirmed, want it kept back")
		case proof.Protection == Pinned && !pinned:
			t.Fatal("got a pin believed that the policy does not hold, want it kept back")
		case proof.Protection == Unprotected && (policy.Encryption != EncryptionOptional || !slices.Contains(policy.Consents.Cleartext, proof.Server)):
			t.Fatal("got cleartext admitted without consent for this very server, want it kept back")
		case proof.Protection == Unverified || proof.Protection > Verified:
			t.Fatalf("got %v admitted, want it kept back", proof.Protection)
		}
	})
}
