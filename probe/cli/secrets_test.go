package cli

import (
	"bytes"
	"context"
	"crypto/x509"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account/format"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
)

// awkward is a password in which every encoder has something to treat.
const awkward = `p"a\ss wörd <&> 7`

// A worldly runner searches in a scripted world, whose authority it trusts.
type worldly struct {
	world *mailtest.World
	fault bool // panics in the middle
}

func (w worldly) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	q.Policy.Trust.Authorities = append(q.Policy.Trust.Authorities, w.world.Authority())
	settings := discover.Settings{ISPDB: "off"}
	finder := discover.Finder{Resolver: w.world, Dialer: w.world, Authorities: []*x509.Certificate{w.world.Authority()}, Settings: settings}
	events := (&probe.Prober{Finder: finder, Dialer: w.world}).Run(ctx, q)
	if !w.fault {
		return events
	}
	return func(yield func(probe.Event) bool) {
		for e := range events {
			if !yield(e) {
				return
			}
			if e.Kind == probe.SignInChanged {
				panic("no luck with " + awkward)
			}
		}
	}
}

// K-2: whatever -find comes to, the password is neither in its words, nor in its JSON, nor on standard error, nor in a file
// that it writes, in any format.
func TestNoEndingOfFindTellsThePassword(t *testing.T) {
	all, err := mailtest.Endings(awkward)
	if err != nil {
		t.Fatal(err)
	}
	statuses := map[string]int{"ready": StatusFound, "refused": StatusRefused, "decision": StatusDecision}
	for _, e := range all {
		for _, args := range [][]string{nil, {"-json"}} {
			want, known := statuses[e.Outcome]
			if !known {
				want = StatusNothing
			}
			synctest.Test(t, func(t *testing.T) {
				said, status := findIn(t, e, args...)
				if status != want {
					t.Errorf("%s %v: got exit %d, want %d\n%s", e.Name, args, status, want, said)
				}
				if forms := mailtest.Leaks(said, []string{"alice@example.test", "alice"}, awkward); forms != nil || len(said) < 20 {
					t.Errorf("%s %v: got %q in %q, want no form of the password", e.Name, args, forms, said)
				}
			})
		}
	}
}

// K-2, F-8: an export that nobody allowed to hold the password does not.
func TestNoExportOfFindTellsThePassword(t *testing.T) {
	all, err := mailtest.Endings(awkward)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range format.Names() {
		file := filepath.Join(t.TempDir(), "out")
		synctest.Test(t, func(t *testing.T) {
			said, status := findIn(t, all[0], "-format", f, "-o", file)
			written, err := os.ReadFile(file)
			if status != StatusFound || err != nil {
				t.Errorf("%s: got exit %d, %v, want a file\n%s", f, status, err, said)
			}
			if forms := mailtest.Leaks(said+string(written), []string{"alice@example.test", "alice"}, awkward); forms != nil {
				t.Errorf("%s: got %q, want no form of the password", f, forms)
			}
		})
	}
}

// findIn runs -find in a world, and gives everything that it said.
func findIn(t *testing.T, e mailtest.Ending, args ...string) (said string, status int) {
	t.Helper()
	w, err := mailtest.NewWorld(e.Map)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if e.Cancel > 0 {
		time.AfterFunc(e.Cancel, cancel)
	}
	var out, errs bytes.Buffer
	c := Command{Stdin: strings.NewReader(awkward + "\n"), Stdout: &out, Stderr: &errs, Runner: worldly{w, e.Fault}}
	status = c.Run(ctx, append([]string{"-find", "alice@example.test", "-password-file", "-"}, args...))
	return out.String() + errs.String(), status
}
