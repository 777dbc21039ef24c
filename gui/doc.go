// Package gui is the window. It draws what package setup says and turns every click into one call of a setup.Session:
// no widget here holds a truth of its own, and nothing here waits.
//
// # Why a view is drawn as a whole
//
// render(State) sets every widget of a view from the state, each time. Setting a text that is there already costs
// nothing and is not done, so that a cursor stays where it is; what the program fills in does not count as typed.
//
// # Why the password is not drawn
//
// A password is opened by the code that signs in, and nowhere else. So its field is the one widget that is not filled
// from the state: where the state holds a password that nobody typed here, dots stand in for it.
//
// # Why there is one kind of field, button, box and list of choices
//
// Fyne's own widgets leave Enter on a button and Escape everywhere without an effect, and a key does not travel from a
// widget to its window. The kinds here add that and nothing else.
package gui
