package discover

import "portolan/account"

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
