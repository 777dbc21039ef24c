package gui

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"portolan/gui/setup"
)

// WCAG 2.2: text against its background (1.4.3), and what shows where a field is (1.4.11).
const (
	leastForText  = 4.5
	leastForShape = 3.0
)

// over lays a colour on an opaque one.
func over(top, bottom color.Color) color.NRGBA {
	t, _ := color.NRGBAModel.Convert(top).(color.NRGBA)
	b, _ := color.NRGBAModel.Convert(bottom).(color.NRGBA)
	mix := func(x, y uint8) uint8 { return uint8((int(x)*int(t.A) + int(y)*(255-int(t.A))) / 255) }
	return color.NRGBA{R: mix(t.R, b.R), G: mix(t.G, b.G), B: mix(t.B, b.B), A: 255}
}

// luminance is WCAG's relative luminance.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextCanBeReadOnEveryBackgroundInBothLooks(t *testing.T) {
	test.NewTempApp(t)
	surfaces := []fyne.ThemeColorName{
		theme.ColorNameBackground, colorPanel, theme.ColorNameOverlayBackground, theme.ColorNameMenuBackground, theme.ColorNameHeaderBackground,
	}
	washes := []fyne.ThemeColorName{colorNeutralWash, colorSuccessWash, colorWarningWash, colorErrorWash}
	fields := []fyne.ThemeColorName{theme.ColorNameInputBackground, theme.ColorNameButton, theme.ColorNameDisabledButton}
	pairs := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		theme.ColorNameForeground:          append(append(append([]fyne.ThemeColorName{}, surfaces...), washes...), fields...),
		theme.ColorNameDisabled:            append(append([]fyne.ThemeColorName{}, surfaces...), fields...),
		theme.ColorNamePlaceHolder:         {theme.ColorNameInputBackground, colorPanel},
		theme.ColorNameSuccess:             append([]fyne.ThemeColorName{colorSuccessWash}, surfaces...),
		theme.ColorNameWarning:             append([]fyne.ThemeColorName{colorWarningWash}, surfaces...),
		theme.ColorNameError:               append([]fyne.ThemeColorName{colorErrorWash}, surfaces...),
		theme.ColorNamePrimary:             append([]fyne.ThemeColorName{colorNeutralWash}, surfaces...),
		theme.ColorNameForegroundOnPrimary: {theme.ColorNamePrimary},
		theme.ColorNameForegroundOnSuccess: {theme.ColorNameSuccess},
		theme.ColorNameForegroundOnWarning: {theme.ColorNameWarning},
		theme.ColorNameForegroundOnError:   {theme.ColorNameError},
	}
	for text, backgrounds := range pairs {
		for _, background := range backgrounds {
			checkContrast(t, text, background, leastForText)
		}
	}
	checkContrast(t, theme.ColorNameInputBorder, colorPanel, leastForShape)
	checkContrast(t, theme.ColorNameInputBorder, theme.ColorNameInputBackground, leastForShape)
}

// A button under the pointer or with the focus is tinted; its words are to be read all the same.
func TestTintedButtonsCanBeRead(t *testing.T) {
	test.NewTempApp(t)
	for l, variant := range map[look]fyne.ThemeVariant{lookLight: theme.VariantLight, lookDark: theme.VariantDark} {
		th := newTheme(l)
		for text, background := range map[fyne.ThemeColorName]fyne.ThemeColorName{
			theme.ColorNameForeground: theme.ColorNameButton, theme.ColorNameForegroundOnPrimary: theme.ColorNamePrimary,
		} {
			for _, tint := range []fyne.ThemeColorName{theme.ColorNameFocus, theme.ColorNameHover} {
				below := over(th.Color(tint, variant), th.Color(background, variant))
				if got := contrast(over(th.Color(text, variant), below), below); got < leastForText {
					t.Errorf("look %d: got %.2f for %s on %s under %s, want %.1f", l, got, text, background, tint, leastForText)
				}
			}
		}
	}
}

func checkContrast(t *testing.T, text, background fyne.ThemeColorName, want float64) {
	t.Helper()
	for l, variant := range map[look]fyne.ThemeVariant{lookLight: theme.VariantLight, lookDark: theme.VariantDark} {
		th := newTheme(l)
		below := over(th.Color(background, variant), color.Black)
		if got := contrast(over(th.Color(text, variant), below), below); got < want {
			t.Errorf("look %d: got %.2f for %s on %s, want %.1f", l, got, text, background, want)
		}
	}
}

func TestALookIsTheSystemsUnlessChosen(t *testing.T) {
	test.NewTempApp(t)
	system := newTheme(lookSystem)
	light, dark := newTheme(lookLight), newTheme(lookDark)
	if light.Color(colorPanel, theme.VariantDark) != system.Color(colorPanel, theme.VariantLight) {
		t.Error("got a light look that follows the system, want it light")
	}
	if dark.Color(colorPanel, theme.VariantLight) != system.Color(colorPanel, theme.VariantDark) {
		t.Error("got a dark look that follows the system, want it dark")
	}
}

// G-11.
func TestEveryToneHasItsOwnIconAndWash(t *testing.T) {
	test.NewTempApp(t)
	icons, washes := map[string]setup.Tone{}, map[fyne.ThemeColorName]setup.Tone{}
	for tone := setup.Neutral; tone <= setup.Danger; tone++ {
		if other, taken := icons[toneIcon(tone).Name()]; taken {
			t.Errorf("tone %d: got the icon of tone %d, want its own", tone, other)
		}
		if other, taken := washes[toneWash(tone)]; taken {
			t.Errorf("tone %d: got the wash of tone %d, want its own", tone, other)
		}
		icons[toneIcon(tone).Name()], washes[toneWash(tone)] = tone, tone
	}
}
