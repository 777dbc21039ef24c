package discover

import (
	"bytes"
	_ "embed" // the facts about providers
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"portolan/account"
)

// knownProviders holds the facts about the largest providers; ReadProviders says what may stand in it.
//
//go:embed providers.json
var knownProviders []byte

// A ProviderSignIn says what a provider takes from a mail program.
type ProviderSignIn uint8

// The ways in, the usual one first.
const (
	UsualPassword          ProviderSignIn = iota // the password of the account
	AppPasswordWithTwoStep                       // the usual one, but an app password once two-step sign-in is on
	AppPasswordOnly                              // never the usual one
	OAuthAlone                                   // no password at all
)

var providerSignIns = [...]string{"password", "app-password-with-two-step", "app-password", "oauth"}

// A ProviderAccess says whether mail programs are let in at all.
type ProviderAccess uint8

// The kinds of access, the usual one first.
const (
	OpenAccess ProviderAccess = iota // nothing has to be done
	SwitchOn                         // IMAP and POP3 are off until the user switches them on
	PaidOnly                         // only for those who pay
	NoneAtAll                        // neither IMAP nor POP3: see Instead
)

var providerAccesses = [...]string{"open", "switch-on", "paid", "none"}

// A Provider is what is known beforehand of one provider. Its zero value knows nothing.
type Provider struct {
	Name         string
	SignIn       ProviderSignIn
	Access       ProviderAccess
	PasswordPage string    // https: where an app password is made, or how
	AccessPage   string    // https: where access is switched on, or what the provider says about it
	Seen         string    // https: the provider's own page that says so, "" where the two above do, or only others
	Instead      string    // one sentence for people: what there is where mail programs are not let in
	Known        time.Time // the first day of the month in which all this was so, UTC

	Domains    []string // of addresses, whole
	Exchangers []string // ends of the names of mail exchangers, whole labels
	Servers    []string // ends of the names of the servers of mail programs, whole labels
}

// Serves reports whether a host is one of the provider's servers for mail programs.
func (p Provider) Serves(host string) bool { return longestEnd(p.Servers, host) > 0 }

// Providers are what is known of many of them.
type Providers []Provider

// KnownProviders gives what this program knows. It reads its data anew for every call, a millisecond's work: a Finder for more
// than one search is given the list.
func KnownProviders() Providers {
	list, err := ReadProviders(knownProviders)
	if err != nil {
		return nil // a test reads the same bytes
	}
	return list
}

// ByDomain gives the provider of an address by the domain of the address, the zero Provider where that is nobody's.
func (all Providers) ByDomain(domain string) Provider {
	for _, p := range all {
		if slices.Contains(p.Domains, domain) {
			return p
		}
	}
	return Provider{}
}

// ByExchanger gives the provider that a mail exchanger belongs to; of several the one that is named most exactly.
func (all Providers) ByExchanger(host string) Provider {
	return all.best(host, func(p Provider) []string { return p.Exchangers })
}

// ByServer gives the provider that a server of mail programs belongs to.
func (all Providers) ByServer(host string) Provider {
	return all.best(host, func(p Provider) []string { return p.Servers })
}

// best gives the provider with the longest end of a host's name.
func (all Providers) best(host string, ends func(Provider) []string) Provider {
	best, length := Provider{}, 0
	for _, p := range all {
		if n := longestEnd(ends(p), host); n > length {
			best, length = p, n
		}
	}
	return best
}

// longestEnd gives the length of the longest of some names that a host's name is or ends in, 0 for none.
func longestEnd(ends []string, host string) int {
	length := 0
	for _, end := range ends {
		if host == end || strings.HasSuffix(host, "."+end) {
			length = max(length, len(end))
		}
	}
	return length
}

// Known gives what is known of providers beforehand: the finder's own list, else the program's.
func (f Finder) Known() Providers {
	if f.Providers != nil {
		return f.Providers
	}
	return KnownProviders()
}

// The limits of a list of providers.
const (
	maxProviderBytes = 256 << 10
	maxProviderName  = 40  // bytes
	maxInstead       = 240 // bytes
)

// writtenProvider is a provider as the file has it.
type writtenProvider struct {
	Name         string   `json:"name"`
	Known        string   `json:"known"` // "2026-11"
	SignIn       string   `json:"sign_in"`
	PasswordPage string   `json:"password_page"`
	Access       string   `json:"access"`
	AccessPage   string   `json:"access_page"`
	Seen         string   `json:"seen"`
	Instead      string   `json:"instead"`
	Domains      []string `json:"domains"`
	Exchangers   []string `json:"exchangers"`
	Servers      []string `json:"servers"`
}

