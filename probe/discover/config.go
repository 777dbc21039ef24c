package discover

import (
	"context"
	"slices"
	"strings"

	"portolan/account"
	"portolan/account/format"
)

// A reading is how an autoconfig file that was fetched is to be judged.
type reading struct {
	source account.Source
	url    string
	// vouched says for which of its hosts the file can vouch; it is asked for hosts outside the user's domain alone.
	vouched func(config format.Config, hosts []string) func(host string) bool
	mx      string // the domain's best mail exchanger, where it is known
}

// readConfig turns an autoconfig file into an answer.
func (q *inquiry) readConfig(p page, r reading) Answer {
	a := Answer{Status: Broken, URL: r.url}
	config, remarks, err := format.ReadThunderbird(p.body)
	if err != nil && looksLikeHTML(p.body) {
		a.Err = err
		a.Note = "There is only a web page at " + account.UnicodeHost(p.hosts()[len(p.hosts())-1]) + ", no settings."
		return a
	}
	if err != nil {
		a.Err = err
		a.Note = notes("What "+account.UnicodeHost(p.hosts()[len(p.hosts())-1])+" sent is no usable configuration.", err.Error(), remarkText(remarks))
		return a
	}
	covers, domains := config.Covers(q.address.Domain), config.Domains
	config, more := config.For(q.address)
	config.Domains = domains // as the file has them: a placeholder among them is no name
	list := roster{source: r.source}
	for _, e := range slices.Concat(config.Incoming, config.Outgoing) {
		list.add(e.Host, Port{e.Protocol, e.Port, e.Security}, e.Username)
	}
	a.Candidates = list.list
	if len(a.Candidates) > 0 {
		a.Status = Named
	}
	q.vouch(a.Candidates, r.vouched(config, p.hosts()))
	for i, c := range a.Candidates {
		a.Candidates[i].MX = c.Host == r.mx
	}
	a.Note = notes(q.awayNote(p.hosts(), r.source), coverNote(covers, q.address.Domain, r.source), list.remark(), remarkText(slices.Concat(remarks, more)))
	return a
}

// looksLikeHTML reports whether a body is a page for people, as parked domains show for every address.
func looksLikeHTML(body []byte) bool {
	start := strings.ToLower(string(body[:min(len(body), 512)]))
	return strings.Contains(start, "<!doctype html") || strings.Contains(start, "<html")
}

// vouch marks the hosts outside the user's own domain that are vouched for. Hosts inside need nobody's word.
func (q *inquiry) vouch(list []Candidate, vouched func(host string) bool) {
	for i, c := range list {
		if vouched != nil && !q.home([]string{c.Host}) {
			list[i].Origin.Vouched = vouched(c.Host)
		}
	}
}

// awayNote names the hosts outside the user's domain that had a say in what the domain publishes.
func (q *inquiry) awayNote(hosts []string, source account.Source) string {
	if source == account.SourceISPDB || source == account.SourceMX {
		if len(hosts) < 2 {
			return ""
		}
		return "The answer came by way of " + hostList(hosts) + "."
	}
	away := slices.DeleteFunc(slices.Clone(hosts), func(h string) bool { return q.home([]string{h}) })
	if len(away) == 0 {
		return ""
	}
	return account.UnicodeHost(q.address.Domain) + " sends whoever asks for its settings to " + hostList(away) + "."
}

// coverNote says that a file is not meant for the domain. That of an MX operator need not be.
func coverNote(covers bool, domain string, source account.Source) string {
	if covers || source == account.SourceMX {
		return ""
	}
	return "The settings do not say that they are meant for " + account.UnicodeHost(domain) + "."
}

// remarkText puts the remarks of a reader together.
func remarkText(remarks []format.Remark) string {
	texts := make([]string, len(remarks))
	for i, r := range remarks {
		texts[i] = r.Text
	}
	return strings.Join(texts, " ")
}

// config asks for an autoconfig file and reads it.
func (q *inquiry) config(ctx context.Context, o order, r reading, progress func()) Answer {
	p, err := q.fetch(ctx, page{}, o, progress)
	if err != nil {
		return q.failed(r.url, err)
	}
	return q.readConfig(p, r)
}
