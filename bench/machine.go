package main

import (
	"os"
	"runtime"
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
