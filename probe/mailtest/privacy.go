package mailtest

import (
	"fmt"
	"net/url"
	"strings"
)

// How many web connections a run may make; the limits of mail servers do not count them.
const (
	mostWebAtOnce = 8
	mostWeb       = 24
)

const webPort = 443

// confides lists what a run told to whom without being allowed to: the local part of the address belongs into a sign-in and,
// where the user says so, into what the domain's own autoconfig host is asked (V-2, V-4); nothing is ever asked without TLS (W-2).
func (s Step) confides(r Record) []string {
	var wrong []string
	for _, c := range r.Connections {
		if c.Addr.Port() == 80 {
			wrong = append(wrong, fmt.Sprintf("%v: a connection to port 80", c.Addr))
		}
	}
	at := strings.LastIndexByte(s.Request.Address, '@')
	if at < 1 {
		return wrong
	}
	local, domain := strings.ToLower(s.Request.Address[:at]), strings.ToLower(s.Request.Address[at+1:])
	if strings.Contains(domain, local) {
		return wrong
	}
	for _, l := range r.Lookups {
		if strings.Contains(l.Name, local) {
			wrong = append(wrong, fmt.Sprintf("DNS was asked for %s: the local part of the address", l.Name))
		}
	}
	for _, q := range r.Requests {
		if s.Request.SendAddress && ownHost(q.URL, domain) {
			continue
		}
		text := q.URL + "\n" + fmt.Sprint(q.Header) + "\n" + q.Body
		if plain, err := url.PathUnescape(text); err == nil {
			text = plain
		}
		if strings.Contains(strings.ToLower(text), local) {
			wrong = append(wrong, fmt.Sprintf("%s was told the local part of the address", q.URL))
		}
	}
	return wrong
}

// ownHost reports whether a URL leads to the one host that the address may be told to.
func ownHost(address, domain string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host == "autoconfig."+domain
}
