package discover

import (
	"context"
	"encoding/xml"
	"strings"

	"portolan/account"
	"portolan/account/format"
)

// autodiscoverName is the local part that Autodiscover is asked with.
const autodiscoverName = "autodiscover"

// autodiscover asks a host of the domain by Microsoft's Autodiscover protocol, without credentials; whoever wants some has
// no settings for us. Plain http and SRV records, which that protocol also knows, are left alone.
//
// # Why the address is not sent, even where it may be
//
// The request must hold an address, but those who answer it unasked for a password do so by domain: any local part will do,
// so a fixed one is sent, and where it comes back as a login name, the user's own takes its place.
//
// # Why it stops at the domain
//
// Programs that cut labels off until somebody answered have sent hundreds of thousands of passwords to the owner of an
// autodiscover name right below a public suffix. Here no label is ever cut off.
func (q *inquiry) autodiscover(host string) Source {
	url := autodiscoverURL(host)
	return source(account.SourceAutodiscover, host, func(ctx context.Context, progress func()) Answer {
		a := q.askAutodiscover(ctx, url, progress)
		if host == q.address.Domain {
			for i := range a.Candidates {
				a.Candidates[i].Order += maxHosts // behind those of the host that is there for nothing else
			}
		}
		return a
	})
}

func autodiscoverURL(host string) string { return "https://" + host + "/autodiscover/autodiscover.xml" }

// askAutodiscover asks, and goes where it is sent: by a redirect, or by a document that names another place.
func (q *inquiry) askAutodiscover(ctx context.Context, url string, progress func()) Answer {
	p, next, domain := page{}, url, q.address.Domain
	for {
		var err error
		if p, err = q.fetch(ctx, p, order{url: next, body: autodiscoverRequest(domain)}, progress); err != nil {
			return q.failed(url, err)
		}
		answer, remarks, err := format.ReadAutodiscover(p.body)
		if err != nil {
			return Answer{Status: Broken, URL: url, Err: err, Note: notes("What "+hostList(p.hosts())+" sent is no usable configuration.", err.Error())}
		}
		if len(answer.Servers) > 0 || answer.RedirectURL == "" && answer.RedirectDomain == "" {
			return q.readAutodiscover(answer, remarks, p, url)
		}
		if next, err = sentOn(p, answer); err != nil {
			return q.failed(url, err)
		}
		if answer.RedirectURL == "" {
			domain = answer.RedirectDomain
		}
	}
}

// sentOn gives the URL that is asked next where a document names another place.
func sentOn(p page, answer format.Autodiscover) (string, error) {
	from, to := parseURL(p.urls[len(p.urls)-1]), answer.RedirectURL
	if to == "" {
		// autodiscover.SUFFIX would be a name that anybody can register, so the domain must be below its public suffix.
		if published(answer.RedirectDomain) == "" {
			return "", &webError{fault: faultRedirect, host: from.Hostname(), detail: "it leads to no domain that can be asked"}
		}
		to = autodiscoverURL("autodiscover." + answer.RedirectDomain)
	}
	next, err := follow(p, from, to)
	if err != nil {
		return "", err
	}
	return next.String(), nil
}

// autodiscoverRequest is the document that is posted.
func autodiscoverRequest(domain string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n" +
		`<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>`)
	_ = xml.EscapeText(&b, []byte(autodiscoverName+"@"+domain)) // a strings.Builder takes everything
	b.WriteString(`</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a` +
		`</AcceptableResponseSchema></Request></Autodiscover>`)
	return b.String()
}

// readAutodiscover turns an answer that names servers, or nothing, into ours.
func (q *inquiry) readAutodiscover(answer format.Autodiscover, remarks []format.Remark, p page, url string) Answer {
	list := roster{source: account.SourceAutodiscover}
	for _, s := range answer.Servers {
		list.add(s.Host, Port{s.Protocol, s.Port, s.Security}, q.loginName(s.Username))
	}
	a := Answer{Status: Silent, URL: url, Candidates: list.list}
	if len(a.Candidates) > 0 {
		a.Status = Named
	}
	a.Note = notes(q.awayNote(p.hosts(), account.SourceAutodiscover), list.remark(), remarkText(remarks))
	return a
}

// loginName gives the user's own name for the one that was asked with, "" for any other: that is somebody else's.
func (q *inquiry) loginName(name string) string {
	local, domain, whole := strings.Cut(name, "@")
	switch {
	case !strings.EqualFold(local, autodiscoverName):
		return ""
	case !whole:
		return q.address.Local
	case strings.EqualFold(domain, q.address.Domain):
		return q.address.String()
	default:
		return ""
	}
}
