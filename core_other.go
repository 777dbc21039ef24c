//go:build !unix

package main

// noCores has nothing to do on Windows, which writes no core of a program unless somebody has told it to.
func noCores() {}
