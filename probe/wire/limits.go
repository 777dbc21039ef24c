package wire

import "time"

// Every figure on which safety rests stands here: a deadline for each step, a budget for each thing that a server sends.
const (
	connectLimit     = 5 * time.Second       // TCP
	tlsLimit         = 8 * time.Second       // one handshake
	replyLimit       = 10 * time.Second      // the greeting, or one reply, from its command to its last byte
	attemptLimit     = 25 * time.Second      // Open as a whole: the sum of the above is not allowed
	examineLimit     = 10 * time.Second      // Examine as a whole
	signInReplyLimit = 30 * time.Second      // one reply while signing in: servers delay their no
	signInLimit      = 60 * time.Second      // one sign-in as a whole
	goodbyeLimit     = 2 * time.Second       // LOGOUT or QUIT, and closing
	farewellLimit    = 10 * time.Millisecond // writing a goodbye whose answer is not waited for
	peekLimit        = time.Millisecond      // Dead: time for the system to hand over what has arrived

	imapLineLimit   = 8 << 10   // bytes, line end included
	lineLimit       = 2 << 10   // bytes, SMTP and POP3
	replySizeLimit  = 64 << 10  // bytes in one reply, literals included
	replyLineLimit  = 1000      // lines in one reply
	literalLimit    = 64 << 10  // bytes announced by one IMAP literal
	connectionLimit = 256 << 10 // bytes read on one connection
	capabilityLimit = 256       // capabilities kept; the rest is ignored

	saslRoundLimit   = 4        // challenges answered in one sign-in
	scramLeastRounds = 4096     // iterations of PBKDF2
	scramRoundLimit  = 1000000  // about a second
	smtpAuthLimit    = 512      // octets of an AUTH command with its line end: RFC 4954, section 4
	pop3AuthLimit    = 255      // octets of an AUTH command with its line end: RFC 5034, section 4
	tagLength        = 10       // characters of an IMAP tag, 5 random bits each
	transcriptLimit  = 64 << 10 // bytes of text kept
	shownLimit       = 200      // runes of foreign text in an error
	shownBytes       = 80       // bytes shown of something that is no reply
	shownLineLimit   = 1000     // runes of one line in the transcript

	handshakeSizeLimit = 32 << 10 // bytes read in one handshake: five hundred names and their chain take half of it
	keptCertificates   = 10       // certificates of one handshake that are kept
	keptNames          = 2000     // names of one certificate that are kept: a handshake has room for no more, unless they are very short

	minRSABits   = 2048
	minCurveBits = 256
)
