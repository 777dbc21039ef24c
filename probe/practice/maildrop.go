package practice

import (
	"bytes"
	"errors"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

const (
	inbox      = "INBOX"
	maxMessage = 1 << 20  // octets of one message
	maxHeld    = 32 << 20 // octets of all messages that a mailbox takes in its life; see weigh
)

var errFull = errors.New("the practice mailbox is full")

// A folder is one of the folders, with its special use (RFC 6154), "" for the inbox.
type folder struct {
	name string
	use  imap.MailboxAttr
}

// folders lists them in the order of the alphabet.
func folders() []folder {
	return []folder{
		{"Drafts", imap.MailboxAttrDrafts},
		{inbox, ""},
		{"Junk", imap.MailboxAttrJunk},
		{"Sent", imap.MailboxAttrSent},
		{"Trash", imap.MailboxAttrTrash},
	}
}

// A letterID names one message: the folder's UIDVALIDITY and the message's UID.
type letterID struct {
	validity uint32
	uid      imap.UID
}

// A letter is a message as POP3 shows it: every line ends in CRLF.
type letter struct {
	id   letterID
	text []byte
}

// A maildrop is the user's mail: go-imap's store, and beside it the text of every message. One lock covers both, and
// keeps two copies in opposite directions from waiting for each other inside the store.
type maildrop struct {
	user *imapmemserver.User

	mu    sync.Mutex
	texts map[letterID][]byte
	held  int
}

// newMaildrop makes the folders and puts the welcome message into the inbox.
func newMaildrop() (*maildrop, error) {
	d := &maildrop{user: imapmemserver.NewUser(username, ""), texts: make(map[letterID][]byte)}
	for _, f := range folders() {
		if err := d.user.Create(f.name, &imap.CreateOptions{}); err != nil {
			return nil, err
		}
		if err := d.user.Subscribe(f.name); err != nil {
			return nil, err
		}
	}
	text, err := welcome()
	if err != nil {
		return nil, err
	}
	return d, d.deliver(text)
}

// deliver puts a message into the inbox; the error is errFull where it is too much.
func (d *maildrop) deliver(text []byte) error {
	_, err := d.put(inbox, text, &imap.AppendOptions{})
	return err
}

// put adds a message to a folder. The error is errFull, or the store's *imap.Error for a folder that does not exist.
func (d *maildrop) put(folder string, text []byte, options *imap.AppendOptions) (*imap.AppendData, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held+weigh(text) > maxHeld {
		return nil, errFull
	}
	data, err := d.user.Append(folder, bytes.NewReader(text), options)
	if err != nil {
		return nil, err
	}
	d.keep(letterID{data.UIDValidity, data.UID}, canonicalLines(text))
	return data, nil
}

// copy lets the session copy messages out of the folder with that UIDVALIDITY and keeps their text. What it gives is nil
// where no message was meant.
func (d *maildrop) copy(session imapserver.Session, validity uint32, set imap.NumSet, to string) (*imap.CopyData, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held+d.folderWeight(validity) > maxHeld {
		return nil, errFull
	}
	data, err := session.Copy(set, to)
	if err != nil {
		return nil, err
	}
	from, _ := data.SourceUIDs.Nums()
	dest, _ := data.DestUIDs.Nums()
	if len(from) == 0 {
		return nil, nil
	}
	for i := range min(len(from), len(dest)) {
		d.keep(letterID{data.UIDValidity, dest[i]}, d.texts[letterID{validity, from[i]}])
	}
	return data, nil
}

// inboxLetters lists the inbox in the order of the UIDs.
func (d *maildrop) inboxLetters() ([]letter, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	session := imapmemserver.NewUserSession(d.user)
	selected, err := session.Select(inbox, &imap.SelectOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = session.Close() }()
	found, err := session.Search(imapserver.NumKindUID, &imap.SearchCriteria{}, &imap.SearchOptions{})
	if err != nil {
		return nil, err
	}
	var letters []letter
	for _, uid := range found.AllUIDs() {
		id := letterID{selected.UIDValidity, uid}
		letters = append(letters, letter{id, d.texts[id]})
	}
	return letters, nil
}

// remove takes messages out of the inbox; those that are gone already are no error.
func (d *maildrop) remove(uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	session := imapmemserver.NewUserSession(d.user)
	if _, err := session.Select(inbox, &imap.SelectOptions{}); err != nil {
		return err
	}
	defer func() { _ = session.Close() }()
	set := imap.UIDSetNum(uids...)
	flags := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := session.Store(nil, set, flags, &imap.StoreOptions{}); err != nil {
		return err
	}
	return session.Expunge(nil, &set)
}

// weigh is what a message counts against the budget: an empty one is not free.
func weigh(text []byte) int { return len(text) + 1024 }

// folderWeight is what all messages that a folder ever had weigh together, an upper bound for any copy out of it.
func (d *maildrop) folderWeight(validity uint32) int {
	weight := 0
	for id, text := range d.texts {
		if id.validity == validity {
			weight += weigh(text)
		}
	}
	return weight
}

func (d *maildrop) keep(id letterID, text []byte) {
	d.texts[id] = text
	d.held += weigh(text)
}

// canonicalLines ends every line in CRLF, as POP3 counts and sends them.
func canonicalLines(text []byte) []byte {
	unix := bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if len(unix) > 0 && unix[len(unix)-1] != '\n' {
		unix = append(unix, '\n')
	}
	return bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n"))
}
