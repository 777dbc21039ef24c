package mailtest

import (
	"strconv"
	"time"
)

// An Ending is a world in which a search for alice@example.test comes to one outcome.
type Ending struct {
	Name    string
	Map     Map
	Cancel  time.Duration // when the user stops the search; 0: never
	Fault   bool          // somebody's code panics after the first sign-in
	Outcome string        // as -find -json tells it, where there is no fault
}

// Endings gives a world for every outcome that a search with this password can have. In one of them the server repeats
// the password in its refusal.
func Endings(password string) ([]Ending, error) {
	const (
		hosts = "  host 192.0.2.10 imap.example.test smtp.example.test\n"
		imap  = "  imap 192.0.2.10:993 tls\n"
		smtp  = "  smtp 192.0.2.10:465 tls\n"
		other = "  mailbox another alice@example.test\n"
	)
	echo := "  imap 192.0.2.10:993 tls refuse=" + strconv.Quote("NO you said "+password) + "\n"
	all := []struct {
		world  string
		ending Ending
	}{
		{hosts + imap + smtp, Ending{Name: "ready", Outcome: "ready"}},
		{hosts + imap + smtp + other, Ending{Name: "refused", Outcome: "refused"}},
		{hosts + echo + smtp + other, Ending{Name: "refused with the password", Outcome: "refused"}},
		{hosts + "  imap 192.0.2.10:993 tls cert=self-signed\n" + smtp, Ending{Name: "decision", Outcome: "decision"}},
		{hosts + imap, Ending{Name: "one role", Outcome: "incomplete"}},
		{hosts, Ending{Name: "nothing", Outcome: "none"}},
		{hosts + "  port 192.0.2.10:993 silent\n  port 192.0.2.10:143 silent\n", Ending{Name: "stopped", Outcome: "cancelled", Cancel: 300 * time.Millisecond}},
		{hosts + imap + smtp, Ending{Name: "a panic", Fault: true}},
	}
	endings := make([]Ending, len(all))
	for i, e := range all {
		s, err := Parse("world\n" + e.world + "run\n  address alice@example.test\n  password " + strconv.Quote(password) + "\nexpect\n  outcome ready\n")
		if err != nil {
			return nil, err
		}
		endings[i] = e.ending
		endings[i].Map = s.World
	}
	return endings, nil
}
