package probe

import (
	"context"
	"errors"

	"portolan/account"
	"portolan/probe/wire"
)

// A signer signs in to the winners, one after the other, in a goroutine of its own; the loop goes on hearing news.
type signer struct {
	run      *run
	verdict  verdict
	shown    int          // how often a server has seen a password that may be wrong
	passed   []passedOver // of the present role
	accepted string       // the user name that incoming accepted
	ends     []signInEnd
	conns    map[*line]*wire.Conn // the winners' connections; the loop does not touch them meanwhile
	logins   map[account.Role]login
}

// A passedOver is a try whose mechanism alone was refused although the password, or a proof of it, was on its way already. It
// is no refusal, unless the password turns out to be wrong: then the server may have counted it.
type passedOver struct {
	report SignIn
	index  int
}

// signIn signs in to the winners, incoming first, and tells how each ended.
func (r *run) signIn(v verdict) []signInEnd {
	s := &signer{run: r, verdict: v, conns: map[*line]*wire.Conn{}, logins: map[account.Role]login{}}
	for _, w := range []*choice{v.incoming, v.outgoing} {
		if w != nil {
			s.conns[w.outcome.line] = w.outcome.line.conn
		}
	}
	if !r.beside(s.both) {
		return nil
	}
	r.signer = s
	return s.ends
}

// both signs in to incoming, and where that was well or there is none, to outgoing.
func (s *signer) both(ctx context.Context) {
	t := s.run.table
	if w := s.verdict.incoming; t.canSignIn(w) {
		end := s.role(ctx, *w, t.usernames(w.service.host), t.request.Secret, maxRefusals)
		s.ends = append(s.ends, end)
		if !end.ok {
			if o := s.verdict.outgoing; o != nil && t.request.OutgoingSignIn == SignInRequired {
				s.ends = append(s.ends, signInEnd{role: account.Outgoing, server: o.service.endpoint(), skipped: true})
			}
			return
		}
	}
	w := s.verdict.outgoing
	if !t.canSignIn(w) {
		return
	}
	names := t.usernames(w.service.host)
	if own := len(names) == 1 || len(w.service.host.Usernames) > 0; s.accepted != "" && !own {
		names = []string{s.accepted}
	}
	s.ends = append(s.ends, s.role(ctx, *w, names, t.secret(account.Outgoing), t.request.MaxRefusals()))
}

// role signs in to one winner, with one user name after the other as long as the answer is a definite "wrong" and the
// budget of refusals lasts.
func (s *signer) role(ctx context.Context, w choice, names []string, secret account.Secret, budget int) signInEnd {
	ctx, cancel := context.WithTimeout(ctx, signInLimit)
	defer cancel()
	end := signInEnd{role: w.service.host.Role, server: w.service.endpoint()}
	if s.run.table.keepsBack(&w) {
		end.kept, end.refusal.cause = true, OAuthOnly
		return end
	}
	budget, s.passed = min(budget, s.shown+maxRefusals), nil // one more in all is not one more for one password
	for _, name := range names {
		if s.shown >= budget {
			break
		}
		var auth account.Auth
		auth, end.refusal = s.name(ctx, w, wire.Credentials{Username: name, Secret: secret}, budget)
		if end.refusal.cause == CauseNone {
			end.ok = true
			s.succeed(w, name, auth)
			return end
		}
		if end.refusal.spent {
			s.countPassed()
		}
		if !end.refusal.wrong {
			break
		}
	}
	return end
}

// countPassed makes refusals of the tries that were passed over, now that the password has been refused.
func (s *signer) countPassed() {
	for _, p := range s.passed {
		p.report.Refusal = true
		s.run.post(func() { s.run.emit(Event{Kind: SignInChanged, Index: p.index, SignIn: p.report}) })
	}
	s.passed = nil
}

// succeed tells the loop that a role is signed in to. What was passed over on the way was no wrong password.
func (s *signer) succeed(w choice, name string, auth account.Auth) {
	s.shown -= len(s.passed)
	s.passed = nil
	if w.service.host.Role == account.Incoming {
		s.accepted = name
	}
	s.run.post(func() {
		result := s.run.table.result(w)
		result.Username, result.Auth, result.SignedIn = name, auth, true
		s.run.emit(Event{Kind: ResultSettled, Role: w.service.host.Role, Result: result})
	})
}

// name signs in with one user name: with the first mechanism that the server takes. A mechanism that is merely not
// supported is no refusal; after a refusal no other is tried, nor once servers have seen the password as often as the budget
// says, whatever they said to it.
func (s *signer) name(ctx context.Context, w choice, cr wire.Credentials, budget int) (account.Auth, refusal) {
	last := refusal{cause: MechanismUnsupported}
	for _, auth := range s.run.table.auths(w) {
		redialled := false
		for {
			last = s.once(ctx, w, auth, cr, redialled)
			if !last.died || redialled {
				break
			}
			redialled = true
		}
		if !last.next || s.shown >= budget {
			return auth, last
		}
	}
	return account.AuthUnknown, last
}

