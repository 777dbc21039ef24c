// Package setup is the conversation between a person and the search: what was typed, what was found, what has to be
// decided, as one plain State, and a Session whose methods are the clicks. It knows no widget.
package setup

import (
	"context"
	"iter"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// A Runner searches. *probe.Prober is one.
type Runner interface {
	Run(ctx context.Context, r probe.Request) iter.Seq[probe.Event]
}

// A View is one of the two faces of the window.
type View uint8

// The views.
const (
	Simple View = iota
	Advanced
)

// A Phase is what the session is doing.
type Phase uint8

// The phases. While Running, the fields of the simple view are not to be edited and Find is Stop.
const (
	Resting  Phase = iota
	Running        // a search, a test or a check is going on: State.Task says which
	Stopping       // Stop was pressed; the sockets are being closed
)

// A Part is one field of a server that the user can type or choose, and that the search must then not overwrite.
type Part uint8

// The parts of a server.
const (
	PartHost Part = 1 << iota
	PartPort
	PartSecurity
	PartAuth
	PartUsername
	PartProtocol
)

// A UserMode says which user name the outgoing server gets.
type UserMode uint8

// The user modes of the outgoing server.
const (
	SameUser UserMode = iota // as incoming
	OwnUser                  // its own, and its own password where one is typed
	NoUser                   // no sign-in
)

// A Tone is the colour and the icon of a message; never the colour alone.
type Tone uint8

// The tones.
const (
	Neutral Tone = iota
	Success
	Warning
	Danger
)

// Fields are one server as the advanced view shows it.
type Fields struct {
	Protocol account.Protocol // incoming: IMAP or POP3, ProtocolUnknown: automatic; outgoing: SMTP
	Host     string
	Port     string
	Security account.Security // SecurityUnknown: automatic
	Auth     account.Auth     // AuthUnknown: automatic
	Username string
	User     UserMode // outgoing only
	Typed    Part     // what the user typed or chose since the form was new: locked against the search
}

// A Form is everything that was typed. Server names of the simple view stand in IncomingText and OutgoingText as typed
// ("host:port"); what could be read of them stands in Incoming and Outgoing too.
type Form struct {
	Name              string
	Address           string
	Password          account.Secret
	RequireEncryption bool
	KnowServers       bool // "I know my server names" is open
	IncomingText      string
	OutgoingText      string
	Incoming          Fields
	Outgoing          Fields

	OutgoingPassword account.Secret // of the outgoing server with OwnUser; empty: Password

	Certificate         account.ClientCertificate // the person's own
	CertificatePassword account.Secret            // opens its file, where that is behind one
}

// Fields gives the fields of one role.
func (f *Form) Fields(r account.Role) *Fields {
	if r == account.Outgoing {
		return &f.Outgoing
	}
	return &f.Incoming
}

// A Row is one line of the live list.
type Row struct {
	Status probe.Status
	Head   string // "imap.example.org:993 · encrypted from the start"
	Note   string // "Certificate valid for imap.example.org · TLS 1.3"
	Took   time.Duration
}

// A Verdict is the answer in plain words, with at most one action.
type Verdict struct {
	Tone Tone
	explain.Text
}

// An Offer is "you asked for X, the server offers Y": one click takes it.
type Offer struct {
	Part Part
	Text string // the sentence
}

// A ServerState is what is known of one server beside its fields.
type ServerState struct {
	Tone    Tone
	Tested  string         // what the last test proved, or "Not tested since the last change", or ""
	Offered []account.Auth // what this server offers; nil: not asked yet
	Offers  []Offer
	Testing bool
	// Evidence is what was measured on the connection that proved the server, as the advanced view lists it: the server with
	// its port, who named it, encryption, certificate (as explain.Finding details one). nil: nothing measured yet.
	Evidence []explain.Detail
}

// A Question is an open decision as a dialog asks it. No is the default; Enter never says yes.
type Question struct {
	Kind    probe.DecisionKind
	Text    explain.Text
	Yes, No string // the words on the buttons: what will happen
	Instead string // the words on a third button, which is Session.TakeInstead; "" for none
	Grave   bool   // yes is dangerous: certificate, cleartext
	Number  int    // changes with every question
}

// A State is everything that the window shows. It is a value: the window draws all of it and keeps none.
type State struct {
	View     View
	Form     Form
	Problems []account.Problem // those that may be shown by now
	Phase    Phase
	Task     probe.Task
	TaskRole account.Role
	Number   int // of the run; an event of an older one changes nothing
	Searched bool
	Rows     []Row
	Verdict  Verdict
	Incoming ServerState
	Outgoing ServerState
	Findings []explain.Text // beside the verdict
	Mailbox  MailboxState

	Certificates Certificates // the person's own, and private authorities
	Agreements   []Agreement  // what was said yes to for this account, and can be taken back
	Sources      Sources      // who was asked about the domain, and what they said
	Settings     Settings
	Log          []string // the conversation, secrets replaced
	Question     *Question
	Export       ExportState
	Import       ImportState // the dialog about a file that was opened
	Shelf        Shelf       // the saved accounts
	Practice     string      // the practice mailbox in use, "" for the real network
	Notice       Notice      // what became of opening or saving something
	CanFind      bool
	CanTest      [2]bool // incoming, outgoing
	CanWrite     bool    // there is something to export
}

// A Notice is a message that belongs to no field.
type Notice struct {
	Tone   Tone
	Text   string
	Number int      // changes with every notice
	Exists string   // the file that SaveLog left as it is, because it was not told to replace it
	Names  LogNames // of that log
}
