package probe

import (
	"slices"

	"portolan/account"
)

// Account gives what a mail program needs to know of the report, under the person's name, with the consents and pins of
// the policy that concern its two servers. A role for which nothing was found stays zero.
func (r Report) Account(name string, policy account.Policy) account.Account {
	a := account.Account{Name: name, Address: r.Address, Incoming: r.Incoming.Server, Outgoing: r.Outgoing.Server, Folders: r.Mailbox.Special()}
	uses := func(e account.Endpoint) bool { return e == a.Incoming.Endpoint || e == a.Outgoing.Endpoint }
	for _, p := range policy.Trust.Pins {
		if uses(p.Server) {
			a.Trust.Pins = append(a.Trust.Pins, p)
		}
	}
	a.Trust.Authorities = slices.Clone(policy.Trust.Authorities)
	for _, e := range policy.Trust.Verified {
		if uses(e) {
			a.Trust.Verified = append(a.Trust.Verified, e)
		}
	}
	for _, s := range []Result{r.Incoming, r.Outgoing} {
		if s.Host != "" && s.Protection == account.Verified && !slices.Contains(a.Trust.Verified, s.Endpoint) {
			a.Trust.Verified = append(a.Trust.Verified, s.Endpoint)
		}
	}
	a.Trust.Pins = slices.DeleteFunc(a.Trust.Pins, func(p account.Pin) bool { return slices.Contains(a.Trust.Verified, p.Server) })
	for _, e := range policy.Consents.Cleartext {
		if uses(e) {
			a.Consents.Cleartext = append(a.Consents.Cleartext, e)
		}
	}
	for _, d := range policy.Consents.Domains {
		if d == account.RegistrableDomain(a.Incoming.Host) || d == account.RegistrableDomain(a.Outgoing.Host) {
			a.Consents.Domains = append(a.Consents.Domains, d)
		}
	}
	for _, s := range []Result{r.Incoming, r.Outgoing} { // vouched for when it was found: a later check need not ask
		if d := account.RegistrableDomain(s.Host); s.Origin.Vouched && d != "" && !slices.Contains(a.Consents.Domains, d) {
			a.Consents.Domains = append(a.Consents.Domains, d)
		}
	}
	return a
}
