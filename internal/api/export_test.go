package api

import "time"

// Hurry lets clients of streams be waited for no longer than given.
func (a *API) Hurry(line, read time.Duration) { a.patience = patience{line, read} }

// Patterns are the routes, for tests.
func Patterns() (list []string) {
	for _, one := range (&API{}).routes() {
		list = append(list, one.method+" "+one.path)
	}
	return list
}
