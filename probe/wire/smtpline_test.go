package wire

import "testing"

// RFC 5321, section 4.2.
func TestALineOfSMTPIsThreeDigitsAndABlankAHyphenOrNothing(t *testing.T) {
	no := smtpLine{}
	for line, want := range map[string]smtpLine{
		"250": {code: 250}, "250 ok": {code: 250, text: "ok"}, "250-ok": {code: 250, more: true, text: "ok"}, "554 ": {code: 554}, "200-": {code: 200, more: true},
		"": no, "2": no, "25": no, "199 x": no, "600 x": no, "2x0 x": no, "25x x": no, "250x": no, "250_ok": no, "2500": no, " 250": no, "+OK": no, "2:0 x": no, "20/ x": no,
	} {
		if got, ok := parseSMTPLine(line); got != want || ok != (want != no) {
			t.Errorf("%q: got %+v, %v, want %+v", line, got, ok, want)
		}
	}
}

// RFC 3463, section 2.
func TestAnEnhancedCodeHasAClassASubjectAndADetail(t *testing.T) {
	for word, want := range map[string]bool{
		"5.7.8": true, "2.0.0": true, "4.999.999": true, "": false, "5": false, "5.7": false, "5.7.8.1": false, "3.7.8": false, "55.7.8": false, "24.7.8": false,
		"5..8": false, "5.7.": false, ".7.8": false, "5.7777.8": false, "5.7.8888": false, "5.7.x": false, "5.-7.8": false, "1.2.3": false,
	} {
		if got := isEnhanced(word); got != want {
			t.Errorf("%q: got %v, want %v", word, got, want)
		}
	}
}
