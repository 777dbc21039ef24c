package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode"
)

// The largest file, the most elements and the deepest nesting that are read. The largest known configuration has 8.7 KB and
// five levels; an empty element takes four bytes in a file, and many times as much in memory.
const (
	maxFile     = 256 << 10
	maxElements = 10000
	maxDepth    = 16
)

// Why a file is not read that is correct XML all the same, and that other programs may read.
const (
	reasonLarge    = "The file is larger than any configuration file."
	reasonParts    = "The file has more parts than any configuration file."
	reasonDeep     = "The file is nested deeper than any configuration file."
	reasonDoctype  = "The file has a document type declaration, which a configuration file never needs."
	reasonEncoding = "The file is not in UTF-8, the only encoding that is read."
)

// An element is one XML element, as far as a configuration file is concerned.
type element struct {
	name     string // without its namespace
	attrs    []xml.Attr
	raw      []byte // its own characters, as they come in
	text     string // the same, trimmed, once it is closed
	padded   bool   // something was trimmed
	prefixed bool   // the name has a namespace prefix in the file
	line     int    // of its start, from 1
	children []*element
}

// parseXML reads a whole document and gives its root. W-5: nothing behind the root, no DOCTYPE, UTF-8 alone.
func parseXML(data []byte) (*element, error) { return parseXMLWithin(data, maxFile, maxElements) }

// parseXMLWithin is parseXML for a file of another size.
func parseXMLWithin(data []byte, size, elements int) (*element, error) {
	if len(data) > size {
		return nil, &FileError{reasonLarge}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	document := &element{}
	if err := fill(xml.NewDecoder(bytes.NewReader(data)), data, []*element{document}, elements); err != nil {
		return nil, err
	}
	if len(document.children) != 1 || document.text != "" {
		return nil, &FileError{"The file is not a single XML document."}
	}
	return document.children[0], nil
}

// fill reads data through d to its end; open holds the elements that are not closed yet, beginning with the document; no more
// than a number of elements are read.
func fill(d *xml.Decoder, data []byte, open []*element, most int) error {
	for elements := 0; ; {
		line, _ := d.InputPos()
		start := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			open[0].text = trim(string(open[0].raw))
			return nil
		}
		if err != nil {
			return &FileError{unreadable(err)}
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			child := &element{name: token.Name.Local, attrs: token.Attr, line: line, prefixed: prefixed(data[start:d.InputOffset()])}
			if elements++; elements > most {
				return &FileError{reasonParts}
			}
			if len(open) > maxDepth {
				return &FileError{reasonDeep}
			}
			if child.doubled() {
				return &FileError{"The file is not correct XML: an element has an attribute twice."}
			}
			top.children = append(top.children, child)
			open = append(open, child)
		case xml.EndElement:
			top.text = trim(string(top.raw))
			top.padded, top.raw = len(top.text) < len(top.raw), nil
			open = open[:len(open)-1]
		case xml.CharData:
			top.raw = append(top.raw, token...)
		case xml.Directive:
			if len(open) > 1 || len(top.children) > 0 {
				return &FileError{"The file is not correct XML: it has a document type declaration inside."}
			}
			return &FileError{reasonDoctype}
		}
	}
}

// unreadable says why there is no next token.
func unreadable(err error) string {
	if _, broken := errors.AsType[*xml.SyntaxError](err); !broken && strings.Contains(err.Error(), "encoding") {
		return reasonEncoding
	}
	return "The file is not correct XML."
}

// prefixed reports whether the name in a start tag has a namespace prefix.
func prefixed(tag []byte) bool {
	end := bytes.IndexAny(tag, " \t\r\n/>")
	return end > 0 && bytes.IndexByte(tag[:end], ':') > 0
}

// doubled reports whether an attribute stands twice, which encoding/xml lets pass.
func (e *element) doubled() bool {
	seen := make(map[xml.Name]bool, len(e.attrs))
	for _, a := range e.attrs {
		if seen[a.Name] {
			return true
		}
		seen[a.Name] = true
	}
	return false
}

// attr gives an attribute, "" where there is none.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// named gives the children of that name.
func (e *element) named(name string) []*element {
	var found []*element
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// trim drops the blanks around a text as Thunderbird does.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}
