// Package e2e holds the tests that use the real window as a person does: the program is built, started on a screen of its
// own (Xvfb), driven by keyboard and mouse (xdotool), and watched through the outline that it writes when built with the
// tag uioutline. "make e2e" runs them and "make bench-window" takes the figures; the tags e2e and bench keep both out of
// every other run.
package e2e
