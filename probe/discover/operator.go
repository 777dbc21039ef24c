package discover

import (
	"context"
	"strings"

	"portolan/account"
	"portolan/account/format"
)

// operators asks whoever runs the domain's mail exchanger for the settings of their customers: autoconfig at both places
// and the provider database, for the registrable domain of the exchanger and, where that is longer, for its name without
// the first label. Nothing in between and nothing above (N-10). The address is never sent.
//
// draft-ietf-mailmaint-autoconfig, section 4.4: MXFULLDOMAIN and MXBASEDOMAIN.
//
// # Why six sources and not one
//
// Each place answers, or is silent, for itself: a source that asked all six would be as slow as the slowest.
func (q *inquiry) operators() []Source {
	var list []Source
	for order, level := range [...]struct {
		name string
		of   func(host string) string
	}{{"full", fullDomain}, {"base", account.RegistrableDomain}} {
		for place, at := range [...]struct {
			name string
			url  func(domain string) string
		}{{"autoconfig", autoconfigURL}, {"well-known", wellKnownURL}, {"ispdb", q.databaseURL}} {
			key := "mx-" + level.name + "-" + at.name
			list = append(list, q.operator(key, 2*place+order, level.of, at.url))
		}
	}
	return list
}

// databaseURL is where the provider database knows a domain, "" where nobody is to be asked.
func (q *inquiry) databaseURL(domain string) string {
	base, off := q.database()
	if off != nil {
		return ""
	}
	return base + domain
}

// fullDomain is a mail exchanger's name without its first label, "" where that is no longer than its registrable domain.
func fullDomain(host string) string {
	_, rest, _ := strings.Cut(host, ".")
	if base := account.RegistrableDomain(host); base == "" || len(rest) <= len(base) {
		return ""
	}
	return rest
}

// operator asks one place about one domain of the mail exchanger. Places of less order go first.
func (q *inquiry) operator(key string, order int, domainOf, urlOf func(string) string) Source {
	return source(account.SourceMX, key, func(ctx context.Context, progress func()) Answer {
		mx := q.exchangeOf(ctx, progress)
		domain, why := q.operatorOf(mx, domainOf)
		url := ""
		if domain != "" {
			url = urlOf(domain)
		}
		if url == "" {
			return Answer{Status: Off, Note: why}
		}
		a := q.operatorConfig(ctx, url, mx.host, progress)
		for i := range a.Candidates {
			a.Candidates[i].Order += order * maxHosts
		}
		if a.Status == Named {
			a.Note = notes("Mail for "+account.UnicodeHost(q.address.Domain)+" is handled by "+account.UnicodeHost(domain)+", which published this.", a.Note)
		}
		return a
	})
}

// operatorConfig asks for the settings of the operator's customers. They are never vouched for: DNS data led there (W-4).
func (q *inquiry) operatorConfig(ctx context.Context, url, mx string, progress func()) Answer {
	return q.config(ctx, order{url: url}, reading{
		source:  account.SourceMX,
		url:     url,
		vouched: func(format.Config, []string) func(string) bool { return nil },
		mx:      mx,
	}, progress)
}

// operatorOf gives the domain to ask about, or why there is none.
func (q *inquiry) operatorOf(mx exchange, domainOf func(string) string) (domain, why string) {
	switch {
	case mx.host == "":
		return "", q.exchangeNote(mx)
	case q.home([]string{mx.host}):
		return "", account.UnicodeHost(q.address.Domain) + " handles its mail itself."
	case mx.filter != "":
		return "", q.exchangeNote(mx)
	}
	return domainOf(mx.host), ""
}
