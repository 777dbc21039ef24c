package format

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"portolan/account"
)

func TestTheCodeIsWhatThunderbirdForAndroidReads(t *testing.T) {
	a := sample()
	a.Name = "Zoë"
	out := mustExport(t, Android, a, Options{})
	const want = `[1,[1,1],[0,"imap.example.test",993,3,1,"alice@example.test",""],[[[0,"smtp.example.test",587,2,1,"alice"],["alice@example.test","Zo\u00eb"]]]]`
	if out.Text != want || string(out.Files[0].Data) != want {
		t.Errorf("got %s, want %s", out.Text, want)
	}
	for _, name := range []string{AndroidPNG, AndroidSVG} {
		if picture := mustExport(t, name, a, Options{}); picture.Text != want || len(picture.Code) == 0 || len(picture.Code) != len(picture.Code[0]) {
			t.Errorf("%s: got %s and %d rows, want the same text and a square", name, picture.Text, len(picture.Code))
		}
	}
}

// Another program's reader takes the picture apart.
func TestThePictureHoldsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genAccount(t, false)
		out, ok := written(t, AndroidPNG, a, Options{})
		if !ok {
			return
		}
		if strings.ContainsFunc(out.Text, func(r rune) bool { return r > 126 || r < 32 }) {
			t.Fatalf("got %s, want ASCII alone", out.Text)
		}
		picture, err := png.Decode(bytes.NewReader(out.Files[0].Data))
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
		if err != nil || read.GetText() != out.Text {
			t.Fatalf("got %v, %v, want %s", read, err, out.Text)
		}
	})
}

func TestACodeOfAnotherProgramIsRead(t *testing.T) {
	const code = `[1,[2,3],[1,"Mail.Example.TEST",995,3,2,"al","Work","pw",{"x":1}],[[[0,"smtp.example.test",25,0,0,"",""],["al@example.test","Al",7],["b@example.test","B"]],[[0,"x.test",1,3,1,"u"],["c@example.test","C"]]],` +
		`[0,"imap.b.test",143,2,6,"b@b.test"],[[[0,"smtp.b.test",465,3,6,"b@b.test"],["b@b.test"]]],[5,"x",1,1,1,""]]`
	read, err := Read("", []byte(code))
	if err != nil || len(read) != 2 {
		t.Fatalf("got %v, %v, want two accounts", read, err)
	}
	one, two := read[0], read[1]
	if one.Incoming.Endpoint != (account.Endpoint{Host: "mail.example.test", Port: 995}) || one.Incoming.Protocol != account.POP3 || one.Incoming.Auth != account.AuthCRAMMD5 ||
		one.Outgoing.Auth != account.AuthNone || one.Outgoing.Security != account.Cleartext || one.Name != "Al" {
		t.Errorf("got %+v, want what the code says", one)
	}
	for _, want := range []string{"password, which was not read", "code number 2 of 3", "several identities", "without encryption"} {
		if !strings.Contains(said(one.Remarks), want) {
			t.Errorf("got %s, want %q", said(one.Remarks), want)
		}
	}
	if two.Incoming.Security != account.STARTTLS || two.Incoming.Auth != account.AuthXOAUTH2 || two.Address.String() != "b@b.test" {
		t.Errorf("got %+v, want what the code says", two)
	}
}
