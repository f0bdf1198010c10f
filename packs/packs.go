// Package packs carries the country packs that are built into the program.
//
// Only the fictional country "demo" is built in: it is for demonstration and tests, holds no real contact, and is
// marked `live: false`. A real country brings its own folder. See internal/jurisdiction for what a pack holds.
package packs

import "embed"

// FS holds one folder for each built-in pack; "demo" is always there.
//
//go:embed demo
var FS embed.FS
