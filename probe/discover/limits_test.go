package discover

import (
	"testing"
	"time"
)

func TestBudgetsAreThoseOfTheCatalogue(t *testing.T) {
	for name, pair := range map[string][2]int{
		"one source (s)":      {int(askLimit / time.Second), 10},
		"connect (s)":         {int(connectLimit / time.Second), 5},
		"HTTP head (KiB)":     {maxHead >> 10, 64},
		"HTTP body (KiB)":     {maxBody >> 10, 256},
		"redirects":           {maxHops, 3},
		"depth":               {maxDepth, 16},
		"records":             {maxRecords, 8},
		"addresses of a host": {maxAddresses, 4},
		"hosts of a role":     {maxHosts, 12},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %d, want %d", name, pair[0], pair[1])
		}
	}
}
