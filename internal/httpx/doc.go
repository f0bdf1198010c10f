// Package httpx turns what a handler returns into what a person and an operator see.
//
// A [Handler] gives back an error. An [Adapter] makes an http.Handler of it: it gives the request an id, recovers from a
// panic, holds the only switch from a fault's kind to an HTTP status, shows the fault, and writes one line to the log.
//
// Always true:
//   - One line per request, at its end: route pattern, method, status, milliseconds, request id, actor id, and the kind
//     and code of a fault. Never a URL, a form value, a header or a user agent. On a public adapter never an address either.
//   - The private cause of a fault is logged only when the failure is ours (status 500 and above), and what the request
//     brought is cut out of it first.
//   - The person sees the request id that the log has, and nothing else of what failed.
//   - Files are refused before a byte of them is read, and a body is never read beyond its limit into memory. What a client
//     still sends after its answer is thrown away, up to a bound, so that it gets to read the answer.
package httpx
