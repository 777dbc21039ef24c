package discover

import (
	"strings"

	"portolan/account"
)

// Where guesses of unlike origin stand among each other: a typed host of the other role first, the MX host last.
const (
	orderOtherTyped = -1
	orderMX         = 100
)

// Guesses names the usual hosts of a domain, best first. There are none where the domain is itself a public suffix:
// nobody may guess above the registrable domain.
func Guesses(a account.Address) []Candidate {
	if account.RegistrableDomain(a.Domain) == "" {
		return nil
	}
	d := a.Domain
	list := guessed(account.Incoming, "imap."+d, "mail."+d, d, "pop."+d, "pop3."+d)
	return append(list, guessed(account.Outgoing, "smtp."+d, "mail."+d, d)...)
}

// GuessedFor reports whether a host was guessed for this protocol by its name: imap.D for IMAP alone, pop.D and pop3.D for
// POP3 alone, mail.D and D itself for all.
func GuessedFor(host string, a account.Address, p account.Protocol) bool {
	switch strings.TrimSuffix(host, "."+a.Domain) {
	case "imap":
		return p == account.IMAP
	case "pop", "pop3":
		return p == account.POP3
	case "smtp":
		return p == account.SMTP
	default:
		return true
	}
}

// FromOther is the guess that a host typed for one role serves the other role too.
func FromOther(host string, role account.Role) Candidate {
	return Candidate{Host: host, Role: role, Origin: account.Origin{Source: account.SourceGuess}, Order: orderOtherTyped}
}

func guessed(role account.Role, hosts ...string) []Candidate {
	list := make([]Candidate, 0, len(hosts))
	for i, h := range hosts {
		list = append(list, Candidate{Host: h, Role: role, Origin: account.Origin{Source: account.SourceGuess}, Order: i})
	}
	return list
}
