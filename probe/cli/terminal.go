package cli

import (
	"io"
	"os"
	"runtime"

	"golang.org/x/term"
)

// fallbackColumns is the width of text where there is no terminal.
const fallbackColumns = 0

// screenOf gives the size of the terminal behind w, nil where it is none, or one that cannot move its cursor.
func screenOf(w io.Writer) Screen {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	if runtime.GOOS == "windows" && os.Getenv("WT_SESSION") == "" {
		return nil
	}
	return func() (columns, rows int) {
		columns, rows, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return fallbackColumns, 0
		}
		return columns, rows
	}
}

// sizeOf asks a screen; 0 columns mean that lines are neither cut nor wrapped nor rewritten.
func sizeOf(s Screen) (columns, rows int) {
	if s == nil {
		return fallbackColumns, 0
	}
	return s()
}
