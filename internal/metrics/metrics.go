// Package metrics counts what the program does, for whoever watches that it works: numbers alone, on this machine alone. It names no person, no matter and no
// address; a request is counted by the pattern of its route.
package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// patience is how long all numbers that are looked up may take.
const patience = 5 * time.Second

// A Set is all that one process counts. It is safe for use by many goroutines.
type Set struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	log      *slog.Logger
}

// New makes a Set with what is known of the process itself.
func New(log *slog.Logger) *Set {
	s := &Set{registry: prometheus.NewRegistry(), log: log, requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "amparo_request_seconds", Help: "How long requests took, by side, route and status.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"side", "route", "status"})}
	s.registry.MustRegister(s.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// Requests gives what counts the requests of a side: httpx.Adapter calls it.
func (s *Set) Requests(side string) func(route string, status int, took time.Duration) {
	return func(route string, status int, took time.Duration) {
		s.requests.WithLabelValues(side, route, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// Numbers are values by the name of what they measure.
type Numbers map[string]float64

// Look has numbers looked up whenever somebody asks: help says by name what each means, and f gives them. When it fails, that is logged, amparo_up is 0, and
// none of them is told.
func (s *Set) Look(help map[string]string, f func(ctx context.Context) (Numbers, error)) {
	l := &looked{f: f, log: s.log, about: map[string]*prometheus.Desc{}, up: prometheus.NewDesc("amparo_up", "1 when the numbers of this installation could be looked up.", nil, nil)}
	for name, words := range help {
		l.about[name] = prometheus.NewDesc(name, words, nil, nil)
	}
	s.registry.MustRegister(l)
}

// Handler answers with all numbers, in the text format of Prometheus.
func (s *Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)})
}

// looked are numbers that are looked up when they are asked for.
type looked struct {
	f     func(ctx context.Context) (Numbers, error)
	log   *slog.Logger
	about map[string]*prometheus.Desc
	up    *prometheus.Desc
}

// Describe is what the registry asks first.
func (l *looked) Describe(to chan<- *prometheus.Desc) {
	to <- l.up
	for _, d := range l.about {
		to <- d
	}
}

// Collect is what the registry asks for the values.
func (l *looked) Collect(to chan<- prometheus.Metric) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	numbers, err := l.f(ctx)
	up := 1.0
	if err != nil {
		l.log.Warn("the numbers of this installation cannot be looked up", "cause", err.Error())
		up, numbers = 0, nil
	}
	to <- prometheus.MustNewConstMetric(l.up, prometheus.GaugeValue, up)
	for name, n := range numbers {
		if d := l.about[name]; d != nil {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n)
		}
	}
}