// ReadProviders reads a list of providers: a JSON array of objects. Nothing unknown may stand in it, no domain of addresses
// and no mail exchanger twice, and every entry has the month in which it was known, its pages on https, and a page wherever
// it says that the user has something to do. The month is that of the newest public source with a date that says so; where
// there is nothing but a page without a date, the month in which it was read. The error names the entry.
func ReadProviders(text []byte) (Providers, error) {
	if len(text) > maxProviderBytes {
		return nil, errors.New("the list of providers is too long")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var written []writtenProvider
	if err := d.Decode(&written); err != nil {
		return nil, fmt.Errorf("the list of providers: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the list of providers: something stands behind it")
	}
	list, seen := make(Providers, 0, len(written)), map[string]bool{}
	for i, w := range written {
		p, err := w.read(seen)
		if err == nil && i > 0 && strings.ToLower(list[i-1].Name) >= strings.ToLower(p.Name) {
			err = errors.New("it stands in the wrong place, or twice")
		}
		if err != nil {
			return nil, fmt.Errorf("provider %q: %w", w.Name, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// read checks one entry; seen holds what earlier ones were matched by.
func (w writtenProvider) read(seen map[string]bool) (p Provider, err error) {
	p = Provider{
		Name: w.Name, PasswordPage: w.PasswordPage, AccessPage: w.AccessPage, Seen: w.Seen, Instead: w.Instead,
		Domains: w.Domains, Exchangers: w.Exchangers, Servers: w.Servers,
	}
	if w.Name == "" || len(w.Name) > maxProviderName || len(w.Instead) > maxInstead || account.Neutral(w.Name+w.Instead, maxProviderName+maxInstead) != w.Name+w.Instead {
		return p, errors.New("it has no usable name or sentence")
	}
	if p.Known, err = time.Parse("2006-01", w.Known); err != nil {
		return p, errors.New("it has no month in which it was known")
	}
	signIn, access := slices.Index(providerSignIns[:], w.SignIn), slices.Index(providerAccesses[:], w.Access)
	if signIn < 0 && w.SignIn != "" || access < 0 && w.Access != "" {
		return p, errors.New("its sign-in or its access is no word of the list")
	}
	p.SignIn, p.Access = ProviderSignIn(max(0, signIn)), ProviderAccess(max(0, access))
	if err := p.checkPages(); err != nil {
		return p, err
	}
	if len(p.Domains)+len(p.Exchangers)+len(p.Servers) == 0 {
		return p, errors.New("nothing leads to it")
	}
	for _, by := range [...]struct {
		kind  string
		names []string
	}{{"domain ", p.Domains}, {"exchanger ", p.Exchangers}, {serverKind, p.Servers}} {
		if err := checkNames(by.kind, by.names, seen); err != nil {
			return p, err
		}
	}
	return p, nil
}

// checkPages checks that there is a page wherever one is wanted, none where nothing is claimed, and that all are web pages.
func (p Provider) checkPages() error {
	app, access := p.SignIn == AppPasswordOnly || p.SignIn == AppPasswordWithTwoStep, p.SignIn == OAuthAlone || p.Access != OpenAccess
	switch {
	case app != (p.PasswordPage != ""):
		return errors.New("the page for app passwords is missing, or of no use")
	case access != (p.AccessPage != ""):
		return errors.New("the page about its access is missing, or of no use")
	case p.Seen != "" && !app && !access:
		return errors.New("the page where that was seen is of no use")
	case (p.Access == NoneAtAll) != (p.Instead != ""):
		return errors.New("what there is instead is missing, or of no use")
	}
	for _, page := range []string{p.PasswordPage, p.AccessPage, p.Seen} {
		u, err := url.Parse(page)
		if page != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || account.Neutral(page, maxNote) != page) {
			return errors.New("a page is no https address")
		}
	}
	return nil
}

// serverKind is the kind of name that several providers may share.
const serverKind = "server "

// checkNames checks the names of one kind: host names as they are looked up, in order. Servers may be shared.
func checkNames(kind string, names []string, seen map[string]bool) error {
	for i, name := range names {
		host, err := account.ParseHost(name)
		if err != nil || host != name || !strings.Contains(name, ".") {
			return fmt.Errorf("%s%q is no usable name", kind, name)
		}
		if i > 0 && names[i-1] >= name || kind != serverKind && seen[kind+name] {
			return fmt.Errorf("%s%q stands in the wrong place, or twice", kind, name)
		}
		seen[kind+name] = true
	}
	return nil
}
