package discover

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"portolan/account"
)

// A loopback dials one listener, whatever it is asked for.
type loopback struct{ address string }

func (l loopback) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, l.address)
}

// over real sockets and a usual web server, which sends chunks and would like HTTP/2, nothing stays behind.
func TestUsualWebServerIsUnderstoodAndLeft(t *testing.T) {
	w := newWorld(t, map[string]site{autoconfigHost: {}})
	leaf := w.certificate(&x509.Certificate{DNSNames: []string{autoconfigHost}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, w.authority)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			http.Error(w, r.Proto, http.StatusTeapot)
			return
		}
		half := len(goodFile()) / 2
		_, _ = io.WriteString(w, goodFile()[:half])
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, goodFile()[half:])
	}))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: w.key}}}
	server.StartTLS()
	defer server.Close()
	f := w.finder()
	f.Dialer = loopback{server.Listener.Addr().String()}
	before := runtime.NumGoroutine()
	for range 20 {
		a := w.source(f, alice("example.test"), account.SourceAutoconfig, autoconfigHost).Ask(t.Context(), func() {})
		if got := brief(a.Candidates); got != ownAnswer {
			t.Fatalf("got %v, %s, %q (%v), want %s", a.Status, got, a.Note, a.Err, ownAnswer)
		}
	}
	until := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(until) {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("got %d goroutines, want no more than %d", after, before)
	}
}
