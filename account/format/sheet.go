package format

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"portolan/account"
)

// A sheet is one account on its way into a file: what may be written, what has been written, what was lost.
type sheet struct {
	a        account.Account
	in, out  string // passwords; "" is not to be written
	format   Format
	b        strings.Builder
	files    []File
	text     string // for the preview, "" where the first file is text
	code     [][]bool
	remarks  []Remark
	problems []account.Problem
}

// newSheet checks what every format needs: a complete account whose texts fit on one line each, and are text.
func newSheet(f Format, a account.Account, o Options) (*sheet, error) {
	s := &sheet{a: a, format: f}
	s.problems = a.Validate()
	if f.Secret {
		s.in, s.out = opened(o.Password), opened(o.OutgoingPassword)
		if s.out == "" {
			s.out = s.in
		}
	} else if !o.Password.Empty() || !o.OutgoingPassword.Empty() {
		s.remark(account.RoleUnknown, "This format holds no password; none was written.")
	}
	if a.Incoming.Protocol != account.IMAP || a.Folders.Check() != nil {
		s.a.Folders = account.Folders{}
	}
	s.in, s.out = passwordFor(a.Incoming, s.in), passwordFor(a.Outgoing, s.out)
	if f.Name != Thunderbird && f.Name != ThunderbirdDomain { // which have finer words for it
		for _, field := range []struct {
			field account.Field
			text  string
		}{
			{account.FieldName, a.Name}, {account.FieldAddress, a.Address.String()}, {account.FieldPassword, s.in},
			{account.FieldUsername, a.Incoming.Username}, {account.FieldOutgoingUsername, a.Outgoing.Username}, {account.FieldOutgoingPassword, s.out},
		} {
			if strings.ContainsFunc(field.text, unwritable) || !utf8.ValidString(field.text) {
				s.refuse(field.field, "A file cannot hold the line breaks or invisible characters in this.")
			}
		}
	}
	return s, s.err()
}

// opened gives the text of a password that the user asked to have in the file.
func opened(secret account.Secret) string { return secret.Reveal() }

// passwordFor gives the password, "" where the server's sign-in method uses none.
func passwordFor(s account.Server, password string) string {
	switch s.Auth {
	case account.AuthNone, account.AuthExternal, account.AuthXOAUTH2, account.AuthOAuthBearer, account.AuthAnonymous:
		return ""
	default:
		return password
	}
}

// unwritable picks out what ends a line in some program, or is no character in XML.
func unwritable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r&0xfffe == 0xfffe
}

// err is the *AccountError of the problems so far, nil where there are none.
func (s *sheet) err() error {
	if len(s.problems) == 0 {
		return nil
	}
	return &AccountError{s.problems}
}

// remark notes something that the user should know.
func (s *sheet) remark(role account.Role, text string) {
	s.remarks = append(s.remarks, Remark{role, text})
}

// refuse notes why the account does not fit.
func (s *sheet) refuse(field account.Field, text string) {
	s.problems = append(s.problems, account.Problem{Field: field, Message: text})
}

// server gives the server of a role.
func (s *sheet) server(role account.Role) account.Server {
	if role == account.Outgoing {
		return s.a.Outgoing
	}
	return s.a.Incoming
}

// line writes one line of a text file.
func (s *sheet) line(format string, args ...any) {
	fmt.Fprintf(&s.b, format, args...)
	s.b.WriteByte('\n')
}

// add puts a file into the result. The path "" is the suggested name.
func (s *sheet) add(path string, data []byte) {
	if path == "" {
		path = s.format.File(s.a, s.holdsPassword())
	}
	s.files = append(s.files, File{path, data, s.mode()})
}

// finish adds what was written by lines, unless there were problems.
func (s *sheet) finish() error {
	if err := s.err(); err != nil {
		return err
	}
	s.add("", []byte(s.b.String()))
	return nil
}

