package chart

import (
	"html/template"
	"time"
)

// Columns is a picture of times side by side, by hour or by day: for each the median and, around it, the 90th percentile.
type Columns struct {
	Head
	Half, Most string // what the median and the 90th percentile are called
	Columns    []Column
	Say        func(d time.Duration) string // says a time of the scale
}

// A Column is one of them. One that is not known is drawn as a stroke on the ground.
type Column struct {
	Label      string // below it; empty for none
	Half, Most time.Duration
	Known      bool
}

// The heights in the picture, in pixels, and how far from where reading begins the columns do, in hundredths of the width.
const (
	legendRow = 22
	plotTop   = 2*legendRow + 24
	plotHigh  = 150
	plotFoot  = plotTop + plotHigh
	labelBase = plotFoot + 18
	scaleWide = 15.0
)

// scales are the steps that a scale may have.
var scales = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 3 * day, 7 * day, 14 * day, 30 * day}

const (
	day = 24 * time.Hour
	// steps is how many steps a scale has at the most.
	steps = 3
)

// scale gives the step of a scale up to most.
func scale(most time.Duration) time.Duration {
	for _, step := range scales {
		if most <= steps*step {
			return step
		}
	}
	step := scales[len(scales)-1]
	return step * ((most + steps*step - 1) / (steps * step))
}

// a box is a rectangle, or the middle of a column with its label.
type box struct {
	X, Wide   string
	Top, High float64
}

// a drawnColumn is a column with its places.
type drawnColumn struct {
	Column
	Middle     string
	Outer, In  box
	Left, Last string // where the stroke of an unknown one begins and ends
}

// a tick is one line of the scale.
type tick struct {
	Y    float64
	Base float64
	Said string
}

// SVG draws the picture; it is empty when there are no columns.
func (c Columns) SVG() template.HTML {
	if len(c.Columns) == 0 {
		return ""
	}
	most := time.Duration(0)
	for _, one := range c.Columns {
		most = max(most, one.Half, one.Most)
	}
	step := scale(most)
	top := step
	for top < most {
		top += step
	}
	d := struct {
		Columns
		Drawn        []drawnColumn
		Ticks        []tick
		Height, Foot int
		LabelBase    int
	}{Columns: c, Height: labelBase + 8, Foot: plotFoot, LabelBase: labelBase}
	for at := step; at <= top; at += step {
		y := plotFoot - high(at, top)
		d.Ticks = append(d.Ticks, tick{y, y - 4, c.Say(at)})
	}
	slot := (100 - scaleWide) / float64(len(c.Columns))
	for i, one := range c.Columns {
		d.Drawn = append(d.Drawn, c.place(one, part{scaleWide + float64(i)*slot, slot}, top))
	}
	return draw("columns.svg", d)
}

func high(d, top time.Duration) float64 { return plotHigh * float64(max(0, d)) / float64(top) }

// place gives a column its places in its slot.
func (c Columns) place(one Column, slot part, top time.Duration) drawnColumn {
	outer := part{slot.from + slot.wide*0.12, slot.wide * 0.76}
	inner := part{slot.from + slot.wide*0.3, slot.wide * 0.4}
	rect := func(p part, d time.Duration) box {
		h := high(d, top)
		return box{c.x(p), percent(p.wide), plotFoot - h, h}
	}
	return drawnColumn{Column: one, Middle: c.x(part{from: slot.from + slot.wide/2}), Outer: rect(outer, one.Most), In: rect(inner, one.Half),
		Left: c.x(part{from: inner.from}), Last: c.x(part{from: inner.from + inner.wide})}
}
