// Package config says what can be set from outside: on the command line, or by an environment variable. Every field's
// help is its manual, and the program works with none of them set.
package config

import (
	"fmt"
	"os"
	"path/filepath"
)

// Data says where the matters and their keys are kept.
type Data struct {
	// Dir holds the SQLite databases and, in its folder keys, the key files. It is made, for its owner alone.
	Dir string `name:"data" help:"The folder of the data and of the keys." default:"./amparo-data" env:"AMPARO_DATA" type:"path"`
	// Database is a postgres:// address for PostgreSQL. Empty: SQLite files in Dir.
	Database string `help:"A postgres:// address; SQLite files in the data folder without it." env:"AMPARO_DATABASE"`
	// KeyDatabase is where wrapped keys are kept on PostgreSQL. Empty: another schema of Database.
	KeyDatabase string `help:"A postgres:// address for the wrapped keys; a schema of the same database without it." env:"AMPARO_KEY_DATABASE"`
}

// The PostgreSQL schemas of the two sets of tables.
const (
	MainSchema = "amparo"
	KeysSchema = "amparo_keys"
)

// Keys is the folder of the key files.
func (d Data) Keys() string { return filepath.Join(d.Dir, "keys") }

// Checkpoints is the file that every signed statement of the audit log is appended to.
func (d Data) Checkpoints() string { return filepath.Join(d.Dir, "audit.checkpoints") }

// Make makes the folder when it is not there, and refuses one that others can read.
func (d Data) Make() error {
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the data folder: %w", err)
	}
	info, err := os.Stat(d.Dir)
	if err != nil {
		return fmt.Errorf("cannot look at the data folder: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the data folder %s can be read by others; run: chmod 700 %s", d.Dir, d.Dir)
	}
	return nil
}
