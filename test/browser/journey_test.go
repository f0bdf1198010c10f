package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
)

// What the child says, and what is answered.
const (
	childWords = "شخص على الإنترنت يقول إنه سيرسل صورتي إلى مدرستي إذا لم أدفع."
	replyWords = "شكرًا لأنك أخبرتنا. نحن هنا، وسنكتب إليك غدًا صباحًا."
	moreWords  = "أستطيع أن أقرأ هنا بعد المدرسة."
)

// TestAMatterFromTheFirstWordToTheEnd goes the whole way of one matter: a child reports in Arabic on a telephone without
// scripts, a duty officer opens a case, the case manager answers, the child reads it, and the case is closed.
func TestAMatterFromTheFirstWordToTheEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := child(t)
		receipt := c.report(w)
		handle, number := openCase(t, w)
		manager := w.signIn(t, "manager", "en")
		answer(t, w, manager, number)
		c.readAndAdd(w, receipt)
		closeCase(t, w, manager, number)
		c.open(w, receipt)
		if text := c.text(); strings.Contains(text, childWords) || strings.Contains(text, moreWords) {
			t.Error("the mailbox shows what was told")
		}
		officerSeesNothingMore(t, w, handle)
		for _, address := range []string{w.Public + "healthz", w.Desk + "healthz", w.Public + "readyz", w.Desk + "readyz"} {
			ok(t, address)
		}
	})
}

