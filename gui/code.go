package gui

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// The measures of a QR code: ISO/IEC 18004 asks for a margin of four light modules, and a camera for modules that it can
// part.
const (
	codeMargin  = 4
	leastModule = 4
)

// A codeView draws a QR code, in black on white whatever the theme: a camera wants it so.
type codeView struct {
	box    *fyne.Container
	raster *canvas.Raster
	code   [][]bool
}

func newCodeView() *codeView {
	v := &codeView{}
	v.raster = canvas.NewRaster(func(w, h int) image.Image { return codeImage(v.code, w, h) })
	v.box = container.NewCenter(v.raster)
	v.box.Hide()
	return v
}

// draw shows a code, and hides the place of it where there is none.
func (v *codeView) draw(code [][]bool) {
	if !sameCode(v.code, code) {
		v.code = code
		v.raster.SetMinSize(fyne.NewSquareSize(float32((len(code) + 2*codeMargin) * leastModule)))
		v.raster.Refresh()
	}
	show(v.box, code != nil)
}

// sameCode reports whether two codes are the same one: codes are never changed, only made anew.
func sameCode(a, b [][]bool) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// codeImage draws a code into so many pixels. Every module has the same whole number of them, so that its edges are sharp.
func codeImage(code [][]bool, w, h int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	n := len(code) + 2*codeMargin
	side := max(min(w, h)/n, 1)
	left, top := (w-n*side)/2+codeMargin*side, (h-n*side)/2+codeMargin*side
	for y, row := range code {
		for x, dark := range row {
			if dark {
				at := image.Rect(0, 0, side, side).Add(image.Pt(left+x*side, top+y*side))
				draw.Draw(img, at, image.NewUniform(color.Black), image.Point{}, draw.Src)
			}
		}
	}
	return img
}
