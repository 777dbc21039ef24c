package probe_test

import (
	"crypto/tls"
	"strings"

	"portolan/account"
	"portolan/probe"
)

// blows is section 5 of the catalogue: everything that a server is known to do wrong, or on purpose.
func blows() []blow {
	return append(append(append(absences(), floods()...), strangers()...), tricks()...)
}

// absences are servers that leave, or say nothing.
func absences() []blow {
	closed := probe.ConnectionClosed
	return []blow{
		{name: "silence", act: silence, want: but(everywhere(probe.TimedOut, probe.TimedOut), map[moment]probe.Cause{atHello: probe.TimedOut, atYes: probe.TimedOut})},
		{name: "drip", act: drip("* OK wait"), want: but(everywhere(probe.TimedOut, probe.TimedOut), nil)},
		{name: "hang up", act: hangUp, want: but(everywhere(closed, closed), map[moment]probe.Cause{atHello: closed, atYes: closed})},
		{name: "half-close", act: halfClose, want: but(everywhere(closed, closed), map[moment]probe.Cause{atHello: closed, atYes: closed})},
		{name: "reset", act: reset, want: but(everywhere(closed, closed), map[moment]probe.Cause{atHello: closed, atYes: closed})},
	}
}

// floods are servers that say too much.
func floods() []blow {
	long, malformed := probe.OverlongReply, probe.MalformedReply
	million := strings.Repeat(" X-CAPABILITY", 1000)
	return []blow{
		{name: "endless line", act: first("* OK ", "+OK ", "220-", "x"), want: everywhere(long, long)},
		{name: "endless lines", act: func(s *foeSide) { flood(s.by("* OK still here\r\n", "+OK\r\n", "250-x\r\n"))(s) }, want: everywhere(long, long),
			odd: map[account.Protocol]map[moment]probe.Cause{account.POP3: {atGreeting: malformed, atAsked: long, atUpgrade: probe.TextInjected, atInside: long, atSignIn: probe.CauseNone}}},
		{name: "endless greeting lines", only: account.SMTP, act: flood("220-hello\r\n"), want: map[moment]probe.Cause{atGreeting: long}},
		{name: "blank lines", act: flood("\r\n"), want: but(everywhere(malformed, malformed), map[moment]probe.Cause{atGreeting: probe.WrongProtocol})},
		{name: "a million capabilities", act: func(s *foeSide) {
			s.say(s.by("* CAPABILITY", "+OK\r\n", "250-x\r\n"))
			flood(s.by(million, "X-CAPABILITY\r\n", "250-X-CAPABILITY\r\n"))(s)
		}, want: map[moment]probe.Cause{atAsked: long, atInside: long}},
		{name: "noise without end", act: flood(noise), want: but(everywhere(malformed, malformed), map[moment]probe.Cause{atGreeting: probe.WrongProtocol})},
		{name: "huge literal", only: account.IMAP, act: first("* LIST {4294967000}\r\n", "", "", "x"), want: map[moment]probe.Cause{atAsked: long, atInside: long, atSignIn: long}},
		{name: "literal without a size", only: account.IMAP, act: raw("* LIST {-1}\r\n"), want: map[moment]probe.Cause{atAsked: probe.MalformedReply, atInside: probe.MalformedReply}},
		{name: "literal that overflows", only: account.IMAP, act: raw("* LIST {18446744073709551617}\r\n"), want: map[moment]probe.Cause{atAsked: long, atInside: long}},
		{name: "literal that never comes", only: account.IMAP, act: raw("* LIST {1000}\r\n"), want: map[moment]probe.Cause{atAsked: probe.TimedOut, atInside: probe.TimedOut}},
		{name: "many literals", only: account.IMAP, act: flood("* LIST {3}\r\nabc\r\n"), want: map[moment]probe.Cause{atAsked: long, atInside: long, atSignIn: long}},
		{name: "deep parentheses", only: account.IMAP, act: first("* LIST ", "", "", "("), want: map[moment]probe.Cause{atAsked: long, atInside: long, atSignIn: long}},
		{name: "huge refusal", act: first("TAG NO ", "-ERR ", "535 ", "no "), want: map[moment]probe.Cause{atSignIn: long}},
		{name: "challenges without end", act: challenges, want: map[moment]probe.Cause{atSignIn: malformed}},
	}
}

