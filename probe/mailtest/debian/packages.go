//go:build linux

package debian

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// layout is part of the cache folder's name: a change in what is unpacked gets a folder of its own.
const layout = "servers-2"

// ErrNoPackages means that the packages cannot be had here: no apt, or no way to its archive.
var ErrNoPackages = errors.New("no Debian packages")

// wanted lists the packages of the servers, apart what apt would not install together; what they need besides is asked of
// apt. Cyrus is given a Postfix, so that no other mail server comes with it.
func wanted() [][]string {
	return [][]string{
		{"dovecot-core", "dovecot-imapd", "dovecot-pop3d", "dovecot-submissiond", "dovecot-lmtpd", "postfix"},
		{"cyrus-imapd", "cyrus-pop3d", "libsasl2-modules", "sasl2-bin", "postfix"},
	}
}

// Packages gives the folder with the servers' unpacked packages, and downloads them where it is not there yet. It is safe
// to call from several test processes at once.
func Packages(ctx context.Context) (string, error) {
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	release, err := os.ReadFile("/etc/os-release")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	tree := filepath.Join(cache, layout+releaseName(string(release)))
	unlock, err := lock(tree + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(tree); err == nil {
		return tree, nil
	}
	return tree, unpackInto(ctx, tree)
}

// releaseName gives "-debian-13", because the packages of one release do not fit another, to which a machine may have been
// upgraded. It is given os-release(5).
func releaseName(release string) string {
	values := map[string]string{}
	for line := range strings.Lines(release) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = strings.Trim(value, `"'`)
	}
	name := ""
	for _, key := range []string{"ID", "VERSION_ID"} {
		if value := values[key]; value != "" && !strings.Contains(value, "/") {
			name += "-" + value
		}
	}
	return name
}

// cacheFolder is portolan's folder below the user's cache folder.
func cacheFolder() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cache folder: %w", err)
	}
	dir := filepath.Join(base, "portolan")
	return dir, os.MkdirAll(dir, 0o755)
}

// lock waits for an exclusive lock on the file.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", name, err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// unpackInto downloads and unpacks beside the tree and renames at the end, so that a tree is never half there.
func unpackInto(ctx context.Context, tree string) error {
	temp, err := os.MkdirTemp(filepath.Dir(tree), "unpacking-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	archives, err := download(ctx, filepath.Join(temp, "archives"))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoPackages, err)
	}
	root := filepath.Join(temp, "root")
	for _, archive := range archives {
		if _, err := command(ctx, "", "dpkg-deb", "-x", archive, root); err != nil {
			return err
		}
	}
	if err := mergeLib(ctx, root); err != nil {
		return err
	}
	return os.Rename(root, tree)
}

// mergeLib moves what some packages still bring in /lib, up to Debian 12, to where that is on a system of today.
func mergeLib(ctx context.Context, root string) error {
	if _, err := os.Stat(filepath.Join(root, "lib")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	_, err := command(ctx, root, "cp", "-a", "lib/.", "usr/lib/")
	return err
}

// download fetches the archives into dir; where apt knows no packages yet, its lists are fetched first, which needs root.
func download(ctx context.Context, dir string) ([]string, error) {
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	err := fetch(ctx, dir)
	if err != nil && os.Geteuid() == 0 {
		if _, err := command(ctx, "", "apt-get", "update", "-qq"); err != nil {
			return nil, err
		}
		err = fetch(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	return filepath.Glob(filepath.Join(dir, "*.deb"))
}

// fetch asks apt what installing would bring, and downloads that together with the wanted packages themselves.
func fetch(ctx context.Context, dir string) error {
	var names []string
	for _, group := range wanted() {
		plan, err := command(ctx, dir, "apt-get", append([]string{"install", "--simulate", "--no-install-recommends"}, group...)...)
		if err != nil {
			return err
		}
		names = append(names, group...)
		for line := range strings.Lines(plan) {
			if words := strings.Fields(line); len(words) > 1 && words[0] == "Inst" {
				names = append(names, words[1])
			}
		}
	}
	slices.Sort(names)
	_, err := command(ctx, dir, "apt-get", append([]string{"download", "-qq"}, slices.Compact(names)...)...)
	return err
}

// command runs a tool to its end and gives its standard output; its error holds what it said.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return string(out), nil
}
