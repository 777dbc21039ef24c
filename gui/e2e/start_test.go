//go:build linux && e2e

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestAConfigurationFileOpensTheWindowFilledIn(t *testing.T) {
	_, file := answer(t, "starttls")
	path := t.TempDir() + "/settings.xml"
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	p := open(t, path)
	if o, err := p.look(); err != nil || len(o.fields("Server")) == 0 {
		p.push("Advanced settings")
	}
	p.until("the servers of the file", func(o outline) bool {
		hosts, ports := o.fields("Server"), o.fields("Port")
		return len(hosts) == 2 && strings.HasSuffix(hosts[0].Text, "practice.invalid") && strings.HasSuffix(hosts[1].Text, "practice.invalid") &&
			ports[0].Text == "143" && ports[1].Text == "587"
	})
}

func TestAnAddressOpensTheWindowFilledIn(t *testing.T) {
	p := open(t, "alice@example.test")
	p.until("the address", func(o outline) bool { s, found := o.field("E-mail"); return found && s.Text == "alice@example.test" })
}

func TestTheWindowClosesInGoodOrder(t *testing.T) {
	p := open(t)
	p.press("alt+F4")
	err := <-p.ended
	p.ended <- err
	if err != nil {
		t.Errorf("got %v, want exit status 0", err)
	}
}

func TestWithoutADisplayThereIsOnePlainLineAndExitTwo(t *testing.T) {
	cmd := exec.Command(theStage.program)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "-find") {
		t.Errorf("got %v and %q, want exit status 2 and one line that names -find", err, out)
	}
}
