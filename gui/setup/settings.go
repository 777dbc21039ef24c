package setup

import (
	"net/url"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// Settings are the user's say in who is asked about a domain. The zero value is how the program comes. They hold nothing of
// an account.
type Settings struct {
	NoDatabase  bool   // Thunderbird's database of providers is not asked
	Database    string // where it is asked, "" for the public one
	SendAddress bool   // the full address goes to the domain's own autoconfig server
	NoGuess     bool   // the usual server names are not tried
}

// PublicDatabase is where the database of providers is asked unless the settings say otherwise.
const PublicDatabase = discover.DefaultISPDB

// Problem says in words what is wrong with the settings, "" for nothing. An address that is not used needs no care.
func (s Settings) Problem() string {
	if s.Database == "" || s.NoDatabase {
		return ""
	}
	u, err := url.Parse(s.Database)
	if err != nil || u.Hostname() == "" {
		return "This is no address of a web page. It looks like " + PublicDatabase
	}
	_, err = account.ParseHost(u.Hostname())
	_, badPort := account.ParsePort(u.Port())
	switch {
	case u.Scheme != "https":
		return "The address has to begin with https://, so that nobody on the way can change the answer."
	case u.User != nil:
		return "The address must not hold a user name or a password."
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "The address must not hold ? or #: the domain is put behind it."
	case err != nil || u.Port() != "" && badPort != nil:
		return "The name of the server or its port cannot be right."
	default:
		return ""
	}
}

// wishes are the settings as the sources know them.
func (s Settings) wishes() discover.Settings {
	w := discover.Settings{ISPDB: s.Database, SendAddress: s.SendAddress, NoGuess: s.NoGuess}
	if s.NoDatabase {
		w.ISPDB = "off"
	}
	return w
}

// Search makes the Runner that searches the real network under these settings. A session has one run at a time, so that
// the limits that a prober keeps over all its runs hold although every change of the settings makes a new one.
func Search(s Settings) Runner {
	return &probe.Prober{Finder: discover.Finder{Settings: s.wishes(), Providers: discover.KnownProviders()}}
}

// Adjust takes over new settings for the searches to come; it starts nothing, and a run that is going on keeps those that
// it began with. Settings with a problem change nothing. A practice mailbox, which asks nobody outside, has none.
func (s *Session) Adjust(to Settings) {
	if s.closed || to.Problem() != "" || to == s.book.Settings {
		return
	}
	b := s.book
	b.Settings = to
	s.options.Runner = s.options.runnerFor(to)
	if b.Practice == "" {
		s.runner = s.options.Runner
	}
	s.set(b)
}

// runnerFor makes the runner for settings, where it is known how.
func (o Options) runnerFor(settings Settings) Runner {
	if o.NewRunner == nil {
		return o.Runner
	}
	return o.NewRunner(settings)
}
