package triage

import (
	"context"

	"amparo/internal/report"
	"amparo/internal/store"
)

const toBePagedSQL = `SELECT r.id FROM report r JOIN standing s ON s.subject = r.id WHERE r.state = 'waiting' AND s.priority IN ('P1', 'C1')
	ORDER BY r.received_at, r.id`

// ToBePaged gives the reports that wait for somebody to claim them and for which people are called at any hour, the oldest first. It is for the program
// itself, which has people called; nobody is shown it.
func ToBePaged(ctx context.Context, tx store.Tx) (list []report.ID, err error) {
	err = tx.Each(ctx, toBePagedSQL, nil, func(scan func(...any) error) error {
		var id report.ID
		err := scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}
