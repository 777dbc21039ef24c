package mailtest

import (
	"errors"
	"os"
	"testing"
	"time"
)

func TestPipeKeepsItsDeadline(t *testing.T) {
	client, _ := Pipe()
	_ = client.SetDeadline(time.Now().Add(-time.Second))
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a deadline", err)
	}
}
