package format

import (
	"encoding/xml"
	"fmt"
	"strings"

	"portolan/account"
)

// exportDomain writes what a domain publishes so that the mail programs of all its people find their settings: the
// autoconfig file at its two places, the DNS records, and a page that says what to do with them.
func exportDomain(s *sheet) error {
	if !s.a.Address.Plain() {
		s.refuse(account.FieldAddress, "A file for a whole domain is made from an address without quotation marks.")
		return s.err()
	}
	data, err := s.domainXML()
	if err != nil {
		return err
	}
	d := s.a.Address.Domain
	s.add("autoconfig."+d+"/mail/config-v1.1.xml", data)
	s.add(d+"/.well-known/autoconfig/mail/config-v1.1.xml", data)
	lines, remarks := srvLines(s.a)
	s.remarks = append(s.remarks, remarks...)
	s.add(d+".zone", []byte("; Add these lines to the zone of "+d+".\n"+fmt.Sprintf("autoconfig.%s. 3600 IN CNAME %s.\n", d, d)+lines))
	s.add("README.txt", []byte(readme(d)))
	settings, twin, zone, first := s.files[0], s.files[1], s.files[2], s.files[3]
	settings.Path += " —\n— " + twin.Path // they are the same
	for _, f := range []File{first, settings, zone} {
		s.text += "— " + f.Path + " —\n" + string(f.Data) + "\n"
	}
	return nil
}

// domainXML gives the autoconfig file with placeholders in place of the person.
func (s *sheet) domainXML() ([]byte, error) {
	one, remarks, err := WriteThunderbird(s.a)
	if err != nil {
		return nil, err
	}
	s.remarks = append(s.remarks, remarks...)
	var file clientConfig
	if err := xml.Unmarshal(one, &file); err != nil {
		return nil, err
	}
	file.Provider.Incoming.Username = s.everybody(account.Incoming, account.FieldUsername)
	file.Provider.Outgoing.Username = s.everybody(account.Outgoing, account.FieldOutgoingUsername)
	if err := s.err(); err != nil {
		return nil, err
	}
	text, err := xml.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, err
	}
	data := []byte(xml.Header + commented(s.a) + string(text) + "\n")
	return data, readBack(data, s.a)
}

// everybody gives a user name by its relation to the address: the address, the part before the @, or that part with
// something behind it that is the same for all.
func (s *sheet) everybody(role account.Role, field account.Field) string {
	server := s.server(role)
	rest, starts := strings.CutPrefix(server.Username, s.a.Address.Local)
	switch {
	case server.Auth == account.AuthNone:
		return ""
	case server.Username == s.a.Address.String():
		return addressPlaceholder
	case starts && (rest == "" || strings.Contains("@.%+-_", rest[:1])):
		if after, found := strings.CutSuffix(rest, s.a.Address.Domain); found && len(after) == 1 {
			return localPlaceholder + after + domainPlaceholder
		}
		return localPlaceholder + rest
	default:
		s.refuse(field, "For a whole domain, the user name has to follow from the address: the address itself, or the part before the @.")
		return ""
	}
}

// readme says how the folder is published.
func readme(d string) string {
	return `How to publish these files for ` + d + `

Mail programs look for the settings of an address at two places. One is enough; both are better.

1. Serve autoconfig.` + d + `/mail/config-v1.1.xml as
     https://autoconfig.` + d + `/mail/config-v1.1.xml
   The name autoconfig.` + d + ` has to exist in the DNS and to have a certificate of its own name:
   a certificate for ` + d + ` alone does not cover it.

2. Serve ` + d + `/.well-known/autoconfig/mail/config-v1.1.xml as
     https://` + d + `/.well-known/autoconfig/mail/config-v1.1.xml

Both answer with status 200, without a password and without a redirect to plain http. The MIME type is text/xml (or
application/xml): Thunderbird passes over a file that is sent as anything else. The files are UTF-8 without a byte order mark.

   nginx:   location = /mail/config-v1.1.xml { default_type text/xml; }
   Apache:  AddType text/xml .xml

3. Add the lines of ` + d + `.zone to the zone, for programs that ask the DNS (RFC 6186, RFC 8314). Leave the line for
   autoconfig out where that name exists already. Check with: named-checkzone ` + d + ` ZONEFILE

The files hold no password and no person's name. Whoever may read them learns which servers ` + d + ` uses, no more.
`
}
