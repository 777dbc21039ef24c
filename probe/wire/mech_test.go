package wire

import (
	"crypto/tls"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe/mailtest"
)

// A workshop is a server of package mailtest, and a client's connection to it.
type workshop struct {
	server mailtest.Server
	right  string // the password, or token, that the server wants
	client Identity
	hidden bool // the identity may not be shown to the server
	pinned bool
}

// at makes a workshop that offers some mechanisms in one protocol over TLS from the first byte.
func at(p account.Protocol, right string, auths ...account.Auth) workshop {
	w := workshop{right: right, server: mailtest.Server{Protocol: p.String(), Security: account.TLS}}
	for _, a := range auths {
		w.server.Auth = append(w.server.Auth, strings.ToUpper(a.String()))
	}
	return w
}

// meet opens a connection and hands it over; afterwards the world's record is looked at.
func (w workshop) meet(t *testing.T, use func(t *testing.T, c *Conn, policy account.Policy)) (record mailtest.Record) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p, err := account.ParseProtocol(w.server.Protocol)
		if err != nil {
			t.Fatal(err)
		}
		host := netip.MustParseAddr("192.0.2.2")
		server := w.server
		server.Addr = netip.AddrPortFrom(host, portFor(p, max(server.Security, account.TLS)))
		world, err := mailtest.NewWorld(mailtest.Map{
			RTT: time.Millisecond, Hosts: []mailtest.Host{{Addr: host, Names: []string{mailHost}}}, Servers: []*mailtest.Server{&server},
			Users: []string{user}, Password: w.right, Passwords: []string{w.right},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer world.Close()
		target := Target{Protocol: p, Security: server.Security, Addr: server.Addr, Names: []string{mailHost}, Identity: w.client, ShowTo: []string{mailHost}}
		if w.hidden {
			target.ShowTo = []string{"other.example.test"}
		}
		if server.Security == account.Cleartext {
			target.Security = account.STARTTLS
		}
		end := account.Endpoint{Host: mailHost, Port: int(server.Addr.Port())}
		policy := account.Policy{Encryption: account.EncryptionOptional, Consents: account.Consents{Cleartext: []account.Endpoint{end}}}
		if w.pinned {
			pin, err := world.Pin(end)
			if err != nil {
				t.Fatal(err)
			}
			target.Trust.Pins = append(target.Trust.Pins, pin)
		} else {
			target.Trust = account.Trust{Authorities: append(target.Trust.Authorities, world.Authority())}
		}
		policy.Trust = target.Trust
		c, err := Open(t.Context(), world, target, nil)
		if err != nil {
			t.Fatalf("got %v, want a connection\n%s", err, transcriptOf(err))
		}
		use(t, c, policy)
		c.Goodbye(t.Context())
		time.Sleep(time.Second)
		record = world.Record()
		if len(record.Violations) > 0 {
			t.Errorf("got %q, want no violation\n%s", record.Violations, show(c.Transcript()))
		}
	})
	return record
}

// protocols are all three.
func protocols() []account.Protocol {
	return []account.Protocol{account.IMAP, account.POP3, account.SMTP}
}

// spokenByPassword are the methods that take a password and are SASL mechanisms.
func spokenByPassword() []account.Auth {
	return slices.DeleteFunc(byPassword(account.Verified), func(a account.Auth) bool { return a == account.AuthAPOP || a == account.AuthExternal })
}

// oddPasswords hold what mail programs have stumbled over.
func oddPasswords() []string {
	return []string{password, " blanks at the ends ", `quote " and back\slash`, "grüße, 世界 🔑", strings.Repeat("two hundred bytes 20", 10), "a,b=c"}
}

// attempt makes one sign-in and compares its end with what the server counted.
func (w workshop) attempt(t *testing.T, auth account.Auth, secret string, want bool) {
	t.Helper()
	var signedIn error
	record := w.meet(t, func(t *testing.T, c *Conn, policy account.Policy) {
		signedIn = c.SignIn(t.Context(), policy, mailHost, typed(), auth, credentials(secret))
		noSecret(t, c, signedIn, secret)
		noPayload(t, c, auth)
		var in *SignInError
		var said *ReplyError
		switch {
		case (signedIn == nil) != want:
			t.Errorf("got %v, want success: %v\n%s", signedIn, want, show(c.Transcript()))
		case !want && (!errors.As(signedIn, &in) || !in.Sent || !errors.As(signedIn, &said)):
			t.Errorf("got %+v, want the server's no to what was sent", signedIn)
		case c.Dead():
			t.Errorf("got a dead connection, want one that can be used\n%s", show(c.Transcript()))
		}
	})
	if len(record.SignIns) != 1 || record.SignIns[0].User != user || record.SignIns[0].OK != want {
		t.Errorf("the server counts %+v, want one sign-in of %s, ok: %v", record.SignIns, user, want)
	}
}

