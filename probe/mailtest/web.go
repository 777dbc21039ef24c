package mailtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// A WebRequest is the record of one request to a web server.
type WebRequest struct {
	Addr   netip.AddrPort
	At     time.Duration
	Method string
	URL    string // https://host/path?query, as asked
	Header http.Header
	Body   string
}

// mostEndless is how much of an endless body a client may let come before it hangs up, in bytes.
const mostEndless = 2 << 20

// web is a strict server of HTTP/1.1: what a client without cookies, credentials and habits would not say is a violation.
func (s *session) web() {
	for number := 1; ; number++ {
		if _, err := s.in.Peek(1); err != nil {
			return
		}
		s.checkTurn("a request")
		r, err := http.ReadRequest(s.in)
		if err != nil {
			s.accuse("a request that is none: %v", err)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
		if err != nil {
			s.accuse("half the body of a request: %v", err)
			return
		}
		s.judgeRequest(r, string(body))
		if !s.respond(r) || r.Close {
			return
		}
	}
}

// judgeRequest records a request and accuses the client of what must not stand in it.
func (s *session) judgeRequest(r *http.Request, body string) {
	target := "https://" + r.Host + r.RequestURI
	s.w.note(func(rec *Record) {
		rec.Requests = append(rec.Requests, WebRequest{s.at, s.w.now(), r.Method, target, r.Header.Clone(), body})
	})
	sni := ""
	s.update(func(c *Connection) {
		sni = c.SNI
		c.Said = append(c.Said, r.Method+" "+target)
	})
	if s.server.Certificate != Sound {
		s.accuse("%s was asked after a handshake with a certificate that is %s", target, s.server.Certificate)
	}
	if r.Host != sni {
		s.accuse("Host %q on a connection for %q", r.Host, sni)
	}
	if r.Proto != "HTTP/1.1" || !strings.HasPrefix(r.RequestURI, "/") || r.Method != http.MethodGet && r.Method != http.MethodPost {
		s.accuse("%s %s %s, want GET or POST of a path by HTTP/1.1", r.Method, r.RequestURI, r.Proto)
	}
	s.judgeHeader(r.Header)
	all := target + fmt.Sprint(r.Header) + body
	for _, p := range s.w.scene.Passwords {
		for _, form := range []string{p, url.QueryEscape(p), url.PathEscape(p), base64.StdEncoding.EncodeToString([]byte(p))} {
			if strings.Contains(all, form) {
				s.accuse("a password in a request to %s", r.Host) // W-1
			}
		}
	}
}

// judgeHeader accuses of headers that tell more than they must.
func (s *session) judgeHeader(h http.Header) {
	for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "Referer", "Origin", "From", "Accept-Language"} {
		if h.Get(name) != "" {
			s.accuse("the header %s in a request", name) // W-1, V-5
		}
	}
	if agent := h.Get("User-Agent"); agent != "Portolan" {
		s.accuse("User-Agent %q, want Portolan", agent)
	}
	if coding := h.Get("Accept-Encoding"); coding != "" && coding != "identity" {
		s.accuse("Accept-Encoding %q, want none", coding)
	}
}

// respond answers a request; false: the connection ends.
func (s *session) respond(r *http.Request) bool {
	if !s.pause(s.server.Delay) || s.server.HangUp {
		return false
	}
	g := s.w.scene.pageAt(r.Host, r.URL.Path)
	switch {
	case g == nil:
		return s.send(&Page{Status: http.StatusNotFound, Type: "text/html", Body: "<!doctype html><title>Not here</title>\n"}, 0)
	case g.Post != (r.Method == http.MethodPost):
		return s.send(&Page{Status: http.StatusMethodNotAllowed}, 0)
	default:
		return s.pause(g.Delay) && s.send(g, s.timesAsked(g))
	}
}

// timesAsked counts the requests for a page, this one included.
func (s *session) timesAsked(g *Page) (n int) {
	s.w.note(func(r *Record) {
		for _, q := range r.Requests {
			if u, err := url.Parse(q.URL); err == nil && u.Host == g.Host && u.Path == g.Path {
				n++
			}
		}
	})
	return n
}

// send writes a page; false: the connection ends.
func (s *session) send(g *Page, asked int) bool {
	body := g.bytes()
	head := []string{fmt.Sprintf("HTTP/1.1 %d %s", g.Status, http.StatusText(g.Status))}
	if g.Type != "" {
		head = append(head, "Content-Type: "+g.Type)
	}
	if g.Redirect != "" {
		head = append(head, "Location: "+strings.ReplaceAll(g.Redirect, "#", strconv.Itoa(asked)))
	}
	head = append(head, g.Headers...)
	length := "Content-Length: " + strconv.Itoa(len(body))
	switch g.Made {
	case "no-length":
		length = "Connection: close"
	case "endless":
		length = "Transfer-Encoding: chunked"
	case "chunked", "cut-chunked":
		length = "Transfer-Encoding: chunked"
		body = chunks(body, g.Made == "chunked")
	case "gzip-bomb":
		head = append(head, "Content-Encoding: gzip")
	case "cut":
		body = body[:len(body)/2]
	}
	text := strings.Join(append(head, length), "\r\n") + "\r\n\r\n"
	switch g.Made {
	case "endless":
		s.endless(text)
		return false
	case "drip":
		return s.drip(text, body)
	}
	_, err := s.conn.Write(append([]byte(text), body...))
	return err == nil && !slices.Contains([]string{"cut", "cut-chunked", "no-length"}, g.Made)
}