// strangers are servers of another kind.
func strangers() []blow {
	other := probe.WrongProtocol
	greeting := map[moment]probe.Cause{atGreeting: other}
	return []blow{
		{name: "web", act: raw(web), want: greeting},
		{name: "web page", act: raw("<html><title>Please log in</title>\r\n"), want: greeting},
		{name: "ssh", act: raw("SSH-2.0-OpenSSH_9.9\r\n"), want: greeting},
		{name: "telnet", act: raw("\xff\xfd\x18\xff\xfd\x20"), want: greeting},
		{name: "ftp", act: raw("220 ProFTPD Server ready.\r\n"), want: greeting},
		{name: "nntp", act: raw("200 NNTP service ready\r\n"), want: greeting},
		{name: "crossed", act: words("+OK POP3 ready\r\n", "* OK IMAP ready\r\n", "* OK IMAP ready\r\n"), want: greeting},
		{name: "crossed the other way", act: words("220 mail ESMTP\r\n", "220 mail ESMTP\r\n", "+OK POP3 ready\r\n"), want: greeting},
		{name: "noise", act: raw(noise), want: greeting},
		{name: "echo", act: echo, want: map[moment]probe.Cause{atAsked: probe.TimedOut, atInside: probe.TimedOut}},
		{name: "web where TLS was due", act: raw(web), want: map[moment]probe.Cause{atHello: other}},
		{name: "mail where TLS was due", act: words("* OK ready\r\n", "+OK ready\r\n", "220 ready ESMTP\r\n"), want: map[moment]probe.Cause{atHello: probe.PlainOnTLSPort}},
		{name: "TLS where mail was due", act: raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), want: map[moment]probe.Cause{atGreeting: other}},
	}
}

