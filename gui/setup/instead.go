package setup

import (
	"slices"

	"portolan/probe"
)

// insteadButton is the words on the button beside yes and no, "" where a wrong certificate names nothing that can be tried. The
// name itself, which may be long, stands in the text.
func insteadButton(d probe.Decision) string {
	if d.Kind != probe.DecideCertificate || d.Instead.Host == "" {
		return ""
	}
	return "Try the other name"
}

// TakeInstead answers the open question about a certificate by searching again with a name that stands in it, as if that had
// been typed as the server's name. Without such a name it does nothing.
//
// The security page, C-5: a name out of a certificate is dialled only after this click.
func (s *Session) TakeInstead() {
	b, next := s.book.tookInstead()
	if next != nil && !s.closed {
		s.start(b, *next)
	}
}

// tookInstead puts the other name in the place of every server that showed the certificate, and gives the search that follows.
func (b book) tookInstead() (book, *probe.Request) {
	if b.open() == nil || insteadButton(b.queue[0]) == "" {
		return b, nil
	}
	d, taken := b.queue[0], false
	for _, r := range roles() {
		if !slices.Contains(d.Servers, resultOf(b.current(), r).Endpoint) {
			continue
		}
		f, parts := b.Form.Fields(r), PartHost
		if d.Instead.Port != 0 {
			parts |= PartPort
		}
		f.take(Fields{Host: d.Instead.Host, Port: portText(d.Instead.Port)}, parts)
		b, taken = b.edited(r).follow(r), true
	}
	if !taken {
		return b, nil
	}
	b.Form.KnowServers = true
	b.queue, b.declined, b.refused, b.seen = nil, nil, nil, 0
	b.question++
	q := b.request()
	return b, &q
}
