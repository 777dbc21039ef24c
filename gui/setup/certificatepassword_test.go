package setup

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/account"
)

// lockedFile is a certificate with its key in PKCS#12, as OpenSSL 3 writes it, behind the password "sesame".
const lockedFile = `
MIID3AIBAzCCA5IGCSqGSIb3DQEHAaCCA4MEggN/MIIDezCCAjIGCSqGSIb3DQEHBqCCAiMwggIfAgEAMIICGAYJKoZIhvcNAQcBMFcGCSqGSI
b3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjHJoszEkSo2QICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBhARWe2JdFK2cytdkYAn7GA
ggGwXDk1p5ycmJCjUPrkTVG1W+aEZrI/q0d7bDREInA59DjbXrEbRAGY9HoByuTENq4IWSfxPnK3NKz4n/JJy6yJ76/wcGwFGFExYMrDfTWNqs
nRHof+g6rD12RhsoIKUfmDuV5rDuaEWfMmt/p+QU/zD0d4euGjKeIHJYTrZerFsgJskBj9kHKiSiUiTHGgZh/gytHOrZJ8k849ISGzWBgqvuke
CErrlEFXfxerO3DwH7hPoyON5BSbHl50c+DoldbHGFUWB7YMsToshsFoPtbWCf4Umst5/EqMKhmoIFCzD65liezd60v+OE2kyAbF3zDHsU4m/J
XF6C83FR9tAg5X0lYrbHHMo7/zxhnHmig33Srr2jRx9Vjq7loWT+DGFKCqA40ZitEcyNv0PKNuebtDkrqO5jq1jxZvY82j5jBS1rF3TNMqjHTO
rwnD4o7X1GlptRWUsycFA6u/U/poQcSD+VZvtn5utjwhw9HsFzyCSNj9LxmecB9kVsCleXLO9HjdrNesWTpB4h2s+FBZp8YzJunt+k017dKb+l
RpszftNkewl1J30/OlWrsAxVqMBDXeMIIBQQYJKoZIhvcNAQcBoIIBMgSCAS4wggEqMIIBJgYLKoZIhvcNAQwKAQKgge8wgewwVwYJKoZIhvcN
AQUNMEowKQYJKoZIhvcNAQUMMBwECEkOMihEM7q8AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQTpJTT9yCT/rmlCEkpeuH+ASBkF
cUWIlEhaUs4K/q1j0VdClBOfBMLxPZgbFrfyL/qi4/p06HCLs20DLLEp5lgksohyhk/6bGPvROgEY/Eu63n9Jji++8NycMhKO0HQcJ7fsEuwbC
vSGmAofNj8h3YE+MgcNttNuBo6OkeoWiNknPakYZmVC4nRSRmwiKQdzo/awsDnXstK+S5VlBjmn2JsbtizElMCMGCSqGSIb3DQEJFTEWBBTfyX
4+2kD+I3ALVJV8Ollrcc2FgDBBMDEwDQYJYIZIAWUDBAIBBQAEINqSN7kIXovCatlijbzp5NtyPOviKuoFyST/nyyWl3wzBAidpFcDIfUaQQIC
CAA=
`

func TestAFileBehindAPasswordIsOpenedWithIt(t *testing.T) {
	der, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(lockedFile, "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "alice.p12")
	if err := os.WriteFile(file, der, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, &script{})
	d.ChooseCertificate(file)
	if c := d.untilRead(t); !c.WantsPassword || c.WantsKey || c.Problem != "" || c.PasswordProblem != "" {
		t.Errorf("got %+v, want the password asked for and nothing scolded", c)
	}
	for _, text := range []string{"s", "se", "ses"} {
		d.TypeCertificatePassword(text)
		if !d.drawn.Certificates.WantsPassword {
			t.Error("got the field gone while it is typed in, want it there")
		}
	}
	if c := d.untilRead(t); c.PasswordProblem != "" {
		t.Errorf("got %q, want nothing said before the field is left", c.PasswordProblem)
	}
	d.Leave(account.FieldCertificatePassword)
	if c := d.drawn.Certificates; c.PasswordProblem == "" || c.Mine != nil {
		t.Errorf("got %+v, want the password refused", c)
	}
	d.TypeCertificatePassword("sesame")
	if c := d.untilRead(t); c.Mine == nil || !c.WantsPassword || c.PasswordProblem != "" || c.Mine.Name != "Alice Example" {
		t.Errorf("got %+v, want it open", c)
	}
}
