package mailbox

import (
	"strings"
	"testing"
	"time"
)

// asItIs shows text without any change.
func asItIs(s string, _ int) string { return s }

func TestReceivedLinesTellWhetherAHopWasEncrypted(t *testing.T) {
	for _, c := range []struct {
		value string
		want  Hop
	}{
		{"from [192.0.2.7] (host.example.test [192.0.2.7]) by mx.example.test (Postfix) with ESMTPSA id 4F2 for <a@example.test>; Sun, 22 Nov 2026 03:39:10 +0000 (UTC)",
			Hop{From: "[192.0.2.7]", By: "mx.example.test", With: "ESMTPSA", Passage: Encrypted}},
		{"from a.example.test by b.example.test with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) id 1", Hop{From: "a.example.test", By: "b.example.test", With: "ESMTPS", Passage: Encrypted}},
		{"from a.example.test (192.0.2.1) by b.example.test (192.0.2.2) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE) id 15",
			Hop{From: "a.example.test", By: "b.example.test", With: "MICROSOFT", Passage: Encrypted}},
		{"from a.example.test (a.example.test [192.0.2.1]) (using TLSv1.2 with cipher X (256/256 bits)) by b.example.test (Postfix) with ESMTP id 3",
			Hop{From: "a.example.test", By: "b.example.test", With: "ESMTP", Passage: Encrypted}},
		{"from a.example.test by b.example.test with ESMTP id 3", Hop{From: "a.example.test", By: "b.example.test", With: "ESMTP", Passage: InTheClear}},
		{"from a.example.test by b.example.test (no TLS here) with SMTP", Hop{From: "a.example.test", By: "b.example.test", With: "SMTP", Passage: InTheClear}},
		{"from localhost (localhost [127.0.0.1]) by b.example.test with ESMTP", Hop{From: "localhost", By: "b.example.test", With: "ESMTP", Passage: Inside}},
		{"from a.example.test by store with LMTP id 9", Hop{From: "a.example.test", By: "store", With: "LMTP", Passage: Inside}},
		{"by b.example.test (Postfix, from userid 1000) id 7", Hop{By: "b.example.test", Passage: Inside}},
		{"from a.example.test by b.example.test", Hop{From: "a.example.test", By: "b.example.test"}},
		{"from a.example.test (with ESMTPS by (nested) lies) by b.example.test with SMTP", Hop{From: "a.example.test", By: "b.example.test", With: "SMTP", Passage: InTheClear}},
		{"from unknown (HELO a.example.test) (192.0.2.1) by b.example.test with (ECDHE-RSA-AES256-GCM-SHA384 encrypted) SMTP",
			Hop{From: "unknown", By: "b.example.test", With: "SMTP", Passage: Encrypted}},
		{"from a.example.test by b.example.test (not end-to-end encrypted) with SMTP", Hop{From: "a.example.test", By: "b.example.test", With: "SMTP", Passage: InTheClear}},
		{"", Hop{Passage: Inside}},
	} {
		got := parseReceived(c.value)
		if strings.Contains(c.value, ";") == got.At.IsZero() {
			t.Errorf("%q: got the time %v", c.value, got.At)
		}
		got.At = time.Time{}
		if got != c.want {
			t.Errorf("%q:\ngot  %+v\nwant %+v", c.value, got, c.want)
		}
	}
}

// Whether a hop stayed inside is told by the address that the server saw, not by the name that the client gave itself: every
// Portolan greets as [127.0.0.1].
func TestOnlyTheAddressThatTheServerSawMakesAHopAnInnerOne(t *testing.T) {
	for from, want := range map[string]Passage{
		"[127.0.0.1] (dsl.example.test [192.0.2.7])":              InTheClear,
		"[127.0.0.1] (unknown [192.0.2.7])":                       InTheClear,
		"dsl.example.test ([192.0.2.7] helo=[127.0.0.1])":         InTheClear,
		"unknown (HELO [127.0.0.1]) (192.0.2.7)":                  InTheClear,
		"[IPv6:::1] (dsl.example.test [IPv6:2001:db8::7])":        InTheClear,
		"localhost (dsl.example.test [192.0.2.7])":                InTheClear,
		"dsl.example.test":                                        InTheClear,
		"[192.0.2.7] (helo=[127.0.0.1])":                          InTheClear,
		"[127.0.0.1]":                                             Inside,
		"localhost":                                               Inside,
		"mx.example.test (localhost [IPv6:::1])":                  Inside,
		"mx.example.test (mx.example.test [10.0.0.5])":            Inside,
		"mx.example.test (unknown [192.168.1.5] (may be forged))": Inside,
		"mx.example.test ([IPv6:fd00::5])":                        Inside,
		"unknown (HELO mx.example.test) (10.0.0.5)":               Inside,
		"unknown (HELO [192.0.2.9]) (10.0.0.5)":                   Inside,
		"unknown (HELO [127.0.0.1])":                              InTheClear,
	} {
		if got := parseReceived("from " + from + " by smtp.example.test with ESMTPA id 7").Passage; got != want {
			t.Errorf("from %s: got %v, want %v", from, got, want)
		}
		if got := parseReceived("from " + from + " by smtp.example.test with ESMTPSA id 7").Passage; got != Encrypted {
			t.Errorf("from %s: got %v by ESMTPSA, want it encrypted", from, got)
		}
	}
}