// once makes one try to sign in, on the winner's own connection, or on a new one where that has died.
func (s *signer) once(ctx context.Context, w choice, auth account.Auth, cr wire.Credentials, redial bool) refusal {
	conn := s.conns[w.outcome.line]
	if redial || conn == nil || conn.Dead() {
		var err error
		if conn, err = s.redial(ctx, w); err != nil {
			cause, detail := classify(err)
			return refusal{cause: cause, detail: detail}
		}
	}
	report, index := s.begin(w, auth, cr.Username)
	err := conn.SignIn(ctx, s.run.table.request.Policy, w.service.host.Host, w.service.host.Origin, auth, cr)
	var result refusal
	if err != nil {
		result = classifySignIn(err)
	}
	if auth == account.AuthExternal {
		result = result.byCertificate()
	} else {
		result = result.withoutCertificate(w.outcome.line.facts)
	}
	report = s.finish(report, index, result, conn.Transcript())
	if result.seen {
		s.shown++
	}
	if result.seen && result.next {
		s.passed = append(s.passed, passedOver{report, index})
	}
	if result.cause == CauseNone {
		s.logins[w.service.host.Role] = login{w, auth, cr, conn}
	}
	return result
}

// begin tells the loop that a try to sign in begins.
func (s *signer) begin(w choice, auth account.Auth, username string) (SignIn, int) {
	report := SignIn{
		Protocol: w.service.protocol, Server: w.service.endpoint(), Username: username, Auth: auth,
		Start: s.run.now(), Status: Running,
	}
	index := s.run.signIns
	s.run.signIns++
	s.run.post(func() { s.run.emit(Event{Kind: SignInChanged, Index: index, SignIn: report}) })
	return report, index
}

// finish tells the loop how a try to sign in ended, and gives what it told.
func (s *signer) finish(report SignIn, index int, result refusal, transcript []wire.Line) SignIn {
	report.Took, report.Status = s.run.now()-report.Start, OK
	report.Cause, report.Detail, report.Refusal, report.Transcript = result.cause, result.detail, result.spent, transcript
	if result.cause != CauseNone {
		report.Status = Failed
	}
	s.run.post(func() { s.run.emit(Event{Kind: SignInChanged, Index: index, SignIn: report}) })
	return report
}

// errStruck says that a server which has had encryption in this run has none on a further connection. D-2: nothing is sent
// there, whatever was consented to for that port.
var errStruck = errors.New("there was encryption on an earlier connection")

// redial opens the winner's connection anew. It is not counted among the search's connections; the gate judges the new one
// by what it proves itself.
func (s *signer) redial(ctx context.Context, w choice) (*wire.Conn, error) {
	l, r := w.outcome.line, s.run
	if old := s.conns[l]; old != nil {
		old.Abort()
	}
	target := wire.Target{
		Protocol: l.protocol, Security: l.security, Addr: l.addr, Names: []string{w.service.host.Host},
		Trust: r.table.request.Policy.Trust, Classical: l.small,
		Identity: r.table.request.Identity, ShowTo: r.table.showTo(l),
	}
	begun := r.now()
	conn, err := wire.Open(ctx, r.prober.Dialer, target, nil)
	again := &line{
		protocol: l.protocol, addr: l.addr, security: l.security, names: target.Names, small: l.small, source: l.source,
		started: begun, progress: begun, ended: r.now(), stage: wire.Asked,
	}
	if !r.post(func() { r.redialled(w, again, conn, err) }) && err == nil {
		conn.Abort()
		return nil, context.Cause(ctx)
	}
	s.conns[l] = conn
	if err == nil && conn.Facts().Protection < l.facts.Protection {
		return nil, errStruck
	}
	return conn, err
}

// redialled puts a new connection in the place of the winner's old one, and shows it as an attempt of its own.
func (r *run) redialled(w choice, again *line, conn *wire.Conn, err error) {
	again.state, again.err = lineFailed, err
	again.cause, again.detail = classify(err)
	if conn != nil {
		again.state, again.facts = lineUp, conn.Facts()
		w.outcome.line.conn = conn
	}
	r.ids++
	again.id = r.ids
	a := r.table.attempt(again, again.ended)
	if conn != nil {
		a.Status, a.Cause = OK, CauseNone
		a.Transcript = conn.Transcript()
	}
	r.emit(Event{Kind: AttemptChanged, Attempt: a})
}

// transcript is the conversation of a line, where it has one.
func (l *line) transcript() []wire.Line {
	if l.conn != nil {
		return l.conn.Transcript()
	}
	if f := failureOf(l.err); f != nil {
		return f.Transcript
	}
	return l.said
}
