package discover

import (
	_ "embed" // the table of filter companies
	"strings"

	"portolan/account"
)

// filterTable lists companies that filter the mail of others: a registrable domain and a name on each line.
//
//go:embed filters.txt
var filterTable string

// filterOf gives the name of the company that filters mail at a mail exchanger, "" where it is none that is known.
func filterOf(host string) string {
	domain := account.RegistrableDomain(host)
	for line := range strings.Lines(filterTable) {
		if found, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && found == domain {
			name, _, _ = strings.Cut(name, ";")
			return strings.TrimSpace(name)
		}
	}
	return ""
}
