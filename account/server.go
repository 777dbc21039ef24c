package account

// A Server is how one half of an account is reached and signed in to.
type Server struct {
	Protocol Protocol
	Endpoint // host in ASCII (A-labels) or an address literal, and port
	Security Security
	Auth     Auth   // AuthNone: no sign-in (outgoing only)
	Username string // as it is sent; "" with AuthNone
	Source   Source // who named the host
}

// An Account is the answer of the program: what a mail program needs to know. It holds no secret.
type Account struct {
	Name     string // the person's name, as it stands in From
	Address  Address
	Incoming Server
	Outgoing Server
	Trust    Trust
	Consents Consents
	// ClientCertificate is what the person proves their identity with at both servers; zero: nothing.
	ClientCertificate ClientCertificate
	Folders           Folders // of the incoming server's mailbox; zero: nobody has looked
}

// Consents are the user's answers that the gate remembers for one account.
type Consents struct {
	Domains   []string   // registrable domains confirmed, in ASCII
	Cleartext []Endpoint // servers that may be used without any encryption
}
