//go:build linux

package debian

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// ttl is the lifetime of an answer in seconds: none, because the next test may say otherwise.
const ttl = 0

// Names is a name server over UDP and TCP. A name that nobody entered does not exist.
type Names struct {
	packets net.PacketConn
	streams net.Listener
	serving sync.WaitGroup

	mu      sync.Mutex
	records map[string][]dnsmessage.ResourceBody // by absolute lower-case name
	asked   []string
}

// serveNames begins to answer at the address.
func serveNames(at netip.AddrPort) (*Names, error) {
	packets, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	streams, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return nil, errors.Join(err, packets.Close())
	}
	n := &Names{packets: packets, streams: streams, records: map[string][]dnsmessage.ResourceBody{}}
	n.serving.Go(n.servePackets)
	n.serving.Go(n.serveStreams)
	return n, nil
}

// close ends the server.
func (n *Names) close() {
	_ = n.packets.Close()
	_ = n.streams.Close()
	n.serving.Wait()
}

// Host enters addresses for a host name.
func (n *Names) Host(name string, addresses ...netip.Addr) {
	for _, a := range addresses {
		if a.Is4() {
			n.enter(name, &dnsmessage.AResource{A: a.As4()})
		} else {
			n.enter(name, &dnsmessage.AAAAResource{AAAA: a.As16()})
		}
	}
}

// Mail enters a mail exchanger for a domain.
func (n *Names) Mail(domain, host string) {
	n.enter(domain, &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(absolute(host))})
}

// Service enters an SRV record, such as _imaps._tcp.example.test.
func (n *Names) Service(name, host string, port uint16) {
	n.enter(name, &dnsmessage.SRVResource{Port: port, Target: dnsmessage.MustNewName(absolute(host))})
}

// Text enters a TXT record.
func (n *Names) Text(name, text string) {
	n.enter(name, &dnsmessage.TXTResource{TXT: []string{text}})
}

// Asked gives the questions so far, each as an absolute name, in order.
func (n *Names) Asked() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.asked...)
}

func (n *Names) enter(name string, body dnsmessage.ResourceBody) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name = absolute(name)
	n.records[name] = append(n.records[name], body)
}

func absolute(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) + "." }

func (n *Names) servePackets() {
	buf := make([]byte, 4096)
	for {
		size, from, err := n.packets.ReadFrom(buf)
		if err != nil {
			return
		}
		if reply, err := n.answer(buf[:size]); err == nil {
			_, _ = n.packets.WriteTo(reply, from)
		}
	}
}

func (n *Names) serveStreams() {
	for {
		conn, err := n.streams.Accept()
		if err != nil {
			return
		}
		_ = n.serveStream(conn)
		_ = conn.Close()
	}
}

// serveStream answers one question. RFC 1035, section 4.2.2: a message over TCP is preceded by its length in two bytes.
func (n *Names) serveStream(conn net.Conn) error {
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return err
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, question); err != nil {
		return err
	}
	reply, err := n.answer(question)
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
	return err
}

// answer replies to one message.
func (n *Names) answer(message []byte) ([]byte, error) {
	var query dnsmessage.Message
	if err := query.Unpack(message); err != nil {
		return nil, err
	}
	if len(query.Questions) != 1 {
		return nil, errors.New("not one question")
	}
	bodies, exists := n.find(query.Questions[0])
	reply := dnsmessage.Message{
		Header: dnsmessage.Header{
			ID: query.ID, Response: true, RecursionDesired: query.RecursionDesired, RecursionAvailable: true, Authoritative: true,
		},
		Questions: query.Questions,
	}
	if !exists {
		reply.RCode = dnsmessage.RCodeNameError
	}
	for _, body := range bodies {
		header := dnsmessage.ResourceHeader{Name: query.Questions[0].Name, Class: dnsmessage.ClassINET, TTL: ttl}
		reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: header, Body: body})
	}
	return reply.Pack()
}

// find gives the records of the asked type, and whether the name exists at all; a name above an entered one exists.
func (n *Names) find(q dnsmessage.Question) (bodies []dnsmessage.ResourceBody, exists bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.ToLower(q.Name.String())
	n.asked = append(n.asked, name)
	for _, body := range n.records[name] {
		if typeOf(body) == q.Type {
			bodies = append(bodies, body)
		}
	}
	for known := range n.records {
		exists = exists || known == name || strings.HasSuffix(known, "."+name)
	}
	return bodies, exists
}

func typeOf(body dnsmessage.ResourceBody) dnsmessage.Type {
	switch body.(type) {
	case *dnsmessage.AResource:
		return dnsmessage.TypeA
	case *dnsmessage.AAAAResource:
		return dnsmessage.TypeAAAA
	case *dnsmessage.MXResource:
		return dnsmessage.TypeMX
	case *dnsmessage.TXTResource:
		return dnsmessage.TypeTXT
	default:
		return dnsmessage.TypeSRV
	}
}