// The server that wrote a hop down names its own address too, behind "by": that one says nothing of where the message came from.
func TestTheAddressOfTheServerItselfSaysNothingOfWhereAMessageCameFrom(t *testing.T) {
	for value, want := range map[string]Passage{
		"from mx.example.test (mx.example.test [10.0.0.5]) by relay.example.test ([203.0.113.9]) with ESMTP id 7": Inside,
		"from mx.example.test (10.0.0.5) by relay.example.test (10.0.0.6) with ESMTP":                             Inside,
		"from dsl.example.test by mx.example.test (10.0.0.7) with SMTP":                                           InTheClear,
		"from dsl.example.test (192.0.2.7) by mx.example.test (10.0.0.7) with SMTP":                               InTheClear,
		"from localhost by mx.example.test (203.0.113.9) with SMTP":                                               Inside,
	} {
		if got := parseReceived(value).Passage; got != want {
			t.Errorf("%s: got %v, want %v", value, got, want)
		}
	}
}

func TestHopsComeInTheOrderOfTheWay(t *testing.T) {
	header := "Received: from b by c with ESMTPS\r\nSubject: x\r\nReceived: from a\r\n by b\r\n with ESMTPSA\r\n\r\nReceived: from nobody by nobody\r\n"
	got := hopsOf([]byte(header), "example.test", asItIs)
	if len(got) != 2 || got[0].From != "a" || got[0].By != "b" || got[1].By != "c" {
		t.Errorf("got %+v, want a to b to c", got)
	}
	if many := hopsOf([]byte(strings.Repeat("Received: from a by b\r\n", 500)+"\r\n"), "example.test", asItIs); len(many) != maxHops {
		t.Errorf("got %d hops, want %d", len(many), maxHops)
	}
}

func TestTheUsersDomainIsShownEvenWhereItIsThePassword(t *testing.T) {
	hide := func(s string, _ int) string { return strings.ReplaceAll(s, "practice", "[secret]") }
	for name, want := range map[string]string{
		"smtp.practice.invalid": "smtp.practice.invalid", "practice.practice.invalid": "[secret].practice.invalid",
		"practice.example.test": "[secret].example.test", "practice.invalid": "[secret].invalid", "": "",
	} {
		if got := host(name, "practice.invalid", hide); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzParseReceived(f *testing.F) {
	f.Add("from a (b [192.0.2.1]) by c with ESMTPSA; Sun, 22 Nov 2026 03:39:10 +0000")
	f.Add("((((")
	f.Add("from ) by ( ; with")
	f.Fuzz(func(t *testing.T, value string) {
		h := parseReceived(value)
		for _, word := range []string{h.From, h.By} {
			if word != "" && !strings.Contains(value, word) && !strings.ContainsAny(value, "()") {
				t.Errorf("%q: got %q, which does not stand there", value, word)
			}
		}
		if h.Passage > Inside {
			t.Errorf("%q: got passage %d", value, h.Passage)
		}
		_ = hopsOf([]byte(value), "example.test", asItIs)
	})
}

func FuzzParseUIDL(f *testing.F) {
	f.Add("1 abc")
	f.Add("0 x")
	f.Add("18446744073709551616 x")
	f.Add("+1 x")
	f.Fuzz(func(t *testing.T, line string) {
		u, ok := parseUIDL(line)
		if ok != (u != uid{}) || ok && (u.number < 1 || u.name == "" || len(u.name) > 70 || !strings.HasSuffix(strings.TrimRight(line, " "), u.name)) {
			t.Errorf("%q: got %+v %t", line, u, ok)
		}
	})
}

func FuzzSMTPLine(f *testing.F) {
	f.Add("250-ok")
	f.Add("250")
	f.Add("999 x")
	f.Fuzz(func(t *testing.T, line string) {
		if code, text, _, ok := smtpLine(line); ok && (code < 200 || code > 599 || !strings.HasSuffix(line, text)) {
			t.Errorf("%q: got %d %q", line, code, text)
		}
	})
}
