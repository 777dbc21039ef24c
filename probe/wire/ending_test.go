package wire

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// the end of the context closes the socket at once, at every step, and the failure says so.
func TestCancelEndsOpenAtOnce(t *testing.T) {
	for _, s := range []struct {
		name     string
		security account.Security
		script   string
		step     Step
	}{
		{"handshake", onTLS, "SILENT", StepTLS},
		{"greeting", onClear, "SILENT", StepGreeting},
		{"capability", onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tSILENT", StepCapability},
		{"starttls", onClear, smtpHead + "SILENT", StepSTARTTLS},
		{"upgrade", onClear, smtpHead + "S: 220 go\n\tSILENT", StepUpgrade},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.SMTP, s.security, s.script)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(2*time.Second, cancel)
				begun := time.Now()
				_, err := Open(ctx, tr.world, tr.target, nil)
				var f *Failure
				if !errors.As(err, &f) || f.Step != s.step || !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want a cancelled failure at %v", err, s.step)
				}
				if took := time.Since(begun); took != 2*time.Second {
					t.Errorf("got %v, want 2s", took)
				}
				tr.finish(nil)
			})
		})
	}
}

// A mute is a dialer whose connects are never answered.
type mute struct{}

func (mute) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// a connect without an answer is a deadline of the step, unless the caller's own context ended.
func TestAConnectWithoutAnswerEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onTLS, "")
		begun := time.Now()
		_, err := Open(t.Context(), mute{}, tr.target, nil)
		var f *Failure
		if !errors.As(err, &f) || f.Step != StepConnect || f.Facts.Connect != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want a deadline", err)
		}
		if took := time.Since(begun); took != connectLimit {
			t.Errorf("got %v, want %v", took, connectLimit)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Open(ctx, mute{}, tr.target, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want cancelled", err)
		}
	})
}

// P-17: goodbyes end in time whatever the server does, and are said in a sane state only.
func TestGoodbyesEndInTime(t *testing.T) {
	for _, g := range []struct {
		name, script string
		took         time.Duration
	}{
		{"answered", smtpOffering("AUTH PLAIN") + "C: QUIT\n\tS: 221 bye\n\tEND", 0},
		{"not answered", smtpOffering("AUTH PLAIN") + "C: QUIT\n\tSILENT", goodbyeLimit},
		{"answered by drops", smtpOffering("AUTH PLAIN") + "C: QUIT\n\t" + `DRIP: "2"`, goodbyeLimit},
		{"closed", smtpOffering("AUTH PLAIN") + "C: QUIT\n\tCLOSE", 0},
	} {
		t.Run(g.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.SMTP, onTLS, g.script)
				c := tr.mustOpen()
				begun := time.Now()
				c.Goodbye(t.Context())
				if took := time.Since(begun); took != g.took {
					t.Errorf("got %v, want %v", took, g.took)
				}
				tr.finish(nil)
			})
		})
	}
}

// A try whose answer is not wanted any more says goodbye at its next pause, before TLS and inside it.
func TestATryThatIsNotWantedLeavesPolitely(t *testing.T) {
	for _, e := range []struct {
		name, script string
	}{
		{"after the capabilities", "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tSLEEP: 2s\n\tS: 250-hi\n\tS| 250 STARTTLS\n\tC: QUIT"},
		{"inside TLS", smtpHead + "SLEEP: 2s\n\tS: 220 go\n\tTLS\n\tC: QUIT"},
	} {
		t.Run(e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.SMTP, onClear, e.script)
				enough := make(chan struct{})
				tr.target.Enough = enough
				time.AfterFunc(time.Second, func() { close(enough) })
				c, err := tr.open()
				if !errors.Is(err, ErrEnough) {
					t.Errorf("got %v, want ErrEnough", err)
				}
				tr.finish(c)
			})
		})
	}
}
