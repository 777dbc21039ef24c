package gui

import (
	"slices"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

// An option is a value of the program and the words by which a person chooses it. Shown words are compared nowhere else.
type option[T comparable] struct {
	value T
	words string
}

// securityOptions lists how a connection can be encrypted, safest first.
func securityOptions() []option[account.Security] {
	return []option[account.Security]{
		{account.SecurityUnknown, "Automatic"},
		{account.TLS, "TLS (recommended)"},
		{account.STARTTLS, "STARTTLS"},
		{account.Cleartext, "None (not private)"},
	}
}

// protocolOptions lists how mail can be read.
func protocolOptions() []option[account.Protocol] {
	return []option[account.Protocol]{{account.IMAP, "IMAP"}, {account.POP3, "POP3"}}
}

// userOptions lists whose user name the outgoing server gets.
func userOptions() []option[setup.UserMode] {
	return []option[setup.UserMode]{
		{setup.SameUser, "Same as incoming"},
		{setup.OwnUser, "Another user name"},
		{setup.NoUser, "None: no sign-in"},
	}
}

// usualAuths are the ways to sign in that can always be chosen.
func usualAuths() []account.Auth {
	return []account.Auth{
		account.AuthPlain, account.AuthLogin, account.AuthCRAMMD5, account.AuthSCRAMSHA1, account.AuthSCRAMSHA256,
	}
}

// authOptions lists the ways to sign in: automatic, the usual ones, whatever else the server offers, and the one that is
// chosen now. Once the server was asked, each says whether it is offered.
func authOptions(offered []account.Auth, now account.Auth) []option[account.Auth] {
	all := usualAuths()
	for _, a := range append(slices.Clone(offered), now) {
		if a != account.AuthUnknown && a != account.AuthNone && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	options := []option[account.Auth]{{account.AuthUnknown, "Automatic"}}
	for _, a := range all {
		options = append(options, option[account.Auth]{a, authWords(a) + offerMark(offered, a)})
	}
	return options
}

func authWords(a account.Auth) string {
	if a.SendsPassword() {
		return "Password (" + explain.Auth(a) + ")"
	}
	return explain.Auth(a)
}

// offerMark says whether a server offers a way to sign in, nothing before it was asked.
func offerMark(offered []account.Auth, a account.Auth) string {
	switch {
	case offered == nil:
		return ""
	case slices.Contains(offered, a):
		return ", offered"
	default:
		return ", not offered"
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
