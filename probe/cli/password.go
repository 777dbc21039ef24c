package cli

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe/wire"
)

// passwordLimit bounds what is read from a file with a password, in bytes.
const passwordLimit = 4 << 10

// readPassword takes the password from a file, or from standard input for "-". No error repeats what was read, nor the
// path: somebody may have written the password in its place.
func (c Command) readPassword(ctx context.Context, path string) (account.Secret, error) {
	var text []byte
	var err error
	if path == "-" {
		text, err = c.readStdin(ctx)
	} else {
		text, err = store.ReadFile(path, passwordLimit)
	}
	if err != nil {
		return account.Secret{}, fmt.Errorf("the password file cannot be read: %w", unreadable(err))
	}
	secret, err := passwordFrom(text)
	if err != nil {
		return account.Secret{}, err
	}
	if remark := account.PasswordRemark(secret); remark != "" {
		c.say("%s", remark)
	}
	return secret, nil
}

// passwordFrom removes exactly one final line end, LF or CRLF, and nothing else: blanks may belong to the password.
func passwordFrom(text []byte) (account.Secret, error) {
	if rest, cut := bytes.CutSuffix(text, []byte("\n")); cut {
		text = bytes.TrimSuffix(rest, []byte("\r"))
	}
	switch {
	case len(text) == 0:
		return account.Secret{}, errors.New("the password is empty")
	case len(text) > passwordLimit:
		return account.Secret{}, fmt.Errorf("the password is longer than %d bytes: is it the right file?", passwordLimit)
	case bytes.IndexByte(text, 0) >= 0:
		return account.Secret{}, errors.New("the password has a zero byte in it, which no server takes: is it the right file?")
	default:
		return account.NewSecret(string(text)), nil
	}
}

// withoutPath gives an error about a file without the file's name.
func withoutPath(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// readStdin reads standard input to its end, or one line without showing it where it is a terminal. The end of ctx ends
// the wait; the reader is then left behind, because a read from a terminal or a pipe cannot be taken back, and the program
// is about to end.
func (c Command) readStdin(ctx context.Context) ([]byte, error) {
	read := func() ([]byte, error) { return io.ReadAll(io.LimitReader(c.Stdin, passwordLimit+3)) }
	if f, ok := c.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		before, err := term.GetState(int(f.Fd()))
		if err != nil {
			return nil, err
		}
		defer func() { _ = term.Restore(int(f.Fd()), before) }()
		_, _ = io.WriteString(c.Stderr, "Password: ")
		defer func() { _, _ = io.WriteString(c.Stderr, "\n") }()
		read = func() ([]byte, error) { return term.ReadPassword(int(f.Fd())) }
	}
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readAuthorities reads the certificates of a file, PEM or DER; everything else in it is left alone.
func readAuthorities(path string) ([]*x509.Certificate, error) {
	text, err := store.ReadFile(path, wire.MaxCertificateFile)
	if err != nil {
		return nil, fmt.Errorf("-ca %s: %w", path, unreadable(err))
	}
	certificates, err := wire.ParseAuthorities(text)
	if err != nil {
		return nil, fmt.Errorf("-ca %s: %w", path, authorityFault(err))
	}
	return certificates, nil
}

// unreadable says in plain words why a file cannot be read, without its name.
func unreadable(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("the file may not be read")
	default:
		return withoutPath(err)
	}
}

// authorityFault says why a file holds no authorities.
func authorityFault(err error) error {
	switch wire.FaultOf(err) {
	case wire.NoCertificate:
		return errors.New("there is no certificate in it (PEM: -----BEGIN CERTIFICATE-----)")
	case wire.NotAnAuthority:
		return errors.New("a certificate in it is no authority's, and vouches for nobody else")
	case wire.FileTooLarge:
		return errors.New("it is too large")
	default:
		return errors.New("a certificate in it cannot be read, or there is none")
	}
}
