//go:build !race

package store

const (
	kills     = 1000 // writers that are killed
	additions = 100  // saves of each of two processes
)
