package account

import "slices"

// Encryption says whether a connection without encryption can be asked about at all. Its zero value is strict.
type Encryption uint8

// The two positions of the switch "Require encryption".
const (
	EncryptionRequired Encryption = iota
	EncryptionOptional            // cleartext is possible, after a yes for the very host and port
)

// Protection is what TLS proved on one connection. Its zero value is the weakest.
type Protection uint8

// What a connection can have proved, weakest first.
const (
	Unprotected Protection = iota // no TLS
	Unverified                    // TLS with a certificate that did not verify; nothing is ever said inside
	Pinned                        // TLS with the very certificate that the user accepted for this host and port
	Verified                      // TLS with a chain and a name that verified
)

var protectionNames = [...]string{"unprotected", "unverified", "pinned", "verified"}

// String gives a lower-case word for logs and tests.
func (p Protection) String() string { return nameOf(protectionNames[:], p) }

// An Origin is how a host name was learned, as far as the gate needs it.
type Origin struct {
	Source Source
	// Vouched is set for a host that the ISPDB names for the user's very domain, and for one that the domain's own
	// verified HTTPS autoconfig names while the domain's MX lies in the same registrable domain as the host.
	Vouched bool
}

// A Proof is what is known of one connection at the moment when a password would be sent.
type Proof struct {
	Server     Endpoint
	Origin     Origin
	Protection Protection
}

// A Policy is the user's rule on where a password may go. The zero value is strict, and without Domain it admits typed
// or confirmed hosts alone.
type Policy struct {
	Domain     string // registrable domain of the address, in ASCII; see Address.RegistrableDomain
	Encryption Encryption
	Trust      Trust
	Consents   Consents
}

// An Admission is the gate's answer. The zero value is a no.
type Admission uint8

// The gate's answers; all but Admitted keep the password back.
const (
	Refused          Admission = iota
	Admitted                   // the password may be sent on this connection
	NeedsCertificate           // the user must judge the certificate first
	NeedsDomain                // the user must confirm the host's domain first
	NeedsCleartext             // the user must agree to cleartext for this host and port first
)

var admissionNames = [...]string{"refused", "admitted", "needs-certificate", "needs-domain", "needs-cleartext"}

// String gives a lower-case word for errors and tests.
func (a Admission) String() string { return nameOf(admissionNames[:], a) }

// Admit is the gate: it says whether a password may be sent, given what this very connection proved. There is no other.
func (p Policy) Admit(proof Proof) Admission {
	if !p.HostConfirmed(proof.Server.Host, proof.Origin) {
		return NeedsDomain
	}
	switch proof.Protection {
	case Verified:
		return Admitted
	case Pinned:
		if _, ok := p.Trust.PinFor(proof.Server); ok {
			return Admitted
		}
		return NeedsCertificate
	case Unverified:
		return NeedsCertificate
	case Unprotected:
		if p.Encryption != EncryptionOptional {
			return Refused
		}
		if slices.Contains(p.Consents.Cleartext, proof.Server) {
			return Admitted
		}
		return NeedsCleartext
	default:
		return Refused
	}
}

// HostConfirmed reports whether the host is one that the password may go to: inside the user's registrable domain, typed,
// vouched for, or in a domain that the user confirmed.
func (p Policy) HostConfirmed(host string, origin Origin) bool {
	if origin.Source == SourceUser || origin.Vouched {
		return true
	}
	domain := RegistrableDomain(host)
	if domain == "" {
		return false
	}
	return domain == p.Domain || slices.Contains(p.Consents.Domains, domain)
}
