// Package account holds the words of the program and the rules on them: addresses, servers, sign-in methods, the gate
// for passwords. Everything in it is a plain value; nothing in it touches a network, a file or a clock.
//
// Text that a person typed comes in through [ParseAddress], [ParseServer], [ParseHost] and [ParsePort], whose errors are
// an [*InputError]: one sentence, fit to stand beside the field. [Validate] asks them for a whole form at once. Text that
// somebody else wrote is shown through [Neutral] alone. The one place that decides whether a password may be sent is
// [Policy.Admit].
//
// # Why typed text is refused rather than cleaned
//
// Blanks around a value are dropped, because they come with every paste. Anything else that cannot be seen (a
// zero-width space in the middle, a line break at the end, a right-to-left mark) is refused in words: dropping it would make two
// different names out of one picture, and a line break is how a command is smuggled into a protocol.
//
// # Why names are compared in ASCII
//
// Every host and domain in this package is made of A-labels, in lower case and without a trailing dot, so that == on an
// [Endpoint] or an [Address] is the comparison that the DNS makes. A label that mixes alphabets never gets so far;
// one that is spelled in a single foreign alphabet does, and is to be shown with its A-label beside it.
//
// # Why an address with a zone is refused
//
// fe80::1%eth0 names an interface of one machine. No certificate can name it and no exported file can carry it.
package account

// An InputError says what is wrong with something that a person typed, in one sentence for that person.
type InputError struct{ Reason string }

// Error gives the sentence.
func (e *InputError) Error() string { return e.Reason }

// wrong makes the error for a sentence.
func wrong(reason string) error { return &InputError{reason} }
