package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/ident"
	"amparo/internal/programme"
)

// a course is a made-up programme.
type course struct {
	title, aim string
	audience   education.Audience
	came       []int    // of the sessions since the beginning, a week apart
	given      [2][]int // of the first session's answers to each question, before and after
	place      programme.Place
}

var courses = []course{
	{title: "Someone to tell", aim: "Each child knows a grown-up to tell, and how to reach help.", audience: education.Age10To12, came: []int{18, 21}, given: [2][]int{{6, 7, 5}, {0, 5, 13}},
		place: programme.Place{Kind: programme.InPerson, Name: "School by the harbour"}},
	{title: "When a child tells you", aim: "Parents know how to listen, and where to report.", audience: education.Parent, came: []int{12}, given: [2][]int{{5, 7, 0, 0}, {0, 0, 6, 6}},
		place: programme.Place{Kind: programme.Virtual, Platform: programme.VideoCall, Moderated: true}},
}

// planProgrammes has the supervisor write the made-up programmes and plan their sessions, one of them to come, and the service lead approve them. It gives the sessions of
// each.
func (h House) planProgrammes(ctx context.Context, all crew, begin, now time.Time) (list [][]programme.SessionID, err error) {
	desk := h.Pack.DeskFor("")
	supervisor := all.at(desk, access.Supervisor)
	writer, lead := supervisor.Actor(), all.at(desk, access.ServiceLead).Actor()
	for _, c := range courses {
		p := programme.Plan{Title: c.title, Audience: c.audience, Form: programme.Group, Topics: []education.Topic{education.HowToReport, education.WhatHappens}, Languages: h.Pack.StaffLanguages(),
			Aim: c.aim, Qualifications: []string{"child_safeguarding"}, Safeguarding: programme.Safeguarding{Lead: string(supervisor.ID), AtOnce: "Listen. Stay calm. Tell whoever is told first, the same hour.",
				Quiet: "The small room beside the hall.", Contacts: []string{h.Pack.Helpline("").Code, h.Pack.Emergency("").Code}, NoSecrets: true}}
		id, err := h.Programmes.Begin(ctx, writer, ident.New[string](begin), p)
		if err == nil {
			err = h.Programmes.Approve(ctx, lead, id, 1)
		}
		var sessions []programme.SessionID
		for n := range len(c.came) + 1 {
			day := begin.AddDate(0, 0, 1+7*n)
			if n == len(c.came) {
				day = now.AddDate(0, 0, 3)
			}
			if err != nil {
				break
			}
			var session programme.SessionID
			session, err = h.Programmes.Plan(ctx, writer, programme.SessionInput{Draft: ident.New[string](begin), Programme: id, Begins: h.afternoon(day), Minutes: 90, Place: c.place,
				Language: h.Pack.Default(), Facilitators: []string{string(all.named("manager", desk, access.CaseManager).ID), string(all.named("manager2", desk, access.CaseManager).ID)}})
			sessions = append(sessions, session)
		}
		if err != nil {
			return nil, fmt.Errorf("the made-up programme %q: %w", c.title, err)
		}
		list = append(list, sessions)
	}
	return list, nil
}

// afternoon is three o'clock on the day of a time, in the country.
func (h House) afternoon(at time.Time) time.Time {
	at = at.In(h.Pack.Zone())
	return time.Date(at.Year(), at.Month(), at.Day(), 15, 0, 0, 0, h.Pack.Zone()).UTC()
}

// writeUp has a facilitator write up those sessions that were held by now, and the answers of the first.
func (h House) writeUp(ctx context.Context, all crew, list [][]programme.SessionID) error {
	facilitator := all.named("manager", h.Pack.DeskFor(""), access.CaseManager).Actor()
	for i, sessions := range list {
		for n, came := range courses[i].came {
			s, err := h.Programmes.Session(ctx, facilitator, sessions[n])
			if err == nil && s.Now.Before(s.Begins) {
				continue
			}
			if err == nil {
				err = h.Programmes.WriteUp(ctx, facilitator, programme.WriteUpInput{Session: s.ID, Version: s.Version, Attended: map[string]string{programme.All: strconv.Itoa(came)}, Debriefed: true})
			}
			if err == nil && n == 0 {
				err = h.Programmes.Count(ctx, facilitator, programme.AnswersInput{Session: s.ID, Version: s.Version + 1, Given: h.answers(courses[i])})
			}
			if err != nil {
				return fmt.Errorf("a session of the made-up programme %q: %w", courses[i].title, err)
			}
		}
	}
	return nil
}

// answers are those of the first session of a course.
func (h House) answers(c course) map[string][]string {
	given := map[string][]string{}
	for _, q := range h.Programmes.Questions(c.audience) {
		for i, m := range programme.Moments {
			for _, n := range c.given[i] {
				given[programme.Key(q.Code, m)] = append(given[programme.Key(q.Code, m)], strconv.Itoa(n))
			}
		}
	}
	return given
}
