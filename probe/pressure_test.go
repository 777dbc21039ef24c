package probe_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// heapLimit is what the whole program may take while somebody attacks it, the attackers of the test included.
const heapLimit = 64 << 20

// A foeSocket is a foe's end of a real connection.
type foeSocket struct{ *net.TCPConn }

// Reset ends both directions at once.
func (s foeSocket) Reset() {
	_ = s.SetLinger(0)
	_ = s.Close()
}

// loopbackLinks makes connections over loopback; the second result ends it.
func loopbackLinks(t *testing.T) (link func() (client, server foeLink), end func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex // one at a time, so that both ends belong together
	link = func() (foeLink, foeLink) {
		mu.Lock()
		defer mu.Unlock()
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Error(err)
			return foePipe()
		}
		server, err := listener.Accept()
		if err != nil {
			t.Error(err)
			return foePipe()
		}
		return foeSocket{client.(*net.TCPConn)}, foeSocket{server.(*net.TCPConn)}
	}
	return link, func() { _ = listener.Close() }
}

// watchHeap calls work and gives the most that heap and stacks took meanwhile, in bytes.
func watchHeap(work func()) uint64 {
	runtime.GC()
	debug.FreeOSMemory()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	var peak uint64
	look := func() {
		metrics.Read(samples)
		peak = max(peak, samples[0].Value.Uint64()+samples[1].Value.Uint64()+samples[2].Value.Uint64())
	}
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			look()
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	work()
	close(done)
	<-watched
	return peak
}

// R-2, P-10, P-12: servers that send without end, as fast as real sockets let them, eight at a time: the program does not
// take what they send.
func TestFloodsTakeLittleMemory(t *testing.T) {
	certificate, root := foeCertificate(t)
	link, end := loopbackLinks(t)
	defer end()
	attacks := 0
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	peak := watchHeap(func() {
		var wg sync.WaitGroup
		places := make(chan struct{}, 8)
		for _, d := range duels() {
			if d.want != probe.OverlongReply {
				continue
			}
			attacks++
			places <- struct{}{}
			wg.Go(func() {
				defer func() { <-places }()
				f := &foe{protocol: d.protocol, security: d.security, at: d.at, act: d.act, link: link, conf: &tls.Config{Certificates: []tls.Certificate{certificate}}}
				prober := &probe.Prober{Finder: discover.Finder{Resolver: foeNet{}, Dialer: f}, Dialer: f}
				var report probe.Report
				for e := range prober.Run(ctx, foeRequest(f, root)) {
					report = report.With(e)
				}
				if got := (battle{report: report}).cause(); got != probe.OverlongReply {
					t.Errorf("%v: got %v over a real socket, want %v\n%s", d, got, probe.OverlongReply, tell(report))
				}
				f.done.Wait()
			})
		}
		wg.Wait()
	})
	fmt.Printf("figure: %d floods over real sockets, 8 at a time: heap and stacks of the whole at most %.1f MB (limit %d)\n", attacks, float64(peak)/1e6, heapLimit>>20)
	if peak > heapLimit {
		t.Errorf("got %d bytes, want at most %d", peak, heapLimit)
	}
	if attacks < 50 || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("got %d attacks, %v, want at least 50 in a minute", attacks, ctx.Err())
	}
}

// a whole search among floods on every port of every host.
func TestASearchAmongFloodsTakesLittleMemory(t *testing.T) {
	certificate, root := foeCertificate(t)
	link, end := loopbackLinks(t)
	defer end()
	f := &foe{at: atInside, act: flood("* OK still here\r\n"), link: link, conf: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	prober := &probe.Prober{Finder: discover.Finder{Resolver: foeNet{}, Dialer: f, Settings: discover.Settings{ISPDB: "off"}}, Dialer: f}
	var report probe.Report
	peak := watchHeap(func() {
		for e := range prober.Run(t.Context(), foeRequest(f, root)) {
			report = report.With(e)
		}
	})
	f.done.Wait()
	if peak > heapLimit || report.Outcome != probe.Nothing {
		t.Errorf("got %v with %d bytes, want %v with at most %d\n%s", report.Outcome, peak, probe.Nothing, heapLimit, tell(report))
	}
	if p := report.Incoming.Protocol; p != account.ProtocolUnknown {
		t.Errorf("got %v, want no server", p)
	}
}
