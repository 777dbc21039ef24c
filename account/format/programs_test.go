package format

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portolan/account"
)

// The programs themselves look at what is written for them. Where one is not installed, the log says so.

// program finds a program, "" where it is not installed.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Logf("did not run: %s is not installed", name)
		return ""
	}
	return path
}

// run gives the exit status of a program and what it printed.
func run(t *testing.T, input []byte, path string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("%s: got %v, want it to run", path, err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

const nastyUser, nastyPassword = `a"b\c#d;e%f$g'h` + "`i@x&<y> z", `p"q\r #s ;t%u$v'w` + "`x`"

// programAccounts are accounts for the programs: plain ones of every kind, and one with nasty texts.
func programAccounts() []account.Account {
	var all []account.Account
	for _, p := range []account.Protocol{account.IMAP, account.POP3} {
		for s := account.TLS; s <= account.Cleartext; s++ {
			a := sample()
			a.Incoming.Protocol, a.Incoming.Security, a.Incoming.Port = p, s, account.StandardPort(p, s)
			a.Outgoing.Security, a.Outgoing.Port = s, account.StandardPort(account.SMTP, s)
			all = append(all, a)
		}
	}
	a := sample()
	a.Name, a.Incoming.Username, a.Outgoing.Username = `O'Neill "x" \ #1; $HOME `+"`id` ж", nastyUser, nastyUser
	a.Folders = account.Folders{Sent: `Gesendet "é" \ #$HOME;` + "`id`", Drafts: "INBOX.Entwürfe & mehr", Trash: "[Mail]/'Müll' ~ %s"}
	none := sample()
	none.Outgoing.Auth, none.Outgoing.Username = account.AuthNone, ""
	six := sample()
	six.Incoming.Host, six.Outgoing.Host, six.Incoming.Auth, six.Outgoing.Auth = "2001:db8::1", "2001:db8::2", account.AuthUnknown, account.AuthSCRAMSHA256
	all = append(all, a, none, six, pinnedSample())
	for auth := account.AuthPlain; auth <= account.AuthAnonymous; auth++ {
		a := sample()
		a.Incoming.Auth, a.Outgoing.Auth = auth, auth
		all = append(all, a)
	}
	return all
}

// pinnedSample rests on certificates that the user accepted. The two hyphens of its host may not stand in an XML comment.
func pinnedSample() account.Account {
	a := sample()
	a.Incoming.Host = "xn--bcher-kva.example.test"
	for _, s := range []account.Server{a.Incoming, a.Outgoing} {
		a.Trust.Pins = append(a.Trust.Pins, account.Pin{Server: s.Endpoint, Certificate: account.Fingerprint{1, 2, 3}})
	}
	return a
}

// slow tells the formats whose programs take their time; for them the sign-in methods are left out.
func slow(name string) bool { return name == Getmail || name == AndroidPNG }

// each writes the accounts that fit a format into files for the owner alone.
func each(t *testing.T, name string, check func(a account.Account, path string, out Output)) {
	t.Helper()
	for i, a := range programAccounts() {
		if slow(name) && i > 8 {
			break
		}
		out, err := Export(name, a, Options{Password: account.NewSecret(nastyPassword)})
		if err != nil {
			continue
		}
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%s-%d", name, i))
		if err := os.WriteFile(path, out.Files[0].Data, 0o600); err != nil {
			t.Fatal(err)
		}
		check(a, path, out)
	}
}

func TestXmllintFindsEveryXMLFileWellFormed(t *testing.T) {
	lint := program(t, "xmllint")
	if lint == "" {
		return
	}
	for _, name := range []string{Thunderbird, ThunderbirdDomain, MobileConfig, AutodiscoverPOX, AndroidSVG} {
		each(t, name, func(_ account.Account, path string, out Output) {
			if status, said := run(t, nil, lint, "--noout", "--nonet", path); status != 0 {
				t.Errorf("%s: got %d, %s, want no complaint about %s", name, status, said, out.Text)
			}
		})
	}
}

func TestMsmtpReadsItsFile(t *testing.T) {
	msmtp := program(t, "msmtp")
	if msmtp == "" {
		return
	}
	each(t, Msmtp, func(a account.Account, path string, out Output) {
		status, said := run(t, nil, msmtp, "-C", path, "-a", label(a.Address), "-P", "x@y.test")
		for _, want := range []string{
			fmt.Sprintf("host = %s\nport = %d\n", a.Outgoing.Host, a.Outgoing.Port), "from = alice@example.test\n", "tls = " + onOff(a.Outgoing.Security != account.Cleartext) + "\n",
			"tls_starttls = " + onOff(a.Outgoing.Security == account.STARTTLS) + "\n",
		} {
			if status != 0 || !strings.Contains(said, want) {
				t.Errorf("got %d, %s, want %q from %s", status, said, want, out.Text)
			}
		}
		if a.Outgoing.Auth != account.AuthNone && !strings.Contains(said, "user = "+a.Outgoing.Username+"\n") {
			t.Errorf("got %s, want user %s", said, a.Outgoing.Username)
		}
	})
}

// mbsync always ends with 1 here; the words tell whether the file was understood.
func TestMbsyncReadsItsFile(t *testing.T) {
	mbsync := program(t, "mbsync")
	if mbsync == "" {
		return
	}
	each(t, Mbsync, func(_ account.Account, path string, out Output) {
		_, said := run(t, nil, mbsync, "-c", path, "nosuchchannel")
		said = strings.ReplaceAll(said, path+": notice: SSLType is deprecated. Use TLSType instead.\n", "") // isync 1.5; 1.4 knows no other
		if !strings.Contains(said, "No channel or group named") || strings.Contains(said, path+":") {
			t.Errorf("got %s, want an understood file: %s", said, out.Text)
		}
	})
	path := filepath.Join(t.TempDir(), "longest")
	out := mustExport(t, Mbsync, sample(), Options{Password: account.NewSecret(strings.Repeat(`\`, (maxMbsyncText-len(`""`))/2))})
	if err := os.WriteFile(path, out.Files[0].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, said := run(t, nil, mbsync, "-c", path, "nosuchchannel"); !strings.Contains(said, "No channel or group named") || strings.Contains(said, "quote") {
		t.Errorf("got %s, want the longest password understood", said)
	}
}

// neomutt ends with 0 even on errors, which it prints.
func TestNeomuttReadsItsFile(t *testing.T) {
	neomutt := program(t, "neomutt")
	if neomutt == "" {
		return
	}
	each(t, Neomutt, func(a account.Account, path string, out Output) {
		_, said := run(t, nil, neomutt, "-n", "-F", path, "-Q", "realname", "-Q", "smtp_url", "-Q", "ssl_force_tls", "-Q", "imap_user", "-Q", "pop_user", "-Q", "from", "-Q", "record", "-Q", "postponed", "-Q", "trash")
		if strings.Contains(said, "rror in") || strings.Contains(said, "unknown variable") {
			t.Errorf("got %s, want an understood file: %s", said, out.Text)
		}
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
		user := map[bool]string{true: "imap_user", false: "pop_user"}[a.Incoming.Protocol == account.IMAP]
		for _, want := range []string{`name = "` + quoted(a.Name) + `"`, user + ` = "` + quoted(a.Incoming.Username) + `"`} {
			if !strings.Contains(said, want) {
				t.Errorf("got %s, want %s", said, want)
			}
		}
		for variable, folder := range map[string]string{"record": a.Folders.Sent, "postponed": a.Folders.Drafts, "trash": a.Folders.Trash} {
			_, line, _ := strings.Cut(said, "set "+variable+" = ")
			line, _, _ = strings.Cut(line, "\n")
			if want := quoted(folder) + `"`; folder != "" && line != `"+`+want && line != `"`+url("imaps", "", "", a.Incoming.Endpoint)+"/"+want {
				t.Errorf("%s: got %s, want +%s", variable, line, want)
			}
		}
	})
}

func TestFetchmailReadsItsFile(t *testing.T) {
	fetchmail := program(t, "fetchmail")
	if fetchmail == "" {
		return
	}
	each(t, Fetchmail, func(a account.Account, path string, out Output) {
		status, said := run(t, nil, fetchmail, "-f", path, "--configdump")
		for _, want := range []string{
			fmt.Sprintf(`"service":"%d"`, a.Incoming.Port), `"remote":` + slashed(a.Incoming.Username, ""), map[bool]string{
				true: `"password":` + slashed(nastyPassword, ""), // else fetchmail puts in what it likes
			}[passwordFor(a.Incoming, "x") != ""], "'keep':TRUE",
			map[bool]string{true: "'uidl':TRUE", false: "'uidl':FALSE"}[a.Incoming.Protocol == account.POP3],
			map[bool]string{true: "'ssl':TRUE", false: "'ssl':FALSE"}[a.Incoming.Security == account.TLS],
			map[bool]string{true: `"sslproto":""`, false: `"sslproto":"TLS1.2+"`}[a.Incoming.Security == account.Cleartext],
		} {
			if status != 0 || !strings.Contains(said, want) {
				t.Errorf("got %d, %s, want %s from %s", status, said, want, out.Text)
			}
		}
	})
}

func TestGetmailReadsItsFile(t *testing.T) {
	getmail := program(t, "getmail")
	if getmail == "" {
		return
	}
	each(t, Getmail, func(a account.Account, path string, out Output) {
		home := t.TempDir()
		for _, folder := range []string{"cur", "new", "tmp"} {
			if err := os.MkdirAll(filepath.Join(home, "Mail", label(a.Address), folder), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		text := bytes.ReplaceAll(out.Files[0].Data, []byte("~/"), []byte(home+"/"))
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		status, said := run(t, nil, getmail, "--getmaildir="+home, "--rcfile="+path, "--dump")
		if status != 0 || !strings.Contains(said, a.Incoming.Username) || !strings.Contains(said, fmt.Sprintf("port=\"%d\"", a.Incoming.Port)) {
			t.Errorf("got %d, %s, want an understood file: %s", status, said, out.Text)
		}
	})
}

func TestNameServersReadTheLines(t *testing.T) {
	check := program(t, "named-checkzone")
	if check == "" {
		return
	}
	const head = "$TTL 3600\n@ IN SOA ns.example.test. hostmaster.example.test. 1 3600 600 86400 3600\n@ IN NS ns.example.test.\nns IN A 192.0.2.1\nimap IN A 192.0.2.1\nxn--bcher-kva IN A 192.0.2.1\nsmtp IN A 192.0.2.1\n@ IN A 192.0.2.1\n"
	for _, name := range []string{SRV, ThunderbirdDomain, PACC} {
		out := mustExport(t, name, pinnedSample(), Options{})
		for _, f := range out.Files {
			if !strings.HasSuffix(f.Path, ".zone") {
				continue
			}
			path := filepath.Join(t.TempDir(), "zone")
			if err := os.WriteFile(path, append([]byte(head), f.Data...), 0o600); err != nil {
				t.Fatal(err)
			}
			if status, said := run(t, nil, check, "example.test", path); status != 0 || strings.Contains(said, "ignoring") {
				t.Errorf("%s: got %d, %s, want no complaint about %s", name, status, said, f.Data)
			}
		}
	}
}

func TestZbarReadsTheCode(t *testing.T) {
	zbar := program(t, "zbarimg")
	if zbar == "" {
		return
	}
	each(t, AndroidPNG, func(_ account.Account, path string, out Output) {
		if err := os.Rename(path, path+".png"); err != nil {
			t.Fatal(err)
		}
		status, said := run(t, nil, zbar, "-q", "--raw", path+".png")
		if status != 0 || !strings.HasSuffix("\n"+said, "\n"+out.Text+"\n") { // D-Bus may have a word before it
			t.Errorf("got %d, %s, want %s", status, said, out.Text)
		}
	})
}

// pythonScript reads files with Python's own readers and prints what it finds in one form. Its arguments are kinds and paths.
const pythonScript = `
import configparser, plistlib, sys
try:
    import tomllib
except ImportError:
    tomllib = None
for kind, path in zip(sys.argv[1::2], sys.argv[2::2]):
    if kind == "mobileconfig":
        p = plistlib.load(open(path, "rb"))["PayloadContent"][0]
        user, password = p["IncomingMailServerUsername"], p.get("IncomingPassword", "")
    elif kind == "himalaya" and tomllib:
        p = list(tomllib.load(open(path, "rb"))["accounts"].values())[0]["smtp"].get("sasl", {"": None})
        p = list(p.values())[0]
        user, password = (p["username"], p.get("password", {"raw": ""})["raw"]) if p else ("", "")
    elif kind == "offlineimap":
        c = configparser.ConfigParser()
        c.read(path)
        s = [x for x in c.sections() if x.endswith("-remote")][0]
        user, password = c.get(s, "remoteuser"), c.get(s, "remotepass", fallback="")
    else:
        user, password = "did not run", "this python3 has no tomllib"
    print(user)
    print(password)
`

func TestPythonReadsItsFormats(t *testing.T) {
	python := program(t, "python3")
	if python == "" {
		return
	}
	args, wants := []string{"-c", pythonScript}, []string{}
	for _, name := range []string{MobileConfig, Himalaya, OfflineIMAP} {
		each(t, name, func(a account.Account, path string, _ Output) {
			args = append(args, name, path)
			switch {
			case name != Himalaya:
				wants = append(wants, a.Incoming.Username, passwordFor(a.Incoming, nastyPassword))
			case a.Outgoing.Auth == account.AuthNone:
				wants = append(wants, "", "")
			default:
				wants = append(wants, a.Outgoing.Username, passwordFor(a.Outgoing, nastyPassword))
			}
		})
	}
	status, said := run(t, nil, python, args...)
	got := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
	if status != 0 || len(got) != len(wants) {
		t.Fatalf("got %d, %s, want %d lines", status, said, len(wants))
	}
	for i, want := range wants {
		if before := got[max(i-1, 0)]; got[i] == "did not run" || before == "did not run" {
			t.Log(got[i])
			continue
		}
		if got[i] != want {
			t.Errorf("line %d: got %s, want %s", i, got[i], want)
		}
	}
}
