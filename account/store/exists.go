package store

import (
	"errors"
	"io/fs"
	"os"
)

// Exists reports whether something stands at path, be it a file, a folder or a link that leads nowhere: whatever a writer
// would have to replace.
func Exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
