package discover

import (
	"fmt"
	"slices"
	"strings"

	"portolan/account"
)

// A roster gathers the hosts that one source names, each once for a role.
type roster struct {
	source account.Source
	list   []Candidate
	left   []string // names that cannot be used, neutralised
}

// published gives a host that somebody published in the form of a Candidate, "" where it cannot be one: what others
// publish must be a name in the public DNS, below a public suffix.
func published(host string) string {
	name, err := account.ParseHost(host)
	if err != nil || !account.PublicName(name) || account.RegistrableDomain(name) == "" {
		return ""
	}
	return name
}

// add notes a server; username may be "".
func (r *roster) add(host string, port Port, username string) {
	name := published(host)
	if name == "" {
		if quoted := account.Neutral(host, maxQuoted); !slices.Contains(r.left, quoted) {
			r.left = append(r.left, quoted)
		}
		return
	}
	c := r.candidate(name, port.Protocol.Role())
	if c == nil {
		return
	}
	if len(c.Ports) < maxPorts && !slices.Contains(c.Ports, port) {
		c.Ports = append(c.Ports, port)
	}
	if username != "" && len(c.Usernames) < maxPorts && !slices.Contains(c.Usernames, username) {
		c.Usernames = append(c.Usernames, username)
	}
}

// candidate finds or makes the entry of a host; nil where the roster is full.
func (r *roster) candidate(host string, role account.Role) *Candidate {
	order := 0
	for i := range r.list {
		if r.list[i].Role != role {
			continue
		}
		if r.list[i].Host == host {
			return &r.list[i]
		}
		order++
	}
	if order >= maxHosts {
		return nil
	}
	r.list = append(r.list, Candidate{Host: host, Role: role, Origin: account.Origin{Source: r.source}, Order: order})
	return &r.list[len(r.list)-1]
}

// remark tells which names were left out, "" where none was.
func (r *roster) remark() string {
	switch len(r.left) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("“%s” is no name that could be used.", r.left[0])
	default:
		return fmt.Sprintf("%d names could not be used, “%s” among them.", len(r.left), r.left[0])
	}
}

// notes puts sentences together, without the empty ones, within the length of a note.
func notes(sentences ...string) string {
	sentences = slices.DeleteFunc(sentences, func(s string) bool { return s == "" })
	return account.Neutral(strings.Join(sentences, " "), maxNote)
}

// hostList names hosts in a sentence.
func hostList(hosts []string) string {
	shown := make([]string, len(hosts))
	for i, h := range hosts {
		shown[i] = account.UnicodeHost(h)
	}
	return strings.Join(shown, ", ")
}
