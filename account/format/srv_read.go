package format

import (
	"fmt"
	"slices"
	"strings"

	"portolan/account"
)

// A srvRecord is one line of a zone.
type srvRecord struct {
	service, domain  string
	priority, weight int
	port             int
	target           string
}

// readSRV reads the mail services among the lines of a zone file, one account for each domain. Of several servers the
// safest is taken, then IMAP, then the one of the best priority. RFC 2782; RFC 1035, section 5.1.
func readSRV(data []byte) ([]Imported, error) {
	if err := checkText(data); err != nil {
		return nil, err
	}
	records, bad := srvRecords(string(data))
	slices.SortStableFunc(records, func(a, b srvRecord) int {
		if d := slices.Index(srvOrder(), a.service) - slices.Index(srvOrder(), b.service); d != 0 {
			return d
		}
		if d := a.priority - b.priority; d != 0 {
			return d
		}
		return b.weight - a.weight
	})
	var domains []string
	all := map[string]*gather{}
	for _, r := range records {
		g := all[r.domain]
		if g == nil {
			if len(domains) == maxAccounts {
				break
			}
			g = &gather{}
			g.Domain = r.domain
			domains, all[r.domain] = append(domains, r.domain), g
		}
		g.srv(r)
	}
	slices.Sort(domains)
	var list []gather
	for _, d := range domains {
		g := all[d]
		if bad > 0 {
			g.remark(account.RoleUnknown, fmt.Sprintf("Left out: %d lines that look like records of mail services and are none.", bad))
		}
		list = append(list, *g)
	}
	return usable(list)
}

// srvOrder lists the services in the order of preference.
func srvOrder() []string {
	return []string{"imaps", "imap", "pop3s", "pop3", "submissions", "submission"}
}

// srv takes one record in, unless a better one was there before. RFC 6186, section 4: without a word on it the user name
// is the whole address.
func (g *gather) srv(r srvRecord) {
	f := found{protocol: account.SMTP, host: r.target, port: fmt.Sprint(r.port), security: account.STARTTLS}
	if protocol, err := account.ParseProtocol(strings.TrimSuffix(r.service, "s")); err == nil {
		f.protocol = protocol
	}
	if strings.HasSuffix(r.service, "s") {
		f.security = account.TLS
	}
	role := f.protocol.Role()
	taken := g.Incoming
	if role == account.Outgoing {
		taken = g.Outgoing
	}
	if taken.Protocol != account.ProtocolUnknown {
		return
	}
	if r.target == "." {
		g.remark(role, "The domain says that it does not offer “"+r.service+"”.")
		return
	}
	g.server(f)
	if role == account.Outgoing {
		g.OutgoingUser = addressPlaceholder
	} else {
		g.IncomingUser = addressPlaceholder
	}
}

// srvRecords reads the entries; bad counts those that name a mail service and are no such record.
func srvRecords(text string) (records []srvRecord, bad int) {
	origin, owner := "", ""
	for _, fields := range zoneEntries(text) {
		if strings.EqualFold(fields[0], "$ORIGIN") && len(fields) > 1 {
			origin = strings.TrimSuffix(absolute(fields[1], origin), ".")
			continue
		}
		if fields[0] != "" {
			owner = fields[0]
		}
		at := slices.IndexFunc(fields, func(f string) bool { return strings.EqualFold(f, "SRV") })
		if at < 1 || !srvName.MatchString(owner+".") || len(records) == maxDomains {
			continue
		}
		if r, ok := parseSRV(owner, origin, fields[at+1:]); ok {
			records = append(records, r)
		} else {
			bad++
		}
	}
	return records, bad
}

// zoneEntries parts a zone file into entries and these into fields, of which the first is the owner: "" stands for that of the
// entry before. RFC 1035, section 5.1: in parentheses, an entry goes on over the ends of lines; a semicolon begins a comment; in
// double quotes all this means nothing.
func zoneEntries(text string) [][]string {
	var entries [][]string
	var fields []string
	depth := 0
	for line := range strings.Lines(text) {
		if depth == 0 {
			fields = nil
			if line[0] == ' ' || line[0] == '\t' {
				fields = []string{""}
			}
		}
		words, change := zoneWords(line)
		fields, depth = append(fields, words...), max(0, depth+change)
		if depth == 0 && strings.Join(fields, "") != "" {
			entries = append(entries, fields)
		}
	}
	return entries
}

// zoneWords parts a line into words without the parentheses, of which it tells how many more are open behind it.
func zoneWords(line string) (words []string, depth int) {
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line):
			word.WriteString(line[i : i+2])
			i++
		case c == '"':
			quoted = !quoted
			word.WriteByte(c)
		case quoted:
			word.WriteByte(c)
		case c == ';':
			end()
			return words, depth
		case c == '(' || c == ')':
			end()
			depth += map[byte]int{'(': 1, ')': -1}[c]
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			end()
		default:
			word.WriteByte(c)
		}
	}
	end()
	return words, depth
}

// parseSRV reads one record: its owner, and the four fields of its data.
func parseSRV(owner, origin string, fields []string) (srvRecord, bool) {
	if len(fields) != 4 {
		return srvRecord{}, false
	}
	owner = strings.ToLower(absolute(owner, origin))
	service, rest, _ := strings.Cut(owner, "._tcp")
	r := srvRecord{
		service: strings.TrimPrefix(service, "_"), priority: atoi(fields[0]), weight: atoi(fields[1]), port: atoi(fields[2]),
		target: fields[3],
	}
	if r.target != "." {
		r.target = absolute(fields[3], origin)
	}
	if domain := strings.TrimPrefix(rest, "."); domain != "" {
		var err error
		if r.domain, err = account.ParseHost(domain); err != nil {
			return srvRecord{}, false
		}
	}
	return r, slices.Contains(srvOrder(), r.service) && r.priority >= 0 && r.weight >= 0 && r.port >= 0
}

// absolute completes a name that does not end in a dot; "@" is the origin itself.
func absolute(name, origin string) string {
	if name == "@" && origin != "" {
		return origin
	}
	if absolute, ok := strings.CutSuffix(name, "."); ok || origin == "" {
		return absolute
	}
	return name + "." + origin
}
