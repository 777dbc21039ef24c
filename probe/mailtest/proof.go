package mailtest

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/xdg-go/scram"
)

// unproved is what judge is given where a client did not prove that it has the password.
const unproved = "\x00"

// password is the right one here.
func (s *session) password() string {
	if own := s.server.Password; own != "" {
		return own
	}
	return s.w.scene.Password
}

// proved gives the right password where the client has proved to have it.
func (s *session) proved(yes bool) string {
	if yes {
		return s.password()
	}
	return unproved
}

// stamp is what CRAM-MD5 and APOP answer to.
func (s *session) stamp() string { return fmt.Sprintf("<%d.4711@mail.invalid>", s.at.Port()) }

// cram is RFC 2195.
func (s *session) cram(style saslStyle) (user, password string, ok bool) {
	text, ok := s.answer(style, s.stamp(), nil)
	if !ok {
		return "", "", false
	}
	blank := strings.LastIndexByte(text, ' ')
	if blank < 0 {
		s.accuse("a CRAM-MD5 response without a blank")
		return "", "", false
	}
	mac := hmac.New(md5.New, []byte(s.password()))
	mac.Write([]byte(s.stamp()))
	return text[:blank], s.proved(text[blank+1:] == hex.EncodeToString(mac.Sum(nil))), true
}

// apop is RFC 1939, section 7.
func (s *session) apop(args string) verdict {
	user, digest, _ := strings.Cut(args, " ")
	sum := md5.Sum([]byte(s.stamp() + s.password()))
	return s.judge(user, s.proved(digest == hex.EncodeToString(sum[:])))
}

// oauthMessage takes the messages of both mechanisms apart: XOAUTH2, and OAUTHBEARER of RFC 7628, section 3.1.
var oauthMessage = regexp.MustCompile("^(?:user=([^\x01]*)|n,a=([^,\x01]*),\x01host=[a-z0-9.-]+\x01port=[0-9]+)\x01auth=Bearer ([!-~]+)\x01\x01$")

// token is XOAUTH2 or OAUTHBEARER; the right token is the world's password.
func (s *session) token(style saslStyle, mechanism string, initial []string) (user, password string, ok bool) {
	text, ok := s.answer(style, "", initial)
	m := oauthMessage.FindStringSubmatch(text)
	if !ok || m == nil || (mechanism == "XOAUTH2") != strings.HasPrefix(text, "user=") {
		s.accuse("a message of %s with parts that it has not", mechanism)
		return "", "", false
	}
	user = m[1] + strings.NewReplacer("=2C", ",", "=3D", "=").Replace(m[2])
	if m[3] == s.password() {
		return user, m[3], true
	}
	want := map[string]string{"XOAUTH2": "", "OAUTHBEARER": "\x01"}[mechanism]
	if answer, ok := s.answer(style, `{"status":"invalid_token","schemes":"bearer","scope":"mail"}`, nil); !ok || answer != want {
		s.accuse("the failure of %s was answered with %q, want %q", mechanism, answer, want)
	}
	return user, unproved, true
}

// external is RFC 4422, appendix A: the certificate of the handshake belongs to the world's first user.
func (s *session) external(style saslStyle, initial []string) (user, password string, ok bool) {
	if identity, ok := s.answer(style, "", initial); !ok || identity != "" {
		s.accuse("EXTERNAL with an identity of its own")
		return "", "", false
	}
	conn, encrypted := s.conn.(*tls.Conn)
	return s.w.scene.Users[0], s.proved(encrypted && len(conn.ConnectionState().PeerCertificates) > 0), true
}

// scram is RFC 5802 with the hash and the binding that the mechanism's name tells.
func (s *session) scram(style saslStyle, mechanism string, initial []string) (user, password string, ok bool) {
	talk, err := s.scramServer(mechanism)
	if err != nil {
		s.accuse("%s: %v", mechanism, err)
		return "", "", false
	}
	text, ok := s.answer(style, "", initial)
	if !ok {
		return "", "", false
	}
	first, err := talk.Step(text)
	if err != nil {
		s.accuse("%s: %v", mechanism, err)
		return "", "", false
	}
	if text, ok = s.answer(style, first, nil); !ok {
		return "", "", false
	}
	last, err := talk.Step(text)
	if err != nil || !talk.Valid() {
		return talk.Username(), unproved, true
	}
	if !s.server.NoProof {
		if text, ok = s.answer(style, last, nil); !ok || text != "" {
			return "", "", false
		}
	}
	return talk.Username(), s.password(), true
}

// scramServer makes the server's side. Binding is required by the -PLUS mechanisms, and a client that could bind has to
// say so.
func (s *session) scramServer(mechanism string) (*scram.ServerConversation, error) {
	name, plus := strings.CutSuffix(mechanism, "-PLUS")
	hash := map[string]scram.HashGeneratorFcn{"SCRAM-SHA-1": scram.SHA1, "SCRAM-SHA-256": scram.SHA256, "SCRAM-SHA-512": scram.SHA512}[name]
	if hash == nil {
		return nil, fmt.Errorf("no hash of that name")
	}
	owner, err := hash.NewClient("", s.password(), "")
	if err != nil { // what SASLprep does not know is taken as it is
		owner, err = hash.NewClientUnprepped("", s.password(), "")
	}
	if err != nil {
		return nil, err
	}
	server, err := hash.NewServer(func(string) (scram.StoredCredentials, error) {
		return owner.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "portolan", Iters: 4096})
	})
	if err != nil || !plus {
		return server.NewConversation(), err
	}
	binding, err := s.binding()
	return server.NewConversationWithChannelBindingRequired(binding), err
}

// binding is that of RFC 9266 under TLS 1.3 and of RFC 5929 under TLS 1.2.
func (s *session) binding() (scram.ChannelBinding, error) {
	conn, ok := s.conn.(*tls.Conn)
	if !ok {
		return scram.ChannelBinding{}, fmt.Errorf("nothing to bind to")
	}
	state := conn.ConnectionState()
	if state.Version == tls.VersionTLS13 {
		return scram.NewTLSExporterBinding(&state)
	}
	return scram.NewTLSUniqueBinding(state.TLSUnique), nil
}
