// Command bare is the least that a Fyne window can be. The figures of Portolan's window are compared with it.
package main

import (
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

func main() {
	win := app.NewWithID("org.portolan.Bare").NewWindow("Bare")
	entry := widget.NewEntry()
	win.SetContent(container.NewVBox(widget.NewLabel("A label"), entry))
	win.Resize(fyne.NewSize(720, 740))
	if len(os.Args) > 1 {
		win.Canvas().Focus(entry)
	}
	win.ShowAndRun()
}
