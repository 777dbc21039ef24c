//go:build !unix

package store

import "testing"

// odd gives no paths: there are no pipes and devices in the file system.
func odd(*testing.T) []string { return nil }

// oddMakers puts nothing at a path.
func oddMakers() map[string]func(string) error { return nil }
