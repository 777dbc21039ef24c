//go:build linux

package debian

import "testing"

func TestEveryReleaseHasPackagesOfItsOwn(t *testing.T) {
	for _, c := range []struct{ release, want string }{
		{"PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nVERSION_ID=\"13\"\nVERSION=\"13 (trixie)\"\nID=debian\n", "-debian-13"},
		{"ID='ubuntu'\nID_LIKE=debian\nVERSION_ID=\"24.04\"", "-ubuntu-24.04"},
		{"ID=debian\nVERSION_CODENAME=forky\n", "-debian"},
		{"ID=../../etc\nVERSION_ID=1\n", "-1"},
		{"", ""},
	} {
		if got := releaseName(c.release); got != c.want {
			t.Errorf("%q: got %q, want %q", c.release, got, c.want)
		}
	}
}