// noPayload fails the test where the transcript holds anything of the SASL exchange itself. K-2.
func noPayload(t *testing.T, c *Conn, auth account.Auth) {
	t.Helper()
	inside := false
	for _, l := range c.Transcript() {
		switch {
		case l.Out && strings.Contains(l.Text, strings.ToUpper(auth.String())):
			inside = true
			_, after, _ := strings.Cut(l.Text, strings.ToUpper(auth.String()))
			if after != "" && after != " "+hidden && after != " "+hiddenResponse && after != " =" && !strings.HasSuffix(after, " "+hidden) {
				t.Errorf("got %q, want no payload", l.Text)
			}
		case !inside:
		case l.Out && !slices.Contains([]string{hidden, hiddenResponse, "", "*"}, l.Text):
			t.Errorf("got %q, want no payload", l.Text)
		case !l.Out && strings.HasPrefix(l.Text, "334 ") && l.Text != "334 " && l.Text != "334 "+hiddenChallenge,
			!l.Out && strings.HasPrefix(l.Text, "+ ") && l.Text != "+ " && l.Text != "+ "+hiddenChallenge:
			t.Errorf("got %q, want no challenge", l.Text)
		case !l.Out && !strings.HasPrefix(l.Text, "+ ") && !strings.HasPrefix(l.Text, "334 "):
			inside = false
		}
	}
}

// I-3, I-6: every mechanism in all three protocols, with every odd password and with a wrong one, with and without an
// initial response, and with both ways to bind SCRAM to TLS.
func TestEveryMechanismSignsInOnEveryProtocol(t *testing.T) {
	for _, auth := range spokenByPassword() {
		for _, p := range protocols() {
			t.Run(auth.String()+" "+p.String(), func(t *testing.T) {
				w := at(p, "right", auth)
				for i, pw := range oddPasswords() {
					w.right = pw
					w.server.NoIR = i%2 == 1
					w.server.MaxTLS = []uint16{0, tls.VersionTLS12}[i/2%2]
					w.attempt(t, auth, pw, true)
				}
				w.attempt(t, auth, "wrong "+password, false)
			})
		}
	}
}

func TestAPOPSignsIn(t *testing.T) {
	for _, pw := range oddPasswords() {
		at(account.POP3, pw, account.AuthAPOP).attempt(t, account.AuthAPOP, pw, true)
	}
	at(account.POP3, "right", account.AuthAPOP).attempt(t, account.AuthAPOP, "wrong "+password, false)
}

// The failure of a token is answered as the mechanism demands, its reason is told, and the connection lives.
func TestTokensSignInAndTheirFailureIsRead(t *testing.T) {
	const token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg-._~+/=="
	for _, auth := range []account.Auth{account.AuthXOAUTH2, account.AuthOAuthBearer} {
		for _, p := range protocols() {
			for _, noIR := range []bool{false, true} {
				w := at(p, token, auth)
				w.server.NoIR = noIR
				w.attempt(t, auth, token, true)
				w.attempt(t, auth, "expired-"+token, false)
			}
			at(p, token, auth).meet(t, func(t *testing.T, c *Conn, policy account.Policy) {
				err := c.SignIn(t.Context(), policy, mailHost, typed(), auth, credentials("expired"))
				var failure *TokenError
				if !errors.As(err, &failure) || failure.Status != "invalid_token" {
					t.Errorf("%v on %v: got %v, want the status invalid_token", auth, p, err)
				}
			})
		}
	}
}

