package explain

import (
	"maps"

	"portolan/probe"
)

// wordings gives the words of every cause; a test holds the list against probe.Causes.
func wordings() map[probe.Cause]wording {
	all := connectionWordings()
	maps.Copy(all, encryptionWordings())
	maps.Copy(all, certificateWordings())
	maps.Copy(all, signInWordings())
	maps.Copy(all, noWordings())
	maps.Copy(all, generalWordings())
	return all
}

func connectionWordings() map[probe.Cause]wording {
	return map[probe.Cause]wording{
		probe.NoSuchHost: {
			"No server has this name",
			"There is no such name as {host} on the Internet. Check the spelling of the address and of the server's name.", theSystem,
		},
		probe.NoAddress: {
			"This name leads to no server",
			"The name {host} exists, but no mail server can be reached by it. Check the spelling, or ask your provider for the server's name.", theSystem,
		},
		probe.ConnectionRefused: {
			"Connection refused",
			"A machine answered at {server}, but it takes no connections on this port. Check the port, or ask your provider which one to use.", theSystem,
		},
		probe.NoAnswer: {
			"No server answered on this port",
			"Nothing came back from {server}. It may be switched off, or a firewall keeps it away. Try from another network, or ask your provider for the right server.", theSystem,
		},
		probe.ConnectionClosed: {
			"The server hung up",
			"The connection to {server} was closed before anything useful was said. Try again in a few minutes.", theSystem,
		},
		probe.WrongProtocol: {
			"Something else answered on this port",
			"What answers at {server} is not the mail service that was expected there. Check the port.", theServer,
		},
		probe.GreetingRefused: {
			"The server turned the connection away",
			"It declined at once. Wait a few minutes and try again; if it stays so, ask your provider whether your network is blocked at {host}.", theServer,
		},
		probe.ServerTrouble: {
			"The server has trouble at the moment",
			"This is not your fault, and it usually passes. Try {host} again later.", theServer,
		},
		probe.MalformedReply: {
			"The server's answer makes no sense",
			"What {server} sent is not understood. Check the port; if it is right, tell your provider.", theServer,
		},
		probe.OverlongReply: {
			"The server's answer is endless",
			"It sent far more than a mail server has to say, so the connection to {server} was closed. Check the server's name and port.", theServer,
		},
		probe.TimedOut: {
			"It took too long",
			"The time for {server} ran out before the answer was complete. Try again, perhaps on a faster network.", theSystem,
		},
	}
}

func encryptionWordings() map[probe.Cause]wording {
	return map[probe.Cause]wording{
		probe.NoSTARTTLS: {
			"No encryption is offered on this port",
			"No password is sent unprotected to {server}. Ask your provider for a port that is encrypted.", theServer,
		},
		probe.STARTTLSRefused: {
			"The server refused to encrypt",
			"Encryption is offered at {server}, but it was declined when it should begin (STARTTLS). No password was sent there. Try again later, and tell your provider if it stays so.", theServer,
		},
		probe.TextInjected: {
			"Somebody may be tampering with this connection",
			"Unasked text arrived from {server} just when encryption should begin. That is the sign of an attack, or of a badly broken server. No password was sent there. Try from another network.", theServer,
		},
		probe.TLSTooOld: {
			"The server's encryption is out of date",
			"Only versions that are no longer safe are offered at {server} (before TLS 1.2). Ask your provider to renew its server, or to name another one.", theSystem,
		},
		probe.NoCommonCipher: {
			"The server's encryption is not safe enough",
			"Portolan and {server} have no safe way to encrypt in common. Ask your provider to renew its server, or to name another one.", theSystem,
		},
		probe.TLSFailed: {
			"The encrypted connection failed",
			"The encryption at {server} could not be set up, so no password was sent there. Check the port, and try from another network.", theSystem,
		},
		probe.PlainOnTLSPort: {
			"The server answered without encryption",
			"This port is meant to be encrypted from the start, but {server} answered in the clear. No password was sent there. Check the port.", theServer,
		},
		probe.CleartextOnly: {
			"Only unprotected access was found",
			"There is no encryption at {server}: anybody on the way can read what passes there, your password and your mail. Ask your provider for encrypted access.", theServer,
		},
		probe.NotOffered: {
			"Your domain says that it does not offer this",
			"The domain of your address publishes that it has no such server. If your provider says otherwise, type the server's name yourself.", theSystem,
		},
		probe.SettingsUnusable: {
			"Your domain publishes settings that cannot be used",
			"There is something wrong with what {host} publishes for mail programs, so it was left aside. The operator of the domain should mend it.", theSystem,
		},
		probe.SaferAvailable: {
			"Something safer is possible",
			"The server can be reached in a safer way now, at {server}. Search again to take it.", theSystem,
		},
		probe.LargeHello: {
			"Something on the way disturbs new encryption",
			"Nothing came back from {server} until Portolan left the newest kind of key exchange (post-quantum) out. The connection is safe all the same, but other programs may fail here. Tell whoever runs this network, or your provider.", theSystem,
		},
		probe.BetterRefused: {
			"The server offers something else than you asked for",
			"Your own choice was kept. What {server} offers is safer: take it if nothing speaks against it.", theServer,
		},
	}
}

