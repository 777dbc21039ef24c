package wire

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/mailtest"
)

const (
	mailHost = "mail.example.test"
	user     = "alice@example.test"
	password = `p"a\ss wörd 7`
)

// A world is a server that follows a script, and what a client saw and did there. The script has one move a line:
//
//	S: text      the server sends a line; TAG stands for the tag of the last command
//	S| text      the same, in one write with the line before
//	RAW: "…"     the server sends the bytes of a Go string
//	FLOOD: "…"   the server sends the bytes again and again until the client has closed
//	DRIP: "…"    the server sends the bytes again and again, one a second
//	C: text      the client must send this line; TAG stands for any tag
//	C64: text    the client must send this line in base64 (in Go's escapes)
//	TLS          the server does a handshake with the world's certificate
//	SLEEP: 3s    nothing happens
//	SILENT       nothing more is sent; whatever comes is kept until the client closes
//	CLOSE        the server closes
//	END          the client must close, without another byte of data
//
// A script that ends otherwise behaves as at END.
type world struct {
	t      testing.TB
	script string
	conf   *tls.Config
	mu     sync.Mutex
	got    bytes.Buffer // everything that came in, decrypted where it was encrypted
	tags   []string
	done   sync.WaitGroup
	client *mailtest.PipeEnd
	dials  int
}

// DialContext starts the script and gives the client's end.
func (w *world) DialContext(context.Context, string, string) (net.Conn, error) {
	client, server := mailtest.Pipe()
	w.client = client
	w.dials++
	w.done.Add(1)
	go func() {
		defer w.done.Done()
		defer func() { _ = server.Close() }()
		(&actor{world: w, conn: server, in: bufio.NewReader(server)}).play()
	}()
	return client, nil
}

// received gives everything that the server has read.
func (w *world) received() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got.String()
}

// An actor plays the script on one connection.
type actor struct {
	world *world
	conn  net.Conn
	in    *bufio.Reader
	tag   string
}

func (a *actor) play() {
	var pending strings.Builder
	lines := strings.Split(strings.Trim(a.world.script, "\n"), "\n")
	for i, move := range lines {
		move = strings.TrimLeft(move, "\t")
		word, text, _ := strings.Cut(move, ": ")
		if rest, ok := strings.CutPrefix(move, "S| "); ok {
			word, text = "S", rest
		}
		if word == "S" {
			pending.WriteString(strings.ReplaceAll(text, "TAG", a.tag) + "\r\n")
			if i+1 < len(lines) && strings.HasPrefix(strings.TrimLeft(lines[i+1], "\t"), "S| ") {
				continue
			}
			a.send(pending.String())
			pending.Reset()
			continue
		}
		a.act(strings.TrimSpace(word), text)
	}
	a.act("END", "")
}

func (a *actor) act(word, text string) {
	switch word {
	case "RAW":
		a.send(strings.ReplaceAll(a.unquote(text), "TAG", a.tag))
	case "FLOOD":
		raw := a.unquote(text)
		for block := strings.Repeat(raw, 1+4096/len(raw)); ; {
			a.send(block)
		}
	case "DRIP":
		text = a.unquote(text)
		for i := 0; ; i++ {
			a.send(text[i%len(text) : i%len(text)+1])
			time.Sleep(time.Second)
		}
	case "C":
		a.expect(text)
	case "C64":
		a.expect(base64Of(a.unquote(`"` + text + `"`)))
	case "TLS":
		a.handshake()
	case "SLEEP":
		d, err := time.ParseDuration(text)
		if err != nil {
			a.world.t.Errorf("bad script: %v", err)
		}
		time.Sleep(d)
	case "SILENT":
		_, _ = io.Copy(io.Discard, a.keep())
		runtime.Goexit()
	case "CLOSE":
		_ = a.conn.Close()
		runtime.Goexit()
	case "END":
		if line, _ := bufio.NewReader(a.keep()).ReadString('\n'); line != "" {
			a.world.t.Errorf("the client said %q, want nothing", line)
		}
		runtime.Goexit()
	case "", "#":
	default:
		a.world.t.Errorf("bad script: %q", word)
	}
}

// unquote reads a Go string.
func (a *actor) unquote(text string) string {
	raw, err := strconv.Unquote(text)
	if err != nil {
		a.world.t.Errorf("bad script: %s: %v", text, err)
		runtime.Goexit()
	}
	return raw
}

