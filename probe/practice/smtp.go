package practice

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"portolan/account"
)

const (
	smtpIdle  = 5 * time.Minute // RFC 5321, section 4.5.3.2.7
	smtpWrite = time.Minute
	maxLine   = 2000 // octets, twice what RFC 5321, section 4.5.3.1.6, asks for
	maxTo     = 10
)

// serveSMTP runs go-smtp's server until the listener closes, and waits for its connections.
func (o office) serveSMTP(ln net.Listener) {
	server := smtp.NewServer(smtp.BackendFunc(o.newSMTPSession))
	server.Domain = "smtp." + domain
	server.TLSConfig = o.upgrade()
	server.AllowInsecureAuth = o.security == account.Cleartext
	server.MaxMessageBytes = maxMessage
	server.MaxRecipients = maxTo
	server.MaxLineLength = maxLine
	server.ReadTimeout = smtpIdle
	server.WriteTimeout = smtpWrite
	server.ErrorLog = log.New(io.Discard, "", 0)
	_ = server.Serve(ln)
	// The listener is closed and Serve has returned: what Shutdown still does is to wait.
	_ = server.Shutdown(context.Background())
}

// newSMTPSession is called at EHLO, and again at the EHLO after STARTTLS.
func (o office) newSMTPSession(c *smtp.Conn) (smtp.Session, error) {
	how := "ESMTPA" // RFC 3848: ESMTP with AUTH, and with TLS
	if _, encrypted := c.Conn().(*tls.Conn); encrypted {
		how = "ESMTPSA"
	}
	return &smtpSession{office: o, how: how}, nil
}

// An smtpSession takes mail from the user, for the user.
type smtpSession struct {
	office office
	how    string // the protocol, as it stands in Received
	state  smtpState
	from   string
}

// An smtpState tells whether the user has signed in.
type smtpState uint8

const (
	stranger smtpState = iota
	signedIn
)

// AuthMechanisms lists what AUTH speaks.
func (s *smtpSession) AuthMechanisms() []string { return mechanisms() }

// Auth begins a SASL exchange.
func (s *smtpSession) Auth(name string) (sasl.Server, error) {
	m, ok := newMechanism(name, func(user, secret string) error {
		err := s.office.admission.admit(user, secret)
		if err == nil {
			s.state = signedIn
		}
		return err
	})
	if !ok {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return worded{m, smtpWords}, nil
}

// smtpWords gives SMTP's answer to an error.
func smtpWords(err error) error {
	switch {
	case errors.Is(err, errWrong):
		// RFC 4954, section 6: 535 5.7.8 says that the credentials are invalid.
		return no(535, smtp.EnhancedCode{5, 7, 8}, wrongWords)
	case errors.Is(err, errFull):
		return no(452, smtp.EnhancedCode{4, 2, 2}, "The practice mailbox is full")
	case errors.Is(err, errMalformed):
		return no(501, smtp.EnhancedCode{5, 5, 2}, "Malformed sign-in")
	default:
		return err
	}
}

func no(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

// Mail begins a message.
func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if s.state != signedIn {
		// RFC 4954, section 6: 530 5.7.0 says that a sign-in is needed.
		return no(530, smtp.EnhancedCode{5, 7, 0}, "Please sign in first")
	}
	s.from = from
	return nil
}

// Rcpt takes the user's own address alone: nothing leaves the machine.
func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !strings.EqualFold(to, username) {
		return no(550, smtp.EnhancedCode{5, 1, 1}, "The practice mailbox takes mail for "+username+" alone")
	}
	return nil
}

// Data delivers the message. With BDAT it runs in a goroutine of its own, which go-smtp does not wait for.
func (s *smtpSession) Data(r io.Reader) error {
	if !s.office.crowd.enter() {
		return no(421, smtp.EnhancedCode{4, 3, 2}, "The practice mailbox is closed")
	}
	defer s.office.crowd.leave()
	body, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return err
	}
	if len(body) > maxMessage {
		return smtp.ErrDataTooLarge
	}
	if err := s.office.drop.deliver(append(s.trace(), body...)); err != nil {
		return smtpWords(err)
	}
	return nil
}

// trace is what RFC 5321, section 4.4, puts on top of a message at its final delivery.
func (s *smtpSession) trace() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "Return-Path: <%s>\r\n", s.from)
	fmt.Fprintf(&out, "Received: from [%s] by smtp.%s with %s;\r\n\t%s\r\n", loopback, domain, s.how, time.Now().Format(time.RFC1123Z))
	return out.Bytes()
}

// Reset forgets the message that was begun.
func (s *smtpSession) Reset() { s.from = "" }

// Logout ends the session.
func (s *smtpSession) Logout() error { return nil }
