// Package debian runs real mail servers, Dovecot, Cyrus and Postfix, for tests.
//
// Nothing is installed. The packages are downloaded by apt and unpacked into the user's cache folder; a test that calls
// Run is executed once more in namespaces of its own, where the unpacked files lie over /usr, the network has a loopback
// interface and nothing else, the true mail ports are free, and a small name server answers for the names that the test
// makes up. When that process ends the kernel ends everything in it, so that no server, mount or address can be left.
//
// As root the servers run as nobody (Postfix as its own user); as anybody else the namespaces are those of an unprivileged
// user, Dovecot and Cyrus run as the current user and Postfix does not run. Where there is no apt, or where the system
// allows no namespaces, a test says so in one line and passes.
//
// # Why an overlay
//
// The servers have paths compiled in (Dovecot opens its modules below /usr/lib/dovecot whatever its configuration says),
// so that files in a cache folder alone cannot run. Laid over /usr they lie where they expect themselves.
package debian
