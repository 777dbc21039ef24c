package format

import (
	"strings"
	"testing"

	"portolan/account"
)

// poxServer gives an answer with one server; rest follows its name.
func poxServer(rest string) string {
	return `<Autodiscover><Response><Account><Protocol><Type>IMAP</Type><Server>imap.example.test</Server>` + rest + `</Protocol></Account></Response></Autodiscover>`
}

func TestAutodiscoverEncryptionIsReadByPortFirst(t *testing.T) {
	tests := []struct {
		rest     string
		port     int
		security account.Security
	}{
		{"", 993, account.TLS},
		{"<SSL>on</SSL>", 993, account.TLS},
		{"<SSL>off</SSL>", 143, account.Cleartext},
		{"<Port>993</Port><SSL>off</SSL>", 993, account.TLS},
		{"<Port>143</Port>", 143, account.STARTTLS},
		{"<Port>143</Port><Encryption>SSL</Encryption>", 143, account.STARTTLS},
		{"<Port>143</Port><Encryption>None</Encryption><SSL>on</SSL>", 143, account.Cleartext},
		{"<Port>143</Port><Encryption>TLS</Encryption><SSL>off</SSL>", 143, account.STARTTLS},
		{"<Port>993</Port><Encryption>TLS</Encryption>", 993, account.TLS},
		{"<Port>1993</Port><Encryption>TLS</Encryption>", 1993, account.SecurityUnknown},
		{"<Port>1993</Port><Encryption>Auto</Encryption>", 1993, account.SecurityUnknown},
		{"<Port>1993</Port><Encryption>SSL</Encryption>", 1993, account.TLS},
		{"<Port>1993</Port>", 1993, account.SecurityUnknown},
		{"<Encryption>TLS</Encryption>", 993, account.TLS},
	}
	for _, test := range tests {
		a, remarks, err := ReadAutodiscover([]byte(poxServer(test.rest)))
		if err != nil || len(a.Servers) != 1 {
			t.Fatalf("%s: got %v, %v, %v, want one server", test.rest, a, remarks, err)
		}
		if s := a.Servers[0]; s.Port != test.port || s.Security != test.security {
			t.Errorf("%s: got %d, %v, want %d, %v", test.rest, s.Port, s.Security, test.port, test.security)
		}
	}
}

func TestAutodiscoverServersAreDroppedOneByOne(t *testing.T) { // W-5, W-7, W-8
	for _, rest := range []string{"<Port>0</Port>", "<Port>65536</Port>", "<Port>x</Port>", "<Server>b.example.test</Server>", "<LoginName>a&#10;b</LoginName>"} {
		a, remarks, err := ReadAutodiscover([]byte(poxServer(rest)))
		if err != nil || len(a.Servers) != 0 || len(remarks) != 1 {
			t.Errorf("%s: got %v, %v, %v, want no server and one remark", rest, a.Servers, remarks, err)
		}
	}
	many := strings.ReplaceAll(poxServer(""), "<Protocol>", strings.Repeat("<Protocol><Type>IMAP</Type><Server>x.example.test</Server></Protocol>", 50)+"<Protocol>")
	if a, remarks, err := ReadAutodiscover([]byte(many)); err != nil || len(a.Servers) != maxServers || len(remarks) != 1 {
		t.Errorf("got %d servers, %v, %v, want %d and a remark", len(a.Servers), remarks, err, maxServers)
	}
	for _, file := range []string{"", "<Autodiscover/>", "<x/>", `<!DOCTYPE a><Autodiscover/>`, poxServer("") + poxServer("")} {
		if a, _, err := ReadAutodiscover([]byte(file)); err == nil {
			t.Errorf("%.40s: got %v, want an error", file, a)
		}
	}
}
