package storetest

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"amparo/internal/store"
)

// Roles makes a database role for each side, on the server of an address, as an operator would, and gives their names. They own nothing, and are dropped
// when the test ends.
func Roles(t testing.TB, address string) map[store.Side]string {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	roles := map[store.Side]string{}
	for _, side := range store.Sides {
		roles[side] = "t_" + string(side) + "_" + strings.ToLower(rand.Text())
		if _, err := db.Exec("CREATE ROLE " + roles[side] + " LOGIN"); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, role := range roles {
			if _, err := db.Exec("DROP OWNED BY " + role + "; DROP ROLE " + role); err != nil {
				t.Error(err)
			}
		}
		db.Close()
	})
	return roles
}

// As is the address with another role.
func As(t testing.TB, address, role string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	return u.String()
}
