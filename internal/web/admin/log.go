package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

const (
	logPath = "/log"
	// perPage is how many entries a page shows.
	perPage = 50
)

// A logView is one page of the log.
type logView struct {
	Filter   filterView
	Rows     []entryRow
	Older    string // where older entries are; empty when there are none
	Newest   string // where the newest entries are; empty on their page
	Signed   int    // how many entries the latest checkpoint covers
	Last     int64  // the number of the last of them
	SignedAt time.Time
	Root     string
	Waiting  string // how many wait to be numbered; empty for none
}

// showLog shows the entries that fit the filter in the address. A filter that cannot be read shows none, and says why.
func (a *pages) showLog(v *staff.Visit) error {
	f, wrong := a.filter(v)
	r, err := audit.Read(v.Context(), a.Store, v.Actor, f)
	if err != nil {
		return err
	}
	frame := v.Frame(v.T("admin.log"))
	frame.Errors = page.ErrorsOf(v.Words, wrong)
	data := logView{Filter: a.filterForm(v, frame.Errors), Signed: int(r.Signed), Last: r.Signed - 1, SignedAt: r.SignedAt, Root: r.Root}
	if r.Waiting > 0 {
		data.Waiting = v.Words.N("admin.waiting", int(r.Waiting))
	}
	if wrong != nil {
		return v.Render(http.StatusBadRequest, "admin_log", frame, data)
	}
	if data.Rows, err = a.rows(v, r.Entries); err != nil {
		return err
	}
	if q := v.R.URL.Query(); q.Has("before") || q.Has("after") {
		data.Newest = address(q, "", "")
	}
	if r.More {
		data.Older = older(v.R.URL.Query(), r.Entries[len(r.Entries)-1])
	}
	return v.Render(http.StatusOK, "admin_log", frame, data)
}

// older leads to what is older than an entry: by its number, or by its id while it waits for one.
func older(q url.Values, last audit.Listed) string {
	if last.Number == audit.None {
		return address(q, "after", string(last.ID))
	}
	return address(q, "before", strconv.FormatInt(last.Number, 10))
}

// address is the log's, with the filter of q and from where on.
func address(q url.Values, from, value string) string {
	kept := url.Values{}
	for _, name := range filterFields {
		if q.Get(name) != "" {
			kept.Set(name, q.Get(name))
		}
	}
	if from != "" {
		kept.Set(from, value)
	}
	if len(kept) == 0 {
		return logPath
	}
	return logPath + "?" + kept.Encode()
}

// known are the names of everybody by id, for who may read them as well as the log; none for others.
func (a *pages) known(v *staff.Visit) (map[string]string, error) {
	if !access.May(v.Actor, access.UserList) {
		return nil, nil
	}
	users, err := a.Identity.Users(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	list := make(map[string]string, len(users))
	for _, u := range users {
		list[string(u.ID)] = u.DisplayName
	}
	return list, nil
}
