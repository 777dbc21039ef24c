package discover

import (
	"context"
	"net/url"
	"slices"

	"portolan/account"
	"portolan/account/format"
)

// autoconfigURL and wellKnownURL are where a domain publishes its settings.
//
// draft-ietf-mailmaint-autoconfig, section 4.2: the first and the second method.
func autoconfigURL(domain string) string {
	return "https://autoconfig." + domain + "/mail/config-v1.1.xml"
}

func wellKnownURL(domain string) string {
	return "https://" + domain + "/.well-known/autoconfig/mail/config-v1.1.xml"
}

// autoconfig asks the domain's own autoconfig host, the only one that may hear the address in a query, if the user allows it.
func (q *inquiry) autoconfig() Source {
	o := order{url: autoconfigURL(q.address.Domain)}
	if q.Settings.SendAddress {
		o.query = url.Values{"emailaddress": {q.address.String()}}.Encode()
	}
	host := "autoconfig." + q.address.Domain
	return source(account.SourceAutoconfig, host, func(ctx context.Context, progress func()) Answer {
		a := q.own(ctx, o, progress)
		if isFault(a.Err, faultCertificate) && !a.Portal {
			a.Note = notes(account.UnicodeHost(q.address.Domain)+" seems to publish settings, but its certificate is wrong.", a.Note)
		}
		return a
	})
}

// wellKnown asks the domain's web host, which never hears the address: it may be anybody's.
func (q *inquiry) wellKnown() Source {
	o := order{url: wellKnownURL(q.address.Domain)}
	return source(account.SourceAutoconfig, q.address.Domain, func(ctx context.Context, progress func()) Answer {
		a := q.own(ctx, o, progress)
		for i := range a.Candidates {
			a.Candidates[i].Order += maxHosts // behind those of the host that is there for nothing else
		}
		return a
	})
}

// own asks the domain itself.
func (q *inquiry) own(ctx context.Context, o order, progress func()) Answer {
	return q.config(ctx, o, reading{
		source: account.SourceAutoconfig,
		url:    o.url,
		vouched: func(c format.Config, hosts []string) func(string) bool {
			// The trust of a file is the lowest of all hosts that led to it, and of what it says of itself.
			if !q.home(hosts) || !c.Covers(q.address.Domain) {
				return nil
			}
			return q.vouchedByMX(ctx, slices.Concat(c.Incoming, c.Outgoing), progress)
		},
	}, progress)
}

// vouchedByMX tells for which hosts the domain's MX records agree with its own file. They are waited for only where a host
// needs them, and not for long.
func (q *inquiry) vouchedByMX(ctx context.Context, entries []format.Entry, progress func()) func(string) bool {
	if !slices.ContainsFunc(entries, func(e format.Entry) bool { return !q.home([]string{e.Host}) }) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, vouchLimit)
	defer cancel()
	mx := q.exchangeOf(ctx, progress)
	return func(host string) bool {
		domain := account.RegistrableDomain(host)
		return domain != "" && mx.filter == "" && domain == account.RegistrableDomain(mx.host)
	}
}
