//go:build race

package store

// The race detector watches one process alone, and makes each start and save slowly; the full figures are those of norace_test.go.
const (
	kills     = 100
	additions = 20
)
