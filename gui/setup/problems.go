package setup

import (
	"net/netip"
	"slices"

	"portolan/account"
)

// problems lists what may be shown at the fields by now: what keeps the form from being used, and remarks on what is odd.
func (b book) problems() []account.Problem {
	var shown []account.Problem
	add := func(p account.Problem) {
		taken := func(o account.Problem) bool { return o.Field == p.Field }
		if p.Message != "" && !slices.ContainsFunc(shown, taken) {
			shown = append(shown, p)
		}
	}
	for _, p := range b.faults() {
		if b.seen.has(p.Field) {
			add(p)
		}
	}
	for _, r := range roles() {
		if b.wanted[at(r)] {
			for _, p := range b.lacking(r) {
				add(p)
			}
		}
		add(account.Problem{Field: portField(r), Message: b.Form.Fields(r).misfit(r)})
		if b.seen.has(hostField(r)) {
			add(account.Problem{Field: hostField(r), Message: numberRemark(b.Form.Fields(r).Host)})
		}
	}
	if b.base.wanted {
		for _, p := range b.account().Validate() {
			add(p)
		}
	}
	if b.seen.has(account.FieldPassword) {
		add(account.Problem{Field: account.FieldPassword, Message: account.PasswordRemark(b.Form.Password)})
	}
	if b.seen.has(account.FieldOutgoingPassword) {
		add(account.Problem{Field: account.FieldOutgoingPassword, Message: account.PasswordRemark(b.ownPassword())})
	}
	slices.SortStableFunc(shown, func(x, y account.Problem) int { return int(x.Field) - int(y.Field) })
	return shown
}

// numberRemark says of an IP address in the place of a server's name that a name is safer, "" of anything else. Security rule C-8.
func numberRemark(typed string) string {
	e, err := account.ParseEndpoint(typed)
	if err != nil {
		return ""
	}
	if _, err := netip.ParseAddr(e.Host); err != nil {
		return ""
	}
	return "A name is safer than a number: hardly any certificate proves who has a number."
}

// faults lists what keeps the form from being searched with.
func (b book) faults() []account.Problem {
	f := b.Form
	in := account.Input{
		Name: f.Name, Address: f.Address, Password: f.Password,
		Incoming: f.Incoming.Host, IncomingPort: f.Incoming.Port, Username: f.Incoming.Username,
		Outgoing: f.Outgoing.Host, OutgoingPort: f.Outgoing.Port,
	}
	if f.Outgoing.User == OwnUser {
		in.OutgoingUsername, in.OutgoingPassword = f.Outgoing.Username, f.OutgoingPassword
	}
	list := account.Validate(in)
	if a := b.address(); b.Practice != "" && a != (account.Address{}) && a != b.practice.address {
		list = append(list, account.Problem{
			Field:   account.FieldAddress,
			Message: "The practice mailbox has one address alone: " + b.practice.address.String() + ". The Help menu leads back to the real network.",
		})
	}
	return list
}

// lacking lists what a test of a server cannot do without.
func (b book) lacking(r account.Role) []account.Problem {
	var list []account.Problem
	f := b.Form.Fields(r)
	if f.Host == "" {
		list = append(list, account.Problem{Field: hostField(r), Message: "The name of the server is missing."})
	}
	if b.settings(r).Port == 0 && portNumber(f.Port) == 0 && f.Port == "" {
		list = append(list, account.Problem{Field: portField(r), Message: "The port is missing."})
	}
	return list
}

// testFaults lists what keeps a server from being tested.
func (b book) testFaults(r account.Role) []account.Problem {
	list := b.lacking(r)
	for _, p := range b.faults() {
		if slices.Contains(b.testFields(r), p.Field) {
			list = append(list, p)
		}
	}
	return list
}

// testFields are the fields that a test of a server looks at.
func (b book) testFields(r account.Role) []account.Field {
	list := []account.Field{account.FieldAddress, account.FieldPassword, hostField(r), portField(r)}
	switch {
	case r == account.Incoming || b.Form.Outgoing.User == SameUser:
		return append(list, account.FieldUsername)
	default:
		return append(list, account.FieldOutgoingUsername, account.FieldOutgoingPassword)
	}
}

func hostField(r account.Role) account.Field {
	if r == account.Outgoing {
		return account.FieldOutgoingServer
	}
	return account.FieldIncomingServer
}

func portField(r account.Role) account.Field {
	if r == account.Outgoing {
		return account.FieldOutgoingPort
	}
	return account.FieldIncomingPort
}
