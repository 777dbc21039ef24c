package account_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tests in this file hold the design of the whole program: who may import whom, and who alone may do what. The tables
// are policy. A build that they refuse is mended in the code. They stand in the package that everything else rests on.

// root is the top of the module.
const root = ".."

const module = "portolan"

// inner says which packages of the module a package's own files (not its tests) may import. A package that is not listed
// may not exist.
func inner() map[string][]string {
	return map[string][]string{
		"account":               {},
		"account/format":        {"account"},
		"account/store":         {"account"},
		"probe/wire":            {"account"},
		"probe/discover":        {"account", "account/format", "probe/wire"},
		"probe/mailbox":         {"account", "probe/wire"},
		"probe":                 {"account", "probe/wire", "probe/discover", "probe/mailbox"},
		"probe/explain":         {"account", "probe", "probe/discover", "probe/wire"},
		"probe/practice":        {"account"},
		"probe/mailtest":        {"account"},
		"probe/mailtest/debian": {},
		"probe/cli":             {"account", "account/format", "account/store", "probe", "probe/discover", "probe/wire", "probe/explain", "probe/practice"},
		"gui/setup":             {"account", "account/format", "account/store", "probe", "probe/discover", "probe/wire", "probe/explain", "probe/practice"},
		"gui":                   {"account", "account/format", "probe", "probe/wire", "probe/explain", "gui/setup"},
		"gui/e2e":               {},
		"gui/e2e/testdata/bare": {},
		"":                      {"account", "account/format", "account/store", "probe", "probe/explain", "probe/practice", "probe/cli", "gui", "gui/setup"},
	}
}

// outer says which packages may import a package from outside, by the beginning of its path; what is not listed here may
// be imported by all.
func outer() map[string][]string {
	return map[string][]string{
		"fyne.io/":                           {"gui", "", "gui/e2e/testdata/bare"},
		"fyne.io/fyne/v2/app":                {"", "gui/e2e/testdata/bare"},
		"github.com/emersion/go-imap/":       {"probe/mailbox", "probe/practice"},
		"github.com/emersion/go-message":     {"probe/mailbox", "probe/practice"},
		"github.com/emersion/go-smtp":        {"probe/practice", "probe/mailtest/debian"},
		"github.com/zalando/go-keyring":      {"account/store"},
		"crypto/tls":                         {"probe/wire", "probe/discover", "probe/practice", "probe/mailtest", "probe/mailtest/debian"},
		"net/http":                           {"probe/discover", "probe/mailtest", "probe/mailtest/debian"},
		"net/smtp":                           {},
		"net/textproto":                      {"probe/practice"},
		"os/exec":                            {"probe/mailtest/debian", "gui"},
		"unsafe":                             {"probe/mailtest/debian"},
		"math/rand":                          {}, // nothing here is random and no secret
		"C":                                  {},
		"embed":                              {"", "gui", "probe", "probe/discover"}, // data files
		"pgregory.net/rapid":                 {},
		"testing":                            {"probe/mailtest", "probe/mailtest/debian"},
		"portolan/probe/mailtest":            {},
		"golang.org/x/net/dns/dnsmessage":    {"probe/mailtest", "probe/mailtest/debian"},
		"golang.org/x/crypto":                {"probe/wire"},
		"software.sslmate.com/src/go-pkcs12": {"probe/wire"},
	}
}

// uses says which packages, or files where the entry ends in .go, may use a name of another package.
func uses() map[string][]string {
	network := []string{"probe/wire", "probe/discover", "probe/practice", "probe/mailtest", "probe/mailtest/debian"}
	files := []string{"account/store", "probe/mailtest", "probe/mailtest/debian"}
	onlyTLS := []string{"probe/wire/tls.go"}
	table := map[string][]string{
		"tls.Client":         append([]string{"probe/mailtest"}, onlyTLS...),
		"tls.Dial":           {},
		"tls.DialWithDialer": {},
		"tls.Dialer":         {},
		"InsecureSkipVerify": onlyTLS,
		"KeyLogWriter":       onlyTLS,
	}
	for _, name := range []string{"Dial", "DialTimeout", "DialTCP", "DialUDP", "Dialer", "Listen", "ListenTCP", "ListenUDP", "ListenPacket", "ListenConfig", "Resolver", "DefaultResolver"} {
		table["net."+name] = network
	}
	for _, name := range []string{"LookupHost", "LookupIP", "LookupAddr", "LookupMX", "LookupSRV", "LookupTXT", "LookupCNAME", "LookupNS"} {
		table["net."+name] = network
	}
	for _, name := range []string{"Open", "OpenFile", "Create", "CreateTemp", "ReadFile", "WriteFile", "ReadDir", "Rename", "Remove", "RemoveAll", "Mkdir", "MkdirAll", "MkdirTemp", "Chmod", "Link", "Symlink", "OpenRoot", "DirFS", "CopyFS"} {
		table["os."+name] = files
	}
	return table
}

