package cli

import (
	"bytes"
	"errors"
	"fmt"

	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
	"portolan/probe"
)

// fileMode lets nobody else read the file: a user name is nobody's business.
const fileMode = 0o600

// remarkLimit is the most that is shown of a remark, in runes.
const remarkLimit = 400

// readLimit bounds the reading back, in bytes; no format needs more.
const readLimit = 256 << 10

// export writes the file of -o where the search ended well, and gives the exit status.
func (c Command) export(o order, r probe.Report) int {
	status := Status(r)
	if o.file == "" {
		return status
	}
	if status != StatusFound {
		c.say("%s was left untouched, because the search did not end with settings that are ready for use.", o.file)
		return status
	}
	remarks, err := write(o.format, o.file, r.Account("", o.request.Policy))
	for _, remark := range remarks {
		about := ""
		if remark.Role != account.RoleUnknown {
			about = remark.Role.String() + " server: "
		}
		c.say("%s%s", about, account.Neutral(remark.Text, remarkLimit))
	}
	if err != nil {
		c.say("%s was not written: %v", o.file, err)
		return StatusUsage
	}
	c.say("%s was written and read back.", o.file)
	return status
}

// write puts an account into a file and reports success only after the file was read back and says the same. The format's
// writer has read its own work back before, so that a file that would be wrong never takes the place of a good one.
func write(name, path string, a account.Account) ([]format.Remark, error) {
	text, remarks, err := format.Write(name, a)
	if err != nil {
		return nil, err
	}
	if err := store.WriteFile(path, text, fileMode); err != nil {
		return nil, err
	}
	again, err := store.ReadFile(path, readLimit)
	if err != nil {
		return nil, fmt.Errorf("reading it back: %w", err)
	}
	if !bytes.Equal(again, text) || name == format.Thunderbird && !says(again, a) {
		return nil, errors.New("reading it back gave something else")
	}
	return remarks, nil
}

// says reports whether a Thunderbird file holds the account's two servers.
func says(text []byte, a account.Account) bool {
	config, _, err := format.ReadThunderbird(text)
	if err != nil {
		return false
	}
	config, _ = config.For(a.Address)
	return len(config.Incoming) == 1 && same(config.Incoming[0].Server, a.Incoming) &&
		len(config.Outgoing) == 1 && same(config.Outgoing[0].Server, a.Outgoing)
}

// same compares what every format can say; a sign-in method may have only the name of its kind.
func same(read, meant account.Server) bool {
	return read.Protocol == meant.Protocol && read.Endpoint == meant.Endpoint && read.Security == meant.Security && read.Username == meant.Username
}
