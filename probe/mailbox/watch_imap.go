package mailbox

import (
	"context"
	"time"

	"github.com/emersion/go-imap/v2"
)

// An imapInbox waits on one connection.
type imapInbox struct {
	*imapBox
	stop func() bool
	next imap.UID // UIDNEXT before the message was sent; 0: the server did not tell
}

// Mark opens the inbox for reading only.
func (b *imapInbox) Mark(ctx context.Context) error {
	data, err := b.client.Select(inboxName, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return ended(ctx, b.cause("EXAMINE", err))
	}
	b.next = data.UIDNext
	return nil
}

// Await looks at what is new whenever the server says that something has changed, and from time to time anyway. In the end
// it looks for the message in the other folders.
func (b *imapInbox) Await(ctx context.Context, id string, limit time.Duration) (Arrival, error) {
	until := time.Now().Add(limit)
	b.conn.last(until.Add(seekLimit)) // a server that has fallen silent is given up then
	_ = b.conn.SetDeadline(until.Add(seekLimit))
	for {
		found, err := b.look(id)
		if err != nil {
			return Arrival{}, ended(ctx, err)
		}
		if found != 0 {
			a, err := b.arrival(found, id)
			a.Folder, a.Use = inboxName, InboxFolder
			return a, ended(ctx, err)
		}
		left := time.Until(until)
		if left <= 0 {
			a, err := b.elsewhere(id)
			return a, ended(ctx, err)
		}
		if err := b.wait(ctx, left); err != nil {
			return Arrival{}, ended(ctx, err)
		}
	}
}

// look finds the message among those that are new, 0 where it is not there.
func (b *imapInbox) look(id string) (imap.UID, error) {
	if b.next == 0 {
		return b.search(id)
	}
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID"}, Peek: true}
	// RFC 9051, section 9: where nothing is new, n:* means the last message, which is older than n.
	news := imap.UIDSet{imap.UIDRange{Start: b.next, Stop: 0}}
	list, err := b.client.Fetch(news, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return 0, b.cause("UID FETCH", err)
	}
	for _, m := range list {
		if m.UID >= b.next && len(m.BodySection) > 0 && hasID(string(m.BodySection[0].Bytes), id) {
			return m.UID, nil
		}
	}
	return 0, nil
}

// search asks the server for the message in the open folder, 0 where it is not there.
func (b *imapBox) search(id string) (imap.UID, error) {
	criteria := &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: "<" + id + ">"}}}
	data, err := b.client.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return 0, b.cause("UID SEARCH", err)
	}
	if all := data.AllUIDs(); len(all) > 0 {
		return all[0], nil
	}
	return 0, nil
}

// arrival reads how a message came.
func (b *imapBox) arrival(u imap.UID, id string) (Arrival, error) {
	header, err := b.header(u)
	return Arrival{Hops: hopsOf(header, domainOf(id), b.from.Shown)}, err
}

// header reads the header of a message, as much of it as is looked at.
func (b *imapBox) header(u imap.UID) ([]byte, error) {
	section := &imap.FetchItemBodySection{
		Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Size: maxHeader},
	}
	list, err := b.client.Fetch(imap.UIDSetNum(u), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return nil, b.cause("UID FETCH", err)
	}
	for _, m := range list {
		if m.UID == u && len(m.BodySection) > 0 {
			return m.BodySection[0].Bytes, nil
		}
	}
	return nil, nil
}

// wait returns when the server says that something has changed, and after a while in any case. With IDLE the server
// speaks by itself, else it is asked.
//
// RFC 2177: IDLE.
func (b *imapInbox) wait(ctx context.Context, left time.Duration) error {
	if !b.can(imap.CapIdle) {
		if err := pause(ctx, min(left, pollEvery), b.news); err != nil {
			return err
		}
		if err := b.client.Noop().Wait(); err != nil {
			return b.cause("NOOP", err)
		}
		return nil
	}
	idle, err := b.client.Idle()
	if err != nil {
		return b.cause("IDLE", err)
	}
	waited := pause(ctx, min(left, idleSpan), b.news)
	if err := idle.Close(); err != nil {
		return b.cause("DONE", err)
	}
	if err := idle.Wait(); err != nil {
		return b.cause("IDLE", err)
	}
	return waited
}

// remove marks one message as deleted and expunges it. Where the server can only expunge everything that is marked, it is
// told to only where nothing else is.
func (b *imapBox) remove(u imap.UID) error {
	set := imap.UIDSetNum(u)
	if err := b.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		return b.cause("UID STORE", err)
	}
	if b.can(imap.CapUIDPlus) { // RFC 4315, section 2.1
		if err := b.client.UIDExpunge(set).Close(); err != nil {
			return b.cause("UID EXPUNGE", err)
		}
		return nil
	}
	marked, err := b.client.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return b.cause("UID SEARCH", err)
	}
	if all := marked.AllUIDs(); len(all) != 1 || all[0] != u {
		return nil // it is marked, and goes when the user's mail program tidies up
	}
	if err := b.client.Expunge().Close(); err != nil {
		return b.cause("EXPUNGE", err)
	}
	return nil
}

// Close says goodbye.
func (b *imapInbox) Close() {
	b.close()
	b.stop()
}
