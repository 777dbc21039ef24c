package setup

import (
	"crypto/x509"
	"time"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
)

// A book is all that a session knows, as plain values: the state that is shown, and what it is worked out from. Every
// method gives a new book and leaves its own as it was; shown works out what the window draws.
type book struct {
	State
	seen   fields  // whose problems may be shown
	wanted [2]bool // a test of this server was asked for: what it lacks is a problem
	apart  [2]bool // the security was chosen against the port, and does not follow it
	aside  [2]aside
	origin [2]string // the host that an opened file named, as long as nobody confirmed it

	stamp  stamp // changes with every edit
	begun  stamp // the stamp when the run began
	missed bool  // the form was edited while the search ran, so that nothing of it landed

	search    probe.Report // of the last search
	trial     probe.Report // of the last test
	visits    visits
	folders   seenFolders
	proofs    [2]proof
	filledFor account.Address // the address whose servers stand in the fields that nobody typed
	consents  consents
	declined  []probe.Decision // in this chain of runs
	refused   *probe.Decision  // the no that ended it

	queue    []probe.Decision // questions still to be asked, the open one first
	question int              // its number
	before   bool             // the open question stands before the search, not behind it

	exported account.Account   // what the export dialog is about
	offered  []format.Imported // the accounts of a file of which one is to be chosen
	later    []ImportState     // dialogs about files that were opened together, to be shown after the one that is open

	identity         identityRead // what came of reading the client certificate
	importing        bool         // an authority's file is being read
	authorityProblem string       // why the last one was not imported

	practice practiceBox
	log      journal

	shelf    shelf     // the list of the accounts; empty in a page of it
	base     base      // what is saved of the account in the form
	searched time.Time // when the last search began
}

// A stamp tells two contents of the form apart: what concerns the whole account, and each server.
type stamp struct {
	whole   int
	servers [2]int
	own     int // the outgoing server's own password
}

// era tells apart what signs in to a server: address and password, the outgoing server's own password with them.
func (b book) era(r account.Role) int {
	if r == account.Outgoing {
		return b.stamp.whole + b.stamp.own // neither ever falls
	}
	return b.stamp.whole
}

// An aside is what was typed for one server while "I know my server names" is closed.
type aside struct {
	Fields
	text string
}

// A practiceBox is what the practice mailbox in use brings along.
type practiceBox struct {
	address     account.Address
	authorities []*x509.Certificate
	form        Form // of a new account
}

// at is the place of a role in a pair.
func at(r account.Role) int {
	if r == account.Outgoing {
		return 1
	}
	return 0
}

// roles are both roles, in order.
func roles() [2]account.Role { return [...]account.Role{account.Incoming, account.Outgoing} }

// fields is a set of fields.
type fields uint32

const allFields = ^fields(0)

func (s fields) has(f account.Field) bool { return s&(1<<f) != 0 }
func (s fields) with(list ...account.Field) fields {
	for _, f := range list {
		s |= 1 << f
	}
	return s
}

// edited notes an edit of the fields of a server.
func (b book) edited(r account.Role) book {
	b.stamp.servers[at(r)]++
	return b
}

// shown works out everything in the state that follows from the rest.
func (b book) shown() book {
	b.Question = b.open()
	resting := b.Phase == Resting && b.Question == nil && !b.identity.reading
	b.CanFind = resting
	b.CanTest = [2]bool{resting, resting}
	b.Problems = b.problems()
	b.Rows = rows(b.search)
	b.Verdict = b.verdict()
	b.Findings = findings(b.search, b.Verdict.Text)
	b.Sources = sourcesOf(b.search)
	b.Incoming, b.Outgoing = b.server(account.Incoming), b.server(account.Outgoing)
	b.Mailbox = b.mailbox(resting)
	b.Certificates, b.Agreements = b.certificates(time.Now()), b.agreements()
	b.CanWrite = b.Phase == Resting && len(b.account().Validate()) == 0
	b.log = b.log.written(b.current())
	b.Log = b.log.lines
	return b.shelved()
}

// with takes in one event of the run of that number. What comes from an older run changes nothing.
func (b book) with(number int, e probe.Event) book {
	if number != b.Number || b.Phase == Resting {
		return b
	}
	b.log = b.log.dirtied()
	report := b.report()
	*report = report.With(e)
	if e.Kind == probe.RunEnded && b.Phase == Running {
		return b.rest()
	}
	return b
}

// over takes in that the goroutine of a run has ended. A run that was stopped rests only then.
func (b book) over(number int) book {
	if number != b.Number || b.Phase == Resting {
		return b
	}
	stopped := b.report() // it did not come to its end
	stopped.Outcome, stopped.Decisions = probe.Stopped, nil
	return b.rest()
}

// started notes that a run begins.
func (b book) started(q probe.Request, now time.Time) book {
	b.log = b.log.closed(b.current())
	b.log.begun = now
	b.Phase, b.Task, b.TaskRole = Running, q.Task, q.Role
	b.Number++
	b.begun, b.queue, b.before = b.stamp, nil, false
	if q.Task == probe.Test {
		b.trial = probe.Report{Address: q.Address}
		return b
	}
	if visiting(q.Task) {
		return b.begunVisit(q)
	}
	b.missed, b.refused = false, nil
	b.search, b.searched = probe.Report{Address: q.Address}, now
	if b.filledFor != (account.Address{}) && b.filledFor != q.Address {
		return b.emptied()
	}
	return b
}

// emptied takes what an earlier search filled in for another address out of the fields.
func (b book) emptied() book {
	for _, r := range roles() {
		f := b.Form.Fields(r)
		typed := f.Typed
		f.take(Fields{Protocol: unchosen(r)}, (PartHost|PartPort|PartSecurity|PartAuth|PartUsername|PartProtocol)&^typed)
		f.Typed = typed
		if f.User == OwnUser && f.Username == "" {
			f.User = SameUser
		}
	}
	b.proofs, b.filledFor = [2]proof{}, account.Address{}
	return b
}

// current is the report of the run that is going on, or was the last.
func (b book) current() probe.Report {
	return *b.report()
}

// rest lands what the run found.
func (b book) rest() book {
	b.Phase = Resting
	b.log = b.log.dirtied()
	switch {
	case b.Task == probe.Test:
		return b.landTest()
	case visiting(b.Task):
		return b.landVisit()
	default:
		return b.landSearch()
	}
}
