package discover

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe/wire"
)

// An order is what is asked of the web.
type order struct {
	url   string
	query string // added for the first host alone, because it may hold the address
	body  string // posted, here and where a redirect leads; "" asks with GET
}

// A page is what came of an order: a complete body with status 200.
type page struct {
	body []byte
	urls []string // asked, in order; without query and body
}

// hosts lists the hosts that had a say in a page.
func (p page) hosts() []string {
	var list []string
	for _, u := range p.urls {
		if host := parseURL(u).Hostname(); !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
	return list
}

// parseURL parses a URL that has been asked, the empty one where that cannot be.
func parseURL(s string) *url.URL {
	if u, err := url.Parse(s); err == nil {
		return u
	}
	return &url.URL{}
}

// fetch carries an order out: https alone, verified, few redirects. p.urls holds what was asked before, to bound the
// redirects that documents cause themselves. Its error is a *webError.
//
// Everything that a browser would do beside is left out: no proxy (the environment's is not asked either: it would learn
// the domain, and mail goes direct anyway), no cookies, no Referer, no compression, no HTTP/2, no connection kept.
func (f Finder) fetch(ctx context.Context, p page, o order, progress func()) (page, error) {
	u := parseURL(o.url)
	if u.Scheme != "https" || u.Hostname() == "" {
		return p, &webError{fault: faultRedirect, host: account.Neutral(o.url, maxQuoted), detail: "this is no https address"}
	}
	start := account.RegistrableDomain(u.Hostname())
	if o.query != "" {
		u.RawQuery = o.query
	}
	for {
		p.urls = append(p.urls, bare(u))
		content, location, err := f.exchange(ctx, u, o.body, progress)
		if location == "" || err != nil {
			p.body = content
			return p, err
		}
		next, err := follow(p, u, location)
		if err != nil {
			return p, err
		}
		if o.query != "" && account.RegistrableDomain(next.Hostname()) != start {
			next.RawQuery = "" // what the first host was told may have been put in there
		}
		u = next
	}
}

// bare gives a URL without what it may hold of the address.
func bare(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// exchange asks once. It gives the body, or where a redirect points to.
func (f Finder) exchange(ctx context.Context, u *url.URL, body string, progress func()) (content []byte, location string, err error) {
	host := u.Hostname()
	conn, err := f.connect(ctx, host, portOf(u), progress)
	if err != nil {
		return nil, "", faultOf(ctx, host, err)
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // crypto/tls would take its time to say goodbye
	transport := f.transport(conn, host)
	defer transport.CloseIdleConnections()
	request, err := newRequest(ctx, u, body)
	if err != nil {
		return nil, "", faultOf(ctx, host, err)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, "", faultOf(ctx, host, err)
	}
	defer func() { _ = response.Body.Close() }()
	progress()
	if location, err = judge(host, response); location != "" || err != nil {
		return nil, location, err
	}
	content, err = readBody(host, response)
	if err == nil {
		progress()
	}
	return content, "", err
}

// portOf gives the port of a URL, 443 where it names none.
func portOf(u *url.URL) int {
	if port, err := account.ParsePort(u.Port()); err == nil {
		return port
	}
	return 443
}

// transport makes the client of one request to a host, over a connection that is open already.
func (f Finder) transport(conn net.Conn, host string) *http.Transport {
	fresh := make(chan net.Conn, 1)
	fresh <- conn
	only := new(http.Protocols)
	only.SetHTTP1(true)
	return &http.Transport{
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			select {
			case c := <-fresh:
				return wire.SecureWeb(ctx, c, host, f.Authorities...)
			default:
				return nil, net.ErrClosed // one request, one connection
			}
		},
		MaxResponseHeaderBytes: maxHead,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		Protocols:              only,
	}
}

// newRequest makes a request that says as little as possible.
func newRequest(ctx context.Context, u *url.URL, body string) (*http.Request, error) {
	method, reader := http.MethodGet, io.Reader(http.NoBody)
	if body != "" {
		method, reader = http.MethodPost, strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), reader)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "Portolan") // without a version
	request.Header.Set("Accept-Encoding", "identity")
	if body != "" {
		request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	}
	return request, nil
}

// judge looks at the head of a response: it gives the target of a redirect, an error, or neither for a page.
func judge(host string, r *http.Response) (location string, err error) {
	switch code := r.StatusCode; {
	case code == http.StatusOK:
		if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
			return "", &webError{fault: faultBody, host: host, detail: "it is compressed, which nobody asked for"}
		}
		return "", nil
	case slices.Contains([]int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect}, code):
		if location = r.Header.Get("Location"); location == "" {
			return "", &webError{fault: faultRedirect, host: host, detail: "it does not say where to"}
		}
		return location, nil
	case code == http.StatusNetworkAuthenticationRequired: // RFC 6585, section 6: a captive portal says so itself.
		return "", &webError{fault: faultPortal, host: host}
	case code >= 500:
		return "", &webError{fault: faultServer, host: host, detail: r.Status}
	default: // 401 and 407 among them: nobody signs in to read how to sign in
		return "", &webError{fault: faultAbsent, host: host, detail: r.Status}
	}
}

// readBody reads a body whose end is told, by its length or its last chunk.
func readBody(host string, r *http.Response) ([]byte, error) {
	tooLarge := &webError{fault: faultBody, host: host, detail: "it is far too large"}
	switch {
	case r.ContentLength > maxBody:
		return nil, tooLarge
	case r.ContentLength < 0 && len(r.TransferEncoding) == 0:
		return nil, &webError{fault: faultBody, host: host, detail: "it does not tell its length"}
	}
	content, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, &webError{fault: faultBody, host: host, detail: "it was cut off", err: err}
	case len(content) > maxBody:
		return nil, tooLarge
	}
	return content, nil
}

// follow says where a redirect leads, or why it is not followed.
func follow(p page, from *url.URL, location string) (*url.URL, error) {
	refused := func(detail string) error {
		return &webError{fault: faultRedirect, host: from.Hostname(), detail: detail}
	}
	u, err := from.Parse(location)
	switch {
	case err != nil:
		return nil, refused("its target makes no sense")
	case u.Scheme == "http":
		return nil, refused("it leads to an unencrypted page, as in a network that wants a login first")
	case u.Scheme != "https" || u.User != nil || u.Port() != "" && u.Port() != "443":
		return nil, refused("it leads to no ordinary https page")
	case published(u.Hostname()) == "":
		return nil, refused("it leads to no public name")
	case len(p.urls) > maxHops:
		return nil, refused("there are too many in a row")
	}
	u.Host, u.Fragment = published(u.Hostname()), ""
	if slices.Contains(p.urls, bare(u)) {
		return nil, refused("it leads in a circle")
	}
	return u, nil
}

// faultOf puts the error of a connection into its class.
func faultOf(ctx context.Context, host string, err error) error {
	w := &webError{fault: faultNoAnswer, host: host, err: err}
	var certificate *wire.CertificateError
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		w.err = errors.Join(ctx.Err(), err)
	case errors.As(err, &certificate):
		w.fault = faultCertificate
	case nameless(err):
		w.fault = faultNoName
	case errors.As(err, &dns):
		w.fault = faultDNS
	case errors.As(err, &timeout) && timeout.Timeout():
	case isDial(err):
		w.fault = faultUnreachable
	default:
		w.fault = faultTalk
	}
	return w
}

// isDial reports whether an error is about opening a connection.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
