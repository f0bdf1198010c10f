// Command amparo runs the crisis response for children harmed by sexual exploitation and abuse. Run it without
// arguments for its commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"amparo/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
