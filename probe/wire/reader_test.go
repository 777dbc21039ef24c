package wire

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A line that is cut off is told from an end between two lines, and what came of it is kept as evidence.
func TestALineThatIsCutOffIsNoEnd(t *testing.T) {
	for text, want := range map[string]error{"": io.EOF, "+OK re": io.ErrUnexpectedEOF} {
		got, err := newLineReader(strings.NewReader(text), 100, 1000).line()
		if !errors.Is(err, want) || got != text {
			t.Errorf("%q: got %q, %v, want %v", text, got, err, want)
		}
	}
}

// the last byte of a budget can be spent, and none beyond it; a new reply begins with a whole budget.
func TestABudgetIsSpentToItsLastByte(t *testing.T) {
	r := newLineReader(strings.NewReader(""), 100, 3*replySizeLimit)
	for _, s := range []struct {
		n    int
		want string
	}{{replySizeLimit, ""}, {1, "reply"}} {
		var limit *LimitError
		if err := r.spend(s.n); errors.As(err, &limit) != (s.want != "") || limit != nil && limit.What != s.want {
			t.Errorf("%d bytes: got %v, want %q", s.n, err, s.want)
		}
	}
	r.begin()
	if err := r.spend(replySizeLimit); err != nil {
		t.Errorf("a new reply: got %v, want no error", err)
	}
	r.begin()
	var limit *LimitError
	if err := r.spend(replySizeLimit); !errors.As(err, &limit) || limit.What != "conversation" {
		t.Errorf("the rest: got %v, want the limit of the conversation", err)
	}
}
