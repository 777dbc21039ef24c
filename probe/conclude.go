package probe

import (
	"slices"
	"time"

	"portolan/account"
)

// conclude turns the settled table into results, questions and findings, signs in where nothing is open, and tells how it
// all ended.
func (r *run) conclude() Outcome {
	v := r.table.decide()
	for _, l := range r.table.lines {
		if !v.uses(l) {
			r.drop(l, r.now())
		}
	}
	r.settle(v)
	r.tellProvider(r.table.provider(v))
	r.judgeSources(v)
	for _, a := range r.table.alternatives(v) {
		r.emit(Event{Kind: AlternativeFound, Result: a})
	}
	for _, d := range v.decisions {
		d.Concerns = r.table.concerns(d.Servers, v)
		r.emit(Event{Kind: DecisionOpened, Decision: d})
	}
	outcome, ends := r.table.outcomeOf(v), []signInEnd(nil)
	if (r.table.canSignIn(v.incoming) || r.table.canSignIn(v.outgoing)) && (outcome == Found || outcome == Incomplete) {
		ends = r.signIn(v)
		if outcome = afterSignIn(outcome, ends); outcome == Ready && r.table.leavesOut(v) {
			outcome = Found
		}
	}
	r.examine()
	for _, f := range r.table.findings(v, ends) {
		r.emit(Event{Kind: FindingMade, Finding: f})
	}
	if outcome == Ready {
		r.visit()
	}
	return outcome
}

// settle tells of the winners.
func (r *run) settle(v verdict) {
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		if w := v.winner(role); w != nil {
			r.emit(Event{Kind: ResultSettled, Role: role, Result: r.table.result(*w)})
		}
	}
}

// uses reports whether a line carries a winner.
func (v verdict) uses(l *line) bool {
	return v.incoming != nil && v.incoming.outcome.line == l || v.outgoing != nil && v.outgoing.outcome.line == l
}

// outcomeOf is the outcome as it stands before a sign-in.
func (t *table) outcomeOf(v verdict) Outcome {
	missing := 0
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		if v.winner(role) == nil && t.request.concerns(role) {
			missing++
		}
	}
	switch {
	case v.incoming == nil && v.outgoing == nil:
		return Nothing
	case len(v.decisions) > 0:
		return NeedDecision
	case missing > 0:
		return Incomplete
	default:
		return Found
	}
}

// A signInEnd is how the sign-in to one role ended.
type signInEnd struct {
	role    account.Role
	server  account.Endpoint
	ok      bool
	skipped bool // never tried, because of how incoming ended
	kept    bool // nothing was sent, because the provider takes no password
	refusal refusal
}

// afterSignIn is the outcome once every winner was signed in to, or not.
func afterSignIn(found Outcome, ends []signInEnd) Outcome {
	for _, e := range ends {
		if !e.ok && !e.skipped && !e.kept && refusedCause(e.refusal.cause) {
			return RefusedIn
		}
	}
	for _, e := range ends {
		if !e.ok {
			return Incomplete
		}
	}
	if found == Found {
		return Ready
	}
	return found
}

// refusedCause reports whether a cause is the server's own no to this user, rather than trouble on the way.
func refusedCause(c Cause) bool {
	switch c {
	case SignInRefused, ClientCertificateRefused, ClientCertificateWanted, AppPasswordNeeded, AccountLocked, PasswordExpired, ProviderMustAct,
		ProtocolSwitchedOff, OAuthOnly:
		return true
	default:
		return false
	}
}

// tell yields the present state of a line.
func (r *run) tell(l *line) {
	r.emit(Event{Kind: AttemptChanged, Attempt: r.table.attempt(l, r.now())})
}

// attempt is a line as the report shows it.
func (t *table) attempt(l *line, now time.Duration) Attempt {
	a := Attempt{
		ID: l.id, Protocol: l.protocol, Server: t.told(l), Address: l.addr.Addr(), Security: l.security, Source: l.source,
		Start: l.started, Took: now - l.started, Stage: l.stage, Cause: l.cause, Detail: l.detail, Facts: l.facts,
		Transcript: l.transcript(),
	}
	switch l.state {
	case lineRunning:
		a.Status = Running
		return a
	case lineUp:
		a.Status, a.Cause = t.upStatus(l, &a)
	case lineFailed:
		a.Status = Failed
	case lineSkipped:
		a.Status = Skipped
	case lineDropped:
		a.Status = Superseded
	}
	a.Took = l.ended - l.started
	return a
}

// upStatus tells whether a ready connection is a usable server, and under which name, the best that it proved.
func (t *table) upStatus(l *line, a *Attempt) (Status, Cause) {
	cause := CauseNone
	var best *service
	for _, s := range t.services {
		if !slices.Contains(s.lines, l) {
			continue
		}
		st, c := t.upStanding(s, l)
		switch {
		case st != good:
			cause = c
		case best == nil || t.potential(s).compare(t.potential(best)) < 0:
			best = s
		}
	}
	if best == nil {
		return Failed, cause
	}
	a.Server.Host = best.host.Host
	return OK, CauseNone
}
