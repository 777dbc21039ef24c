package practice

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"

	"portolan/account"
)

// serveIMAP runs go-imap's server until the listener closes.
func (o office) serveIMAP(ln net.Listener) {
	server := imapserver.New(&imapserver.Options{
		NewSession: o.newIMAPSession,
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapSpecialUse: {}, imap.CapChildren: {}, imap.CapListExtended: {},
			imap.CapListStatus: {}, imap.CapESearch: {},
		},
		Logger:       log.New(io.Discard, "", 0),
		TLSConfig:    o.upgrade(),
		InsecureAuth: o.security == account.Cleartext,
	})
	_ = server.Serve(ln)
}

// newIMAPSession is called in the connection's goroutine, before anything is said.
func (o office) newIMAPSession(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
	if !o.crowd.enter() {
		return nil, nil, &imap.Error{Type: imap.StatusResponseTypeBye, Text: "The practice mailbox is closed"}
	}
	return &imapSession{office: o}, &imapserver.GreetingData{}, nil
}

// An imapSession stands before go-imap's memory store: it lets nobody in but the user, names the folders' special use,
// keeps to read-only where EXAMINE asked for it, and keeps every message's text for POP3. The store's own session is
// embedded as an interface, so that MOVE, which could not be kept track of, is not spoken.
type imapSession struct {
	imapserver.Session // nil before sign-in
	office             office
	validity           uint32 // UIDVALIDITY of the selected folder
	access             access
}

// An access says what may be done in the selected folder.
type access uint8

const (
	readOnly access = iota
	readWrite
)

// Close is called once, last.
func (s *imapSession) Close() error {
	defer s.office.crowd.leave()
	if s.Session == nil {
		return nil
	}
	return s.Session.Close()
}

// Login serves the command LOGIN.
func (s *imapSession) Login(user, secret string) error { return imapWords(s.admit(user, secret)) }

func (s *imapSession) admit(user, secret string) error {
	if err := s.office.admission.admit(user, secret); err != nil {
		return err
	}
	s.Session = imapmemserver.NewUserSession(s.office.drop.user)
	return nil
}

// AuthenticateMechanisms lists what AUTHENTICATE speaks.
func (s *imapSession) AuthenticateMechanisms() []string { return mechanisms() }

// Authenticate begins a SASL exchange.
func (s *imapSession) Authenticate(name string) (sasl.Server, error) {
	m, ok := newMechanism(name, s.admit)
	if !ok {
		return nil, refusal(imap.ResponseCodeCannot, "Sign-in method not supported")
	}
	return worded{m, imapWords}, nil
}

// imapWords gives IMAP's answer to an error; nil stays nil.
func imapWords(err error) error {
	switch {
	case errors.Is(err, errWrong):
		// RFC 9051, section 7.1: AUTHENTICATIONFAILED says that the credentials were wrong.
		return refusal(imap.ResponseCodeAuthenticationFailed, wrongWords)
	case errors.Is(err, errFull):
		return refusal(imap.ResponseCodeOverQuota, "The practice mailbox is full")
	case errors.Is(err, errMalformed):
		return &imap.Error{Type: imap.StatusResponseTypeBad, Text: "Malformed sign-in"}
	default:
		return err
	}
}

// refusal is a NO with a response code.
func refusal(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

// Select opens a folder; EXAMINE comes here too.
func (s *imapSession) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := s.Session.Select(name, options)
	if err != nil {
		return nil, err
	}
	s.validity, s.access = data.UIDValidity, readWrite
	if options.ReadOnly {
		s.access = readOnly
	}
	return data, nil
}

// List names the fixed folders with their special use, asked for or not (RFC 6154, section 2).
func (s *imapSession) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 {
		return s.Session.List(w, ref, patterns, options)
	}
	for _, f := range folders() {
		if !f.matches(ref, patterns) || (options.SelectSpecialUse && f.use == "") {
			continue
		}
		entry, err := s.entry(f, options)
		if err != nil {
			return err
		}
		if err := w.WriteList(entry); err != nil {
			return err
		}
	}
	return nil
}

// entry is one line of a LIST.
func (s *imapSession) entry(f folder, options *imap.ListOptions) (*imap.ListData, error) {
	entry := &imap.ListData{Mailbox: f.name, Delim: '/', Attrs: []imap.MailboxAttr{imap.MailboxAttrHasNoChildren}}
	if f.use != "" {
		entry.Attrs = append(entry.Attrs, f.use)
	}
	if options.SelectSubscribed || options.ReturnSubscribed {
		entry.Attrs = append(entry.Attrs, imap.MailboxAttrSubscribed)
	}
	if options.ReturnStatus == nil {
		return entry, nil
	}
	status, err := s.Status(f.name, options.ReturnStatus)
	entry.Status = status
	return entry, err
}

func (f folder) matches(ref string, patterns []string) bool {
	for _, pattern := range patterns {
		if imapserver.MatchList(f.name, '/', ref, pattern) {
			return true
		}
	}
	return false
}

// Create refuses: the folders are fixed.
func (s *imapSession) Create(string, *imap.CreateOptions) error { return fixed() }

// Delete refuses: the folders are fixed.
func (s *imapSession) Delete(string) error { return fixed() }

// Rename refuses: the folders are fixed.
func (s *imapSession) Rename(string, string, *imap.RenameOptions) error { return fixed() }

// Unsubscribe refuses: all folders are subscribed.
func (s *imapSession) Unsubscribe(string) error { return fixed() }

func fixed() error {
	return refusal(imap.ResponseCodeCannot, "The folders of the practice mailbox are fixed")
}

// AppendLimit is the largest message that is taken (RFC 7889).
func (s *imapSession) AppendLimit() uint32 { return maxMessage }

// Append takes a message of at most AppendLimit octets.
func (s *imapSession) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return nil, fmt.Errorf("APPEND: %w", err)
	}
	data, err := s.office.drop.put(name, text, options)
	if err != nil {
		return nil, imapWords(err)
	}
	return data, nil
}

// Copy copies messages to another folder.
func (s *imapSession) Copy(set imap.NumSet, to string) (*imap.CopyData, error) {
	data, err := s.office.drop.copy(s.Session, s.validity, set, to)
	if err != nil {
		return nil, imapWords(err)
	}
	return data, nil
}

// Fetch leaves \Seen alone in a folder that is open read-only.
func (s *imapSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	if s.access == readOnly {
		for _, section := range options.BodySection {
			section.Peek = true
		}
	}
	return s.Session.Fetch(w, set, options)
}

// Store changes flags.
func (s *imapSession) Store(w *imapserver.FetchWriter, set imap.NumSet, flags *imap.StoreFlags, options *imap.StoreOptions) error {
	if s.access == readOnly {
		return refusal(imap.ResponseCodeNoPerm, "The folder is open for reading only")
	}
	return s.Session.Store(w, set, flags, options)
}

// Expunge removes what is marked as deleted. CLOSE comes here too.
func (s *imapSession) Expunge(w *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if s.access == readOnly {
		// RFC 9051, section 6.4.1: no messages are removed by CLOSE, and no error is given, if the folder is read-only.
		return nil
	}
	return s.Session.Expunge(w, uids)
}

// Idle runs in a goroutine of its own, which go-imap does not always wait for.
func (s *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if !s.office.crowd.enter() {
		return nil
	}
	defer s.office.crowd.leave()
	return s.Session.Idle(w, stop)
}