// reveals counts the places where a password is opened, by file.
func reveals() map[string]int {
	return map[string]int{
		"account/validate.go":           1, // remarks on its shape
		"probe/wire/signin.go":          1, // the sign-in itself
		"probe/wire/identity_pkcs12.go": 1, // the password of a PKCS#12 file
		"account/store/keyring.go":      1, // the system's keyring
		"account/format/sheet.go":       1, // an export that was asked to hold it
	}
}

const (
	mostFileLines     = 400
	mostFunctionLines = 60
)

// A source is one parsed file.
type source struct {
	name string // with slashes, from the top of the module
	pkg  string // folder
	text []byte
	file *ast.File
	set  *token.FileSet
}

func (s source) test() bool { return strings.HasSuffix(s.name, "_test.go") }

// lines counts the lines that a node covers.
func (s source) lines(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

// at gives the place of a node.
func (s source) at(n ast.Node) string { return s.set.Position(n.Pos()).String() }

// sources parses every Go file of the module.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	set := token.NewFileSet()
	for _, name := range files(t) {
		if path.Ext(name) != ".go" {
			continue
		}
		text := read(t, name)
		file, err := parser.ParseFile(set, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		pkg := path.Dir(name)
		if pkg == "." {
			pkg = ""
		}
		all = append(all, source{name: name, pkg: pkg, text: text, file: file, set: set})
	}
	return all
}

// files lists every file of the module that somebody wrote.
func files(t *testing.T) []string {
	t.Helper()
	var all []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == ".git" || name == "dist" || path.Base(name) == "fuzz" && strings.Contains(name, "testdata")):
			return fs.SkipDir
		case entry.Type().IsRegular() && name != module && name != module+"-find" && path.Ext(name) != ".test":
			all = append(all, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestHouseArrowsPointOneWay(t *testing.T) {
	for _, s := range sources(t) {
		allowed, known := inner()[s.pkg]
		if !known {
			t.Errorf("%s: got a package %q, want one of the design", s.name, s.pkg)
		}
		for _, spec := range s.file.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			own, inside := strings.CutPrefix(imported, module+"/")
			if inside && !s.test() && !slices.Contains(allowed, own) && !watches(s, own) {
				t.Errorf("%s: got an import of %s, want only %q", s.name, own, allowed)
			}
			for prefix, by := range outer() {
				if strings.HasPrefix(imported, prefix) && !slices.Contains(by, s.pkg) && !s.test() {
					t.Errorf("%s: got an import of %s, want that only in %q", s.name, imported, by)
				}
				if strings.HasPrefix(imported, "fyne.io/") && s.test() && s.pkg != "gui" && s.pkg != "" {
					t.Errorf("%s: got an import of %s in a test, want everything but the window to build without it", s.name, imported)
				}
			}
		}
	}
}

// watches reports whether a file of the window that only exists under the build tag uioutline writes down what a test is
// to see: the one file of gui that may write, in a build that is never handed out.
func watches(s source, imported string) bool {
	return s.name == "gui/outline_on.go" && imported == "account/store" && bytes.HasPrefix(s.text, []byte("//go:build uioutline\n"))
}

// X-4, C-1: what weakens TLS, reaches the network or touches a file stands where the design puts it.
func TestHousePowersAreWhereTheyBelong(t *testing.T) {
	table := uses()
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			for _, name := range namesOf(n) {
				if by, limited := table[name]; limited && !slices.Contains(by, s.pkg) && !slices.Contains(by, s.name) {
					t.Errorf("%s: got %s, want that only in %q", s.at(n), name, by)
				}
			}
			return true
		})
	}
}

// namesOf gives what a selector or a field of a literal uses: "net.Dial", "InsecureSkipVerify".
func namesOf(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok {
			return []string{x.Name + "." + n.Sel.Name, n.Sel.Name}
		}
		return []string{n.Sel.Name}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok {
			return []string{key.Name}
		}
	}
	return nil
}

