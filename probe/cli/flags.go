package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
)

// An order is a command line, understood.
type order struct {
	request      probe.Request
	passwordFile string   // "-": standard input; "": no password
	authorities  []string // files of private authorities
	practice     string
	json         bool
	format       string
	file         string
}

var (
	errPasswordArgument = errors.New("a password is never given as an argument, because others could read it there: use -password-file FILE, or -password-file - for standard input")
	errTooMuch          = errors.New("there is more than one address (a password is never given as an argument: use -password-file)")
)

// parse reads the arguments behind the program's name. The address stands behind -find, or somewhere among the options.
// The error is flag.ErrHelp where help was asked for; no error repeats what could be a password.
func parse(args []string) (order, error) {
	if slices.ContainsFunc(args, looksLikePassword) {
		return order{}, errPasswordArgument
	}
	address, rest, err := takeAddress(args)
	if err != nil {
		return order{}, err
	}
	o, addresses, err := parseFlags(rest)
	if err != nil {
		return order{}, err
	}
	if address != "" {
		addresses = append(addresses, address)
	}
	switch {
	case len(addresses) > 1:
		return order{}, errTooMuch
	case len(addresses) == 0:
		return order{}, errors.New("the address is missing: portolan -find alice@domain.example")
	}
	if o.request.Address, err = account.ParseAddress(addresses[0]); err != nil {
		return order{}, fmt.Errorf("the address: %w", err)
	}
	return o, o.check()
}

// looksLikePassword reports an option that somebody might try a password with.
func looksLikePassword(arg string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
	return strings.HasPrefix(arg, "-") && slices.Contains([]string{"password", "passwd", "pass", "pw", "p", "secret"}, name)
}

// Misplaced says which of the window's arguments belongs to -find, or could be a password; nil: none. It repeats no value.
func Misplaced(args []string) error {
	known := new(order).flags()
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		switch {
		case looksLikePassword(arg):
			return errors.New("a password is never given as an argument, because others could read it there: type it into the window, or search without one: portolan -find ADDRESS -password-file FILE")
		case strings.HasPrefix(arg, "-") && name != "practice" && known.Lookup(name) != nil:
			return fmt.Errorf("-%s belongs to a search without a window, as in “portolan -find ADDRESS”", name)
		}
	}
	return nil
}

// takeAddress takes -find out of the arguments, with the address where it follows at once.
func takeAddress(args []string) (address string, rest []string, err error) {
	found := 0
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		if name != "-find" && name != "--find" {
			rest = append(rest, args[i])
			continue
		}
		found++
		if !given && i+1 < len(args) && (!strings.HasPrefix(args[i+1], "-") || strings.Contains(args[i+1], "@")) {
			i++
			value = args[i]
		}
		address = value
	}
	if found > 1 {
		return "", nil, errors.New("-find is given more than once")
	}
	return address, rest, nil
}

// parseFlags reads options and collects what is none.
func parseFlags(args []string) (o order, others []string, err error) {
	fs := o.flags()
	for {
		if err := fs.Parse(args); err != nil {
			return order{}, nil, err
		}
		if fs.NArg() == 0 {
			return o, others, nil
		}
		others = append(others, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// flags declares the options.
func (o *order) flags() *flag.FlagSet {
	fs := flag.NewFlagSet("portolan -find", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.passwordFile, "password-file", "", "")
	fs.BoolVar(&o.json, "json", false, "")
	fs.StringVar(&o.practice, "practice", "", "")
	fs.StringVar(&o.format, "format", "", "")
	fs.StringVar(&o.file, "o", "", "")
	fs.Func("user", "", o.setUser)
	fs.Func("incoming", "", wishSetter(&o.request.Incoming))
	fs.Func("outgoing", "", wishSetter(&o.request.Outgoing))
	fs.Func("protocol", "", o.setProtocol)
	fs.Func("allow-cleartext", "", o.allowCleartext)
	fs.Func("trust", "", o.trust)
	fs.Func("confirm-domain", "", o.confirmDomain)
	fs.Func("ca", "", o.addAuthority)
	return fs
}

func (o *order) setUser(name string) error {
	if name == "" {
		return errors.New("the user name is empty")
	}
	o.request.Incoming.Username = name
	o.request.Outgoing.Username = name
	return account.CheckUsername(name)
}

// wishSetter reads a server into one role's wish; a scheme such as imaps:// says how it is encrypted.
func wishSetter(w *probe.Wish) func(string) error {
	return func(s string) (err error) {
		w.Server, w.Security, err = account.ParseServer(s)
		return err
	}
}

func (o *order) setProtocol(name string) error {
	p, err := account.ParseProtocol(strings.ToLower(name))
	if err != nil || p.Role() != account.Incoming {
		return errors.New("mail is read over imap or pop3")
	}
	o.request.Protocol = p
	return nil
}

// allowCleartext is both the switch and the yes.
func (o *order) allowCleartext(s string) error {
	server, err := serverWithPort(s)
	if err != nil {
		return err
	}
	policy := &o.request.Policy
	policy.Encryption = account.EncryptionOptional
	policy.Consents.Cleartext = append(policy.Consents.Cleartext, server)
	return nil
}

func (o *order) trust(s string) error {
	server, fingerprint, found := strings.Cut(s, "=")
	if !found {
		return errors.New("it is written HOST:PORT=sha256:HEX")
	}
	e, err := serverWithPort(server)
	if err != nil {
		return err
	}
	f, err := account.ParseFingerprint(fingerprint)
	if err != nil {
		return err
	}
	trust := &o.request.Policy.Trust
	if pin, taken := trust.PinFor(e); taken && pin.Certificate != f {
		return fmt.Errorf("%s already has another certificate", e)
	}
	trust.Pins = append(trust.Pins, account.Pin{Server: e, Certificate: f})
	return nil
}

// confirmDomain takes a registrable domain and nothing below it, so that what is confirmed is what was shown.
func (o *order) confirmDomain(s string) error {
	host, err := account.ParseHost(s)
	if err != nil {
		return err
	}
	domain := account.RegistrableDomain(host)
	switch {
	case domain == "":
		return errors.New("it is not a domain that somebody can register")
	case domain != host:
		return fmt.Errorf("a whole domain is confirmed, here %s", domain)
	}
	consents := &o.request.Policy.Consents
	consents.Domains = append(consents.Domains, domain)
	return nil
}

func (o *order) addAuthority(path string) error {
	o.authorities = append(o.authorities, path)
	return nil
}

func serverWithPort(s string) (account.Endpoint, error) {
	e, err := account.ParseEndpoint(s)
	if err == nil && e.Port == 0 {
		err = errors.New("the port is missing: HOST:PORT")
	}
	return e, err
}

// check finds options that do not go together.
func (o *order) check() error {
	switch {
	case o.file == "" && o.format != "":
		return errors.New("-format needs -o FILE")
	case o.file != "" && o.format == "":
		return errors.New("-o needs -format NAME: " + strings.Join(format.Names(), ", "))
	case o.format != "" && !slices.Contains(format.Names(), o.format):
		return errors.New("-format knows " + strings.Join(format.Names(), ", "))
	case o.file == "-":
		return errors.New("-o needs the name of a file; standard output has the answer")
	default:
		return nil
	}
}
