package gui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"portolan/gui/setup"
)

// Names of our own, beside Fyne's.
const (
	colorPanel       fyne.ThemeColorName = "panel"
	colorPanelBorder fyne.ThemeColorName = "panelBorder"
	colorSuccessWash fyne.ThemeColorName = "successWash"
	colorWarningWash fyne.ThemeColorName = "warningWash"
	colorErrorWash   fyne.ThemeColorName = "errorWash"
	colorNeutralWash fyne.ThemeColorName = "neutralWash"
	sizePanelRadius  fyne.ThemeSizeName  = "panelRadius"
)

// A look is the user's choice between light and dark. The zero value follows the system.
type look uint8

const (
	lookSystem look = iota
	lookLight
	lookDark
)

// palette is one set of colours; what is not in it is Fyne's.
type palette map[fyne.ThemeColorName]color.Color

// appTheme is Fyne's theme with colours that can be read on each other, and with the colours and sizes of the panels.
type appTheme struct {
	fyne.Theme
	look        look
	light, dark palette
}

func newTheme(l look) *appTheme {
	return &appTheme{Theme: theme.DefaultTheme(), look: l, light: lightPalette(), dark: darkPalette()}
}

// Color gives a colour in the chosen look, or in the system's.
func (t *appTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	variant = t.variant(variant)
	colors := t.dark
	if variant == theme.VariantLight {
		colors = t.light
	}
	if c, ok := colors[name]; ok {
		return c
	}
	return t.Theme.Color(name, variant)
}

func (t *appTheme) variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.look {
	case lookLight:
		return theme.VariantLight
	case lookDark:
		return theme.VariantDark
	default:
		return system
	}
}

// Size gives a size in Fyne's units.
func (t *appTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameHeadingText:
		return 20
	case theme.SizeNameSubHeadingText:
		return 15
	case theme.SizeNameCaptionText:
		return 12
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius:
		return 6
	case theme.SizeNameInputBorder:
		return 1
	case sizePanelRadius:
		return 10
	default:
		return t.Theme.Size(name)
	}
}

// rgb makes a colour of six hexadecimal digits.
func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// veil makes a colour that what is below shines through.
func veil(v uint32, alpha uint8) color.NRGBA {
	c := rgb(v)
	c.A = alpha
	return c
}

func lightPalette() palette {
	return palette{
		theme.ColorNameBackground:          rgb(0xF6F7F9),
		theme.ColorNameForeground:          rgb(0x1F2430),
		theme.ColorNamePlaceHolder:         rgb(0x5D6779),
		theme.ColorNameDisabled:            rgb(0x5D6779),
		theme.ColorNameInputBackground:     rgb(0xF3F5F9),
		theme.ColorNameInputBorder:         rgb(0x808A9B),
		theme.ColorNameButton:              rgb(0xE8ECF2),
		theme.ColorNameDisabledButton:      rgb(0xEDEFF3),
		theme.ColorNamePrimary:             rgb(0x1F5FBF),
		theme.ColorNameHyperlink:           rgb(0x1F5FBF),
		theme.ColorNameForegroundOnPrimary: rgb(0xFFFFFF),
		theme.ColorNameForegroundOnSuccess: rgb(0xFFFFFF),
		theme.ColorNameForegroundOnWarning: rgb(0xFFFFFF),
		theme.ColorNameForegroundOnError:   rgb(0xFFFFFF),
		theme.ColorNameFocus:               veil(0x101828, 0x58),
		theme.ColorNameSelection:           veil(0x1F5FBF, 0x40),
		theme.ColorNameShadow:              veil(0x000000, 0x30),
		theme.ColorNameSuccess:             rgb(0x1B7A3D),
		theme.ColorNameWarning:             rgb(0x8F5300),
		theme.ColorNameError:               rgb(0xB3261E),
		theme.ColorNameSeparator:           rgb(0xE1E5EB),
		theme.ColorNameOverlayBackground:   rgb(0xFFFFFF),
		theme.ColorNameMenuBackground:      rgb(0xFFFFFF),
		theme.ColorNameHeaderBackground:    rgb(0xFFFFFF),
		colorPanel:                         rgb(0xFFFFFF),
		colorPanelBorder:                   rgb(0xE1E5EB),
		colorSuccessWash:                   rgb(0xE6F4EA),
		colorWarningWash:                   rgb(0xFFF3DC),
		colorErrorWash:                     rgb(0xFDECEA),
		colorNeutralWash:                   rgb(0xE9F0FB),
	}
}

