package probe

import (
	"errors"
	"io"
	"net/netip"
	"testing"

	"portolan/account"
	"portolan/probe/wire"
)

// A port that spoke in another way is tried in that way, where it is one for mail of the same role, and not the very same one.
func TestAPortIsTriedInTheLanguageThatItSpoke(t *testing.T) {
	const tls, start = account.TLS, account.STARTTLS
	for _, test := range []struct {
		protocol account.Protocol
		security account.Security
		port     uint16
		spoken   string
		want     account.Protocol
		how      account.Security
	}{
		{account.IMAP, start, 143, "tls", account.IMAP, tls},
		{account.SMTP, start, 587, "tls", account.SMTP, tls},
		{account.IMAP, tls, 993, "tls", 0, 0},
		{account.SMTP, start, 25, "tls", 0, 0},
		{account.IMAP, tls, 993, "cleartext imap", account.IMAP, start},
		{account.IMAP, tls, 993, "cleartext pop3", account.POP3, start},
		{account.IMAP, tls, 993, "cleartext smtp", 0, 0},
		{account.IMAP, tls, 993, "cleartext http", 0, 0},
		{account.IMAP, tls, 993, "pop3", account.POP3, tls},
		{account.IMAP, tls, 993, "imap", 0, 0},
		{account.IMAP, start, 143, "imap", 0, 0},
		{account.IMAP, start, 143, "pop3", account.POP3, start},
		{account.IMAP, start, 143, "smtp", 0, 0},
		{account.IMAP, start, 143, "http", 0, 0},
		{account.SMTP, tls, 465, "cleartext smtp", account.SMTP, start},
		{account.SMTP, start, 587, "ssh", 0, 0},
	} {
		l := &line{
			state: lineFailed, protocol: test.protocol, security: test.security, err: &wire.SpokenError{Spoken: test.spoken},
			addr: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), test.port),
		}
		protocol, security, ok := otherLanguage(l)
		if ok != (test.how != 0) || ok && (protocol != test.want || security != test.how) {
			t.Errorf("%v %v on %d spoke %q: got %v %v %v, want %v %v", test.protocol, test.security, test.port, test.spoken, protocol, security, ok, test.want, test.how)
		}
		l.state = lineRunning
		if _, _, ok := otherLanguage(l); ok {
			t.Errorf("%q: got another language of a line that goes on", test.spoken)
		}
		l.state, l.err = lineFailed, errors.New("hung up")
		if _, _, ok := otherLanguage(l); ok {
			t.Error("got another language of a line on which nothing was spoken")
		}
	}
}

// A try in another way stands beside the one before, once; a protocol that was not asked for is not tried.
func TestATryInAnotherWayStandsBesideTheFirst(t *testing.T) {
	for _, test := range []struct {
		host     string
		port     int
		protocol account.Protocol
		security account.Security
		asked    account.Protocol
		added    int
	}{
		{imapHost, 993, account.IMAP, account.STARTTLS, account.ProtocolUnknown, 1},
		{imapHost, 993, account.POP3, account.TLS, account.ProtocolUnknown, 1},
		{imapHost, 993, account.POP3, account.TLS, account.IMAP, 0},
		{imapHost, 993, account.POP3, account.TLS, account.POP3, 1},
		{"smtp.example.test", 465, account.SMTP, account.STARTTLS, account.IMAP, 1},
		{imapHost, 993, account.IMAP, account.TLS, account.ProtocolUnknown, 0},
	} {
		s := newScene(t)
		s.table.request.Protocol = test.asked
		first := s.service(at(test.host, test.port))
		first.lines = []*line{{}}
		known := len(s.table.services)
		for range 2 {
			s.table.retry(first, test.protocol, test.security)
		}
		added := s.table.services[known:]
		if len(added) != test.added {
			t.Errorf("%v %v on %d, %v asked for: got %d tries, want %d", test.protocol, test.security, test.port, test.asked, len(added), test.added)
			continue
		}
		for _, r := range added {
			if !r.retry || len(r.lines) > 0 || r.protocol != test.protocol || r.security != test.security || r.endpoint() != first.endpoint() || len(first.lines) != 1 {
				t.Errorf("got %+v, want a try of its own at %v", r, first.endpoint())
			}
		}
	}
}

// Places are held at an address for the small hellos that are due there, and, while the first one is under way, for all that
// would follow it.
func TestPlacesAreHeldForSmallHellos(t *testing.T) {
	mute := func(s *scene, e account.Endpoint) *line {
		l := s.line(e, v4, lineFailed, wire.Facts{})
		l.err = &wire.UnansweredError{Err: io.EOF}
		return l
	}
	small := func(s *scene, e account.Endpoint) *service {
		o := *s.service(e)
		o.classical, o.retry, o.lines = true, true, nil
		s.table.services = append(s.table.services, &o)
		return &o
	}
	begun := func(s *scene, o *service, state lineState) *line {
		l := s.line(o.endpoint(), v4, state, wire.Facts{})
		first := s.service(o.endpoint())
		first.lines = first.lines[:len(first.lines)-1]
		o.lines, l.small = []*line{l}, true
		return l
	}
	for _, test := range []struct {
		name  string
		build func(*scene)
		want  int
	}{
		{"nothing", func(*scene) {}, 0},
		{"silence, and nothing due", func(s *scene) { mute(s, at(imapHost, 993)) }, 0},
		{"one due", func(s *scene) { mute(s, at(imapHost, 993)); small(s, at(imapHost, 993)) }, 1},
		{"one due elsewhere", func(s *scene) { mute(s, at(mailHost, 993)); small(s, at(mailHost, 993)) }, 0},
		{"the first under way", func(s *scene) {
			mute(s, at(imapHost, 993))
			mute(s, at(imapHost, 995))
			mute(s, at(imapHost, 143))
			begun(s, small(s, at(imapHost, 993)), lineRunning)
		}, 2},
		{"the first under way, and one due", func(s *scene) {
			mute(s, at(imapHost, 993))
			mute(s, at(imapHost, 995))
			begun(s, small(s, at(imapHost, 993)), lineRunning)
			small(s, at(imapHost, 995))
		}, 2},
		{"the first under way elsewhere", func(s *scene) {
			mute(s, at(imapHost, 993))
			mute(s, at(mailHost, 993))
			begun(s, small(s, at(mailHost, 993)), lineRunning)
		}, 0},
		{"the first has ended", func(s *scene) {
			mute(s, at(imapHost, 993))
			mute(s, at(imapHost, 995))
			begun(s, small(s, at(imapHost, 993)), lineFailed)
		}, 0},
	} {
		s := newScene(t)
		a := s.service(at(imapHost, 993)).host.families[v4].addrs[0]
		if test.build(s); s.table.reservedSmall(a) != test.want {
			t.Errorf("%s: got %d, want %d", test.name, s.table.reservedSmall(a), test.want)
		}
	}
}