// K-9: a password is never taken for a token, and a token method is never one that a password would choose.
func TestPasswordsAreNeverSentAsTokens(t *testing.T) {
	record := at(account.IMAP, "x", account.AuthXOAUTH2, account.AuthOAuthBearer).meet(t, func(t *testing.T, c *Conn, policy account.Policy) {
		if f := c.Facts(); len(f.Spoken) > 0 || !slices.Equal(f.OnRequest, []account.Auth{account.AuthOAuthBearer, account.AuthXOAUTH2}) {
			t.Errorf("got %v and %v, want nothing for a password", f.Spoken, f.OnRequest)
		}
		for _, auth := range []account.Auth{account.AuthPlain, account.AuthLogin} {
			if err := c.SignIn(t.Context(), policy, mailHost, typed(), auth, credentials("x")); !errors.Is(err, ErrNoCommonAuth) {
				t.Errorf("%v: got %v, want no common method", auth, err)
			}
		}
		for _, no := range []string{"", "correct horse", "tab\ttoken", "ümlaut", "\x01"} {
			if err := c.SignIn(t.Context(), policy, mailHost, typed(), account.AuthXOAUTH2, credentials(no)); !errors.Is(err, ErrNoToken) {
				t.Errorf("%q: got %v, want no token", no, err)
			}
		}
	})
	if len(record.SignIns) > 0 {
		t.Errorf("got %+v, want no sign-in", record.SignIns)
	}
}

func TestEXTERNALNeedsAClientCertificate(t *testing.T) {
	certificate := identityOf(newAuthority(t, "Client Root").leaf([]string{"alice.example.test"}))
	for _, p := range protocols() {
		for _, noIR := range []bool{false, true} {
			w := at(p, "right", account.AuthExternal)
			w.server.ClientCert, w.server.NoIR, w.client = true, noIR, certificate
			record := w.meet(t, func(t *testing.T, c *Conn, policy account.Policy) {
				if err := c.SignIn(t.Context(), policy, mailHost, typed(), account.AuthExternal, Credentials{Username: user}); err != nil {
					t.Errorf("%v: got %v, want a sign-in\n%s", p, err, show(c.Transcript()))
				}
			})
			if len(record.SignIns) != 1 || !record.SignIns[0].OK {
				t.Errorf("%v: got %+v, want one sign-in", p, record.SignIns)
			}
		}
		w := at(p, "right", account.AuthExternal, account.AuthPlain)
		w.client = certificate // the server does not ask for it
		w.meet(t, func(t *testing.T, c *Conn, _ account.Policy) {
			if got := c.Facts().Spoken; slices.Contains(got, account.AuthExternal) {
				t.Errorf("%v: got %v, want no EXTERNAL where no certificate was shown", p, got)
			}
		})
	}
}

// C-7: a client certificate is shown to the servers that it is meant for, and to nobody else that asks.
func TestAClientCertificateIsShownToNoOtherHost(t *testing.T) {
	certificate := identityOf(newAuthority(t, "Client Root").leaf([]string{"alice.example.test"}))
	for _, p := range protocols() {
		for _, security := range []account.Security{account.TLS, account.STARTTLS} {
			for hidden, want := range map[bool]ClientCert{false: ClientCertShown, true: ClientCertMissing} {
				w := at(p, "right", account.AuthExternal, account.AuthPlain)
				w.server.Security, w.server.AsksForCert, w.client, w.hidden = security, true, certificate, hidden
				record := w.meet(t, func(t *testing.T, c *Conn, _ account.Policy) {
					if got := c.Facts(); got.ClientCert != want || slices.Contains(got.Spoken, account.AuthExternal) == hidden {
						t.Errorf("%v %v: got %v and %v, want %v", p, security, got.ClientCert, got.Spoken, want)
					}
				})
				if shown := slices.ContainsFunc(record.Connections, func(c mailtest.Connection) bool { return c.Shown }); shown == hidden {
					t.Errorf("%v %v: got the certificate shown: %v, want the opposite", p, security, shown)
				}
			}
		}
	}
}

