package discover

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"portolan/account"
	"portolan/probe/wire"
)

// pacc asks for the domain's PACC document: JSON over verified HTTPS, with a digest of it in the DNS.
//
// draft-ietf-mailmaint-pacc. A document without a matching digest is none, so the DNS is asked first, and where it names
// no digest, the web host is looked up at the most.
func (q *inquiry) pacc() Source {
	host := "ua-auto-config." + q.address.Domain
	url := "https://" + host + "/.well-known/user-agent-configuration.json"
	return source(account.SourcePACC, host, func(ctx context.Context, progress func()) Answer {
		var wg sync.WaitGroup
		defer wg.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for _, network := range [...]string{"ip6", "ip4"} {
			wg.Go(func() { // remembered for fetch, which saves a round trip and meets a fault again
				_ = wire.Survive(func() { _, _ = q.Addresses(ctx, network, host) })
			})
		}
		texts, err := q.resolver().LookupTXT(ctx, Absolute("_"+host))
		if err == nil || nameless(err) {
			progress()
		}
		digests := digestsOf(texts)
		if len(digests) == 0 {
			return Answer{Status: Missing, URL: url, Err: unlessNameless(err)}
		}
		p, err := q.fetch(ctx, page{}, order{url: url}, progress)
		if err != nil {
			return q.failed(url, err)
		}
		if !slices.Contains(digests, sha256.Sum256(p.body)) {
			return Answer{Status: Broken, URL: url, Note: "What " + account.UnicodeHost(host) + " sent does not match the digest in the DNS, so it was not used."}
		}
		return q.readPACC(p, url)
	})
}

// unlessNameless drops an error that only says that a name does not exist.
func unlessNameless(err error) error {
	if err != nil && nameless(err) {
		return nil
	}
	return err
}

// digestsOf reads the TXT records: v=UAAC1; a=sha256; d=<base64>. There may be several while a document changes.
func digestsOf(texts []string) [][sha256.Size]byte {
	var list [][sha256.Size]byte
	for _, text := range texts {
		fields := map[string]string{}
		for field := range strings.SplitSeq(text, ";") {
			if name, value, ok := strings.Cut(field, "="); ok {
				fields[strings.TrimSpace(name)] = strings.TrimSpace(value)
			}
		}
		digest, err := base64.StdEncoding.DecodeString(fields["d"])
		if fields["v"] == "UAAC1" && fields["a"] == "sha256" && err == nil && len(digest) == sha256.Size {
			list = append(list, [sha256.Size]byte(digest))
		}
		if len(list) == maxRecords {
			break
		}
	}
	return list
}

// readPACC turns a document into an answer.
func (q *inquiry) readPACC(p page, url string) Answer {
	hosts, err := parsePACC(p.body)
	a := Answer{Status: Broken, URL: url, Err: err}
	if err != nil {
		a.Note = notes("The settings that " + account.UnicodeHost(q.address.Domain) + " publishes cannot be read: " + err.Error() + ".")
		return a
	}
	list := roster{source: account.SourcePACC}
	for _, h := range hosts {
		list.add(h.host, Port{h.protocol, account.StandardPort(h.protocol, account.TLS), account.TLS}, q.address.String())
	}
	if a.Candidates = list.list; len(a.Candidates) > 0 {
		a.Status = Named
	} else if len(list.left) == 0 {
		a.Status = Silent
	}
	a.Note = notes(q.awayNote(p.hosts(), account.SourcePACC), list.remark())
	return a
}

// A paccHost is one host of a PACC document.
type paccHost struct {
	protocol account.Protocol
	host     string
}

// parsePACC reads a PACC document. Members that it does not know, or that are no host, are passed over.
func parsePACC(data []byte) ([]paccHost, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	protocols := member(data, "protocols")
	var list []paccHost
	for _, known := range []struct {
		name     string
		protocol account.Protocol
	}{{"imap", account.IMAP}, {"pop3", account.POP3}, {"submit", account.SMTP}, {"smtp", account.SMTP}} {
		var host string
		if json.Unmarshal(member(member(protocols, known.name), "host"), &host) == nil && host != "" {
			list = append(list, paccHost{known.protocol, host})
		}
	}
	return list, nil
}

// member gives a member of a JSON object by its exact name, null where there is none.
func member(data json.RawMessage, name string) json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) == nil && object[name] != nil {
		return object[name]
	}
	return json.RawMessage("null")
}

// checkJSON refuses what is no single JSON value of reasonable size and depth in UTF-8.
func checkJSON(data []byte) error {
	if len(data) > maxBody || !utf8.Valid(data) {
		return errors.New("it is too large or not in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	depth, values := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && depth == 0 && values == 1 {
			return nil
		}
		if err != nil {
			return errors.New("it is not correct JSON")
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > maxDepth {
			return errors.New("it is nested too deeply")
		}
		if depth == 0 {
			values++
		}
	}
}
