package app

import (
	"testing"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestNoNameIsLeftAfterARestore: what a restore puts aside are stories and the names of those who take part in programmes.
func TestNoNameIsLeftAfterARestore(t *testing.T) {
	storetest.Each(t, clock.System{}, func(t *testing.T, main, _ *store.Store) {
		by, err := access.Own(access.System("test"), access.BackupRestore)
		must(t, err)
		left := -1
		must(t, main.Write(t.Context(), func(tx store.Tx) error {
			for _, statement := range []string{
				`INSERT INTO programme (id, agency, title, audience, form, topics, languages, aim, qualifications, bands, lead_user, at_once, quiet_place, contacts, no_secrets, state, written_at,
					writers, approved_at, approved_by, ended_at, ended_by, reason, version) VALUES ('p', '', '', '', 'group', '', '', '', '', '', '', '', '', '', 1, 'running', 1, '', 0, '', 0, '', '', 1)`,
				`INSERT INTO programme_session (id, programme, begins_at, minutes, place_kind, place, area, platform, moderated, language, facilitators, second_adult, state, reason, attended, answers,
					debriefed, written_up_at, written_up_by, made_at, made_by, version) VALUES ('s', 'p', 1, 1, 'virtual', '', '', '', 0, '', '', '', 'planned', '', '', '', 0, 0, '', 1, '', 1)`,
				`INSERT INTO programme_name (id, session, kind, body, until_at, made_at, made_by, gone_at) VALUES ('n', 's', 'participant', 'sealed', 9, 1, '', 0)`,
			} {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
			}
			if _, err := aside(t.Context(), tx, by); err != nil {
				return err
			}
			return tx.One(t.Context(), "SELECT count(*) FROM programme_name WHERE gone_at = 0 OR length(body) > 0", nil, &left)
		}))
		if left != 0 {
			t.Errorf("%d names are left", left)
		}
	})
}
