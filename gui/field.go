package gui

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// A field is one line of text that a person types. It tells a person's typing from the program's filling in, shows what is
// wrong with it, and hands Escape on. Enter is OnSubmitted.
type field struct {
	widget.Entry
	onTyped  func(text string) // for every change that a person makes; set this one, not OnChanged
	onEscape func()
	onLeave  func()
	message  *remark // where a problem is told; it stands in under, or where the view puts its box

	filling bool
	veiled  bool // a password: shown only while the field has the focus
	told    string
}

func newField(placeholder string) *field {
	f := &field{message: newRemark(setup.Danger)}
	f.ExtendBaseWidget(f)
	f.PlaceHolder = placeholder
	f.Wrapping = fyne.TextWrapOff
	f.Scroll = container.ScrollHorizontalOnly
	f.AlwaysShowValidationError = true
	f.OnChanged = f.changed
	return f
}

// newPasswordField is a field that shows dots, with Fyne's own button to reveal them. Pasting is left alone: password
// programs have no other way in.
func newPasswordField() *field {
	f := newField("")
	f.Password, f.veiled = true, true
	return f
}

func (f *field) changed(text string) {
	f.told = "" // Fyne has just forgotten the error, too
	if !f.filling && f.onTyped != nil {
		f.onTyped(text)
	}
}

// fill sets the text without that counting as typed. The cursor stays where it is when nothing changes.
func (f *field) fill(text string) {
	if f.Text == text {
		return
	}
	f.filling = true
	defer func() { f.filling = false }()
	f.SetText(text)
}

// hint changes the text that stands in the empty field.
func (f *field) hint(text string) {
	if f.PlaceHolder != text {
		f.SetPlaceHolder(text)
	}
}

// problem shows what is wrong, "" for nothing.
func (f *field) problem(text string) {
	f.message.say(text)
	if f.told == text {
		return
	}
	f.told = text
	if text == "" {
		f.SetValidationError(nil)
		return
	}
	f.SetValidationError(errors.New(text))
}

// under gives the field with its message beneath.
func (f *field) under() fyne.CanvasObject { return stacked(-4, f, f.message.box) }

// selectAll marks the whole text, so that typing replaces it.
func (f *field) selectAll() { f.TypedShortcut(&fyne.ShortcutSelectAll{}) }

// TypedKey hands Escape on, even while the field is disabled.
func (f *field) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape && f.onEscape != nil {
		f.onEscape()
		return
	}
	f.Entry.TypedKey(key)
}

// CreateRenderer is called by Fyne.
func (f *field) CreateRenderer() fyne.WidgetRenderer {
	return &wheeled{f.Entry.CreateRenderer(), newWheel()}
}

// FocusGained brings the field into sight.
func (f *field) FocusGained() {
	f.Entry.FocusGained()
	reveal(f)
}

// FocusLost tells that the field was left, and has a password that was shown go back to dots.
//
// K-8: a person who went on does not look after what the screen still shows.
func (f *field) FocusLost() {
	f.Password = f.Password || f.veiled
	f.Entry.FocusLost()
	if f.onLeave != nil {
		f.onLeave()
	}
}

// A remark is a small line with an icon that is there only while it has something to say.
type remark struct {
	box  *fyne.Container
	icon *widget.Icon
	text *widget.Label
}

func newRemark(t setup.Tone) *remark {
	r := &remark{icon: widget.NewIcon(toneIcon(t)), text: widget.NewLabel("")}
	r.text.SizeName = theme.SizeNameCaptionText
	r.text.Wrapping = fyne.TextWrapWord
	r.text.Importance = toneImportance(t)
	icon := container.New(layout.NewCustomPaddedLayout(9, 0, 2, 0),
		container.NewVBox(container.NewGridWrap(fyne.NewSquareSize(14), r.icon)))
	r.box = container.New(layout.NewBorderLayout(nil, nil, icon, nil), icon, r.text)
	r.box.Hide()
	return r
}

// say shows the text, and hides the line where there is none.
func (r *remark) say(text string) {
	say(r.text, text)
	show(r.box, text != "")
}

// toneImportance is how Fyne calls the colour of a tone.
func toneImportance(t setup.Tone) widget.Importance {
	switch t {
	case setup.Success:
		return widget.SuccessImportance
	case setup.Warning:
		return widget.WarningImportance
	case setup.Danger:
		return widget.DangerImportance
	default:
		return widget.MediumImportance
	}
}
