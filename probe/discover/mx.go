package discover

import (
	"context"
	"strings"

	"portolan/account"
)

// mx guesses that the domain's best mail exchanger also serves its users, where it lies in the user's own registrable
// domain. A host outside, a filter company's above all, is never a candidate by itself.
func (f Finder) mx(ctx context.Context, a account.Address) ([]Candidate, error) {
	records, err := f.resolver().LookupMX(ctx, Absolute(a.Domain))
	if len(records) == 0 {
		return nil, err
	}
	best := records[0]
	for _, r := range records[1:] {
		if r.Pref < best.Pref || r.Pref == best.Pref && r.Host < best.Host {
			best = r
		}
	}
	host := strings.ToLower(strings.TrimSuffix(best.Host, "."))
	// RFC 7505, section 3: a single MX "." means that the domain takes no mail.
	domain := account.RegistrableDomain(a.Domain)
	if host == "" || domain == "" || !account.PublicName(host) || account.RegistrableDomain(host) != domain {
		return nil, nil
	}
	list := guessed(account.Incoming, host)
	list = append(list, guessed(account.Outgoing, host)...)
	for i := range list {
		list[i].Order, list[i].MX = orderMX, true
	}
	return list, nil
}