// chunks puts a body into two chunks, RFC 9112, section 7.1, and the last one of none, if it is to be whole.
func chunks(body []byte, whole bool) []byte {
	var b bytes.Buffer
	half := len(body) / 2
	for _, piece := range [][]byte{body[:half], body[half:]} {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(piece), piece)
	}
	if whole {
		b.WriteString("0\r\n\r\n")
	}
	return b.Bytes()
}

// bytes gives the body before it is sent in whatever way.
func (g *Page) bytes() []byte {
	switch g.Made {
	case "gzip-bomb":
		return packedZeros(32 << 20)
	case "laughs":
		return []byte(laughs())
	case "html":
		return []byte("<!doctype html><html><head><title>Parked</title></head><body><p>This domain may be for sale.</body></html>\n")
	case "deep":
		return []byte(`<clientConfig version="1.1">` + strings.Repeat("<a>", 20000) + strings.Repeat("</a>", 20000) + "</clientConfig>")
	case "huge":
		return append([]byte(g.Body), bytes.Repeat([]byte("<!-- and so on -->\n"), 1<<15)...)
	case "empty", "endless":
		return nil
	case "utf16":
		var body []byte
		for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(g.Body))...) {
			body = append(body, byte(u>>8), byte(u))
		}
		return body
	default:
		return []byte(g.Body)
	}
}

func packedZeros(size int) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is a legal one
	_, _ = z.Write(make([]byte, size))              // a bytes.Buffer takes all
	_ = z.Close()
	return b.Bytes()
}

// laughs is a file that becomes a billion laughs where entities are unfolded.
func laughs() string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<!DOCTYPE clientConfig [<!ENTITY l0 \"ha\">")
	for i := range 9 {
		fmt.Fprintf(&b, "<!ENTITY l%d \"%s\">", i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	b.WriteString("]>\n<clientConfig version=\"1.1\"><emailProvider id=\"example.test\"><domain>example.test</domain>" +
		"<displayName>&l9;</displayName></emailProvider></clientConfig>\n")
	return b.String()
}

// endless sends until the client has enough.
func (s *session) endless(head string) {
	_, _ = io.WriteString(s.conn, head)
	text := bytes.Repeat([]byte("<!-- and so on -->\n"), 1<<10)
	piece := fmt.Appendf(nil, "%x\r\n%s\r\n", len(text), text)
	for sent := 0; s.pause(10 * time.Millisecond); sent += len(piece) {
		if sent > mostEndless {
			s.accuse("took %d bytes of an endless body", sent)
			return
		}
		if _, err := s.conn.Write(piece); err != nil {
			return
		}
	}
}

// drip sends one byte a second.
func (s *session) drip(head string, body []byte) bool {
	if _, err := io.WriteString(s.conn, head); err != nil {
		return false
	}
	for i := range body {
		if _, err := s.conn.Write(body[i : i+1]); err != nil || !s.pause(time.Second) {
			return false
		}
	}
	return true
}

// pause waits; false: the client has left meanwhile.
func (s *session) pause(d time.Duration) bool {
	time.Sleep(d)
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return s.left.IsZero()
}

// asked lists the requests whose URL satisfies a condition.
func (r Record) asked(fits func(string) bool) []WebRequest {
	return slices.DeleteFunc(slices.Clone(r.Requests), func(q WebRequest) bool { return !fits(q.URL) })
}

func (r Record) checkAsked(args []string) error {
	if len(r.asked(func(u string) bool { return u == args[0] })) == 0 {
		return fmt.Errorf("got requests %q", r.urls())
	}
	return nil
}

func (r Record) checkNeverAsked(args []string) error {
	if found := r.asked(func(u string) bool { return strings.Contains(u, args[0]) }); len(found) > 0 {
		return fmt.Errorf("got a request for %s", found[0].URL)
	}
	return nil
}

// checkAsks counts requests, those with a part in their URL or all.
func (r Record) checkAsks(args []string) error {
	part := ""
	if len(args) == 2 {
		part = args[1]
	}
	return compare("requests", len(r.asked(func(u string) bool { return strings.Contains(u, part) })), args[0])
}

func (r Record) urls() []string {
	var list []string
	for _, q := range r.Requests {
		list = append(list, q.URL)
	}
	return list
}
