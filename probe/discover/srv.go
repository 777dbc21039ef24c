package discover

import (
	"cmp"
	"context"
	"net"
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe/wire"
)

// A service is one of the SRV services of mail, and what its name means.
type service struct {
	name     string
	protocol account.Protocol
	security account.Security // that the name stands for; never none
}

// services lists the SRV services in the order in which their hosts are taken: RFC 6186, section 3, and RFC 8314, section 5.1.
func services() []service {
	return []service{
		{"imaps", account.IMAP, account.TLS},
		{"imap", account.IMAP, account.STARTTLS},
		{"pop3s", account.POP3, account.TLS},
		{"pop3", account.POP3, account.STARTTLS},
		{"submissions", account.SMTP, account.TLS},
		{"submission", account.SMTP, account.STARTTLS},
	}
}

// A serviceAnswer is what the DNS says of one service.
type serviceAnswer struct {
	records []*net.SRV // usable ones, best first
	absent  bool       // ".": the domain says that it does not offer the service
	cut     int        // records that were left out for their number
	left    []string   // targets that cannot be used, neutralised
	err     error      // nil where the DNS said that there is nothing
}

// srv asks for all services at once. The answers are never authenticated, so that a host outside the user's domain is the
// user's to confirm.
func (q *inquiry) srv() Source {
	return source(account.SourceSRV, q.address.Domain, func(ctx context.Context, progress func()) Answer {
		all := services()
		answers := make([]serviceAnswer, len(all))
		heard := make(chan int)
		for i, s := range all {
			go func() {
				if fault := wire.Survive(func() { answers[i] = q.lookUpService(ctx, s.name) }); fault != nil {
					answers[i] = serviceAnswer{err: fault}
				}
				heard <- i
			}()
		}
		for range all {
			if i := <-heard; answers[i].err == nil {
				progress()
			}
		}
		return q.readServices(all, answers)
	})
}

// lookUpService asks for one service.
func (q *inquiry) lookUpService(ctx context.Context, name string) serviceAnswer {
	_, records, err := q.resolver().LookupSRV(ctx, name, "tcp", Absolute(q.address.Domain))
	a := sortService(records)
	if err != nil && len(records) == 0 && !nameless(err) {
		a.err = err
	}
	return a
}

// sortService puts the records of a service in order and drops those that cannot be used.
//
// RFC 2782: the lower priority first. Among equals it asks for a choice at random by weight, which spreads the load of
// many clients over many servers; a mail program that keeps what was found once needs the same answer twice, so that the
// greater weight goes first, and then the name.
func sortService(records []*net.SRV) serviceAnswer {
	var a serviceAnswer
	dots := 0
	for _, r := range records {
		target := published(r.Target)
		switch {
		case strings.Trim(r.Target, ".") == "": // RFC 2782: "." means that the service is decidedly not available.
			dots++
		case target == "" || r.Port == 0:
			if len(a.left) < maxRecords {
				a.left = append(a.left, account.Neutral(r.Target, maxQuoted))
			}
		default:
			a.records = append(a.records, &net.SRV{Target: target, Port: r.Port, Priority: r.Priority, Weight: r.Weight})
		}
	}
	a.absent = dots > 0 && dots == len(records)
	slices.SortStableFunc(a.records, func(x, y *net.SRV) int {
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.Target, y.Target), cmp.Compare(x.Port, y.Port))
	})
	if a.cut = max(0, len(a.records)-maxRecords); a.cut > 0 {
		a.records = slices.Clone(a.records[:maxRecords])
	}
	return a
}

// readServices turns what the DNS said into an answer.
func (q *inquiry) readServices(all []service, answers []serviceAnswer) Answer {
	a := Answer{Status: Missing, URL: "dns:" + q.address.Domain + "?type=SRV"}
	list := roster{source: account.SourceSRV}
	cut := ""
	for i, s := range all {
		for _, r := range answers[i].records {
			list.add(r.Target, Port{s.protocol, int(r.Port), s.security}, "")
		}
		list.left = append(list.left, answers[i].left...)
		if answers[i].cut > 0 {
			cut = "There are more records than could be of use; the best were taken."
		}
		if a.Err == nil {
			a.Err = answers[i].err
		}
	}
	a.Candidates, a.Unoffered = list.list, unoffered(all, answers)
	if len(a.Candidates) > 0 {
		a.Status = Named
	} else if len(a.Unoffered) > 0 || len(list.left) > 0 {
		a.Status = Silent
	}
	a.Note = notes(q.unofferedNote(a.Unoffered), list.remark(), cut)
	return a
}

// unoffered lists the protocols of which every service is absent.
//
// RFC 6186, section 3.4: "." as the target says that a service is not offered; one that is merely not mentioned may exist.
func unoffered(all []service, answers []serviceAnswer) []account.Protocol {
	var list []account.Protocol
	for _, p := range []account.Protocol{account.IMAP, account.POP3, account.SMTP} {
		absent := true
		for i, s := range all {
			absent = absent && (s.protocol != p || answers[i].absent)
		}
		if absent {
			list = append(list, p)
		}
	}
	return list
}

// unofferedNote says which protocols the domain does not offer.
func (q *inquiry) unofferedNote(list []account.Protocol) string {
	if len(list) == 0 {
		return ""
	}
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = strings.ToUpper(p.String())
	}
	return account.UnicodeHost(q.address.Domain) + " says that it does not offer " + strings.Join(names, ", ") + "."
}
