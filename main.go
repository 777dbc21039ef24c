// Command portolan finds, proves and hands on the settings of a mail account, in a window or, with -find, without one.
package main

import (
	"context"
	_ "embed" // the icon
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"portolan/account"
	"portolan/account/store"
	"portolan/gui"
	"portolan/gui/setup"
	"portolan/probe/cli"
	"portolan/probe/practice"
)

const appID = "org.portolan.Portolan"

//go:embed Icon.png
var icon []byte

func main() {
	store.NoCores()
	os.Exit(program{os.Stdin, os.Stdout, os.Stderr, windowError(runtime.GOOS, os.Getenv, withCgo())}.run(os.Args[1:]))
}

// A program is what one call of portolan has to do with.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	noWindow       error // why no window can be opened; nil: it can
}

// run gives the exit status.
func (p program) run(args []string) int {
	switch {
	case asks(args, "find"), asks(args, "help"), asks(args, "h"):
		return p.find(args)
	case asks(args, "version"):
		_, _ = fmt.Fprintln(p.stdout, "portolan "+version())
		return cli.StatusFound
	}
	s, err := parse(args)
	if err == nil {
		err = p.noWindow
	}
	if err != nil {
		_, _ = fmt.Fprintf(p.stderr, "portolan: %v\n", err)
		return cli.StatusUsage
	}
	if err := open(s, p.stderr); err != nil {
		_, _ = fmt.Fprintf(p.stderr, "portolan: the window cannot be opened (%v); “portolan -find ADDRESS” searches without one\n", err)
		return cli.StatusNothing
	}
	return cli.StatusFound
}

// find searches without a window. The first Ctrl-C stops the search in good order, a second one ends the program at once.
func (p program) find(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, args, p.stdin, p.stdout, p.stderr)
}

// asks reports whether an option is among the arguments.
func asks(args []string, option string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		name, _, _ := strings.Cut(arg, "=")
		return name == "-"+option || name == "--"+option
	})
}

// A start is what the window opens on; at most one of its fields is set.
type start struct {
	address  string
	files    []string // configurations
	practice string   // a practice mailbox
}

// nothing reports whether the window opens on nothing.
func (s start) nothing() bool { return s.address == "" && len(s.files) == 0 && s.practice == "" }

// parse reads the arguments for the window. No error repeats an argument that could be a password.
func parse(args []string) (start, error) {
	var s start
	fs := flag.NewFlagSet("portolan", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&s.practice, "practice", "", "")
	if err := cli.Misplaced(args); err != nil {
		return start{}, err
	}
	if err := fs.Parse(args); err != nil {
		return start{}, fmt.Errorf("%w; “portolan -help” shows what there is", err)
	}
	switch {
	case s.practice != "" && !slices.Contains(practice.Names(), s.practice):
		return start{}, fmt.Errorf("-practice: there are %s", strings.Join(practice.Names(), ", "))
	case fs.NArg() > 0 && s.practice != "":
		return start{}, errMany
	case fs.NArg() == 1:
		return one(fs.Arg(0))
	}
	for _, path := range fs.Args() {
		if !setup.KnownFile(path) && !regular(path) {
			return start{}, errMany
		}
		s.files = append(s.files, path)
	}
	return s, nil
}

var errMany = errors.New("only one thing can be opened: an address, files with settings (one or several) or -practice NAME")

// one reads the only argument: a file or an address.
func one(what string) (start, error) {
	if setup.KnownFile(what) {
		return start{files: []string{what}}, nil
	}
	address, err := account.ParseAddress(what)
	switch about, unreadable := os.Stat(what); {
	case err == nil:
		return start{address: address.Unicode()}, nil
	case regular(what):
		return start{files: []string{what}}, nil // its name tells no kind, as that of an msmtprc
	case unreadable == nil && about.IsDir():
		return start{}, errors.New("that is a folder; name a file with settings in it")
	default:
		return start{}, fmt.Errorf("neither an address nor a file with settings: %w", err)
	}
}

// regular reports whether there is a file of that name.
func regular(path string) bool {
	about, err := os.Stat(path)
	return err == nil && about.Mode().IsRegular()
}

// windowError says why this program on this system cannot open a window, nil where it can. It is asked before any call of
// Fyne, which would end in a stack trace.
func windowError(system string, getenv func(string) string, cgo bool) error {
	const instead = "“portolan -find ADDRESS” searches without a window, “portolan -help” tells how"
	switch {
	case !cgo:
		return errors.New("this build has no window; " + instead)
	case system != "windows" && system != "darwin" && getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "":
		return errors.New("there is no display to open a window on; " + instead)
	default:
		return nil
	}
}

// withCgo reports whether the program was built with cgo, without which there is no window.
func withCgo() bool {
	built, ok := debug.ReadBuildInfo()
	return ok && !slices.Contains(built.Settings, debug.BuildSetting{Key: "CGO_ENABLED", Value: "0"})
}

// open shows the window until it is closed. What goes wrong before it stands (no OpenGL, a display that refuses) is an error;
// Fyne's own lines on that are kept back until then.
func open(s start, stderr io.Writer) (err error) {
	started := false
	log.SetOutput(io.Discard)
	defer func() {
		if started {
			return
		}
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%v", reason)
		}
	}()
	a := app.NewWithID(appID)
	a.Lifecycle().SetOnStarted(func() {
		started = true
		log.SetOutput(stderr)
	})
	a.Lifecycle().SetOnStopped(func() { log.SetOutput(io.Discard) }) // at its end, Fyne complains of reading what it is writing
	window := gui.New(a, options(s))
	switch {
	case s.practice != "":
		window.Session().Practice(s.practice)
	case len(s.files) > 0:
		window.Session().OpenFiles(s.files)
	}
	window.Run()
	return nil
}

// options are what the window is told.
func options(s start) gui.Options {
	o := gui.Options{
		NewRunner: setup.Search, Version: version(), Icon: fyne.NewStaticResource("Icon.png", icon), Folder: documents(),
		Start: setup.State{Form: setup.Form{Address: s.address, RequireEncryption: true}},
	}
	if folder, err := store.DefaultFolder(); err == nil { // without a home, nothing is kept
		o.Keeping = setup.Keeping{Folder: folder, Keyring: store.SystemKeyring{}, Beside: !s.nothing()}
	}
	for _, name := range practice.Names() {
		o.Mailboxes = append(o.Mailboxes, gui.Mailbox{Name: name, About: practice.Describe(name)})
	}
	return o
}

// documents is the folder that exports are suggested for.
func documents() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	folder := filepath.Join(home, "Documents")
	if about, err := os.Stat(folder); err != nil || !about.IsDir() {
		return home
	}
	return folder
}

// version is what the build says of itself.
func version() string {
	if built, ok := debug.ReadBuildInfo(); ok && built.Main.Version != "" {
		return built.Main.Version
	}
	return "(unknown version)"
}
