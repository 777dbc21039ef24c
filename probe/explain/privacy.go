package explain

// A Party is somebody who is asked in the course of a search.
type Party struct {
	Name   string
	Learns string // what they are told, in sentences
}

// A Disclosure says who is asked in a search, and what each of them learns. The window's page and the section of the same
// name in README.md are made of it.
type Disclosure struct {
	Intro   string
	Parties []Party // in the order in which a search gets to them
	End     string
}

// WhoIsAsked tells everybody who can learn of a search. It describes what package discover asks, and package wire says:
// whoever changes whom they ask changes this text.
func WhoIsAsked() Disclosure {
	return Disclosure{
		Intro: "Nothing goes to the network before you start a search or a test: no look-ups while you type, no search for updates, " +
			"no statistics. This is who is asked then, and what each of them learns beside the network address of your computer.",
		Parties: []Party{
			{"Your name server", "Every name that is looked up: your domain, its mail exchanger (MX) and its service names for mail (SRV), the " +
				"usual names of servers in it (imap, mail, pop, pop3, smtp), the places where domains publish settings (autoconfig, " +
				"autodiscover, ua-auto-config), one random name to see whether every name exists, and the names of all who follow here. " +
				"Never what stands before the @ of your address."},
			{"The web servers of your domain", "That somebody wants to know its mail settings. Asked are autoconfig, autodiscover and the domain " +
				"itself, and ua-auto-config where the domain announces it, over verified https alone. Autodiscover demands an address and is " +
				"given a made-up one, “autodiscover” at your domain. Your own full address goes to autoconfig and to nobody else, and only if you " +
				"allow it in the settings."},
			{"Whoever your domain passes the question on to", "The same: redirects are followed to other https servers, a few at most. Portolan " +
				"does not tell them your address; if you allowed autoconfig to be told, that server could pass it on."},
			{"Thunderbird's database of providers (ISPDB)", "Your domain and, where another company receives its mail, the domain of that company; " +
				"never your address. It is asked over https, at v1.ispdb.net or where the settings say, and not at all where they say so."},
			{"The company that receives your domain's mail", "That somebody wants to know the mail settings of its customers; neither your domain " +
				"nor your address. It is asked where the mail exchanger is outside your domain and not known as a mere filter."},
			{"The mail servers that are tried", "That your computer connects to them, under which name, and what they can do; neither your address nor " +
				"your password. They are those that you typed, those that were named by the above, and the usual names in your domain unless " +
				"guessing is off. A server outside your domain that only service names point to is left alone until you say yes."},
			{"The two servers of the answer", "Your user name, which mostly is your address, and your password. They get them last, when nothing " +
				"is left to decide, over an encrypted connection to a verified server or over one that you agreed to yourself."},
		},
		End: "Nobody else is asked, and a proxy for web pages is not used. In a practice mailbox nobody outside your computer is asked at all.",
	}
}
