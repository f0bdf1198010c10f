package public_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/intake"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const countTestSQL = `SELECT (SELECT count(*) FROM receipt), (SELECT count(*) FROM envelope), (SELECT count(*) FROM envelope WHERE quarantine = 1)`

// TestEveryReportOfAnHour takes 10,000 reports within an hour (1,000 on PostgreSQL, which here shares its machine). The 1st, the 11th, the
// 1,000th and the 10,000th go the whole way as a raw client does, each is given a receipt at once, and its mailbox opens.
func TestEveryReportOfAnHour(t *testing.T) {
	each(t, func(l *place) {
		named := []int{1, 11, 1_000, 10_000}
		if l.main.Engine() != store.SQLite {
			named = named[:3]
		}
		begin, sent := l.now, 0
		for _, n := range named {
			l.rush(n - 1 - sent)
			l.now = begin.Add(time.Hour * time.Duration(n) / 10_001)
			code := l.start("en", "about_me").tell(url.Values{"words": {"I am one of many"}}).post().want(http.StatusOK).receipt()
			l.get("/").post("way", "code").post("code", code).want(http.StatusOK, "Messages for you")
			sent = n
		}
		var receipts, envelopes, marked int
		l.write(func(ctx context.Context, tx store.Tx) error {
			return tx.One(ctx, countTestSQL, nil, &receipts, &envelopes, &marked)
		})
		if receipts != sent || envelopes != sent || marked == 0 || marked > sent-60 { // the first sixty of a minute are not
			l.t.Errorf("of %d reports there are %d receipts and %d envelopes, %d of them marked", sent, receipts, envelopes, marked)
		}
	})
}

// rush has n reports come: the last hundred from many senders at once, those before in few transactions, which is faster.
func (l *place) rush(n int) {
	l.t.Helper()
	by, err := access.Own(access.System("test"), intake.Receive)
	if err != nil {
		l.t.Fatal(err)
	}
	for ; n > 100; n -= min(500, n-100) {
		l.write(func(ctx context.Context, tx store.Tx) error {
			for range min(500, n-100) {
				if _, err := l.room.Take(ctx, tx, by, anyone()); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if _, err := l.room.Submit(l.t.Context(), anyone()); err != nil {
				l.t.Error(err)
			}
		})
	}
	all.Wait()
}

func anyone() intake.Submission {
	return intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: "about_me", Language: "en", Reader: intake.Child}}
}
