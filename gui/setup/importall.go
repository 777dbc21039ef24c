package setup

import (
	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
)

// mostRemarks is how many remarks are shown at once where several accounts of a file are opened.
const mostRemarks = 4

// tookAll opens all accounts that a file offers, beside each other, and shows the first.
func (b book) tookAll() book {
	name, offered := b.Import.File, b.offered
	b = b.importClosed()
	if b.Phase != Resting {
		return b.noticed(Warning, name+" was not opened, because a search is running. Stop it first.")
	}
	var opened []ID
	var remarks []format.Remark
	for _, one := range offered {
		if serverless(one) {
			remarks = append(remarks, format.Remark{Text: choices([]format.Imported{one})[0].Head + " was left out: it names no server that can be used."})
			continue
		}
		id := store.NewID()
		next, _, more := b.stowed().blankPage(id).takingIn(one)
		b, opened = next, append(opened, id)
		for _, r := range more {
			r.Text = account.Neutral(next.title(), nameLimit) + ": " + r.Text
			remarks = append(remarks, r)
		}
	}
	if len(opened) == 0 {
		return b.noticed(Danger, sentences(name+" names no server that can be used.", shortened(remarks)))
	}
	if len(opened) > 1 {
		b = b.opening(opened[0])
	}
	tone := Success
	if len(remarks) > 0 {
		tone = Warning
	}
	return b.noticed(tone, sentences(openedWords(len(opened), name), shortened(remarks)))
}

// openedWords says how many accounts of a file were opened.
func openedWords(n int, name string) string {
	return plural(n, "account of "+name+" was opened and is", "accounts of "+name+" were opened and are") + " not saved yet. Nothing has been contacted."
}

// shortened keeps the first of many remarks.
func shortened(list []format.Remark) []format.Remark {
	if len(list) <= mostRemarks {
		return list
	}
	rest := plural(len(list)-mostRemarks, "remark", "remarks")
	return append(list[:mostRemarks:mostRemarks], format.Remark{Text: "And " + rest + " more, shown where an account of the file is opened alone."})
}
