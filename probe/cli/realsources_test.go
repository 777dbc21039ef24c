//go:build linux

package cli_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"portolan/probe/mailtest/debian"
)

// TestOnRealPublishedSettings plays a domain whose mail servers have names that nobody guesses. A real name server and a
// real web server say where they are, each time by one of the ways alone; behind them stands Dovecot.
func TestOnRealPublishedSettings(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		for i, c := range publishedCases() {
			t.Run(c.name, func(t *testing.T) {
				w := &town{lab: lab, domain: fmt.Sprintf("source%d.test", i), address: lab.Address()}
				c.play(t, &publisher{town: w, store: w.host("store"), relay: w.host("relay")})
			})
		}
	})
}

type publishedCase struct {
	name string
	play func(*testing.T, *publisher)
}

func publishedCases() []publishedCase {
	return []publishedCase{
		{"autoconfig", playAutoconfig},
		{"well-known", playWellKnown},
		{"SRV", playSRV},
		{"PACC", playPACC},
		{"Autodiscover", playAutodiscover},
		{"ISPDB", playISPDB},
		{"operator of the MX", playOperator},
		{"autoconfig names a dead server", playDeadSource},
	}
}

// A publisher is a town that says where its two servers are.
type publisher struct {
	*town
	store, relay string // the hosts
	web          *debian.Web
}

// open runs the Dovecot behind the two hosts.
func (p *publisher) open(t *testing.T) {
	t.Helper()
	certificate, err := p.lab.Authority.Issue(p.store, p.relay)
	if err != nil {
		t.Fatal(err)
	}
	p.lab.Names.Host(p.store, p.address)
	p.lab.Names.Host(p.relay, p.address)
	p.serve(t, debian.Dovecot{Certificate: certificate, Listeners: []debian.Listener{imaps(993), submits(465)}})
}

// publish puts a page on a web server with an address of its own.
func (p *publisher) publish(t *testing.T, page, content string) {
	t.Helper()
	p.web = p.lab.StartWeb(t, p.lab.Address(), map[string]string{page: content})
}

// config is an autoconfig file for the two hosts.
func (p *publisher) config() string { return configFile(p.domain, p.store, p.relay) }

