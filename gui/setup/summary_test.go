package setup

import (
	"slices"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// shownIn is a check that ends well, in which every server shows that certificate.
func shownIn(ends time.Time, certificate byte) []probe.Event {
	list := checkEvents(ends)
	for i := range list {
		if list[i].Kind == probe.AttemptChanged {
			list[i].Attempt.Facts.TLS.Certificate = account.Fingerprint{certificate}
		}
	}
	return list
}

// A certificate that was replaced is news even where both end on the same day, where a new start lies between the checks, and where
// the server did not answer in between.
func TestAReplacedCertificateIsNewsAndNoAlarm(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	prepare(t, k, example("alice@example.test"))
	ends := time.Now().AddDate(1, 0, 0)
	var got [][]string
	for _, events := range [][]probe.Event{
		shownIn(ends, 1), shownIn(ends, 1), shownIn(ends, 2), {ended(probe.Nothing)}, shownIn(ends, 3), shownIn(ends.AddDate(0, 0, 1), 3),
	} {
		d := newKept(t, &checkRunner{answers: map[string][]probe.Event{"": events}}, k)
		d.CheckAll()
		var lines []string
		for _, l := range d.untilChecked(t).Lines {
			if l.Tone == Neutral {
				lines = append(lines, l.Text)
			}
		}
		got = append(got, lines)
		d.Close()
	}
	text := func(host string) string { return host + " shows a new certificate. It ends on " + day(ends) + "." }
	news := []string{text("imap.example.test"), text("smtp.example.test")}
	want := [][]string{nil, nil, news, nil, news, nil}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatIsSaidOfACertificate(t *testing.T) {
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.Local)
	far, near, past := now.AddDate(1, 0, 0), now.AddDate(0, 0, 20), now.AddDate(0, 0, -1)
	one, two := account.Fingerprint{1}, account.Fingerprint{2}
	for _, c := range []struct {
		name   string
		before store.Shown
		now    store.Shown
		want   string
	}{
		{"nothing", store.Shown{}, store.Shown{}, ""},
		{"none any more", store.Shown{Ends: far, Certificate: one}, store.Shown{Certificate: one}, ""},
		{"seen first", store.Shown{}, store.Shown{Ends: far, Certificate: one}, ""},
		{"the same", store.Shown{Ends: far, Certificate: one}, store.Shown{Ends: far, Certificate: one}, ""},
		{"another", store.Shown{Ends: far, Certificate: one}, store.Shown{Ends: far, Certificate: two}, "mail.example.test shows a new certificate. It ends on " + day(far) + "."},
		{"known by its end, the same", store.Shown{Ends: far}, store.Shown{Ends: far, Certificate: two}, ""},
		{"known by its end, another", store.Shown{Ends: near}, store.Shown{Ends: far, Certificate: two}, "mail.example.test shows a new certificate. It ends on " + day(far) + "."},
		{"ends soon", store.Shown{Ends: near, Certificate: one}, store.Shown{Ends: near, Certificate: one}, "The certificate of mail.example.test ends on " + day(near) + "."},
		{"another that ends soon", store.Shown{Ends: near, Certificate: one}, store.Shown{Ends: near, Certificate: two}, "The certificate of mail.example.test ends on " + day(near) + ". It is a new one."},
		{"another that ended", store.Shown{Ends: far, Certificate: one}, store.Shown{Ends: past, Certificate: two}, "The certificate of mail.example.test ended on " + day(past) + "."},
	} {
		saved := example("alice@example.test")
		saved.Incoming.Host, saved.Outgoing.Host = "mail.example.test", "mail.example.test"
		saved.LastCheck = store.Check{Incoming: c.before, Outgoing: c.before}
		got, lines := "", 0
		checked{before: saved, check: store.Check{Incoming: c.now, Outgoing: c.now}}.certificates(now, func(_ int, _ Tone, text string) {
			got, lines = text, lines+1
		})
		if got != c.want || lines > 1 {
			t.Errorf("%s: got %q in %d lines, want %q in one", c.name, got, lines, c.want)
		}
	}
}

// What a server showed in the search that found it is what its first check is compared with.
func TestASearchKeepsWhichCertificatesWereShown(t *testing.T) {
	d := newKept(t, &script{runs: [][]probe.Event{shownIn(time.Now().AddDate(1, 0, 0), 5)}}, Keeping{Folder: t.TempDir(), Keyring: newRing()}).fill()
	d.Find()
	d.untilResting(t)
	d.save(t)
	saved, _ := d.book.shelf.find(d.drawn.Shelf.Open)
	if got, want := saved.LastCheck.Outgoing.Certificate, (account.Fingerprint{5}); got != want || saved.LastCheck.Incoming.Certificate != want {
		t.Errorf("got %+v, want %v", saved.LastCheck, want)
	}
}
