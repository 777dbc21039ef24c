package mailtest

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Scenario is a story: a world, and what happens in it.
type Scenario struct {
	Story string // the first comment
	World Map
	Steps []Step
}

// A Step is one run and what must come of it.
type Step struct {
	Line    int  // of its heading
	Keep    bool // "then": with the report of the run before
	Request Request
	Expect  []Expectation
}

// A Request is what the user of a scenario asks for; the runner makes a probe.Request of it. Words are as they are typed.
type Request struct {
	Task             string // task search|check|test
	Role             string // role incoming|outgoing, for a test
	Address          string
	Password         string   // "": none is given
	OutgoingPassword string   // outgoing-password
	Protocol         string   // protocol imap|pop3
	Incoming         []string // incoming HOST[:PORT] [tls|starttls|none [AUTH]]
	Outgoing         []string
	User             string // user, of the incoming server
	OutgoingUser     string // outgoing-user
	NoOutgoingSignIn bool   // no-outgoing-sign-in
	// ClientCertificate: client-certificate, the one that World.ClientCertificate gives
	ClientCertificate bool
	CleartextAsks     bool          // cleartext-may-be-asked: Require encryption is off, nothing is consented to yet
	AllowCleartext    []string      // allow-cleartext HOST:PORT: off, and the yes
	Trust             []string      // trust HOST:PORT: the certificate that the world has there
	Trusted           []string      // trusted HOST:PORT=sha256:HEX: a certificate accepted before, which the world need not have
	Verified          []string      // verified HOST:PORT: it verified once for this account
	Confirm           []string      // confirm-domain DOMAIN
	Decline           []string      // decline KIND: every question of this kind in the run before is answered with no
	ISPDB             string        // ispdb URL|off; "": the program's own
	PasswordSure      bool          // password-sure: the passwords are not asked about
	SendAddress       bool          // send-address: the domain's own autoconfig host may be told the address
	Account           [][]string    // account PROTOCOL HOST:PORT SECURITY AUTH USER
	Cancel            time.Duration // cancel DURATION after the start; 0: never
}

// An Expectation is one line of an expect section.
type Expectation struct {
	Line int
	Verb string
	Args []string
}

// String gives the line as it stands in the file, near enough to be found.
func (e Expectation) String() string {
	return fmt.Sprintf("line %d: %s %s", e.Line, e.Verb, strings.Join(e.Args, " "))
}

// A parser reads a scenario.
type parser struct {
	scenario Scenario
	section  string
	line     int
	block    *Page  // whose body is being read
	marker   string // that ends it
	indent   int    // of its lines
}

// Parse reads a scenario; an error names the line.
func Parse(text string) (Scenario, error) {
	p := &parser{scenario: Scenario{World: Map{RTT: 50 * time.Millisecond, Ports: map[netip.AddrPort]Behaviour{}}}}
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		if err := p.read(line); err != nil {
			return Scenario{}, fmt.Errorf("line %d: %w", p.line, err)
		}
	}
	return p.scenario, p.finish()
}

func (p *parser) read(line string) error {
	if p.inBlock(line) {
		return nil
	}
	trimmed := strings.TrimSpace(line)
	if comment, ok := strings.CutPrefix(trimmed, "#"); ok && p.section == "" {
		p.scenario.Story = strings.TrimSpace(p.scenario.Story + " " + strings.TrimSpace(comment))
	}
	words, err := split(trimmed)
	if err != nil || len(words) == 0 {
		return err
	}
	if len(words) == 1 && p.heading(words[0]) {
		return nil
	}
	switch p.section {
	case "world":
		return p.world(words[0], words[1:])
	case "run":
		return p.request(&p.step().Request, words[0], words[1:])
	case "expect":
		p.step().Expect = append(p.step().Expect, Expectation{p.line, words[0], words[1:]})
		return nil
	}
	return fmt.Errorf("%q stands outside of every section", words[0])
}

func (p *parser) step() *Step { return &p.scenario.Steps[len(p.scenario.Steps)-1] }

