package discover

import (
	"context"
	"errors"

	"portolan/account"
	"portolan/probe/wire"
)

// Sources lists everybody who is asked about an address. Guesses need no asking: see Guesses. What the sources of one list
// have in common (addresses of web hosts, MX records, certificates of strangers) is looked up once.
//
// Below a public suffix anybody may own a name, so autoconfig.D and its like are asked only where D is none itself.
func (f Finder) Sources(a account.Address) []Source {
	q := newInquiry(f, a)
	var list []Source
	if q.domain != "" {
		list = append(list, q.autoconfig(), q.wellKnown())
	}
	list = append(list, q.srv())
	if q.domain != "" {
		list = append(list, q.pacc(), q.autodiscover("autodiscover."+a.Domain))
	}
	list = append(list, q.autodiscover(a.Domain), q.ispdb(), q.exchanger())
	list = append(list, q.operators()...)
	if q.domain != "" {
		list = append(list, q.wildcard())
	}
	return list
}

// An inquiry is what the sources of one address share.
type inquiry struct {
	Finder
	address   account.Address
	domain    string // registrable domain of the address, "" where its domain is a public suffix
	mx        *shared[exchange]
	strangers *strangers
}

func newInquiry(f Finder, a account.Address) *inquiry {
	q := &inquiry{Finder: f, address: a, domain: a.RegistrableDomain(), mx: newShared[exchange]()}
	q.Resolver = newMemory(f.resolver())
	base, _ := q.database()
	q.strangers = newStrangers(account.RegistrableDomain(parseURL(base).Hostname()))
	return q
}

// source makes a Source whose asking ends in time.
func source(name account.Source, key string, ask func(ctx context.Context, progress func()) Answer) Source {
	return Source{Name: name, Key: key, Ask: func(ctx context.Context, progress func()) Answer {
		ctx, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		return told(ask(ctx, func() {
			if ctx.Err() == nil {
				progress()
			}
		}))
	}}
}

// told has an answer say that a fault of the program is behind it.
func told(a Answer) Answer {
	var fault *wire.FaultError
	if errors.As(a.Err, &fault) {
		a.Status, a.Note = Broken, notes(a.Note, fault.Error()+".")
	}
	return a
}

// home reports whether every host lies in the registrable domain of the address.
func (q *inquiry) home(hosts []string) bool {
	for _, h := range hosts {
		if q.domain == "" || account.RegistrableDomain(h) != q.domain {
			return false
		}
	}
	return true
}
