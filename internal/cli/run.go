package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"amparo/internal/fault"
	"amparo/internal/lang"
)

// commands is the whole command line; each field's help is its manual.
type commands struct {
	Serve   serve   `cmd:"" help:"Serve the public side and the staff side."`
	Migrate migrate `cmd:"" help:"Bring the database up to what this program needs."`
	Backup  backups `cmd:"" help:"Back up the databases while serving, and prove each file by restoring it."`
	Restore restore `cmd:"" help:"Fill a new installation from its backups. The key files come first: key restore."`
	User    user    `cmd:"" help:"The people who work here."`
	Partner partner `cmd:"" help:"Organizations outside whose programs hand in reports."`
	Doctor  doctor  `cmd:"" help:"Say what is wrong with this installation, and how to mend it."`
	Mail    struct {
		Test mailTest `cmd:"" help:"Send a test message, to see whether notices arrive."`
	} `cmd:"" help:"Notices to staff: that something waits, and nothing else."`
	Triage struct {
		Explain  explain  `cmd:"" help:"Tell which priority facts lead to, and why, as JSON."`
		Simulate simulate `cmd:"" help:"Tell what a changed rule set would move among the stored reports, up and down, and why."`
	} `cmd:"" help:"The rules of priority."`
	Pack struct {
		Check  packCheck  `cmd:"" help:"Check a country's pack; every fault is told with file and line."`
		Schema packSchema `cmd:"" help:"Write the JSON Schemas of a pack's files into a folder."`
	} `cmd:"" help:"The data of a country."`
	Audit struct {
		Verify auditVerify `cmd:"" help:"Prove that the audit log was not changed, or name what was."`
	} `cmd:"" help:"Who did or saw what."`
	Key struct {
		Export  keyExport  `cmd:"" help:"Write a copy of the keys, sealed with a passphrase. Without a copy, losing the keys is losing every case."`
		Restore keyRestore `cmd:"" help:"Put the key files of a copy into the folder of a new installation."`
		Rotate  keyRotate  `cmd:"" help:"Make new keys while serving. Copy the key files anew afterwards."`
		Check   keyCheck   `cmd:"" help:"Prove that a copy of the keys opens, and is of this installation."`
	} `cmd:"" help:"The keys of this installation."`
}

// A terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	words    lang.Printer
}

// exit is how the parser says that it has printed what was asked for, and wants to end.
type exit int

// Run does what the arguments say and gives the exit status. It ends early when ctx does.
func Run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (code int) {
	defer func() {
		if wish := recover(); wish != nil {
			status, ours := wish.(exit)
			if !ours {
				panic(wish)
			}
			code = int(status)
		}
	}()
	if err := run(ctx, args, in, out, errs); err != nil {
		fmt.Fprintln(errs, "amparo: "+oneLine(err))
		return 1
	}
	return 0
}

func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) error {
	catalog, err := lang.Load()
	if err != nil {
		return err
	}
	var c commands
	parser, err := kong.New(&c, kong.Name("amparo"), kong.Description("Amparo runs the response for children harmed by sexual exploitation and abuse."),
		kong.Writers(out, errs), kong.Exit(func(code int) { panic(exit(code)) }), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w; run: amparo --help", err)
	}
	return chosen.Run(&terminal{in, out, errs, catalog.For("en")})
}

// oneLine is an error as one line: the words of a fault and of what is wrong in it, or the plain text of another error.
func oneLine(err error) string {
	var told *told
	if errors.As(err, &told) {
		return told.Error()
	}
	text := err.Error()
	if code := fault.CodeOf(err); code != fault.CodeInternal {
		if catalog, failed := lang.Load(); failed == nil {
			words := catalog.For("en")
			text = words.Fault(err)
			for _, field := range fault.Fields(err) {
				text += " " + field.Name + ": " + words.FaultField(field)
			}
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

// told is an error whose words are already fit to be shown.
type told struct{ words string }

func (t *told) Error() string { return t.words }

func tell(format string, args ...any) error { return &told{fmt.Sprintf(format, args...)} }

// say tells v as JSON when that is asked for, and else the words.
func (t *terminal) say(asJSON bool, v any, words string, args ...any) error {
	if asJSON {
		return t.json(v)
	}
	_, err := fmt.Fprintf(t.out, words+"\n", args...)
	return err
}

// json tells v, laid out for reading.
func (t *terminal) json(v any) error {
	e := t.encoder()
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// line tells v on one line.
func (t *terminal) line(v any) error { return t.encoder().Encode(v) }

func (t *terminal) encoder() *json.Encoder {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
	return e
}
