package cli

import (
	"fmt"
	"strings"

	"portolan/account/format"
	"portolan/probe/practice"
)

// Usage is the help text.
func Usage() string {
	var b strings.Builder
	b.WriteString(`Portolan finds and proves the settings of a mail account, the safest way first.

In a window:

  portolan                  empty
  portolan ADDRESS          filled in
  portolan FILE...          on settings that other programs wrote
  portolan -practice NAME   on a built-in practice mailbox

portolan -version tells which version this is, portolan -help says what you read here.

Without a window, with the options below:

  portolan -find alice@domain.example
  portolan -find alice@domain.example -password-file FILE -format thunderbird -o FILE.xml

Without a password nobody is signed in; with one, it is sent only over an encrypted
connection to a server whose identity was verified, unless you say yes to less below.

  -password-file FILE   take the password from FILE, "-" for standard input; exactly one final
                        line end is removed. A password is never given as an argument.
  -json                 print one JSON object instead of words
  -user NAME            the user name to sign in with
  -incoming HOST[:PORT] the server that mail is read from
  -outgoing HOST[:PORT] the server that mail is sent through
  -protocol imap|pop3   read mail in this way only

To say yes to a question of an earlier search (each can be repeated):

  -trust HOST:PORT=sha256:HEX  accept this very certificate for this server and port
  -confirm-domain D            the password may go to servers in the domain D
  -allow-cleartext HOST:PORT   no encryption for this server and port; anybody on the way can
                               read the password and the mail

  -ca FILE              trust the certificate authorities in FILE (PEM or DER) too; can be repeated
  -format NAME -o FILE  write the settings to FILE, which happens only when the exit status is 0
`)
	fmt.Fprintf(&b, "                        NAME is %s\n", strings.Join(format.Names(), " or "))
	b.WriteString("  -practice NAME        search in a built-in practice mailbox (you@practice.invalid, password\n" +
		"                        \"practice\") instead of the network; NAME is one of:\n")
	for _, name := range practice.Names() {
		fmt.Fprintf(&b, "                          %-12s %s\n", name, practice.Describe(name))
	}
	b.WriteString(`
Exit status, the first that applies: 2 wrong usage; 4 a decision is needed; 3 found, but the
sign-in was refused; 1 not found, or only one of the two servers; 0 settings found.
`)
	return b.String()
}