func configFile(domain, incoming, outgoing string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="` + domain + `"><domain>` + domain + `</domain>
<incomingServer type="imap"><hostname>` + incoming + `</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>` + outgoing + `</hostname><port>465</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>`
}

// suffices runs a search that has to find both servers by the one source, without telling anybody the address.
func (p *publisher) suffices(t *testing.T, source string, args ...string) {
	t.Helper()
	f := p.find(t, args...)
	f.want(t, 0, "ready", "imap tls "+p.store+":993", "smtp tls "+p.relay+":465")
	p.signIns(t, f, 2)
	if s := f.source(t, source, "named"); s.Note != "" && strings.Contains(s.Note, "otherwise") {
		t.Errorf("%s: got %q, want it to agree with the servers", source, s.Note)
	}
	if got := f.incomingSource(t); got != source {
		t.Errorf("incoming: got it from %s, want %s", got, source)
	}
	p.keepsQuiet(t)
}

// keepsQuiet checks that neither the name server nor the web server was told the address.
func (p *publisher) keepsQuiet(t *testing.T) {
	t.Helper()
	told := p.lab.Names.Asked()
	if p.web != nil {
		told = append(told, p.web.Asked()...)
	}
	for _, question := range told {
		if strings.Contains(strings.ToLower(question), "alice") {
			t.Errorf("got %q asked, want nobody told the address", question)
		}
	}
}

type foundSource struct {
	Source, URL, Status, Note string
	Servers                   []struct{ Protocol, Server, Security string }
}

// source gives the source of that name with that status.
func (f found) source(t *testing.T, name, status string) foundSource {
	t.Helper()
	var answer struct{ Sources []foundSource }
	if err := json.Unmarshal([]byte(f.raw), &answer); err != nil {
		t.Fatal(err)
	}
	for _, s := range answer.Sources {
		if s.Source == name && s.Status == status {
			return s
		}
	}
	t.Errorf("sources: got %+v, want %s %s", answer.Sources, name, status)
	return foundSource{}
}

func (f found) incomingSource(t *testing.T) string {
	t.Helper()
	var answer struct{ Incoming struct{ Source string } }
	if err := json.Unmarshal([]byte(f.raw), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Incoming.Source
}

func playAutoconfig(t *testing.T, p *publisher) {
	p.open(t)
	p.publish(t, p.host("autoconfig")+"/mail/config-v1.1.xml", p.config())
	p.suffices(t, "autoconfig")
}

func playWellKnown(t *testing.T, p *publisher) {
	p.open(t)
	p.publish(t, p.domain+"/.well-known/autoconfig/mail/config-v1.1.xml", p.config())
	p.suffices(t, "autoconfig")
}

func playSRV(t *testing.T, p *publisher) {
	p.open(t)
	p.lab.Names.Service("_imaps._tcp."+p.domain, p.store, 993)
	p.lab.Names.Service("_submissions._tcp."+p.domain, p.relay, 465)
	p.suffices(t, "srv")
}

func playPACC(t *testing.T, p *publisher) {
	p.open(t)
	document := `{"protocols":{"imap":{"host":"` + p.store + `"},"submit":{"host":"` + p.relay + `"}}}`
	digest := sha256.Sum256([]byte(document))
	p.lab.Names.Text("_ua-auto-config."+p.domain, "v=UAAC1; a=sha256; d="+base64.StdEncoding.EncodeToString(digest[:]))
	p.publish(t, p.host("ua-auto-config")+"/.well-known/user-agent-configuration.json", document)
	p.suffices(t, "pacc")
}

func playAutodiscover(t *testing.T, p *publisher) {
	p.open(t)
	p.publish(t, p.host("autodiscover")+"/autodiscover/autodiscover.xml", `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account>
<AccountType>email</AccountType><Action>settings</Action>
<Protocol><Type>IMAP</Type><Server>`+p.store+`</Server><Port>993</Port><SSL>on</SSL><AuthRequired>on</AuthRequired></Protocol>
<Protocol><Type>SMTP</Type><Server>`+p.relay+`</Server><Port>465</Port><SSL>on</SSL><AuthRequired>on</AuthRequired></Protocol>
</Account></Response></Autodiscover>`)
	p.suffices(t, "autodiscover")
}

func playISPDB(t *testing.T, p *publisher) {
	p.open(t)
	p.publish(t, "v1.ispdb.net/"+p.domain, p.config())
	p.suffices(t, "ispdb")
}

// playOperator has the mail of the domain received by a company, which publishes where its customers' servers are. The
// password goes there only after a yes to the company's domain.
func playOperator(t *testing.T, p *publisher) {
	company := "company-of-" + p.domain
	p.store, p.relay = "store."+company, "relay."+company
	p.open(t)
	p.lab.Names.Mail(p.domain, "mx."+company)
	p.publish(t, "autoconfig."+company+"/mail/config-v1.1.xml", configFile(company, p.store, p.relay))
	f := p.find(t)
	f.want(t, 4, "decision", "imap tls "+p.store+":993", "smtp tls "+p.relay+":465")
	if d := f.decision(t, "domain"); d.Domain != company {
		t.Errorf("got a question about %q, want %q", d.Domain, company)
	}
	p.signIns(t, f, 0)
	p.suffices(t, "mx", "-confirm-domain", company)
	for _, question := range p.web.Asked() {
		if strings.Contains(strings.ReplaceAll(question, company, ""), p.domain) {
			t.Errorf("got %q, want the company not told the domain", question)
		}
	}
}

// playDeadSource has the domain publish a server where nobody listens, while the usual names are right.
func playDeadSource(t *testing.T, p *publisher) {
	p.store, p.relay = p.host("imap"), p.host("smtp")
	p.open(t)
	dead := p.host("gone")
	p.lab.Names.Host(dead, p.lab.Address())
	p.publish(t, p.host("autoconfig")+"/mail/config-v1.1.xml", configFile(p.domain, dead, dead))
	f := p.find(t)
	f.want(t, 0, "ready", "imap tls "+p.store+":993", "smtp tls "+p.relay+":465")
	if s := f.source(t, "autoconfig", "named"); len(s.Servers) == 0 || !strings.Contains(s.Note, "otherwise") {
		t.Errorf("got %+v, want it said that the servers say otherwise", s)
	}
}
