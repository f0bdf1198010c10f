// Package store is the one way to the database: SQLite inside the program, or PostgreSQL, by one SQL text.
//
// Every room writes its statements once, as constants named …SQL, with $1 placeholders, and runs them inside
// [Store.Read] or [Store.Write]. What differs between the engines lives here and nowhere else (docs/engines.md):
// opening, isolation, retry, the translation of engine errors to [fault] kinds, and the dump of the schema.
//
// What can be relied on:
//   - Write is all or nothing, serialisable on both engines, and durable when it returns nil (SQLite with
//     synchronous=FULL; PostgreSQL with its own synchronous_commit). It may run its function more than once,
//     so the function must not send, print or keep state; effects are jobs enqueued in the same transaction.
//   - A Tx carries one Now, the same for everything written in it.
//   - On SQLite the whole process has one write connection; readers have their own and never wait for it.
//   - Nothing is ever written to a temporary file by SQLite, and deleted content is overwritten.
package store
