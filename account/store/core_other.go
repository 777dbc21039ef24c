//go:build !unix

package store

// NoCores has nothing to do on Windows, which writes no core of a program unless somebody has told it to.
func NoCores() {}
