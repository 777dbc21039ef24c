// Command portolan finds, proves and hands on the settings of a mail account.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"portolan/probe/cli"
)

const noWindow = `portolan: this build has no window yet; "portolan -find ADDRESS" searches without one, "portolan -help" tells how.`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run gives the exit status. The first Ctrl-C stops the search in good order, a second one ends the program at once.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	switch {
	case asks(args, "find"), asks(args, "help"), asks(args, "h"):
		return cli.Run(ctx, args, stdin, stdout, stderr)
	case asks(args, "version"):
		_, _ = fmt.Fprintln(stdout, "portolan "+version())
		return cli.StatusFound
	default:
		_, _ = fmt.Fprintln(stderr, noWindow)
		return cli.StatusUsage
	}
}

// asks reports whether an option is among the arguments.
func asks(args []string, option string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		name, _, _ := strings.Cut(arg, "=")
		return name == "-"+option || name == "--"+option
	})
}

// version is what the build says of itself.
func version() string {
	if built, ok := debug.ReadBuildInfo(); ok && built.Main.Version != "" {
		return built.Main.Version
	}
	return "(unknown version)"
}