func certificateWordings() map[probe.Cause]wording {
	return map[probe.Cause]wording{
		probe.CertificateExpired: {
			"The server's certificate has expired",
			"The identity of {server} cannot be confirmed any more. Check the date and time of this computer; if they are right, tell your provider.", theSystem,
		},
		probe.CertificateNotYetValid: {
			"The server's certificate is not valid yet",
			"The identity of {server} cannot be confirmed before that day. Check the date and time of this computer; if they are right, tell your provider.", theSystem,
		},
		probe.CertificateWrongName: {
			"The certificate belongs to another server",
			"What answers at {server} does not prove to be {host}. The name may be misspelt: ask your provider for the server's right name.", theSystem,
		},
		probe.CertificateUnknownIssuer: {
			"Nobody that this computer knows vouches for the server",
			"The certificate of {server} comes from an issuer that is not trusted here. Company networks often have their own: ask its operator.", theSystem,
		},
		probe.CertificateSelfSigned: {
			"Nobody vouches for the server",
			"The certificate of {server} is self-signed: it could be an impostor's. Compare its fingerprint with the one that your provider tells you.", theSystem,
		},
		probe.CertificateIncompleteChain: {
			"The server's certificate is incomplete",
			"A part that {server} should send is missing, so nobody can be seen to vouch for it. Tell your provider: this is a mistake in its set-up.", theSystem,
		},
		probe.CertificateWeak: {
			"The server's certificate is too weak",
			"It could be forged. Ask your provider for a new certificate at {server}.", theSystem,
		},
		probe.CertificateChanged: {
			"The server's certificate has changed",
			"It is not the certificate that was accepted for {server} before, so nothing was sent there. That may be a renewal or an impostor: ask your provider which fingerprint (SHA-256) is right. If the new one is, forget the old one in the advanced settings, under Certificates, and search again.", theSystem,
		},
		probe.VerifiedBefore: {
			"This server could prove who it is before, and cannot now",
			"An impostor may answer in the place of {server}, so nothing was sent there and nobody can be asked to trust it. Try from another network; if it stays so, tell your provider.", theSystem,
		},
		probe.EncryptionGone: {
			"This server was encrypted before, and is not now",
			"You trusted a certificate of {server}, and now no encryption is offered there. Somebody may be in between, so no password was sent. Try from another network; if your provider says that it is right, forget the certificate in the advanced settings, under Certificates.", theServer,
		},
		probe.ClientCertificateWanted: {
			"The server wants a certificate from you",
			"Without a personal certificate, {server} lets nobody in. If you have one as a file, choose it in the advanced settings, under Certificates. If not, ask your provider or your company for one.", theServer,
		},
		probe.ClientCertificateRefused: {
			"The server did not accept your certificate",
			"This certificate is not known at {server}, or whoever issued it is not believed there. See in the advanced settings, under Certificates, which one is chosen and when it ends, or ask whoever gave it to you.", theServer,
		},
	}
}

func signInWordings() map[probe.Cause]wording {
	return map[probe.Cause]wording{
		probe.SignInRefused: {
			"The password was not accepted",
			"Check the password, and whether {host} knows you by another user name. Some providers want an app password: create one in your account there.", theServer,
		},
		probe.SignInNeedsEncryption: {
			"The server wants encryption before a password",
			"No password is taken at {server} without encryption, and none was sent there. Use an encrypted connection.", theServer,
		},
		probe.SignInNotOffered: {
			"There is no way to sign in here",
			"No sign-in is offered at {server}: it may be meant for mail between servers. Another server or port is needed.", theServer,
		},
		probe.MechanismUnsupported: {
			"The server wants a sign-in that Portolan does not know",
			"None of the ways to sign in at {server} is one that Portolan speaks, so no password was sent there. Ask your provider for access with a password.", theServer,
		},
		probe.MechanismRefused: {
			"The server did not take this way to sign in",
			"It was offered at {server}, but then declined; this says nothing about your password. Tell your provider.", theServer,
		},
		probe.AppPasswordNeeded: {
			"An app password is needed",
			"Your usual password is not taken at {host} from mail programs. Create an app password in your account at your provider and use that.", theServer,
		},
		probe.OAuthOnly: {
			"This provider lets you sign in with a browser only",
			"No password is taken at {server}, only a sign-in on a web page (OAuth), so none was sent there. Use a mail program that knows this provider, or ask it for an app password.", theServer,
		},
		probe.ProtocolSwitchedOff: {
			"This kind of access is switched off",
			"Your account is there, but {host} does not let mail programs in this way. Switch it on in the settings of your account at your provider.", theServer,
		},
		probe.AccountLocked: {
			"The account is locked",
			"Sign in at your provider's web page and see what is wrong; {host} will not let you in before.", theServer,
		},
		probe.TooManyTries: {
			"There were too many tries",
			"For a while {host} will not let you in. Wait at least a quarter of an hour before you try again.", theServer,
		},
		probe.NotForMailPrograms: {
			"This provider lets no mail programs in",
			"Neither IMAP nor POP3 is there for the customers of this provider, so there is nothing to set up.", theSystem,
		},
		probe.PasswordOdd: {
			"The password looks odd",
			"It is sent exactly as it was given, for it may be right.", theSystem,
		},
		probe.PreAuthenticated: {
			"The server asked for no password",
			"At {server} everybody is let in at once, so these settings could not be tested, and no password was sent there. Check the server's name and port.", theServer,
		},
	}
}

