package admin

import (
	"net/http"
	"time"

	"amparo/internal/identity"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A passwordView hands over a one-time password.
type passwordView struct {
	Person   identity.User
	Password string
	Days     int
	Path     string // of the person's page
}

// showPassword shows a one-time password that was just made. It stands in this answer alone.
func showPassword(v *staff.Visit, u identity.User, password string) error {
	f := v.Frame(v.T("admin.hand_over"))
	f.Back = &page.Back{Href: personPath(u.ID)}
	return v.Render(http.StatusOK, "admin_password", f,
		passwordView{u, password, int(identity.OneTimeLife / (24 * time.Hour)), personPath(u.ID)})
}
