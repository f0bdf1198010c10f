package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A machine is where the figures come from.
type machine struct {
	processor, memory, kernel, load string
	cores                           int
	date                            time.Time
}

// here describes this machine. What cannot be read is left empty.
func here() machine {
	return machine{cores: runtime.NumCPU(), date: time.Now().UTC(), processor: after("/proc/cpuinfo", "model name"),
		memory: after("/proc/meminfo", "MemTotal"), kernel: line("/proc/sys/kernel/osrelease"), load: line("/proc/loadavg")}
}

// busy is the time that all cores together have worked since the machine began; zero when it cannot be told.
func busy() (sum time.Duration) {
	for i, field := range strings.Fields(line("/proc/stat")) {
		if n, err := strconv.ParseInt(field, 10, 64); err == nil && i != idle && i != waiting {
			sum += time.Duration(n) * tick
		}
	}
	return sum
}

// Of /proc/stat: the unit, and the fields for the time in which nothing was done.
const (
	tick    = time.Second / 100
	idle    = 4
	waiting = 5
)

// line is the first line of a file.
func line(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return first
}

// after is the value of a name in a file of names and values.
func after(path, name string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for l := range strings.Lines(string(text)) {
		if key, value, found := strings.Cut(l, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
