package format

import (
	"fmt"
	"io/fs"
	"strings"

	"portolan/account"
)

// The names of the formats that are written. Thunderbird is declared beside Write.
const (
	ThunderbirdDomain = "thunderbird-domain" // a folder for a web server and a name server
	Android           = "android"            // the text of the code
	AndroidPNG        = "android-png"
	AndroidSVG        = "android-svg"
	MobileConfig      = "mobileconfig"
	AutodiscoverPOX   = "autodiscover"
	PACC              = "pacc"
	SRV               = "srv"
	Msmtp             = "msmtp"
	Mbsync            = "mbsync"
	Neomutt           = "neomutt"
	Aerc              = "aerc"
	Himalaya          = "himalaya"
	Fetchmail         = "fetchmail"
	Getmail           = "getmail"
	OfflineIMAP       = "offlineimap"
	Sheet             = "sheet"
	JSON              = "json"
)

// A Format describes one of the formats that accounts are written in, for a menu.
type Format struct {
	Name      string // for Export, Write and the command line
	Title     string // for people
	Extension string // of the suggested name, with its dot
	Folder    bool   // several files
	Secret    bool   // can hold a password
}

// File suggests a name for a file, or for the folder of a format that is one. F-8: letters, digits, dots and hyphens, less than
// 100 bytes, and a file with a password says so in its name.
func (f Format) File(a account.Account, secret bool) string {
	stem := safe(a.Address.String(), ".", 60)
	if f.Name == Thunderbird || f.Folder || f.Name == SRV || f.Name == AutodiscoverPOX {
		stem = safe(a.Address.Domain, ".", 60)
	}
	first, _, _ := strings.Cut(stem, ".")
	switch {
	case first == "con", first == "prn", first == "aux", first == "nul", len(first) == 4 && (first[:3] == "com" || first[:3] == "lpt"):
		stem = "mail-" + stem // reserved by Windows
	}
	if secret && f.Secret {
		stem += "-with-password"
	}
	return stem + f.Extension
}

// Options are what the user chose for one export.
type Options struct {
	Password         account.Secret // written where the format can; the zero value writes none
	OutgoingPassword account.Secret // where it is another one
	Domain           bool           // Thunderbird: for everybody of the domain
}

// A File is one file of an export.
type File struct {
	Path string // relative, with slashes; of a safe alphabet
	Data []byte
	Mode fs.FileMode // 0600 with a password, else 0644
}

// An Output is an account as it looks outside.
type Output struct {
	Files   []File   // the one that matters most comes first
	Text    string   // for a preview; it holds the password where the file does
	Code    [][]bool // a QR code, row by row, true is dark, without its margin of four modules; nil for other formats
	Remarks []Remark
}

// A kind is a format and its writer.
type kind struct {
	Format
	write func(*sheet) error
}

// kinds lists the formats in the order of the menu.
func kinds() []kind {
	return []kind{
		{Format{Thunderbird, "Thunderbird (autoconfig XML)", ".xml", false, false}, exportThunderbird},
		{Format{ThunderbirdDomain, "Thunderbird, for a whole domain (folder to publish)", "-autoconfig", true, false}, exportDomain},
		{Format{Android, "Thunderbird for Android (text of the QR code)", ".qr.json", false, true}, exportAndroid},
		{Format{AndroidPNG, "Thunderbird for Android (QR code, PNG)", ".png", false, true}, exportAndroid},
		{Format{AndroidSVG, "Thunderbird for Android (QR code, SVG)", ".svg", false, true}, exportAndroid},
		{Format{MobileConfig, "Apple Mail (.mobileconfig)", ".mobileconfig", false, true}, exportMobileConfig},
		{Format{AutodiscoverPOX, "Outlook (Autodiscover XML)", ".autodiscover.xml", false, false}, exportPOX},
		{Format{PACC, "PACC (JSON and TXT record)", "-pacc", true, false}, exportPACC},
		{Format{SRV, "DNS records (SRV)", ".zone", false, false}, exportSRV},
		{Format{Msmtp, "msmtp", ".msmtprc", false, true}, exportMsmtp},
		{Format{Mbsync, "isync/mbsync", ".mbsyncrc", false, true}, exportMbsync},
		{Format{Neomutt, "NeoMutt", ".neomuttrc", false, true}, exportNeomutt},
		{Format{Aerc, "aerc", ".accounts.conf", false, true}, exportAerc},
		{Format{Himalaya, "Himalaya 2 (TOML)", ".himalaya.toml", false, true}, exportHimalaya},
		{Format{Fetchmail, "fetchmail", ".fetchmailrc", false, true}, exportFetchmail},
		{Format{Getmail, "getmail6", ".getmailrc", false, true}, exportGetmail},
		{Format{OfflineIMAP, "OfflineIMAP", ".offlineimaprc", false, true}, exportOfflineIMAP},
		{Format{Sheet, "Plain text for people", ".txt", false, true}, exportSheet},
		{Format{JSON, "JSON (everything but the password)", ".json", false, false}, exportJSON},
	}
}

// Formats lists the formats in the order of a menu.
func Formats() []Format {
	var all []Format
	for _, k := range kinds() {
		all = append(all, k.Format)
	}
	return all
}

// Export gives an account in the format of that name. The error is an *AccountError where the account does not fit the
// format; an unknown name is an error too.
func Export(name string, a account.Account, o Options) (Output, error) {
	if name == Thunderbird && o.Domain {
		name = ThunderbirdDomain
	}
	for _, k := range kinds() {
		if k.Name != name {
			continue
		}
		s, err := newSheet(k.Format, a, o)
		if err != nil {
			return Output{}, err
		}
		if err := k.write(s); err != nil {
			return Output{}, err
		}
		return s.output(), nil
	}
	return Output{}, fmt.Errorf("unknown format %q (known: %s)", name, strings.Join(Names(), ", "))
}

// output gathers the result.
func (s *sheet) output() Output {
	if s.holdsPassword() {
		s.remark(account.RoleUnknown, "The file holds the password for everybody to read who gets it. Keep it to yourself, and delete it after use.")
	}
	out := Output{Files: s.files, Text: s.text, Code: s.code, Remarks: s.remarks}
	if out.Text != "" {
		return out
	}
	var b strings.Builder
	for i, f := range s.files {
		if len(s.files) > 1 {
			if i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "— %s —\n", f.Path)
		}
		b.Write(f.Data)
	}
	out.Text = b.String()
	return out
}

// exportThunderbird writes autoconfig XML for one person.
func exportThunderbird(s *sheet) error {
	data, remarks, err := WriteThunderbird(s.a)
	if err != nil {
		return err
	}
	s.remarks = append(s.remarks, remarks...)
	s.add("", data)
	return nil
}
