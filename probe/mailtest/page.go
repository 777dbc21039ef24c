package mailtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Page is what a web server answers to requests for one path of one host, whatever the query.
type Page struct {
	Host, Path string
	Status     int
	Type       string   // the media type, "" for none
	Redirect   string   // Location; # in it is the number of the request for this page
	Headers    []string // further ones, "Name: value"
	Post       bool     // answers POST and nothing else; otherwise GET and nothing else
	Delay      time.Duration
	Body       string
	Made       string // what the body is instead, or how it is sent: one of bodies
}

// bodies are the words for other bodies, and other ways to send one: a stream without end, one byte a second, half of what
// was announced, in chunks, in chunks without the last one, up to the end of the connection, zeros packed by gzip, entities
// that multiply, a web page, elements in elements, more than anybody reads, none, and UTF-16.
func bodies() []string {
	return []string{
		"endless", "drip", "cut", "chunked", "cut-chunked", "no-length", "gzip-bomb", "laughs", "html", "deep", "huge", "empty", "utf16",
	}
}

// page reads HOST PATH STATUS [type= redirect= header= delay= body=WORD post] [<<END], where the body follows, indented as
// its first line is, up to a line END.
func (p *parser) page(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("page: got %d words, want host, path, status", len(args))
	}
	status, err := strconv.Atoi(args[2])
	if err != nil || status < 200 || status > 599 || !strings.HasPrefix(args[1], "/") {
		return fmt.Errorf("page: %q with status %q, want a path and a number", args[1], args[2])
	}
	g := &Page{Host: args[0], Path: args[1], Status: status, Type: "text/xml"}
	rest := args[3:]
	if n := len(rest); n > 0 && strings.HasPrefix(rest[n-1], "<<") {
		p.block, p.marker = g, rest[n-1][2:]
		rest = rest[:n-1]
	}
	for _, word := range rest {
		if err := g.option(word); err != nil {
			return fmt.Errorf("page: %q: %w", word, err)
		}
	}
	p.scenario.World.Pages = append(p.scenario.World.Pages, g)
	return nil
}

func (g *Page) option(word string) (err error) {
	key, value, _ := strings.Cut(word, "=")
	switch key {
	case "type":
		g.Type = value
	case "redirect":
		g.Redirect = value
	case "header":
		g.Headers = append(g.Headers, value)
	case "delay":
		g.Delay, err = time.ParseDuration(value)
	case "post":
		g.Post = true
	case "body":
		if g.Made = value; !slices.Contains(bodies(), value) {
			err = errors.New("unknown body")
		}
	default:
		err = errors.New("unknown option")
	}
	return err
}

// inBlock takes a line of a body; false: the line is none.
func (p *parser) inBlock(line string) bool {
	switch {
	case p.block == nil:
		return false
	case strings.TrimSpace(line) == p.marker:
		p.block = nil
		return true
	case p.block.Body == "":
		p.indent = len(line) - len(strings.TrimLeft(line, " "))
	}
	cut := min(p.indent, len(line)-len(strings.TrimLeft(line, " ")))
	p.block.Body += line[cut:] + "\n"
	return true
}

// config reads HOST[/PATH] DOMAIN[,DOMAIN…] SERVER… and the options of a page: a sound configuration file for autoconfig or
// the ISPDB, at the path that autoconfig has on such a host. A server is PROTOCOL:HOST:PORT:SOCKETTYPE[:USERNAME].
func (p *parser) config(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("config: got %d words, want host, domain and servers", len(args))
	}
	host, path, _ := strings.Cut(args[0], "/")
	switch {
	case path != "":
		path = "/" + path
	case strings.HasPrefix(host, "autoconfig."):
		path = "/mail/config-v1.1.xml"
	default:
		path = "/.well-known/autoconfig/mail/config-v1.1.xml"
	}
	page := []string{host, path, "200"}
	var servers strings.Builder
	for _, word := range args[2:] {
		if strings.Contains(word, "=") {
			page = append(page, word)
			continue
		}
		text, err := serverXML(word)
		if err != nil {
			return fmt.Errorf("config: %q: %w", word, err)
		}
		servers.WriteString(text)
	}
	if err := p.page(page); err != nil {
		return err
	}
	pages, domains := p.scenario.World.Pages, strings.Split(args[1], ",")
	pages[len(pages)-1].Body = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<clientConfig version="1.1"><emailProvider id="` + domains[0] + `"><domain>` +
		strings.Join(domains, "</domain><domain>") + "</domain><displayName>Example</displayName>\n" + servers.String() + "</emailProvider></clientConfig>\n"
	return nil
}

// serverXML writes one server of a configuration file.
func serverXML(word string) (string, error) {
	parts := strings.Split(word, ":")
	if len(parts) < 4 || len(parts) > 5 {
		return "", fmt.Errorf("got %d parts, want protocol:host:port:socketType and perhaps a user name", len(parts))
	}
	name, username := "incomingServer", "%EMAILADDRESS%"
	if parts[0] == "smtp" {
		name = "outgoingServer"
	}
	if len(parts) == 5 {
		username = parts[4]
	}
	var quoted strings.Builder
	if err := xml.EscapeText(&quoted, []byte(username)); err != nil {
		return "", err
	}
	return fmt.Sprintf("<%s type=%q><hostname>%s</hostname><port>%s</port><socketType>%s</socketType>"+
		"<authentication>password-cleartext</authentication><username>%s</username></%s>\n",
		name, parts[0], parts[1], parts[2], parts[3], &quoted, name), nil
}

// pageAt gives the page for a host and path.
func (m Map) pageAt(host, path string) *Page {
	i := slices.IndexFunc(m.Pages, func(g *Page) bool { return g.Host == host && g.Path == path })
	if i < 0 {
		return nil
	}
	return m.Pages[i]
}

var digest = regexp.MustCompile(`\{sha256 ([^}]*)\}`)

// digests replaces {sha256 URL} in the text of a TXT record with the digest of that page's body.
func (m Map) digests(text string) string {
	return digest.ReplaceAllStringFunc(text, func(match string) string {
		u, err := url.Parse(digest.FindStringSubmatch(match)[1])
		if err != nil {
			return match
		}
		g := m.pageAt(u.Host, u.Path)
		if g == nil {
			return match
		}
		sum := sha256.Sum256([]byte(g.Body))
		return base64.StdEncoding.EncodeToString(sum[:])
	})
}