// holdsPassword reports whether a password goes into the file.
func (s *sheet) holdsPassword() bool { return s.in != "" || s.out != "" }

// mode is for the owner alone where a password stands in the file.
func (s *sheet) mode() fs.FileMode {
	if s.holdsPassword() {
		return 0o600
	}
	return 0o644
}

// withhold drops the password of a server that is not in the file.
func (s *sheet) withhold(role account.Role) {
	if role == account.Outgoing {
		s.out = ""
		return
	}
	s.in = ""
}

// alone says that a program serves one role only, and drops what belongs to the other.
func (s *sheet) alone(role account.Role, program string) {
	if role == account.Incoming {
		s.remark(account.Outgoing, program+" does not send mail: the outgoing server is not in the file.")
		s.withhold(account.Outgoing)
		return
	}
	s.remark(account.Incoming, program+" only sends mail: the incoming server is not in the file.")
	s.withhold(account.Incoming)
}

// warn says what the file cannot say of the servers of these roles. pins tells whether it can name a certificate.
func (s *sheet) warn(pins bool, roles ...account.Role) {
	for _, role := range roles {
		server := s.server(role)
		if server.Security == account.Cleartext {
			s.remark(role, "This server is used without encryption: whoever is on the way can read mail and password.")
		}
		if s.a.IdentityUnverified(role) && !pins {
			s.remark(role, "Identity not verified: you accepted this server's certificate yourself. The file cannot carry that; the mail program will ask again or refuse.")
		}
		if server.Auth.NeedsToken() {
			s.remark(role, "The server wants OAuth2. The mail program has to be registered with the provider and given its token; the file cannot do that.")
		}
	}
	if len(s.a.Trust.Authorities) > 0 {
		s.remark(account.RoleUnknown, "The file cannot carry your own certificate authority; the mail program has to be told of it.")
	}
}

// unverified says in comments which of the servers in the file have nobody's word for who they are.
//
// C-6: RFC 8314, section 5.4.
func (s *sheet) unverified(roles ...account.Role) {
	for _, role := range roles {
		if pin, _ := s.a.Trust.PinFor(s.server(role).Endpoint); s.a.IdentityUnverified(role) {
			s.line("# Identity not verified: the certificate of %s was accepted by hand.\n# %s", pin.Server, pin.Certificate)
		}
	}
}

// unverified says the same in a sentence for each server, for a place of another kind. No host is named: an XML comment cannot
// hold the two hyphens of an international one.
func unverified(a account.Account) []string {
	var all []string
	for _, server := range []account.Server{a.Incoming, a.Outgoing} {
		role := server.Protocol.Role()
		if pin, _ := a.Trust.PinFor(server.Endpoint); a.IdentityUnverified(role) {
			all = append(all, fmt.Sprintf("Identity not verified: the certificate of the %s server was accepted by hand (%s).", role, pin.Certificate))
		}
	}
	return all
}

// method gives a program's word for a sign-in method, "" where it has none, which is remarked on.
func (s *sheet) method(role account.Role, words map[account.Auth]string) string {
	auth := s.server(role).Auth
	word, known := words[auth]
	switch {
	case known:
	case auth == account.AuthUnknown:
		s.remark(role, "The sign-in method is not known; the mail program chooses one.")
	default:
		s.remark(role, "The file has no word for the sign-in method "+auth.String()+"; the mail program chooses one.")
	}
	return word
}

// unblanked refuses texts with blanks at their ends, which some formats drop.
func (s *sheet) unblanked(field account.Field, text string) {
	if trim(text) != text {
		s.refuse(field, "This format cannot hold a text that begins or ends with a blank.")
	}
}

// fits refuses texts that are longer than a program reads.
func (s *sheet) fits(field account.Field, text string, limit int) {
	if len(text) > limit {
		s.refuse(field, fmt.Sprintf("The text is too long for this format: %d bytes are the limit.", limit))
	}
}