// heading opens a section, where the word is one.
func (p *parser) heading(word string) bool {
	switch word {
	case "world":
	case "run", "then", "again":
		next := Step{Line: p.line, Keep: word == "then"}
		if len(p.scenario.Steps) > 0 {
			next.Request = p.step().Request
			next.Request.Cancel = 0
		}
		p.scenario.Steps = append(p.scenario.Steps, next)
		word = "run"
	case "expect":
		if len(p.scenario.Steps) == 0 {
			return false
		}
	default:
		return false
	}
	p.section = word
	return true
}

// finish fills in what follows from the whole file.
func (p *parser) finish() error {
	if p.block != nil {
		return fmt.Errorf("a body without its end %s", p.marker)
	}
	if len(p.scenario.Steps) == 0 {
		return errors.New("no run")
	}
	w, first := &p.scenario.World, p.scenario.Steps[0].Request
	if len(w.Users) == 0 {
		w.Users, w.Password = []string{first.Address}, first.Password
	}
	w.Passwords = []string{w.Password}
	for _, s := range p.scenario.Steps {
		if len(s.Expect) == 0 {
			return fmt.Errorf("line %d: nothing is expected of the run", s.Line)
		}
		w.Passwords = append(w.Passwords, s.Request.Password, s.Request.OutgoingPassword)
	}
	slices.Sort(w.Passwords)
	w.Passwords = slices.DeleteFunc(slices.Compact(w.Passwords), func(s string) bool { return s == "" })
	return nil
}

// request reads one line of a run.
func (p *parser) request(r *Request, verb string, args []string) error {
	switch verb {
	case "no-outgoing-sign-in":
		r.NoOutgoingSignIn = true
		return nil
	case "password-sure":
		r.PasswordSure = true
		return nil
	case "send-address":
		r.SendAddress = true
		return nil
	case "cleartext-may-be-asked":
		r.CleartextAsks = true
		return nil
	case "client-certificate":
		r.ClientCertificate = true
		return nil
	case "incoming":
		r.Incoming = args
		return nil
	case "outgoing":
		r.Outgoing = args
		return nil
	case "account":
		if len(args) != 5 {
			return fmt.Errorf("account: got %d words, want protocol, host:port, security, auth, user", len(args))
		}
		r.Account = append(r.Account, args)
		return nil
	}
	if len(args) != 1 {
		return fmt.Errorf("%s: got %d words, want 1", verb, len(args))
	}
	return p.word(r, verb, args[0])
}

// word reads a line of a run that has one word.
func (p *parser) word(r *Request, verb, arg string) (err error) {
	single := map[string]*string{
		"task": &r.Task, "role": &r.Role, "address": &r.Address, "password": &r.Password, "protocol": &r.Protocol,
		"outgoing-password": &r.OutgoingPassword, "user": &r.User, "outgoing-user": &r.OutgoingUser, "ispdb": &r.ISPDB,
	}
	several := map[string]*[]string{
		"allow-cleartext": &r.AllowCleartext, "trust": &r.Trust, "trusted": &r.Trusted, "verified": &r.Verified, "confirm-domain": &r.Confirm, "decline": &r.Decline,
	}
	switch {
	case single[verb] != nil:
		*single[verb] = arg
	case several[verb] != nil:
		*several[verb] = append(slices.Clone(*several[verb]), arg)
	case verb == "cancel":
		r.Cancel, err = time.ParseDuration(arg)
	default:
		err = fmt.Errorf("unknown word %q of a run", verb)
	}
	return err
}

// split takes a line apart into words; "…" holds blanks together, with \" \\ \r and \n in it, also behind an = sign.
func split(line string) ([]string, error) {
	var words []string
	for rest := strings.TrimSpace(line); rest != "" && rest[0] != '#'; rest = strings.TrimLeft(rest, " \t") {
		var word strings.Builder
		for rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			if rest[0] != '"' {
				word.WriteByte(rest[0])
				rest = rest[1:]
				continue
			}
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, fmt.Errorf("quotes that do not end: %s", rest)
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("quotes: %s: %w", quoted, err)
			}
			word.WriteString(text)
			rest = rest[len(quoted):]
		}
		words = append(words, word.String())
	}
	return words, nil
}