// report goes through the whole form and gives the receipt.
func (p person) report(w *world) string {
	p.t.Helper()
	given := map[string][]string{"danger": {"no"}, "what": {"pictures"}, "pressure": {"demand", "threats"}, "who": {"online_only"}, "reach": {"online_ongoing"}}
	p.visit(w.Public)
	p.look("child-1-start")
	p.press(`button[value="about_me"]`)
	p.look("child-2-before")
	p.press("main form .govuk-button")
	for i := 3; p.has(`input[name=step][value=ask]`); i++ {
		if i > 40 {
			p.t.Fatal("the questions do not end")
		}
		for question, codes := range given {
			for _, code := range codes {
				if css := fmt.Sprintf("input[name=%s][value=%s]", question, code); p.has(css) {
					p.tick(css)
					break
				}
			}
		}
		if p.has("textarea[name=words]") {
			p.write("textarea[name=words]", childWords)
		}
		p.look(fmt.Sprintf("child-%d-ask", i))
		p.press(`main form .govuk-button`)
	}
	if !strings.Contains(p.text(), childWords) {
		p.t.Errorf("the answers together lack what was written: %s", p.text())
	}
	p.look("child-check")
	p.press(`main form .govuk-button:not(.govuk-button--secondary)`)
	receipt := browsertest.Read(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector(".receipt").innerText`))
	p.look("child-receipt")
	p.write("#again", strings.ToLower(receipt))
	p.press(`main form .govuk-button`)
	p.look("child-done")
	return receipt
}

// open opens the mailbox with the receipt.
func (p person) open(w *world, receipt string) {
	p.t.Helper()
	p.visit(w.Public)
	p.press(`button[value="code"]`)
	p.write("#code", receipt)
	p.press("main form .govuk-button")
}

func (p person) readAndAdd(w *world, receipt string) {
	p.t.Helper()
	p.open(w, receipt)
	if text := p.text(); !strings.Contains(text, replyWords) || strings.Contains(text, childWords) {
		p.t.Errorf("the mailbox lacks the reply, or repeats what was told: %s", text)
	}
	p.look("child-mailbox")
	p.write("#message", moreWords)
	p.press("main form .govuk-button")
	if text := p.text(); strings.Contains(text, moreWords) {
		p.t.Errorf("what was added can be read: %s", text)
	}
}

// openCase has a duty officer find the report, confirm its priority and open a case, by keyboard where a key is enough.
func openCase(t *testing.T, w *world) (handle, number string) {
	t.Helper()
	officer := w.signIn(t, "duty", "en")
	officer.visit(w.Desk + "desk")
	officer.look("desk-queue")
	report := officer.newest(w)
	handle = report[strings.LastIndex(report, "/")+1:]
	officer.look("desk-report")
	if text := officer.text(); !strings.Contains(text, childWords) {
		t.Fatalf("the report lacks what the child wrote: %s", text)
	}
	officer.enter(`form[action$="/claim"] button`)
	officer.enter(`form[action$="/decide"] button.govuk-button:not(.govuk-button--secondary)`)
	officer.look("desk-confirmed")
	officer.tick("#suicide_risk_asked-2") // no
	officer.press(`form:has(#suicide_risk_asked) button`)
	officer.look("desk-asked")
	officer.visit(report + "/outcome")
	officer.look("desk-outcomes")
	officer.press(`a[href$="/outcome/opened_case"]`)
	officer.look("desk-open-case")
	field := browsertest.Read(t, officer.ctx, chromedp.Evaluate[string](`document.querySelector(".child input").id`))
	officer.write("#"+field, "The child who wrote on the telephone")
	officer.tick(managerRadio(t, officer, "Mira Costa"))
	officer.press(`main form .govuk-button:not(.govuk-button--secondary)`)
	if !strings.Contains(officer.text(), "case") {
		t.Errorf("nothing says that a case was opened: %s", officer.text())
	}
	return handle, ""
}

// managerRadio is the radio with somebody's name beside it.
func managerRadio(t *testing.T, p person, name string) string {
	t.Helper()
	id := browsertest.Read(t, p.ctx, chromedp.Evaluate[string](fmt.Sprintf(`Array.from(document.querySelectorAll("label")).find(l => l.innerText.includes(%q))?.htmlFor || ""`, name)))
	if id == "" {
		t.Fatalf("%s is not offered: %s", name, p.text())
	}
	return "#" + id
}

// newest opens the report that came in last. The queue shows it as soon as its envelope was opened.
func (p person) newest(w *world) string {
	p.t.Helper()
	for range 100 {
		p.visit(w.Desk + "desk")
		links := browsertest.Read(p.t, p.ctx, chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll("table.queue tbody tr")).map(r => [r.querySelector("time:last-of-type") ? Array.from(r.querySelectorAll("time")).map(t => t.dateTime).sort()[0] : "", r.querySelector("a").href].join(" ")).sort().map(s => s.split(" ")[1])`))
		for _, link := range slices.Backward(links) {
			p.visit(link)
			if strings.Contains(p.text(), childWords) {
				return link
			}
		}
	}
	p.t.Fatal("the report does not reach the desk")
	return ""
}

// enter goes to something by keyboard and presses Enter.
func (p person) enter(css string) {
	p.t.Helper()
	for range 200 {
		if browsertest.Read(p.t, p.ctx, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", css))) {
			browsertest.Do(p.t, p.ctx, chromedp.Evaluate[chromedp.Void](`void (document.documentElement.dataset.left = "yes")`), chromedp.KeyEvent(kb.Enter))
			p.arrive(css)
			return
		}
		browsertest.Do(p.t, p.ctx, chromedp.KeyEvent(kb.Tab))
	}
	p.t.Fatalf("the keyboard does not reach %s: %s", css, p.text())
}

// answer has the case manager answer the child and record a contact.
func answer(t *testing.T, w *world, manager person, _ string) {
	t.Helper()
	manager.visit(w.Desk + "cases")
	manager.look("cases-list")
	manager.press(`a[href="` + caseLink(t, manager) + `"]`)
	manager.look("case")
	manager.write(`form[action$="/reply"] textarea`, replyWords)
	manager.press(`form[action$="/reply"] button`)
	if !strings.Contains(manager.text(), replyWords) {
		t.Errorf("the reply is not in the thread: %s", manager.text())
	}
}

// caseLink finds the case of the child among the manager's.
func caseLink(t *testing.T, p person) string {
	t.Helper()
	links := browsertest.Read(t, p.ctx, chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll("main a[href^='/cases/']")).map(a => a.getAttribute("href"))`))
	base := browsertest.Read(t, p.ctx, chromedp.Evaluate[string](`location.origin`))
	for _, link := range links {
		p.visit(base + link)
		if strings.Contains(p.text(), "The child who wrote on the telephone") {
			p.visit(base + "/cases")
			return link
		}
	}
	t.Fatalf("the case is not in the list: %v", links)
	return ""
}

// closeCase has the case manager finish what blocks and close the case.
func closeCase(t *testing.T, w *world, manager person, _ string) {
	t.Helper()
	manager.visit(w.Desk + "cases")
	link := caseLink(t, manager)
	manager.visit(strings.TrimSuffix(w.Desk, "/") + link)
	if !strings.Contains(manager.text(), moreWords) {
		t.Errorf("what the child added is not shown: %s", manager.text())
	}
	for range 20 {
		if manager.has(`button[formaction$="/read"]`) {
			manager.press(`button[formaction$="/read"]`)
			continue
		}
		if !manager.has(`form[action$="/done"] button`) {
			break
		}
		manager.press(`form[action$="/done"] button`)
	}
	manager.visit(strings.TrimSuffix(w.Desk, "/") + link + "/close")
	manager.look("case-close")
	manager.choose("select[name=reason]", "goals_met_child_safe")
	manager.write(`textarea[name=note]`, "The account was closed, the school knows, the child feels safe.")
	manager.tick(`input[name=child_told][value=yes]`)
	manager.press(`main form .govuk-button`)
	manager.look("case-closed")
	if manager.has(`form[action$="/close"]`) {
		t.Errorf("the case is not closed: %s", manager.text())
	}
}

// officerSeesNothingMore holds that a report that has its outcome is gone from the queue.
func officerSeesNothingMore(t *testing.T, w *world, handle string) {
	t.Helper()
	officer := w.signIn(t, "duty2", "ar")
	officer.visit(w.Desk + "desk")
	officer.look("desk-queue-ar")
	if officer.has(`a[href$="` + handle + `"]`) {
		t.Error("the report is still in the queue")
	}
}

// passwordIn reads the one-time password from what the command says.
func passwordIn(t *testing.T, out []byte) string {
	t.Helper()
	var said struct {
		Password string `json:"one_time_password"`
	}
	if err := json.Unmarshal(out, &said); err != nil || said.Password == "" {
		t.Fatalf("%s: %v", out, err)
	}
	return said.Password
}