// keep reads on and remembers.
func (a *actor) keep() io.Reader {
	return io.TeeReader(a.in, writerFunc(func(p []byte) (int, error) {
		a.world.mu.Lock()
		defer a.world.mu.Unlock()
		return a.world.got.Write(p)
	}))
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func (a *actor) send(s string) {
	if _, err := a.conn.Write([]byte(s)); err != nil {
		runtime.Goexit() // the client has left; what it said last is checked by the test
	}
}

// expect reads a line and compares it.
func (a *actor) expect(want string) {
	line, err := a.in.ReadString('\n')
	a.world.mu.Lock()
	a.world.got.WriteString(line)
	a.world.mu.Unlock()
	got := strings.TrimSuffix(line, "\r\n")
	if strings.HasPrefix(want, "TAG ") {
		tag, rest, _ := strings.Cut(got, " ")
		a.tag, got = tag, "TAG "+rest
		a.world.tags = append(a.world.tags, tag)
	}
	if err != nil || got != want {
		a.world.t.Errorf("the client said %q (%v), want %q", got, err, want)
		runtime.Goexit()
	}
}

func (a *actor) handshake() {
	conn := tls.Server(a.conn, a.world.conf)
	if err := conn.Handshake(); err != nil {
		_, _ = io.Copy(io.Discard, a.conn)
		runtime.Goexit()
	}
	a.conn, a.in = conn, bufio.NewReader(conn)
}

// port gives the port that a script stands for.
func portFor(p account.Protocol, s account.Security) uint16 {
	return uint16(account.StandardPort(p, s))
}

// A trial is one connection to a scripted server.
type trial struct {
	*world
	target Target
	ca     *authority
	stages []Stage
}

// newTrial prepares a target whose certificate is good.
func newTrial(t testing.TB, p account.Protocol, s account.Security, script string) *trial {
	t.Helper()
	ca := newAuthority(t, "Test Root")
	w := &world{t: t, script: script, conf: &tls.Config{Certificates: []tls.Certificate{ca.leaf([]string{mailHost})}}}
	return &trial{world: w, ca: ca, target: Target{
		Protocol: p, Security: s, Addr: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.2"), portFor(p, s)),
		Names: []string{mailHost}, Trust: ca.trust(),
	}}
}

// open runs Open to its end.
func (tr *trial) open() (*Conn, error) {
	return Open(context.Background(), tr.world, tr.target, func(s Stage) { tr.stages = append(tr.stages, s) })
}

// mustOpen fails the test where Open fails.
func (tr *trial) mustOpen() *Conn {
	tr.t.Helper()
	c, err := tr.open()
	if err != nil {
		tr.t.Fatalf("got %v, want a connection\n%s", err, transcriptOf(err))
	}
	return c
}

// finish closes and waits for the server.
func (tr *trial) finish(c *Conn) {
	if c != nil {
		c.Abort()
	}
	tr.done.Wait()
}

// policy admits the typed host.
func (tr *trial) policy() account.Policy { return account.Policy{Trust: tr.target.Trust} }

// signIn signs in as the user with a method.
func (tr *trial) signIn(c *Conn, auth account.Auth) error {
	return c.SignIn(context.Background(), tr.policy(), mailHost, typed(), auth, credentials(password))
}

func typed() account.Origin { return account.Origin{Source: account.SourceUser} }

func credentials(pw string) Credentials {
	return Credentials{Username: user, Secret: account.NewSecret(pw)}
}

// transcriptOf prints the conversation of a failure.
func transcriptOf(err error) string {
	var f *Failure
	if !errors.As(err, &f) {
		return ""
	}
	return show(f.Transcript)
}

func show(lines []Line) string {
	var b strings.Builder
	for i, l := range lines {
		if i == 40 {
			return b.String() + "…\n"
		}
		arrow := "< "
		if l.Out {
			arrow = "> "
		}
		b.WriteString(arrow + l.Text + "\n")
	}
	return b.String()
}

// kind puts the evidence of an error into a word or two.
func kind(err error) string {
	var (
		reply    *ReplyError
		spoken   *SpokenError
		cert     *CertificateError
		alert    *AlertError
		limit    *LimitError
		odd      *ProtocolError
		injected *InjectedError
		preauth  *PreAuthError
		gate     *GateError
	)
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.As(err, &reply):
		return strings.Join(strings.Fields(fmt.Sprintf("reply %s %s %s", strings.TrimPrefix(strconv.Itoa(reply.Code), "0"), reply.Status, reply.Tag)), " ")
	case errors.As(err, &spoken):
		return strings.TrimSpace("spoken " + spoken.Spoken)
	case errors.As(err, &cert):
		return strings.TrimPrefix(cert.Error(), "certificate not accepted: ")
	case errors.As(err, &alert):
		return fmt.Sprintf("alert %d", alert.Description)
	case errors.As(err, &limit):
		return "limit " + limit.What
	case errors.As(err, &odd):
		return "protocol"
	case errors.As(err, &injected):
		return "injected"
	case errors.As(err, &preauth):
		return "preauth"
	case errors.As(err, &gate):
		return "gate " + gate.Admission.String()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "deadline"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, syscall.EPIPE):
		return "closed"
	default:
		return err.Error()
	}
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
