package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"rsc.io/qr"

	"portolan/account"
)

// The version of the code, and how long a text a telephone's camera still reads at ease; Thunderbird keeps below it as well.
const (
	androidVersion = 1
	comfortable    = 800
)

// exportAndroid writes the code that Thunderbird for Android reads: its text, or the picture.
func exportAndroid(s *sheet) error {
	text, err := s.androidText()
	if err != nil {
		return err
	}
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		s.refuse(account.FieldNone, "The settings are too long for a QR code.")
		return s.err()
	}
	if len(text) > comfortable {
		s.remark(account.RoleUnknown, fmt.Sprintf("The code holds %d characters; some cameras have trouble beyond %d.", len(text), comfortable))
	}
	s.warn(false, account.Incoming, account.Outgoing)
	s.text, s.code = text, modules(code)
	switch s.format.Name {
	case AndroidPNG:
		s.add("", code.PNG())
	case AndroidSVG:
		s.add("", svg(s.code))
	default:
		s.add("", []byte(text))
	}
	return nil
}

// androidText gives the text of the code, in ASCII.
func (s *sheet) androidText() (string, error) {
	in, out := s.androidServer(account.Incoming), s.androidServer(account.Outgoing)
	if address := s.a.Address.String(); ascii(address) != address {
		s.refuse(account.FieldAddress, "The code for Thunderbird for Android holds addresses in ASCII alone.")
	}
	if err := s.err(); err != nil {
		return "", err
	}
	in = append(in, "") // the account's name; empty stands for the address
	if s.in != "" {
		in = append(in, s.in)
	}
	if s.out != "" {
		out = append(out, s.out)
	}
	identity := []any{s.a.Address.String(), s.a.Name}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode([]any{androidVersion, []any{1, 1}, in, []any{[]any{out, identity}}}); err != nil {
		return "", err
	}
	return ascii(strings.TrimSuffix(b.String(), "\n")), nil
}

// androidServer gives one server: protocol, host, port, security, sign-in method, user name.
func (s *sheet) androidServer(role account.Role) []any {
	server := s.server(role)
	field := account.FieldIncomingAuth
	if role == account.Outgoing {
		field = account.FieldOutgoingAuth
	}
	protocol := 0
	if server.Protocol == account.POP3 {
		protocol = 1
	}
	method := -1
	for number, word := range androidAuths() {
		if word == authWord(server.Auth) {
			method = number
		}
	}
	if method < 0 {
		s.refuse(field, "The code has no number for the sign-in method "+server.Auth.String()+".")
	}
	if text := authRemark(server.Auth); text != "" && server.Auth != account.AuthExternal && !server.Auth.NeedsToken() {
		s.remark(role, strings.Replace(text, "file", "code", 1))
	}
	return []any{protocol, server.Host, server.Port, androidSecurity(server.Security), method, server.Username}
}

// androidAuths lists the words of autoconfig that the numbers of the code stand for.
func androidAuths() []string {
	return []string{"none", "password-cleartext", "password-encrypted", "GSSAPI", "NTLM", "TLS-client-cert", "OAuth2"}
}

// androidSecurity gives the number for a security; 1 is not used. Thunderbird's settings have the same numbers.
func androidSecurity(s account.Security) int {
	switch s {
	case account.TLS:
		return 3
	case account.STARTTLS:
		return 2
	default:
		return 0
	}
}

// ascii writes what is not ASCII as JSON does: \uXXXX.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// modules gives the squares of a code, row by row.
func modules(code *qr.Code) [][]bool {
	rows := make([][]bool, code.Size)
	for y := range rows {
		rows[y] = make([]bool, code.Size)
		for x := range rows[y] {
			rows[y][x] = code.Black(x, y)
		}
	}
	return rows
}

// svg draws a code with its margin, one unit for each module.
func svg(code [][]bool) []byte {
	const margin = 4 // ISO/IEC 18004 asks for four modules
	var b bytes.Buffer
	size := len(code) + 2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges">`+"\n", size, size, 8*size, 8*size)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n"+`<path fill="#000" d="`, size, size)
	for y, row := range code {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+margin, y+margin)
			}
		}
	}
	b.WriteString(`"/>` + "\n</svg>\n")
	return b.Bytes()
}
