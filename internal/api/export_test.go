package api

import "time"

// Hurry lets clients of streams be waited for no longer than given.
func (a *API) Hurry(line, read time.Duration) { a.patience.line, a.patience.read = line, read }

// HurryStop lets them be waited for no longer than given once the program stops.
func (a *API) HurryStop(stop time.Duration) { a.patience.stop = stop }

// LookAlways lets keys be looked at before each group of lines.
func (a *API) LookAlways() { a.patience.key = 0 }

// Patterns are the routes, for tests.
func Patterns() (list []string) {
	for _, one := range (&API{}).routes() {
		list = append(list, one.method+" "+one.path)
	}
	return list
}
