package discover

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// webNames lists under which other names providers write about themselves, where that is not a name of their mail.
func webNames() map[string][]string {
	return map[string][]string{
		"AT&T Mail":     {"att.com"},
		"Cox":           {"yahoo.com"}, // its mailboxes are Yahoo's since October 2024
		"Fastmail":      {"fastmail.help"},
		"Gmail":         {"google.com"},
		"iCloud Mail":   {"apple.com"},
		"Microsoft 365": {"microsoft.com"},
		"Outlook.com":   {"microsoft.com"},
		"Seznam Email":  {"o-seznam.cz"},
		"T-Online":      {"telekom.de"},
		"Yahoo! Japan":  {"yahoo-net.jp"},
	}
}

func TestEveryKnownProviderNamesPagesOfItsOwn(t *testing.T) {
	elsewhere := webNames()
	for _, p := range KnownProviders() {
		own := slices.Concat(p.Domains, p.Exchangers, p.Servers)
		for _, page := range pagesOf(p) {
			u, err := url.Parse(page)
			if err != nil || u.Scheme != "https" || u.Port() != "" {
				t.Errorf("%s: got page %q, want https on its own port", p.Name, page)
				continue
			}
			switch {
			case longestEnd(own, u.Hostname()) > 0:
			case longestEnd(elsewhere[p.Name], u.Hostname()) > 0:
				elsewhere[p.Name] = append(elsewhere[p.Name], "") // it is of use
			default:
				t.Errorf("%s: got page %q, want one of the provider's own", p.Name, page)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(elsewhere)) {
		if !slices.Contains(elsewhere[name], "") {
			t.Errorf("%s: got other names of its web pages, want none that no page has", name)
		}
	}
}

// What keeps a password back, or asks about it, has to rest on more than the front page of a web site.
func TestClaimsThatKeepAPasswordBackRestOnAPageAboutThem(t *testing.T) {
	for _, p := range KnownProviders() {
		if p.SignIn != AppPasswordOnly && p.SignIn != OAuthAlone && p.Access != NoneAtAll {
			continue
		}
		if !slices.ContainsFunc(pagesOf(p), func(page string) bool {
			u, err := url.Parse(page)
			return err == nil && strings.Trim(u.Path, "/") != ""
		}) {
			t.Errorf("%s: got nothing but front pages %q, want one that says so", p.Name, pagesOf(p))
		}
	}
}

// A provider that people have a mailbox at may have companies' mailboxes too, with rules of their own: no shorter name may
// stand in for theirs.
func TestEveryKnownProviderIsFoundByEachOfItsNames(t *testing.T) {
	all, domains := KnownProviders(), map[string]string{}
	for _, p := range all {
		if p.Known.IsZero() || p.Known.Day() != 1 || len(p.Domains)+len(p.Exchangers)+len(p.Servers) == 0 {
			t.Errorf("%s: got known %v and nothing that leads to it, want both", p.Name, p.Known)
		}
		for _, d := range p.Domains {
			if other, twice := domains[d]; twice {
				t.Errorf("%s: got %s of %s too, want it once", p.Name, d, other)
			}
			domains[d] = p.Name
			if got := all.ByDomain(d); got.Name != p.Name {
				t.Errorf("got %q by domain %s, want %q", got.Name, d, p.Name)
			}
		}
		for _, x := range p.Exchangers {
			if got := all.ByExchanger(x); got.Name != p.Name {
				t.Errorf("got %q by exchanger %s, want %q", got.Name, x, p.Name)
			}
		}
		for _, s := range p.Servers {
			if got := all.ByServer(s); !slices.Contains(got.Servers, s) || !p.Serves("imap."+s) {
				t.Errorf("got %q by server %s, want one that has it", got.Name, s)
			}
		}
	}
}

// pagesOf lists the pages that an entry names.
func pagesOf(p Provider) []string {
	return slices.DeleteFunc([]string{p.PasswordPage, p.AccessPage, p.Seen}, func(page string) bool { return page == "" })
}
