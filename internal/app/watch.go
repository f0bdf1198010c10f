package app

import (
	"context"
	"time"

	"amparo/internal/audit"
	"amparo/internal/backup"
	"amparo/internal/clock"
	"amparo/internal/jobs"
	"amparo/internal/metrics"
	"amparo/internal/store"
	"amparo/internal/task"
)

// The numbers of an installation, by name. docs/operations.md says at which of them somebody is to be called.
const (
	numberLag     = "amparo_jobs_lag_seconds"
	numberDead    = "amparo_jobs_dead"
	numberOverdue = "amparo_task_most_overdue_seconds"
	numberPending = "amparo_audit_pending"
	numberMatters = "amparo_backup_matters_age_seconds"
	numberKeys    = "amparo_backup_keys_age_seconds"
	numberCopied  = "amparo_keys_exported"
	numberFree    = "amparo_data_free_bytes"
)

// watched says what each number means.
var watched = map[string]string{
	numberLag:     "How long the longest waiting job has waited for a worker.",
	numberDead:    "Jobs that were given up after many tries.",
	numberOverdue: "How long ago the most overdue open task should have been done.",
	numberPending: "Entries of the audit log that wait for their number.",
	numberMatters: "Age of the last backup of the matters that was restored to prove it; there is no value before the first.",
	numberKeys:    "Age of the last backup of the keys that was restored to prove it; there is no value before the first.",
	numberCopied:  "1 when there is a copy of the key files as they are now.",
	numberFree:    "Bytes that are free where the data folder is.",
}

// look looks the numbers up.
func (a *App) look(ctx context.Context) (metrics.Numbers, error) {
	n := metrics.Numbers{numberFree: float64(free(a.config.Dir)), numberCopied: 0}
	copied, err := a.vault.Exported(ctx)
	if err != nil {
		return nil, err
	}
	if copied {
		n[numberCopied] = 1
	}
	return n, a.stores.main.Read(ctx, func(tx store.Tx) error { return tally(ctx, tx, n) })
}

// tally adds the numbers that are in the database.
func tally(ctx context.Context, tx store.Tx, n metrics.Numbers) error {
	lag, err := jobs.Lag(ctx, tx)
	if err != nil {
		return err
	}
	dead, err := jobs.ListDead(ctx, tx)
	if err != nil {
		return err
	}
	overdue, err := task.Oldest(ctx, tx)
	if err != nil {
		return err
	}
	pending, err := audit.Pending(ctx, tx)
	if err != nil {
		return err
	}
	n[numberLag], n[numberDead], n[numberOverdue], n[numberPending] = lag.Seconds(), float64(len(dead)), overdue.Seconds(), float64(pending)
	for of, name := range map[backup.Of]string{backup.Matters: numberMatters, backup.Keys: numberKeys} {
		last, err := backup.Latest(ctx, tx, of)
		if err != nil {
			return err
		}
		if clock.Micro(last) != 0 {
			n[name] = tx.Now.Sub(last).Round(time.Second).Seconds()
		}
	}
	return nil
}
