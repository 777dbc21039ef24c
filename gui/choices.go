package gui

import (
	"slices"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

// An option is a value of the program and the words by which a person chooses it. Shown words are compared nowhere else.
type option[T comparable] struct {
	value  T
	words  string
	barred bool // it is shown, and cannot be chosen
}

// securityOptions lists how a connection can be encrypted, safest first.
func securityOptions() []option[account.Security] {
	return []option[account.Security]{
		{value: account.SecurityUnknown, words: "Automatic"},
		{value: account.TLS, words: "TLS (recommended)"},
		{value: account.STARTTLS, words: "STARTTLS"},
		{value: account.Cleartext, words: "None (not private)"},
	}
}

// protocolOptions lists how mail can be read.
func protocolOptions() []option[account.Protocol] {
	return []option[account.Protocol]{{value: account.IMAP, words: "IMAP"}, {value: account.POP3, words: "POP3"}}
}

// userOptions lists whose user name the outgoing server gets.
func userOptions() []option[setup.UserMode] {
	return []option[setup.UserMode]{
		{value: setup.SameUser, words: "Same as incoming"},
		{value: setup.OwnUser, words: "Other user name or password"},
		{value: setup.NoUser, words: "None: no sign-in"},
	}
}

// spokenAuths lists the ways to sign in that Portolan speaks with a protocol, those that every mail program knows first.
func spokenAuths(p account.Protocol) []account.Auth {
	list := []account.Auth{
		account.AuthPlain, account.AuthLogin, account.AuthCRAMMD5,
		account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthSCRAMSHA512,
		account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256Plus, account.AuthSCRAMSHA512Plus,
		account.AuthXOAUTH2, account.AuthOAuthBearer, account.AuthExternal,
	}
	if p == account.POP3 {
		list = append(list, account.AuthAPOP)
	}
	return list
}

// An offer is what decides which ways to sign in can be chosen for a server.
type offer struct {
	protocol    account.Protocol
	offered     []account.Auth // by the server; nil: it was not asked
	certificate bool           // the user has chosen a client certificate
}

// refuses says why a way to sign in cannot be chosen, "" where it can.
func (o offer) refuses(a account.Auth) string {
	switch {
	case !slices.Contains(spokenAuths(o.protocol), a):
		return ", not supported"
	case o.offered != nil && !slices.Contains(o.offered, a):
		return ", not offered"
	case a == account.AuthExternal && !o.certificate:
		return ", none chosen"
	default:
		return ""
	}
}

// authOptions lists the ways to sign in: automatic, all that Portolan speaks, whatever else the server offers, and the one
// that is chosen now. What cannot be chosen is grey, says why, and stands last.
func authOptions(o offer, now account.Auth) []option[account.Auth] {
	all := spokenAuths(o.protocol)
	for _, a := range append(slices.Clone(o.offered), now) {
		if a != account.AuthUnknown && a != account.AuthNone && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	options := []option[account.Auth]{{value: account.AuthUnknown, words: "Automatic"}}
	var barred []option[account.Auth]
	for _, a := range all {
		if why := o.refuses(a); why != "" {
			barred = append(barred, option[account.Auth]{a, authWords(a) + why, true})
			continue
		}
		options = append(options, option[account.Auth]{value: a, words: authWords(a)})
	}
	return append(options, barred...)
}

func authWords(a account.Auth) string {
	switch {
	case a.SendsPassword():
		return "Password (" + explain.Auth(a) + ")"
	case a.NeedsToken():
		return "Token (" + explain.Auth(a) + ")"
	case a == account.AuthExternal:
		return "Certificate (" + explain.Auth(a) + ")"
	default:
		return explain.Auth(a)
	}
}

// wordsOf gives what a person reads.
func wordsOf[T comparable](options []option[T]) []string {
	words := make([]string, len(options))
	for i, o := range options {
		words[i] = o.words
	}
	return words
}

// barredOf tells which options cannot be chosen.
func barredOf[T comparable](options []option[T]) []bool {
	barred := make([]bool, len(options))
	for i, o := range options {
		barred[i] = o.barred
	}
	return barred
}

// placeOf gives the position of a value, -1 where it is none of the options.
func placeOf[T comparable](options []option[T], value T) int {
	return slices.IndexFunc(options, func(o option[T]) bool { return o.value == value })
}

// valueAt gives the value at a position, the zero value where there is none.
func valueAt[T comparable](options []option[T], place int) T {
	if place < 0 || place >= len(options) {
		var none T
		return none
	}
	return options[place].value
}

// valueOf gives the value that goes with words, the zero value where nothing does.
func valueOf[T comparable](options []option[T], words string) T {
	return valueAt(options, slices.Index(wordsOf(options), words))
}
