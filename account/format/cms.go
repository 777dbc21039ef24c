package format

import "bytes"

// maxBER is the deepest nesting that is looked at in a CMS envelope.
const maxBER = 16

// signedContent gives what a CMS envelope signs, false where data is none: RFC 5652, sections 3, 5.1 and 5.2. Signers that
// do not know the length beforehand write it in pieces, which are put together.
func signedContent(data []byte) ([]byte, bool) {
	signedData := []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02") // 1.2.840.113549.1.7.2
	info := berElement(data, 0x30)
	kind, rest, ok := berNext(info, maxBER)
	if !ok || kind.tag != 0x06 || !bytes.Equal(kind.body, signedData) {
		return nil, false
	}
	signed := berElement(berElement(rest, 0xa0), 0x30)
	for _, tag := range []byte{0x02, 0x31} { // the version, the digest algorithms
		skipped, next, ok := berNext(signed, maxBER)
		if !ok || skipped.tag != tag {
			return nil, false
		}
		signed = next
	}
	kind, rest, ok = berNext(berElement(signed, 0x30), maxBER)
	if !ok || kind.tag != 0x06 {
		return nil, false
	}
	content, _, ok := berNext(berElement(rest, 0xa0), maxBER)
	if !ok {
		return nil, false
	}
	return content.octets(maxBER)
}

// A ber is one element in the basic encoding rules of ASN.1, of a kind whose tag fits into one byte.
type ber struct {
	tag  byte
	body []byte
}

// octets puts an octet string together. X.690, section 8.7: it may be made of others.
func (e ber) octets(depth int) ([]byte, bool) {
	if e.tag == 0x04 {
		return e.body, true
	}
	if e.tag != 0x24 || depth == 0 {
		return nil, false
	}
	all := []byte{}
	for rest := e.body; len(rest) > 0; {
		piece, next, ok := berNext(rest, depth)
		if !ok {
			return nil, false
		}
		octets, ok := piece.octets(depth - 1)
		if !ok {
			return nil, false
		}
		all, rest = append(all, octets...), next
	}
	return all, true
}

// berElement gives the body of the element that data begins with, nil where that has another tag.
func berElement(data []byte, tag byte) []byte {
	e, _, ok := berNext(data, maxBER)
	if !ok || e.tag != tag {
		return nil
	}
	return e.body
}

// berNext reads one element and gives what follows it. X.690, section 8.1.3: the length is one byte, or several, or unknown
// until two zeros.
func berNext(data []byte, depth int) (e ber, rest []byte, ok bool) {
	if len(data) < 2 || data[0]&0x1f == 0x1f || depth == 0 {
		return ber{}, nil, false
	}
	e.tag = data[0]
	length := int(data[1])
	data = data[2:]
	switch {
	case length == 0x80:
		for rest = data; !bytes.HasPrefix(rest, []byte{0, 0}); {
			if _, rest, ok = berNext(rest, depth-1); !ok {
				return ber{}, nil, false
			}
		}
		e.body = data[:len(data)-len(rest)]
		return e, rest[2:], e.tag&0x20 != 0
	case length > 0x80:
		size := length & 0x7f
		if size > 3 || size > len(data) {
			return ber{}, nil, false
		}
		length = 0
		for _, b := range data[:size] {
			length = length<<8 | int(b)
		}
		data = data[size:]
	}
	if length > len(data) {
		return ber{}, nil, false
	}
	e.body = data[:length]
	return e, data[length:], true
}
