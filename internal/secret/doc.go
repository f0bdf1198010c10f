// Package secret holds keys and passwords without ever showing them, and keeps them in files that only their owner
// can read.
//
// Always true:
//   - A [Bytes] prints, logs and marshals as "[secret]", whatever the verb or the encoder, and cannot be given to the
//     database as it is.
//   - A file that the group or others may read or write is refused, not repaired: somebody may have read it already.
//   - A key file is there whole or not at all, is never written over, and is on the disk when its maker returns.
//
// One trap stays: fmt cannot call methods on the unexported fields of a struct, and prints their bytes. A struct keeps
// a secret in an unexported field as a [Hidden], which fmt cannot look into.
//
// A key file is text: comment lines that begin with #, and one line of hexadecimal digits.
package secret
