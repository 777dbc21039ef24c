package gui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"portolan/gui/setup"
)

// The size of a new window, and the smallest that is brought back.
const (
	defaultWidth, defaultHeight = 720, 740
	leastWidth, leastHeight     = 560, 480
)

// A memory is what the window remembers from one start to the next. The file that it stands in can be read by every user of
// some machines, so nothing that was typed or found ever goes there.
type memory struct {
	size fyne.Size
	view setup.View
	look look
}

// memoryKey holds the whole memory in one text. Fyne writes the first of several changes at once and the others a little
// later, which at the end of a program can be never.
const memoryKey = "window"

const memoryFormat = "%dx%d view=%d look=%d"

// remember reads the memory; what is not there, or makes no sense, is as in a new window.
func remember(p fyne.Preferences) memory {
	var width, height int
	var m memory
	n, err := fmt.Sscanf(p.String(memoryKey), memoryFormat, &width, &height, &m.view, &m.look)
	if err != nil || n != 4 || m.view > setup.Advanced || m.look > lookDark {
		return memory{size: fyne.NewSize(defaultWidth, defaultHeight)}
	}
	m.size = fyne.NewSize(max(leastWidth, float32(width)), max(leastHeight, float32(height)))
	return m
}

// save is called once, when the window closes.
func (m memory) save(p fyne.Preferences) {
	p.SetString(memoryKey, fmt.Sprintf(memoryFormat, int(m.size.Width), int(m.size.Height), m.view, m.look))
}
