package wire

// xoauth2 is the XOAUTH2 mechanism, which Google and Microsoft have documented: user name and token, with ^A between.
// The failure is answered with an empty line.
func xoauth2(user, token string) *tokenClient {
	return &tokenClient{
		name:    "XOAUTH2",
		message: "user=" + user + "\x01auth=Bearer " + token + "\x01\x01",
		answer:  []byte{},
	}
}
