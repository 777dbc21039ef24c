//go:build linux

package debian

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"unsafe"
)

// A Lab is a small world with a network of its own: loopback addresses, names, a certificate authority and servers.
type Lab struct {
	Names     *Names     // answers at the system's name server address
	Authority *Authority // nobody trusts it but who is handed AuthorityFile

	dir    string // for files that servers read; gone with the lab
	server *user.User
	root   bool
	used   int // how many addresses Address has given
}

// newLab turns the namespaces that this process was started in into a lab.
func newLab(tree string) (*Lab, error) {
	if err := mountUsr(tree); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lab-")
	if err != nil {
		return nil, err
	}
	l := &Lab{dir: dir, root: os.Geteuid() == 0}
	if l.server, err = serverUser(); err != nil {
		return nil, err
	}
	if err := errors.Join(os.Chmod(dir, 0o755), l.mountEtc(), loopbackUp()); err != nil {
		return nil, err
	}
	if l.Authority, err = NewAuthority("Lab"); err != nil {
		return nil, err
	}
	if err := os.WriteFile(l.AuthorityFile(), l.Authority.PEM, 0o644); err != nil {
		return nil, err
	}
	l.Names, err = serveNames(netip.MustParseAddrPort("127.0.0.53:53"))
	return l, err
}

// close ends what newLab started; the mounts go with the process.
func (l *Lab) close() { l.Names.close() }

// serverUser is who the servers run as: nobody where the test is root, because Dovecot wants no root for its log-in
// processes, and the current user otherwise.
func serverUser() (*user.User, error) {
	if os.Geteuid() == 0 {
		return user.Lookup("nobody")
	}
	return user.Current()
}

// Root reports whether the lab has more than one user, which Postfix needs.
func (l *Lab) Root() bool { return l.root }

// AuthorityFile is the PEM file with the lab's certificate authority.
func (l *Lab) AuthorityFile() string { return filepath.Join(l.dir, "authority.pem") }

// Address gives a loopback address that no other server in the lab uses.
func (l *Lab) Address() netip.Addr {
	l.used++
	return netip.AddrFrom4([4]byte{127, 0, byte(1 + l.used/250), byte(1 + l.used%250)})
}

// folder makes a new folder that the servers may write to.
func (l *Lab) folder(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp(l.dir, name+"-")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(dir, 0o755), l.give(dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// write makes a file in a folder of the lab and hands it to the servers' user.
func (l *Lab) write(t *testing.T, name string, content []byte) string {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.give(name); err != nil {
		t.Fatal(err)
	}
	return name
}

// give hands a file to the servers' user.
func (l *Lab) give(name string) error {
	cred := l.serverCredential()
	if cred == nil {
		return nil
	}
	return os.Lchown(name, int(cred.Uid), int(cred.Gid))
}

// serverCredential is the servers' user in numbers, nil where that is the current one.
func (l *Lab) serverCredential() *syscall.Credential {
	if !l.root {
		return nil
	}
	uid, errUID := strconv.ParseUint(l.server.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(l.server.Gid, 10, 32)
	if err := errors.Join(errUID, errGID); err != nil {
		panic(fmt.Sprintf("user %s: %v", l.server.Username, err)) // POSIX systems number their users
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// start runs a server until the test ends, and then ends it with everything that it started.
func (l *Lab) start(t *testing.T, cred *syscall.Credential, tool string, args ...string) {
	t.Helper()
	cmd := exec.Command(tool, args...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C"}
	cmd.Dir = l.dir
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: cred}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(cmd) })
}

// stop ends the server and all its children at once, because they have nothing worth saving, and returns when their ports
// are free. The lab's own process is the first of its namespace, so that it inherits the children and can wait for them.
func stop(cmd *exec.Cmd) {
	group := -cmd.Process.Pid
	_ = syscall.Kill(group, syscall.SIGKILL)
	_ = cmd.Wait() // the status of a server that was killed says nothing
	for {
		_, err := syscall.Wait4(group, nil, 0, nil)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// errMount means that the system does not allow the lab its own view of files, as in some containers.
var errMount = errors.New("mount refused")

// mountUsr lays the unpacked packages over /usr, and after that, because they may lie in there, makes the folder for
// temporary files a private one in memory.
func mountUsr(tree string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("%w: private: %w", errMount, err)
	}
	if err := overlay(filepath.Join(tree, "usr"), "/usr"); err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", os.TempDir(), "tmpfs", 0, "mode=1777"); err != nil {
		return fmt.Errorf("%w: tmpfs: %w", errMount, err)
	}
	return nil
}

// mountEtc lays the lab's own users and name service over /etc.
func (l *Lab) mountEtc() error {
	etc := filepath.Join(l.dir, "etc")
	if err := writeEtc(etc); err != nil {
		return err
	}
	return overlay(etc, "/etc")
}

// overlay shows the files of upper in front of those of the system's folder, read-only.
func overlay(upper, folder string) error {
	options := "lowerdir=" + upper + ":" + folder
	if err := syscall.Mount("overlay", folder, "overlay", syscall.MS_RDONLY, options); err != nil {
		return fmt.Errorf("%w: overlay on %s: %w", errMount, folder, err)
	}
	return nil
}

// loopbackUp switches the loopback interface on and opens the ports below 1024 to everybody in this network.
func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Close(fd) }()
	request := struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}{flags: syscall.IFF_UP}
	copy(request.name[:], "lo")
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return fmt.Errorf("loopback interface: %w", errno)
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_unprivileged_port_start", []byte("0"), 0o644)
}

// groupName gives the name of a group.
func groupName(gid string) (string, error) {
	group, err := user.LookupGroupId(gid)
	if err != nil {
		return "", err
	}
	return group.Name, nil
}