// P-4: the order follows the protection.
func TestTheOrderOfMethodsFollowsTheProtection(t *testing.T) {
	all := []account.Auth{
		account.AuthGSSAPI, account.AuthNTLM, account.AuthDigestMD5, account.AuthXOAUTH2, account.AuthExternal, account.AuthCRAMMD5,
		account.AuthSCRAMSHA1, account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256, account.AuthSCRAMSHA256Plus, account.AuthLogin, account.AuthPlain,
	}
	for _, o := range []struct {
		name    string
		change  func(*workshop)
		spoken  string
		request string
	}{
		{"verified", func(*workshop) {}, "plain login scram-sha-256-plus scram-sha-1-plus scram-sha-256 scram-sha-1 cram-md5", "xoauth2"},
		{"pinned", func(w *workshop) { w.pinned, w.server.Certificate = true, mailtest.SelfSigned }, "scram-sha-256-plus scram-sha-1-plus scram-sha-256 scram-sha-1 plain login cram-md5", "xoauth2"},
		{"in the clear", func(w *workshop) { w.server.Security, w.server.ClearAllowed = account.Cleartext, true }, "scram-sha-256 scram-sha-1 cram-md5", ""},
	} {
		for _, p := range protocols() {
			w := at(p, "right", all...)
			o.change(&w)
			w.meet(t, func(t *testing.T, c *Conn, _ account.Policy) {
				if got := wordsOf(c.Facts().Spoken); got != o.spoken {
					t.Errorf("%s %v: got %s, want %s", o.name, p, got, o.spoken)
				}
				if got := wordsOf(c.Facts().OnRequest); got != o.request {
					t.Errorf("%s %v on request: got %s, want %s", o.name, p, got, o.request)
				}
			})
		}
	}
}

func wordsOf(auths []account.Auth) string {
	words := make([]string, len(auths))
	for i, a := range auths {
		words[i] = a.String()
	}
	return strings.Join(words, " ")
}

// P-4: in the clear the password itself is never said where the server offers SCRAM or CRAM-MD5, whoever asks for it.
func TestInTheClearThePasswordIsNotSaidBesideABetterMethod(t *testing.T) {
	for _, better := range []account.Auth{account.AuthCRAMMD5, account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthSCRAMSHA512} {
		for _, p := range protocols() {
			w := at(p, password, better, account.AuthPlain, account.AuthLogin)
			w.server.Security, w.server.ClearAllowed = account.Cleartext, true
			w.meet(t, func(t *testing.T, c *Conn, policy account.Policy) {
				for _, auth := range []account.Auth{account.AuthPlain, account.AuthLogin} {
					if err := c.SignIn(t.Context(), policy, mailHost, typed(), auth, credentials(password)); !errors.Is(err, ErrNoCommonAuth) {
						t.Errorf("%v: got %v, want no common method", auth, err)
					}
				}
				if err := c.SignIn(t.Context(), policy, mailHost, typed(), better, credentials(password)); err != nil {
					t.Errorf("%v on %v: got %v, want a sign-in", better, p, err)
				}
			})
		}
	}
}

// In consented cleartext APOP goes before the password itself, which stays possible: many a server with a stamp has no APOP.
func TestAPOPGoesFirstInTheClearAlone(t *testing.T) {
	w := at(account.POP3, password, account.AuthAPOP, account.AuthPlain)
	w.meet(t, func(t *testing.T, c *Conn, _ account.Policy) {
		if got := wordsOf(c.Facts().Spoken); got != "plain login apop" {
			t.Errorf("over TLS: got %s, want apop last", got)
		}
	})
	w.server.Security, w.server.ClearAllowed = account.Cleartext, true
	w.meet(t, func(t *testing.T, c *Conn, _ account.Policy) {
		if got := wordsOf(c.Facts().Spoken); got != "apop plain login" {
			t.Errorf("in the clear: got %s, want apop first", got)
		}
	})
}

// RFC 5802, section 5: a server that says yes and does not prove to know the password is not believed.
func TestAYesWithoutTheServersProofIsNone(t *testing.T) {
	for _, auth := range []account.Auth{account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthSCRAMSHA512, account.AuthSCRAMSHA256Plus} {
		for _, p := range protocols() {
			w := at(p, password, auth)
			w.server.NoProof = true
			w.meet(t, func(t *testing.T, c *Conn, policy account.Policy) {
				err := c.SignIn(t.Context(), policy, mailHost, typed(), auth, credentials(password))
				if kind(err) != "protocol" || !c.Dead() {
					t.Errorf("%v on %v: got %v, dead %v, want a protocol error and nothing more said", auth, p, err, c.Dead())
				}
			})
		}
	}
}
