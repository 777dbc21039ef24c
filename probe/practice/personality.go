package practice

import "portolan/account"

// An answer is what a port does with a connection. The zero value refuses.
type answer uint8

const (
	refuses answer = iota
	silent         // neither a yes nor a no, as behind a firewall
	serves
)

// An issuer is who signed the servers' certificate.
type issuer uint8

const (
	byAuthority issuer = iota // the authority in Mailbox.Trust
	bySelf
)

// An admission is what the servers do with the right user name and password. The zero value never lets anyone in.
type admission uint8

const (
	never admission = iota
	whenRight
)

// A personality is one way for the servers to behave.
type personality struct {
	name, about string
	implicit    answer           // of 993, 995 and 465
	upgrade     account.Security // of 143, 110 and 587: STARTTLS or Cleartext
	certificate issuer
	admission   admission
}

// A service is what one of the world's ports does.
type service struct {
	port     int
	protocol account.Protocol
	security account.Security
	answer   answer
}

// personalities lists them all, in the order of the menu.
func personalities() []personality {
	return []personality{
		{"tls", "Everything as it should be: encrypted from the first byte.", serves, account.STARTTLS, byAuthority, whenRight},
		{"starttls", "Encryption by STARTTLS on the old ports only.", refuses, account.STARTTLS, byAuthority, whenRight},
		{"cleartext", "No encryption at all.", refuses, account.Cleartext, byAuthority, whenRight},
		{"silent-tls", "The encrypted ports never answer, as behind a firewall; STARTTLS works.", silent, account.STARTTLS, byAuthority, whenRight},
		{"self-signed", "A certificate that nobody vouches for.", serves, account.STARTTLS, bySelf, whenRight},
		{"refuses", "Every sign-in is refused as a wrong password.", serves, account.STARTTLS, byAuthority, never},
	}
}

// services is the plan of a mailbox: what each port does. Port 25 is not in it and refuses.
func (p personality) services() []service {
	var all []service
	for _, protocol := range []account.Protocol{account.IMAP, account.POP3, account.SMTP} {
		all = append(all,
			service{account.StandardPort(protocol, account.TLS), protocol, account.TLS, p.implicit},
			service{account.StandardPort(protocol, p.upgrade), protocol, p.upgrade, serves})
	}
	return all
}

// Names lists the personalities in the order of the menu.
func Names() []string {
	var names []string
	for _, p := range personalities() {
		names = append(names, p.name)
	}
	return names
}

// Describe says in one line what a personality is like, and "" for a name that Names does not list.
func Describe(name string) string {
	p, _ := find(name)
	return p.about
}

// find gives the personality of that name.
func find(name string) (personality, bool) {
	for _, p := range personalities() {
		if p.name == name {
			return p, true
		}
	}
	return personality{}, false
}
