package endure

import (
	"strings"
	"time"
)

const (
	// Of every receipt: its look-up id, and how many rows of the case side belong to its report.
	wholeSQL = `SELECT r.lookup,
			(SELECT count(*) FROM envelope e WHERE e.report = r.report AND e.kind = 'report'),
			(SELECT count(*) FROM report p WHERE p.id = r.report),
			(SELECT count(*) FROM assessment a WHERE a.subject = r.report),
			(SELECT count(*) FROM standing s WHERE s.subject = r.report),
			(SELECT count(*) FROM access_grant g WHERE g.subject = r.report AND g.relation = 'desk'),
			(SELECT count(*) FROM task t WHERE t.subject = r.report AND t.kind = 'human_triage_started'),
			(SELECT count(*) FROM mailbox_message m WHERE m.report = r.report AND m.sender = 'reporter')
		FROM receipt r`
	waitingSQL = `SELECT count(*) FROM envelope`
	strangeSQL = `SELECT count(*) FROM report WHERE id NOT IN (SELECT report FROM receipt)`
	deadSQL    = `SELECT count(*) FROM job WHERE state = 'dead'`
	tallySQL   = `SELECT COALESCE(SUM(n), 0) FROM report_tally`
	checkSQL   = `PRAGMA integrity_check`
)

// settleTime is longer than the lease of a job whose process was killed, and the pauses of a job that waits for another.
const settleTime = 90 * time.Second

// A matter is what the case side has of one report.
type matter struct{ envelopes, reports, assessments, standings, grants, tasks, messages int }

// waiting tells whether the report waits in its envelope, and nothing else of it is there.
func (m matter) waiting() bool { m.messages = 0; return m == matter{envelopes: 1} }

// whole tells whether the report is on the desk once, with all that belongs to it, and no longer in its envelope.
func (m matter) whole() bool {
	m.messages = 0
	return m == matter{reports: 1, assessments: 1, standings: 1, grants: 1, tasks: 1}
}

// matters reads the case side, as it is at one instant, by look-up id.
func (p *place) matters() map[string]matter {
	p.Helper()
	rows, err := p.db.QueryContext(p.Context(), wholeSQL)
	if err != nil {
		p.Fatal(err)
	}
	defer rows.Close()
	all := map[string]matter{}
	for rows.Next() {
		var id string
		var m matter
		if err := rows.Scan(&id, &m.envelopes, &m.reports, &m.assessments, &m.standings, &m.grants, &m.tasks, &m.messages); err != nil {
			p.Fatal(err)
		}
		all[id] = m
	}
	if err := rows.Err(); err != nil {
		p.Fatal(err)
	}
	return all
}

// one reads a single number.
func (p *place) one(statement string) (n int) {
	p.Helper()
	if err := p.db.QueryRowContext(p.Context(), statement).Scan(&n); err != nil {
		p.Fatal(err)
	}
	return n
}

// settle waits until every envelope was opened.
func (p *place) settle() {
	p.Helper()
	p.soon("every envelope is opened", settleTime, func() bool { return p.one(waitingSQL) == 0 })
}

// holdWhole checks that nothing is half there: every report waits, or is on the desk with all that belongs to it.
func (p *place) holdWhole() {
	p.Helper()
	for id, m := range p.matters() {
		if !m.waiting() && !m.whole() {
			p.Errorf("a report is half there: %+v (%s)", m, id)
		}
	}
}

// holdDesk checks that the reports with these receipts, and no others, are on the desk, each exactly once.
func (p *place) holdDesk(receipts []string) {
	p.Helper()
	p.settle()
	all := p.matters()
	if len(all) != len(receipts) {
		p.Errorf("%d reports were acknowledged and %d are there", len(receipts), len(all))
	}
	seen := map[string]bool{}
	for _, receipt := range receipts {
		id := p.lookup(receipt)
		if m, there := all[id]; !there || !m.whole() {
			p.Errorf("an acknowledged report is not whole on the desk: %+v", m)
		}
		if seen[id] {
			p.Error("two reporters have the same receipt")
		}
		seen[id] = true
	}
	if n := p.one(strangeSQL); n != 0 {
		p.Errorf("%d reports on the desk have no receipt", n)
	}
	if n := p.one(deadSQL); n != 0 {
		p.Errorf("%d jobs were given up", n)
	}
	if n := p.one(tallySQL); n != len(receipts) {
		p.Errorf("the statistics count %d reports of %d", n, len(receipts))
	}
}

// holdAudit checks that the audit log verifies, and that SQLite finds its file sound.
func (p *place) holdAudit() {
	p.Helper()
	if said := p.command("audit", "verify"); !strings.Contains(said, "entries verified") {
		p.Errorf("audit verify says %s", said)
	}
	if p.house.Database != "" {
		return
	}
	var said string
	if err := p.db.QueryRowContext(p.Context(), checkSQL).Scan(&said); err != nil || said != "ok" {
		p.Errorf("the file is not sound: %s %v", said, err)
	}
}
