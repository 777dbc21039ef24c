// Package cli is "portolan -find": the search without a window, for scripts and for a machine without a display.
//
// # What goes where
//
// Standard output has the answer: words, or with -json one object and nothing else. Standard error has what is wrong with
// the command line, remarks on the password, and what became of the file of -o. The list of tries is shown while it grows
// where a person can see it: on standard output, or with -json on standard error where that is a terminal. Where the
// output is no terminal, a try is one plain line when it has ended.
//
// # Exit status
//
// The first that applies: 2, wrong usage (a file that cannot be read or written too); 4, a decision is needed; 3, found,
// but the sign-in was refused; 1, not found, or only for one role, or stopped by Ctrl-C; 0, settings found, and signed in
// where a password was given. The file of -o is written only on 0, and 0 is given only after it was read back.
//
// # JSON
//
// Every key is always there. A server that was not found is null, an empty list is [], an unknown text is "". Times are
// whole milliseconds since the start of the search. A run that was stopped has the outcome "cancelled"; its tries that
// had not ended are "skipped" with the cause "cancelled".
//
// # Why a password is never an argument
//
// Every user of a machine can read the arguments of every program. It comes from a file or from standard input, and an
// option that looks like one for a password is refused without repeating what was written.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"

	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/practice"
)

// The exit statuses.
const (
	StatusFound    = 0 // settings found, and signed in where a password was given
	StatusNothing  = 1 // nothing found, only one role, or stopped
	StatusUsage    = 2 // wrong usage
	StatusRefused  = 3 // found, but the sign-in was refused
	StatusDecision = 4 // a decision is needed
)

// A Runner searches. *probe.Prober is one.
type Runner interface {
	Run(ctx context.Context, r probe.Request) iter.Seq[probe.Event]
}

// A Screen gives the size of a terminal in columns and rows, as it is now.
type Screen func() (columns, rows int)

// A Command is one call of "portolan -find".
type Command struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	StdoutScreen Screen // nil: not a terminal
	StderrScreen Screen // nil: not a terminal
	Runner       Runner // nil: the real search, on the system's network or in the practice mailbox
}

// Run runs "portolan -find" with the arguments behind the program's name, and gives the exit status. Writers that are
// terminals show the list of tries as it grows; a Stdin that is one is asked for the password without showing it.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := Command{Stdin: stdin, Stdout: stdout, Stderr: stderr, StdoutScreen: screenOf(stdout), StderrScreen: screenOf(stderr)}
	return c.Run(ctx, args)
}

// Run does what the arguments ask for and gives the exit status.
func (c Command) Run(ctx context.Context, args []string) int {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(c.Stdout, Usage())
		return StatusFound
	}
	if err != nil {
		return c.wrong(err)
	}
	mailbox, err := c.prepare(ctx, &o)
	if err != nil && ctx.Err() != nil {
		c.say("stopped.")
		return StatusNothing
	}
	if err != nil {
		return c.wrong(err)
	}
	if mailbox != nil {
		defer func() { _ = mailbox.Close() }()
	}
	report, err := c.watch(ctx, c.runner(mailbox, o), o)
	if err != nil {
		c.say("the answer could not be written: %v", err)
		return max(Status(report), StatusNothing)
	}
	return c.export(o, report)
}

// wrong tells what is wrong with the command line.
func (c Command) wrong(err error) int {
	c.say("%v", err)
	c.say("“portolan -help” shows how -find is used.")
	return StatusUsage
}

// say writes one line to standard error.
func (c Command) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.Stderr, "portolan: "+format+"\n", args...)
}

// prepare opens what the command line names: the password, private authorities, the practice mailbox. The caller closes
// the mailbox, which is nil where none was asked for.
func (c Command) prepare(ctx context.Context, o *order) (*practice.Mailbox, error) {
	for _, path := range o.authorities {
		certificates, err := readAuthorities(path)
		if err != nil {
			return nil, err
		}
		o.request.Policy.Trust.Authorities = append(o.request.Policy.Trust.Authorities, certificates...)
	}
	if o.passwordFile != "" {
		secret, err := c.readPassword(ctx, o.passwordFile)
		if err != nil {
			return nil, err
		}
		o.request.Secret, o.request.PasswordSure = secret, true // nobody is there to be asked: what speaks against it is a finding
	}
	if o.practice == "" {
		return nil, nil
	}
	mailbox, err := practice.Start(ctx, o.practice)
	if err != nil {
		return nil, fmt.Errorf("-practice: %w", err)
	}
	trust := mailbox.Trust()
	o.request.Policy.Trust.Authorities = append(o.request.Policy.Trust.Authorities, trust.Authorities...)
	o.request.Policy.Trust.Pins = append(o.request.Policy.Trust.Pins, trust.Pins...)
	return mailbox, nil
}

// runner is who searches. In the practice mailbox no other name is dialled, because its dialer and its resolver know none.
// Private authorities hold for what is published over HTTPS too.
func (c Command) runner(mailbox *practice.Mailbox, o order) Runner {
	finder := discover.Finder{Authorities: o.request.Policy.Trust.Authorities}
	switch {
	case c.Runner != nil:
		return c.Runner
	case mailbox != nil:
		finder.Resolver, finder.Dialer = mailbox, mailbox
		return &probe.Prober{Finder: finder, Dialer: mailbox}
	default:
		return &probe.Prober{Finder: finder}
	}
}

// watch runs the search, shows the tries as they come, and writes the answer as soon as it is there: the polite endings
// of the connections follow behind it. The error is the answer's writer's.
func (c Command) watch(ctx context.Context, runner Runner, o order) (report probe.Report, err error) {
	report.Address = o.request.Address
	tries := newTries()
	w, screen := c.listing(o)
	fault := probe.Survive(func() {
		for event := range runner.Run(ctx, o.request) {
			report = report.With(event)
			columns, rows := sizeOf(screen)
			if text := tries.next(report, columns, rows); text != "" {
				_, _ = io.WriteString(w, text)
			}
			if event.Kind == probe.RunEnded {
				err = c.answer(o, report)
			}
		}
	})
	if fault != nil {
		c.say("%v", fault)
		report = report.With(probe.Broken(fault))
	}
	if report.Outcome == probe.Unfinished {
		report.Outcome = probe.Stopped
		err = c.answer(o, report)
	}
	return report, err
}

// listing is where the list of tries goes.
func (c Command) listing(o order) (io.Writer, Screen) {
	switch {
	case !o.json:
		return c.Stdout, c.StdoutScreen
	case c.StderrScreen != nil:
		return c.Stderr, c.StderrScreen
	default:
		return io.Discard, nil
	}
}

// answer writes the answer to standard output.
func (c Command) answer(o order, r probe.Report) error {
	if o.json {
		return writeJSON(c.Stdout, r)
	}
	columns, _ := sizeOf(c.StdoutScreen)
	_, err := io.WriteString(c.Stdout, page(r, o.request, columns))
	return err
}

// Status gives the exit status of a report.
func Status(r probe.Report) int {
	switch {
	case r.Outcome == probe.Stopped || r.Outcome == probe.Unfinished:
		return StatusNothing
	case r.Outcome == probe.NeedDecision || len(r.Decisions) > 0:
		return StatusDecision
	case r.Outcome == probe.RefusedIn:
		return StatusRefused
	case r.Outcome == probe.Ready || r.Outcome == probe.Found:
		return StatusFound
	default:
		return StatusNothing
	}
}
