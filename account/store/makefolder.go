package store

import "os"

// publishedMode is for folders that others are to read.
const publishedMode = 0o755

// MakeFolder makes a folder and those above it where they are missing, for files that are to be published: others may
// look into it, less the process's umask.
func MakeFolder(path string) error { return os.MkdirAll(path, publishedMode) }
