package gui

import "portolan/account"

// standIn is shown in place of a password that nobody typed here.
const standIn = "••••••••"

// A secretField is where a password is typed. What it holds is known to it by the secret that the text became: the text of
// one that somebody else put in is never shown.
type secretField struct {
	*field
	idle   string         // stands in the field as long as there is no password
	secret account.Secret // what the field stands for
	typing bool           // a password is being typed
}

// newSecretField makes the field. typed takes the text in and gives the secret that it has become.
func newSecretField(idle string, typed func(text string) account.Secret) *secretField {
	s := &secretField{field: newPasswordField(), idle: idle}
	s.hint(idle)
	s.onTyped = func(text string) {
		s.typing = true
		defer func() { s.typing = false }()
		s.secret = typed(text)
	}
	return s
}

// render empties the field when the password is no longer the one that was typed into it.
func (s *secretField) render(secret account.Secret) {
	if s.typing || secret == s.secret {
		return
	}
	s.secret = secret
	s.fill("")
	if secret.Empty() {
		s.hint(s.idle)
		return
	}
	s.hint(standIn)
}

// empty reports whether there is no password, typed here or elsewhere.
func (s *secretField) empty() bool { return s.secret.Empty() }
