package program

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// A Postgres is a PostgreSQL server on loopback, to which a test may do what happens to servers.
type Postgres struct {
	Dir     string   // holds its data, its log and its socket; it belongs to whom the server runs as
	Options []string // further settings, as in "max_connections=50", from the next start on
	Port    int
	bin     string
	as      *syscall.Credential // nil for whoever runs this
}

// NewPostgres makes a server below an empty folder, and does not start it. Where root runs this, it belongs to the user postgres, as the server insists.
// init are further arguments of initdb.
func NewPostgres(ctx context.Context, dir string, init ...string) (*Postgres, error) {
	p, err := settle(dir)
	if err != nil {
		return nil, err
	}
	return p, p.do(ctx, "initdb", append([]string{"-D", p.data(), "-U", "amparo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"}, init...)...)
}

// Standby makes another server below an empty folder, which will follow this one under the name given. This one is running.
func (p *Postgres) Standby(ctx context.Context, dir, name string) (*Postgres, error) {
	s, err := settle(dir)
	if err != nil {
		return nil, err
	}
	return s, s.do(ctx, "pg_basebackup", "-D", s.data(), "-R", "-X", "stream", "-c", "fast",
		"-d", fmt.Sprintf("host=127.0.0.1 port=%d user=amparo application_name=%s", p.Port, name))
}

// settle finds the programs, the user, and a free port.
func settle(dir string) (*Postgres, error) {
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(all) == 0 {
		return nil, errors.Join(err, errors.New("there is no PostgreSQL below /usr/lib/postgresql"))
	}
	p := &Postgres{Dir: dir, bin: slices.Max(all)}
	if os.Geteuid() == 0 {
		who, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, err := strconv.ParseUint(who.Uid, 10, 31)
		gid, err2 := strconv.ParseUint(who.Gid, 10, 31)
		if err := errors.Join(err, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, err
		}
		p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.Port = l.Addr().(*net.TCPAddr).Port
	return p, l.Close()
}

func (p *Postgres) data() string { return filepath.Join(p.Dir, "data") }

// do runs one of the server's programs to its end.
func (p *Postgres) do(ctx context.Context, name string, args ...string) error {
	c := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	c.Dir, c.Env = p.Dir, append(os.Environ(), "HOME="+p.Dir)
	if p.as != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	}
	file, err := os.CreateTemp("", "said-") // a file and no pipe, which the server would hold open
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	c.Stdout, c.Stderr = file, file
	err = errors.Join(c.Run(), file.Close())
	if err != nil {
		said, _ := os.ReadFile(file.Name())
		log, _ := os.ReadFile(filepath.Join(p.Dir, "log"))
		return fmt.Errorf("%s: %w: %s %s", name, err, said, log[max(0, len(log)-2000):])
	}
	return nil
}

// Start starts it and waits until it answers.
func (p *Postgres) Start(ctx context.Context) error {
	set := append([]string{"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(p.Port), "unix_socket_directories=" + p.Dir, "max_connections=60", "shared_buffers=32MB"}, p.Options...)
	return p.do(ctx, "pg_ctl", "-D", p.data(), "-w", "-l", filepath.Join(p.Dir, "log"), "-o", "-c "+strings.Join(set, " -c "), "start")
}

// Crash ends it as a fault does: at once, with nothing put in order.
func (p *Postgres) Crash(ctx context.Context) error {
	return p.do(ctx, "pg_ctl", "-D", p.data(), "-m", "immediate", "-w", "stop")
}

// Running tells whether it is there, also while it puts itself in order.
func (p *Postgres) Running(ctx context.Context) bool {
	return p.do(ctx, "pg_ctl", "-D", p.data(), "status") == nil
}

// Promote makes a standby the one that is written to.
func (p *Postgres) Promote(ctx context.Context) error {
	return p.do(ctx, "pg_ctl", "-D", p.data(), "-w", "promote")
}

// Address is where its own database is.
func (p *Postgres) Address() string {
	return fmt.Sprintf("postgres://amparo@127.0.0.1:%d/postgres?sslmode=disable", p.Port)
}