func darkPalette() palette {
	return palette{
		theme.ColorNameBackground:          rgb(0x15181E),
		theme.ColorNameForeground:          rgb(0xE8EBF1),
		theme.ColorNamePlaceHolder:         rgb(0x9EA8B8),
		theme.ColorNameDisabled:            rgb(0x9EA8B8),
		theme.ColorNameInputBackground:     rgb(0x12151A),
		theme.ColorNameInputBorder:         rgb(0x6A7485),
		theme.ColorNameButton:              rgb(0x2B313C),
		theme.ColorNameDisabledButton:      rgb(0x232833),
		theme.ColorNamePrimary:             rgb(0x6EA8FF),
		theme.ColorNameHyperlink:           rgb(0x6EA8FF),
		theme.ColorNameForegroundOnPrimary: rgb(0x0B1220),
		theme.ColorNameForegroundOnSuccess: rgb(0x0B1220),
		theme.ColorNameForegroundOnWarning: rgb(0x0B1220),
		theme.ColorNameForegroundOnError:   rgb(0x0B1220),
		theme.ColorNameFocus:               veil(0xFFFFFF, 0x44),
		theme.ColorNameSelection:           veil(0x6EA8FF, 0x40),
		theme.ColorNameSuccess:             rgb(0x5DD68A),
		theme.ColorNameWarning:             rgb(0xF2B457),
		theme.ColorNameError:               rgb(0xFF8A80),
		theme.ColorNameSeparator:           rgb(0x2C323D),
		theme.ColorNameOverlayBackground:   rgb(0x1D222B),
		theme.ColorNameMenuBackground:      rgb(0x232934),
		theme.ColorNameHeaderBackground:    rgb(0x1D222B),
		colorPanel:                         rgb(0x1D222B),
		colorPanelBorder:                   rgb(0x2C323D),
		colorSuccessWash:                   rgb(0x17301F),
		colorWarningWash:                   rgb(0x352711),
		colorErrorWash:                     rgb(0x381B1B),
		colorNeutralWash:                   rgb(0x1A2740),
	}
}

// toneWash is the background of a banner.
func toneWash(t setup.Tone) fyne.ThemeColorName {
	switch t {
	case setup.Success:
		return colorSuccessWash
	case setup.Warning:
		return colorWarningWash
	case setup.Danger:
		return colorErrorWash
	default:
		return colorNeutralWash
	}
}

// toneIcon goes with every tone, because a colour alone says nothing to many people.
func toneIcon(t setup.Tone) fyne.Resource {
	switch t {
	case setup.Success:
		return theme.NewSuccessThemedResource(theme.ConfirmIcon())
	case setup.Warning:
		return theme.NewWarningThemedResource(theme.WarningIcon())
	case setup.Danger:
		return theme.NewErrorThemedResource(theme.ErrorIcon())
	default:
		return theme.NewPrimaryThemedResource(theme.InfoIcon())
	}
}

// A programTheme is the program's theme, whichever it is just now, for a part of the window that differs in some of it.
type programTheme struct{}

func (programTheme) theme() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color is the program's.
func (t programTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	return t.theme().Color(name, variant)
}

// Font is the program's.
func (t programTheme) Font(style fyne.TextStyle) fyne.Resource { return t.theme().Font(style) }

// Icon is the program's.
func (t programTheme) Icon(name fyne.ThemeIconName) fyne.Resource { return t.theme().Icon(name) }

// Size is the program's.
func (t programTheme) Size(name fyne.ThemeSizeName) float32 { return t.theme().Size(name) }