// C-1: in tests too, no connection does without verification.
func TestHouseTestsVerifyCertificates(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() && s.name != "account/house_test.go" && s.pkg != "probe/wire" && bytes.Contains(s.text, []byte("InsecureSkipVerify")) {
			t.Errorf("%s: got InsecureSkipVerify, want it only in probe/wire", s.name)
		}
	}
}

// K-1: a password is opened in few places, all of them known.
func TestHousePasswordsAreOpenedInKnownPlaces(t *testing.T) {
	got := map[string]int{}
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Reveal" && !s.test() {
				got[s.name]++
			}
			return true
		})
	}
	want := reveals()
	for name := range want {
		got[name] += 0
	}
	for name, n := range got {
		if n != want[name] {
			t.Errorf("%s: got %d calls of Reveal, want %d", name, n, want[name])
		}
	}
}

func TestHouseFilesAndFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if got := bytes.Count(s.text, []byte("\n")); got > mostFileLines {
			t.Errorf("%s: got %d lines, want at most %d", s.name, got, mostFileLines)
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !s.test() && s.lines(f) > mostFunctionLines {
				t.Errorf("%s: got %d lines in %s, want at most %d", s.at(f), s.lines(f), f.Name.Name, mostFunctionLines)
			}
		}
	}
}

func TestHouseNothingIsSkippedOrLeftForLater(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && slices.ContainsFunc(namesOf(call.Fun), skips) {
				t.Errorf("%s: got a test that can be skipped, want none", s.at(call))
			}
			if f, ok := n.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: got an init function, want none", s.at(f))
			}
			return true
		})
		for _, group := range s.file.Comments {
			if later.MatchString(group.Text()) {
				t.Errorf("%s: got %q, want it done", s.at(group), strings.TrimSpace(group.Text()))
			}
		}
	}
}

func skips(name string) bool {
	return slices.Contains([]string{"t.Skip", "t.Skipf", "t.SkipNow", "b.Skip", "b.Skipf", "b.SkipNow", "f.Skip", "f.Skipf", "f.SkipNow"}, name)
}

// later finds marks of unfinished work.
var later = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

// private finds paths of the machine that something was written on.
var private = regexp.MustCompile(`/(home|Users)/\w+|[ "'=(]/(work|root)/`)

func TestHouseNamesNobodysMachine(t *testing.T) {
	for _, name := range files(t) {
		text := read(t, name)
		if bytes.IndexByte(text, 0) >= 0 || name == "go.sum" {
			continue
		}
		if found := private.Find(text); found != nil {
			t.Errorf("%s: got %q, want no path of a machine", name, found)
		}
	}
}

// A package-level variable may only be a constant that Go cannot write as one.
func TestHousePackagesHoldNoState(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR && !s.test() && !embeds(g) {
				if g.Doc != nil && strings.Contains(commentText(g.Doc), "//go:embed ") {
					continue // a data file of the project
				}
				for _, spec := range g.Specs {
					checkConstant(t, s, spec.(*ast.ValueSpec))
				}
			}
		}
	}
}

// embeds reports whether a declaration holds a file that is compiled in, which Go cannot write as a constant either.
func embeds(g *ast.GenDecl) bool {
	return g.Doc != nil && slices.ContainsFunc(g.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// commentText is a comment with its directives, which ast.CommentGroup.Text leaves out.
func commentText(c *ast.CommentGroup) string {
	var b strings.Builder
	for _, line := range c.List {
		b.WriteString(line.Text + "\n")
	}
	return b.String()
}

func checkConstant(t *testing.T, s source, v *ast.ValueSpec) {
	t.Helper()
	if v.Names[0].Name == "_" {
		return
	}
	for _, value := range v.Values {
		switch value := value.(type) {
		case *ast.CallExpr:
			names := namesOf(value.Fun)
			if slices.ContainsFunc(names, func(n string) bool {
				return slices.Contains([]string{"errors.New", "regexp.MustCompile", "idna.New"}, n)
			}) {
				continue
			}
		case *ast.CompositeLit:
			if array, ok := value.Type.(*ast.ArrayType); ok && array.Len != nil {
				continue
			}
		}
		t.Errorf("%s: got variable %s, want a constant, a fixed array, an error or a pattern", s.at(v), v.Names[0].Name)
	}
	if len(v.Values) == 0 {
		t.Errorf("%s: got variable %s without a value, want no state in packages", s.at(v), v.Names[0].Name)
	}
}