// noWordings are about a no to a sign-in whose code tells what it is about (RFC 2449, section 8.1, RFC 3206, RFC 5530).
func noWordings() map[probe.Cause]wording {
	return map[probe.Cause]wording{
		probe.PasswordExpired: {
			"The password has run out",
			"It was right once, but {host} does not take it any more. Sign in at your provider's web page, set a new password and use that.", theServer,
		},
		probe.ProviderMustAct: {
			"Your provider has to put something right",
			"Only whoever runs {host} can help here; this says nothing about your password. Tell your provider what the server said.", theServer,
		},
		probe.MailboxInUse: {
			"Another program has the mailbox open",
			"Only one at a time is let in at {host}; this says nothing about your password. Close other mail programs, or wait a few minutes, and try again.", theServer,
		},
		probe.SignInTooSoon: {
			"The server wants a pause between two sign-ins",
			"Somebody signed in at {host} a moment ago; this says nothing about your password. Wait some minutes and try again.", theServer,
		},
	}
}

func generalWordings() map[probe.Cause]wording {
	return map[probe.Cause]wording{
		probe.ClockWrong: {
			"This computer's clock may be wrong",
			"No certificate is valid on the day that it shows. Set date and time, and search again.", theSystem,
		},
		probe.CaptivePortal: {
			"This network wants you to sign in first",
			"Open any web page, do what the network asks for, and try again.", theSystem,
		},
		probe.DNSTrouble: {
			"Names cannot be looked up at the moment",
			"The name service of this network gave no usable answer for {host}. Try again, or from another network.", theSystem,
		},
		probe.NetworkDown: {
			"There is no network",
			"This computer is not connected to the Internet. Check the cable or the wireless network and try again.", theSystem,
		},
		probe.Cancelled: {"Stopped", "It was given up before it was done. Nothing was changed.", theSystem},
		probe.Limited: {
			"Left out",
			"There were more servers than are tried in one search. If {server} is the one you want, tell it by name.", theSystem,
		},
		probe.IPv6Broken: {
			"IPv6 does not work here",
			"The way over IPv6 to {host} is broken; the one over IPv4 works and was used. Mail programs may be slow to connect until your network's or your mail's provider mends it.", theSystem,
		},
		probe.IPv4Broken: {
			"IPv4 does not work here",
			"The way over IPv4 to {host} is broken; the one over IPv6 works and was used. Mail programs may be slow to connect until your network's or your mail's provider mends it.", theSystem,
		},
		probe.Firewall: {
			"A firewall keeps mail from this network",
			"Everything on this network but port 443 (web pages) is silent. Try from another network, such as your phone's, or ask whoever runs this one.", theSystem,
		},
		probe.Port25Blocked: {
			"Port 25 is blocked here",
			"This port of {host} cannot be reached. Most providers of Internet access do that against spam, and mail programs do not need it: nothing to do.", theSystem,
		},
		probe.AddressInside: {
			"This name leads into your own network",
			"The name {host} points to an address that exists only inside a network. That is right where the server stands in your own house or company. Anywhere else somebody may be answering in its place: then sign in from another network.", theSystem,
		},
		probe.OtherDomain: {
			"The server belongs to another domain",
			"The host {host} is not in the domain of your address. Many providers do it so; your password goes there only after you confirm it.", theSystem,
		},
		probe.OtherPort: {
			"Another port works",
			"The port that you typed gave nothing usable, but {server} does. What you typed is kept until you take it.", theSystem,
		},
		probe.Internal: {
			"Something went wrong inside Portolan",
			"This is a fault in the program, not in your settings. Please report it. What was found besides is still right.", theSystem,
		},
	}
}