// tricks are lies, and refusals.
func tricks() []blow {
	trouble, malformed, injected := probe.ServerTrouble, probe.MalformedReply, probe.TextInjected
	alert := "\x15\x03\x03\x00\x02\x02"
	return []blow{
		{name: "busy", act: words("* BYE [UNAVAILABLE] busy\r\n", "-ERR [SYS/TEMP] busy\r\n", "421 4.3.2 busy\r\n"),
			want: but(everywhere(trouble, trouble), map[moment]probe.Cause{atGreeting: probe.GreetingRefused, atUpgrade: probe.STARTTLSRefused}),
			odd:  map[account.Protocol]map[moment]probe.Cause{account.SMTP: {atGreeting: probe.TooManyTries}}},
		{name: "not now", act: words("TAG NO later\r\n", "-ERR [SYS/TEMP] later\r\n", "451 4.3.0 later\r\n"), want: map[moment]probe.Cause{atInside: trouble}},
		{name: "STARTTLS refused", act: words("TAG NO no\r\n", "-ERR no\r\n", "454 4.7.0 no\r\n"), want: map[moment]probe.Cause{atUpgrade: probe.STARTTLSRefused}},
		{name: "PREAUTH", only: account.IMAP, act: raw("* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n"), want: map[moment]probe.Cause{atGreeting: probe.PreAuthenticated}},
		{name: "answers before questions", act: words("* OK\r\na1 OK done\r\na2 OK done\r\n", "+OK\r\n+OK\r\n", "220 hi\r\n250-x\r\n250 STARTTLS\r\n"), want: map[moment]probe.Cause{atGreeting: malformed}},
		{name: "mixed codes", only: account.SMTP, act: raw("250-x\r\n220 STARTTLS\r\n"), want: map[moment]probe.Cause{atAsked: malformed, atInside: malformed}},
		{name: "NUL", act: raw("\x00\x00\r\n"), want: map[moment]probe.Cause{atAsked: malformed, atInside: malformed, atSignIn: malformed}},
		{name: "injected reply", act: words("TAG OK go\r\n* CAPABILITY AUTH=PLAIN\r\n", "+OK go\r\n+OK list\r\nSASL PLAIN\r\n.\r\n", "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"), want: map[moment]probe.Cause{atUpgrade: injected}},
		{name: "injected part", act: words("TAG OK go\r\n* B", "+OK go\r\n+", "220 go\r\n2"), want: map[moment]probe.Cause{atUpgrade: injected}},
		{name: "yes, but in the clear", act: words("* OK in the clear\r\n", "+OK in the clear\r\n", "250 in the clear\r\n"), want: map[moment]probe.Cause{atYes: injected}},
		{name: "TLS garbage", act: raw(strings.Repeat("\x16\x03\x03\x00\x10garbage garbage!", 50)), want: map[moment]probe.Cause{atHello: probe.TLSFailed, atYes: probe.TLSFailed}},
		{name: "TLS garbage without end", act: flood("\x16\x03\x03\x00\x10garbage garbage!"), want: map[moment]probe.Cause{atHello: probe.TLSFailed, atYes: probe.TLSFailed}},
		{name: "TLS message without end", act: first("\x16\x03\x03\x00\x14\x02\xff\xff\xff", "\x16\x03\x03\x00\x14\x02\xff\xff\xff", "\x16\x03\x03\x00\x14\x02\xff\xff\xff", "\x16\x03\x03\x00\x01x"), want: map[moment]probe.Cause{atHello: probe.TLSFailed, atYes: probe.TLSFailed}},
		{name: "TLS drip", act: drip("\x16\x03\x03\x40\x00"), want: map[moment]probe.Cause{atHello: probe.TimedOut, atYes: probe.TimedOut}},
		{name: "TLS alert: version", act: raw(alert + "\x46"), want: map[moment]probe.Cause{atHello: probe.TLSTooOld, atYes: probe.TLSTooOld}},
		{name: "TLS alert: no cipher", act: raw(alert + "\x28"), want: map[moment]probe.Cause{atHello: probe.NoCommonCipher, atYes: probe.NoCommonCipher}},
		{name: "TLS alert: another", act: raw(alert + "\x50"), want: map[moment]probe.Cause{atHello: probe.TLSFailed, atYes: probe.TLSFailed}},
		{name: "TLS 1.1 at most", act: shake(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), want: map[moment]probe.Cause{atHello: probe.TLSTooOld, atYes: probe.TLSTooOld}},
		{name: "weak ciphers alone", act: shake(&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA}}),
			want: map[moment]probe.Cause{atHello: probe.NoCommonCipher, atYes: probe.NoCommonCipher}},
		{name: "no STARTTLS, but a sign-in", act: words("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done\r\n", "+OK list\r\nSASL PLAIN\r\nUSER\r\n.\r\n", "250-x\r\n250 AUTH PLAIN\r\n"), want: map[moment]probe.Cause{atAsked: probe.NoSTARTTLS}},
		{name: "TLS cut", act: func(s *foeSide) { s.say("\x16\x03\x03\x00\x40\x02\x00"); hangUp(s) }, want: map[moment]probe.Cause{atHello: probe.ConnectionClosed, atYes: probe.ConnectionClosed}},
		{name: "wrong password", act: words("TAG NO [AUTHENTICATIONFAILED] no\r\n", "-ERR [AUTH] no\r\n", "535 5.7.8 no\r\n"), want: map[moment]probe.Cause{atSignIn: probe.SignInRefused}},
		{name: "the password in the refusal", act: echoLine, want: map[moment]probe.Cause{atSignIn: probe.SignInRefused}},
		{name: "refusal with control characters", act: words("TAG NO \x1b[2J\x07\u202eno\r\n", "-ERR \x1b[2J\x07\u202eno\r\n", "535 \x1b[2J\x07\u202eno\r\n"), want: map[moment]probe.Cause{atSignIn: probe.SignInRefused}},
		{name: "later, after the password", act: words("TAG NO [UNAVAILABLE] later\r\n", "-ERR [SYS/TEMP] later\r\n", "454 4.7.0 later\r\n"), want: map[moment]probe.Cause{atSignIn: trouble}},
		{name: "BYE after the password", act: words("* BYE enough\r\n", "-ERR [SYS/TEMP] enough\r\n", "421 enough\r\n"), want: map[moment]probe.Cause{atSignIn: trouble}},
	}
}
