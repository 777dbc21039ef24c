package mailbox

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-message/textproto"
)

// inboxName: RFC 9051, section 5.1.
const inboxName = "INBOX"

// A place is a folder in which the test message may be, beside the inbox.
type place struct {
	name string // as the server writes it
	use  Use
}

// elsewhere looks for the message in the other folders: among the spam, and where a rule of the server's may have put it.
// What goes wrong there changes nothing in that the message has not come. The folders that were looked into stand in the
// Arrival in either case.
func (b *imapInbox) elsewhere(id string) (Arrival, error) {
	looked := []string{inboxName}
	for _, p := range b.places() {
		u, header, err := b.seek(p, id)
		if err != nil {
			break
		}
		shown := b.from.Shown(p.name, nameLimit)
		if u != 0 {
			return Arrival{Folder: shown, Use: p.use, Hops: hopsOf(header, domainOf(id), b.from.Shown)}, nil
		}
		looked = append(looked, shown)
	}
	return Arrival{Looked: looked}, ErrNotSeen
}

// places are the folders that mail is delivered to, beside the inbox: the spam first. Copies of what was sent, and folders
// that show the mail of others once more, prove nothing.
func (b *imapBox) places() []place {
	var options *imap.ListOptions
	if b.can(imap.CapSpecialUse) && b.can(imap.CapListExtended) {
		options = &imap.ListOptions{ReturnSpecialUse: true}
	}
	command := b.client.List("", "*", options)
	var list []place
	for data := command.Next(); data != nil; data = command.Next() {
		p := place{data.Mailbox, useOf(data)}
		closed := slices.Contains(data.Attrs, imap.MailboxAttrNoSelect) || slices.Contains(data.Attrs, imap.MailboxAttrNonExistent)
		if delivered := p.use == NoUse || p.use == JunkFolder || p.use == TrashFolder || p.use == ArchiveFolder; delivered && !closed && len(list) < maxFolders {
			list = append(list, p)
		}
	}
	_ = command.Close() // without a list there are no names
	slices.SortStableFunc(list, func(x, y place) int { return cmp.Compare(rank(x.use), rank(y.use)) })
	return list[:min(len(list), maxSought)]
}

// seek finds the message in one folder, which is opened for reading only; 0 where it is not there. A folder that cannot be
// opened holds nothing, unless it is the inbox.
//
// RFC 5321, section 4.4: the server that delivers a message puts a Return-Path on top. A copy that was filed when the
// message was sent has none.
func (b *imapInbox) seek(p place, id string) (imap.UID, []byte, error) {
	if _, err := b.client.Select(p.name, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		if b.conn.broken() == nil && p.use != InboxFolder {
			return 0, nil, nil
		}
		return 0, nil, b.cause("EXAMINE", err)
	}
	u, err := b.search(id)
	if u == 0 || err != nil {
		return 0, nil, err
	}
	header, err := b.header(u)
	if err != nil || p.use == NoUse && !wasDelivered(header) {
		return 0, nil, err
	}
	return u, header, nil
}

// wasDelivered reports whether a header is that of a message which came by mail.
func wasDelivered(header []byte) bool {
	fields, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(header)))
	return fields.Has("Return-Path")
}

// Delete removes the message from where it is: the inbox, or another folder that mail is delivered to. Each is only read,
// until the message was found in it.
func (b *imapInbox) Delete(ctx context.Context, id string) error {
	if found, err := b.deleteFrom(place{inboxName, InboxFolder}, id); found || err != nil {
		return ended(ctx, err)
	}
	for _, p := range b.places() {
		if found, err := b.deleteFrom(p, id); found || err != nil {
			return ended(ctx, err)
		}
	}
	return ended(ctx, ErrNotOurs)
}

// deleteFrom removes the message from one folder, and reports whether it was there.
func (b *imapInbox) deleteFrom(p place, id string) (bool, error) {
	u, header, err := b.seek(p, id)
	if u == 0 || err != nil || !isOurs(header, id) {
		return false, err
	}
	if _, err := b.client.Select(p.name, nil).Wait(); err != nil {
		return false, b.cause("SELECT", err)
	}
	return true, b.remove(u)
}
