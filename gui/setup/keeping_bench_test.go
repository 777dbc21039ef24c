package setup

import (
	"context"
	"iter"
	"net"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/practice"
)

// A figure is the best of several measurements: what else the machine is doing is no matter of ours.
type figure time.Duration

func (f *figure) took(begun time.Time) {
	if took := time.Since(begun); *f == 0 || took < time.Duration(*f) {
		*f = figure(took)
	}
}

// within fails a figure that is above its limit.
func (f figure) within(b *testing.B, what string, limit time.Duration) {
	b.Helper()
	b.ReportMetric(float64(time.Duration(f).Microseconds())/1000, what+"-ms")
	if time.Duration(f) > limit {
		b.Errorf("%s: got %v, want at most %v", what, time.Duration(f), limit)
	}
}

// A thousand accounts are loaded, saved and listed within 100 ms each.
func BenchmarkAThousandAccounts(b *testing.B) {
	const limit = 100 * time.Millisecond
	k := Keeping{Folder: b.TempDir(), Keyring: newRing()}
	list := many(1000)
	prepare(b, k, list...)
	var load, save, listed figure
	for b.Loop() {
		begun := time.Now()
		opened, err := store.Open(k.Folder)
		if err != nil {
			b.Fatal(err)
		}
		loaded, err := opened.Load()
		if err != nil {
			b.Fatal(err)
		}
		load.took(begun)

		begun = time.Now()
		if got := len(begin(Simple).tick(begun).loaded(fromDisk{Loaded: loaded}).shown().Shelf.Accounts); got != len(list) {
			b.Fatalf("got %d accounts, want %d", got, len(list))
		}
		listed.took(begun)

		begun = time.Now()
		if err := opened.Update(func(in store.Book) store.Book {
			one := in.Accounts[500]
			one.Name += "x"
			return in.With(one)
		}); err != nil {
			b.Fatal(err)
		}
		save.took(begun)
		if err := opened.Close(); err != nil {
			b.Fatal(err)
		}
	}
	load.within(b, "load", limit)
	listed.within(b, "list", limit)
	save.within(b, "save", limit)
}

// An event of a search is drawn within milliseconds, however long the list is.
func BenchmarkAnEventBesideAThousandAccounts(b *testing.B) {
	book := begin(Simple).typed(account.FieldAddress, "alice@example.test").tick(time.Now())
	book = book.loaded(fromDisk{Loaded: store.Loaded{Book: store.Book{Accounts: many(1000)}}}).started(probe.Request{Address: alice}, time.Now())
	for b.Loop() {
		book = book.with(1, attempt(7, account.IMAP, imap993, account.TLS, probe.OK)).shown()
	}
}

// A harbour leads the checks of accounts to practice mailboxes on many loopback addresses.
type harbour struct {
	probe.Prober
	mailboxes []*practice.Mailbox
}

type harbourKey struct{}

// Run leads the check of the account named N to the mailbox of that number.
func (h *harbour) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	n, _ := strconv.Atoi(q.Account.Name)
	return h.Prober.Run(context.WithValue(ctx, harbourKey{}, n%len(h.mailboxes)), q)
}

// berthAddress is the loopback address of a mailbox.
func berthAddress(n int) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 1, byte(n + 1)}) }

func (h *harbour) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	n, _ := ctx.Value(harbourKey{}).(int)
	found, err := h.mailboxes[n].LookupNetIP(ctx, network, host)
	if len(found) > 0 {
		found = []netip.Addr{berthAddress(n)}
	}
	return found, err
}

func (h *harbour) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return h.mailboxes[0].LookupMX(ctx, name)
}

func (h *harbour) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return h.mailboxes[0].LookupTXT(ctx, name)
}

func (h *harbour) LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error) {
	return h.mailboxes[0].LookupSRV(ctx, service, proto, name)
}

func (h *harbour) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	asked, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	for n, m := range h.mailboxes {
		if berthAddress(n) == asked.Addr() {
			return m.DialContext(ctx, network, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), asked.Port()).String())
		}
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: net.UnknownNetworkError(address)}
}

// newHarbour starts practice mailboxes, and puts accounts on them into the folder, with their passwords in the keyring.
func newHarbour(b *testing.B, k Keeping, mailboxes, accounts int) *harbour {
	b.Helper()
	h := &harbour{}
	for n := range mailboxes {
		m, err := practice.Start(b.Context(), []string{"tls", "starttls"}[n%2])
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = m.Close() })
		h.mailboxes = append(h.mailboxes, m)
	}
	h.Dialer, h.Finder = h, discover.Finder{Resolver: h, Dialer: h, Providers: discover.KnownProviders()}
	list := make([]store.Saved, accounts)
	for i := range list {
		m := h.mailboxes[i%mailboxes]
		server := func(p account.Protocol, host string) account.Server {
			security := []account.Security{account.TLS, account.STARTTLS}[i%mailboxes%2]
			return account.Server{
				Protocol: p, Endpoint: account.Endpoint{Host: host + ".practice.invalid", Port: account.StandardPort(p, security)},
				Security: security, Username: m.Address().String(), Source: account.SourceUser,
			}
		}
		list[i] = store.Saved{ID: store.NewID(), Keyring: []store.Kind{store.IncomingPassword}, Account: account.Account{
			Name: strconv.Itoa(i), Address: m.Address(), Trust: m.Trust(),
			Incoming: server(account.IMAP, "imap"), Outgoing: server(account.SMTP, "smtp"),
		}}
		if err := k.Keyring.Set(store.EntryOf(list[i].ID, store.IncomingPassword), m.Password()); err != nil {
			b.Fatal(err)
		}
	}
	prepare(b, k, list...)
	return h
}

// Two hundred practice accounts on fifty loopback addresses are checked in no more than three times the time of the slowest
// single one, and two seconds.
func BenchmarkTwoHundredAccountsAreChecked(b *testing.B) {
	const mailboxes, accounts = 50, 200
	k := Keeping{Folder: b.TempDir(), Keyring: newRing()}
	h := newHarbour(b, k, mailboxes, accounts)
	posts := make(chan func(), 1<<16)
	var drawn State
	s := New(Options{Runner: h, Post: func(f func()) { posts <- f }, Keeping: k, Draw: func(st State) { drawn = st }})
	defer s.Close()
	until := func(ready func() bool) {
		for !ready() {
			(<-posts)()
		}
	}
	until(func() bool { return !drawn.Shelf.Loading })
	for b.Loop() {
		var slowest, limit time.Duration
		var all figure
		for range 3 { // a round within the limit is enough
			for _, e := range drawn.Shelf.Accounts[:mailboxes] {
				begun := time.Now()
				s.CheckAccount(e.ID)
				until(func() bool { return !drawn.Shelf.Checks.Running })
				slowest = max(slowest, time.Since(begun))
			}
			limit = 3*slowest + 2*time.Second
			begun := time.Now()
			s.CheckAll()
			until(func() bool { return !drawn.Shelf.Checks.Running })
			all.took(begun)
			if got := drawn.Shelf.Summary.Title; got != "200 accounts checked: all work" {
				b.Fatalf("got %q, %+v", got, drawn.Shelf.Summary.Lines[0])
			}
			if time.Duration(all) <= limit {
				break
			}
		}
		b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-single-ms")
		all.within(b, "all", limit)
	}
}
