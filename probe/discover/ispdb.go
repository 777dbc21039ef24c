package discover

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"portolan/account"
	"portolan/account/format"
)

// ispdb asks the provider database for the domain; it never hears the address.
//
// It is asked at the same time as the domain itself, which the page on privacy says: waiting for the domain's answer first
// would cost every user of a large provider the time of two look-ups that find nothing.
func (q *inquiry) ispdb() Source {
	base, off := q.database()
	if off != nil {
		return source(account.SourceISPDB, "ispdb", func(context.Context, func()) Answer { return *off })
	}
	o := order{url: base + q.address.Domain}
	r := reading{
		source: account.SourceISPDB,
		url:    o.url,
		vouched: func(c format.Config, hosts []string) func(string) bool {
			if len(hosts) > 1 || !slices.Contains(c.Domains, q.address.Domain) {
				return nil
			}
			return func(string) bool { return true }
		},
	}
	return source(account.SourceISPDB, "ispdb", func(ctx context.Context, progress func()) Answer {
		return q.config(ctx, o, r, progress)
	})
}

// database gives the base URL of the provider database, or what is answered where nobody is asked.
func (q *inquiry) database() (base string, off *Answer) {
	switch base = q.Settings.ISPDB; base {
	case "":
		return DefaultISPDB, nil
	case "off":
		return "", &Answer{Status: Off, Note: "The provider database is switched off."}
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", &Answer{Status: Off, Note: "The address of the provider database is not one that begins with https://, so nobody was asked."}
	}
	return strings.TrimSuffix(base, "/") + "/", nil
}
