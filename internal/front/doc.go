// Package front is the public side as it is put together: the country, the pages, the listener, and the process of its own that an installation
// may run it in. Nothing that can open what was told can be reached from here; a test holds the imports.
//
// Always true of [Process]:
//   - Its folder of keys holds the public key file alone; it does not start beside a key that opens anything.
//   - Its database role can write what it takes in and read no report; it does not start with one that can.
//   - It makes no key, changes no table's shape, and does no job: the case side does.
package front
