package mailtest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"portolan/account"
	"slices"
	"strings"
	"time"
)

// world reads one line of the world.
func (p *parser) world(verb string, args []string) (err error) {
	w := &p.scenario.World
	switch verb {
	case "rtt":
		w.RTT, err = duration(args)
		return err
	case "host":
		return p.host(args)
	case "port":
		return p.port(args)
	case "mx":
		return p.mx(args)
	case "srv":
		return p.srv(args)
	case "txt":
		return p.txt(args)
	case "wildcard":
		return p.wildcard(args)
	case "dns":
		return p.dns(args)
	case "page":
		return p.page(args)
	case "config":
		return p.config(args)
	case "mailbox":
		if len(args) < 2 {
			return errors.New("mailbox: a password and at least one user name are wanted")
		}
		w.Password, w.Users = args[0], args[1:]
		return nil
	case "imap", "pop3", "smtp", "web", "http", "ssh":
		return p.server(verb, args)
	}
	return fmt.Errorf("unknown word %q of a world", verb)
}

func duration(args []string) (time.Duration, error) {
	if len(args) != 1 {
		return 0, fmt.Errorf("got %d words, want a duration", len(args))
	}
	return time.ParseDuration(args[0])
}

func (p *parser) host(args []string) error {
	if len(args) == 0 {
		return errors.New("host: no address")
	}
	addr, err := netip.ParseAddr(args[0])
	if err != nil {
		return err
	}
	h := Host{Addr: addr}
	for _, a := range args[1:] {
		key, value, option := strings.Cut(a, "=")
		ok := true
		switch {
		case !option:
			h.Names = append(h.Names, key)
		case key == "rtt":
			h.RTT, err = time.ParseDuration(value)
		case key == "rest":
			h.Rest, ok = behaviourNamed(value)
		default:
			ok = false
		}
		if err != nil || !ok {
			return fmt.Errorf("host: %q: %w", a, err)
		}
	}
	p.scenario.World.Hosts = append(p.scenario.World.Hosts, h)
	return nil
}

func (p *parser) port(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("port: got %d words, want address:port and behaviour", len(args))
	}
	at, err := netip.ParseAddrPort(args[0])
	if err != nil {
		return err
	}
	b, ok := behaviourNamed(args[1])
	if !ok {
		return fmt.Errorf("port: unknown behaviour %q", args[1])
	}
	p.scenario.World.Ports[at] = b
	return nil
}

// server reads the script of one server.
func (p *parser) server(protocol string, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s: no address", protocol)
	}
	at, err := netip.ParseAddrPort(args[0])
	if err != nil {
		return err
	}
	if !p.hasHost(at.Addr()) {
		return fmt.Errorf("%s: the host line of %v is wanted first", protocol, at.Addr())
	}
	v := &Server{Addr: at, Protocol: protocol, Auth: []string{"PLAIN", "LOGIN"}}
	if protocol == "web" {
		v.Security = account.TLS
	}
	for _, a := range args[1:] {
		key, value, _ := strings.Cut(a, "=")
		if err := v.option(key, value); err != nil {
			return fmt.Errorf("%s: %q: %w", protocol, a, err)
		}
	}
	p.scenario.World.Servers = append(p.scenario.World.Servers, v)
	return nil
}

// option sets what one word of a server's line says.
func (v *Server) option(key, value string) (err error) {
	if text := v.texts()[key]; text != nil {
		*text = value
		return nil
	}
	if list := v.lists()[key]; list != nil {
		*list = slices.DeleteFunc(strings.Split(strings.ToUpper(value), ","), func(s string) bool { return s == "" || s == "NONE" })
		return nil
	}
	if on := v.switches()[key]; on != nil {
		*on = true
		return nil
	}
	if d := v.durations()[key]; d != nil {
		*d, err = time.ParseDuration(value)
		return err
	}
	switch key {
	case "tls":
		v.Security = account.TLS
	case "starttls":
		v.Security = account.STARTTLS
	case "plain":
		v.Security = account.Cleartext
	case "max-tls":
		v.MaxTLS = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12}[value]
	case "cert":
		v.Certificate = Defect(value)
	case "names":
		v.Names = strings.Split(value, ",")
	case "user":
		v.Users = append(v.Users, value)
	case "password":
		v.Password = value
	default:
		return errors.New("unknown option")
	}
	return nil
}

func (v *Server) texts() map[string]*string {
	return map[string]*string{
		"greeting": &v.Greeting, "capability": &v.Capability, "upgrade": &v.Upgrade, "inject": &v.Inject, "chokes": &v.Chokes,
		"refuse": &v.Refusal, "sign-in": &v.SignIn, "parts": &v.Parts,
	}
}

func (v *Server) lists() map[string]*[]string {
	return map[string]*[]string{"auth": &v.Auth, "clear-auth": &v.ClearAuth, "rejects": &v.Rejects}
}

func (v *Server) switches() map[string]*bool {
	return map[string]*bool{
		"no-exporter": &v.NoExporter, "strips-later": &v.StripsLater, "no-proof": &v.NoProof, "client-cert": &v.ClientCert, "asks-client-cert": &v.AsksForCert, "refuses-client-cert": &v.BadCert, "stall-tls": &v.StallTLS, "weak-tls": &v.Weak, "no-ir": &v.NoIR, "logindisabled": &v.NoLogin,
		"greeting-caps": &v.GreetingCaps, "clear-allowed": &v.ClearAllowed, "hangup": &v.HangUp,
	}
}

func (v *Server) durations() map[string]*time.Duration {
	return map[string]*time.Duration{"delay": &v.Delay, "idle": &v.Idle, "sign-in-wait": &v.SignInWait}
}
