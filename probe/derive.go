package probe

import (
	"errors"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// derive adds the services that what was learned so far suggests: a port that speaks in another way is tried again in that
// language. It tells when a port that says nothing will be due for that.
func (t *table) derive(now time.Duration) (wake time.Duration) {
	wake = never
	for _, s := range t.services { // services added meanwhile wait for the next call
		if s.look {
			continue
		}
		wake = min(wake, t.deriveSmall(s, now))
		for _, l := range s.lines {
			if protocol, security, ok := otherLanguage(l); ok {
				t.retry(s, protocol, security)
			}
			if s.security != account.STARTTLS || s.port == 25 || l.state != lineRunning || l.stage != wire.Connected {
				continue // on port 25 Portolan never sends the first byte
			}
			if at := l.progress + greetingStall; at <= now {
				t.retry(s, s.protocol, account.TLS)
			} else {
				wake = min(wake, at)
			}
		}
	}
	return wake
}

// otherLanguage tells in which way a port spoke that was spoken to in another.
func otherLanguage(l *line) (account.Protocol, account.Security, bool) {
	var spoken *wire.SpokenError
	if l.state != lineFailed || !errors.As(l.err, &spoken) {
		return 0, 0, false
	}
	if spoken.Spoken == "tls" {
		return l.protocol, account.TLS, l.security == account.STARTTLS && l.addr.Port() != 25
	}
	word, security := spoken.Spoken, l.security
	if rest, ok := strings.CutPrefix(word, "cleartext "); ok {
		word, security = rest, account.STARTTLS
	}
	protocol, err := account.ParseProtocol(word)
	if err != nil || protocol.Role() != l.protocol.Role() || protocol == l.protocol && security == l.security {
		return 0, 0, false
	}
	return protocol, security, true
}

// retry adds the service that speaks to the same port in another way, unless it is there already or unwanted.
func (t *table) retry(s *service, protocol account.Protocol, security account.Security) {
	if t.request.Protocol != account.ProtocolUnknown && s.host.Role == account.Incoming && protocol != t.request.Protocol {
		return
	}
	for _, o := range t.services {
		if o.host == s.host && o.protocol == protocol && o.port == s.port && o.security == security {
			return
		}
	}
	r := *s
	r.protocol, r.security, r.retry, r.lines = protocol, security, true, nil
	t.services = append(t.services, &r)
}
