package discover

import (
	"context"
	"net"
	"strings"

	"portolan/account"
)

// An exchange is what the MX records of a domain come to.
type exchange struct {
	host   string // the best mail exchanger, "" where there is none of use
	null   bool   // the domain takes no mail at all
	filter string // the company that filters mail there, "" for none
	err    error
}

// exchangeOf looks the MX records up, once in an inquiry.
func (q *inquiry) exchangeOf(ctx context.Context, progress func()) exchange {
	mx, err := q.mx.get(ctx, func() exchange {
		records, err := q.resolver().LookupMX(ctx, Absolute(q.address.Domain))
		if ctx.Err() == nil {
			progress()
		}
		return bestOf(records, err)
	})
	if err != nil {
		return exchange{err: err}
	}
	return mx
}

// bestOf picks the best mail exchanger; of equals always the same, so that two runs agree. Names that cannot be used are
// passed over, and an error beside usable records is one about the others.
func bestOf(records []*net.MX, err error) exchange {
	// RFC 7505, section 3: a single MX "." means that the domain takes no mail.
	if len(records) == 1 && strings.Trim(records[0].Host, ".") == "" {
		return exchange{null: true}
	}
	best, pref := "", uint16(0)
	for _, r := range records {
		host := published(r.Host)
		if host != "" && (best == "" || r.Pref < pref || r.Pref == pref && host < best) {
			best, pref = host, r.Pref
		}
	}
	if best == "" {
		return exchange{err: err}
	}
	return exchange{host: best, filter: filterOf(best)}
}

// exchanger guesses that the domain's best mail exchanger also serves its users, where it lies in the user's own
// registrable domain. A host outside, a filter company's above all, is never a candidate by itself.
func (q *inquiry) exchanger() Source {
	return source(account.SourceMX, q.address.Domain, func(ctx context.Context, progress func()) Answer {
		mx := q.exchangeOf(ctx, progress)
		a := Answer{Status: Silent, URL: "dns:" + q.address.Domain + "?type=MX", Note: q.exchangeNote(mx), Exchanger: mx.host}
		switch {
		case mx.host != "" && q.home([]string{mx.host}):
			a.Status, a.Candidates = Named, guessedExchanger(mx.host)
		case mx.err != nil:
			a.Status, a.Err = Missing, mx.err
			if nameless(mx.err) {
				a.Err = nil // no MX records is an answer like any other
			}
		}
		return a
	})
}

// guessedExchanger gives the mail exchanger as a guess for both roles, behind the usual names.
func guessedExchanger(host string) []Candidate {
	list := append(guessed(account.Incoming, host), guessed(account.Outgoing, host)...)
	for i := range list {
		list[i].Order, list[i].MX = orderMX, true
	}
	return list
}

// exchangeNote says what the MX records come to.
func (q *inquiry) exchangeNote(mx exchange) string {
	domain := account.UnicodeHost(q.address.Domain)
	switch {
	case mx.null:
		return domain + " says that it takes no mail at all."
	case mx.filter != "" && !q.home([]string{mx.host}):
		return "Mail for " + domain + " is filtered by " + mx.filter + "; that says nothing about its mailboxes."
	case mx.host != "":
		return "Mail for " + domain + " is delivered to " + account.UnicodeHost(mx.host) + "."
	default:
		return ""
	}
}
