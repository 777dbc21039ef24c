//go:build linux && e2e && !bench

package e2e

// together: the tests run side by side, each on a screen of its own.
const together = true
