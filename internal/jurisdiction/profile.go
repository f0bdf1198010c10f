package jurisdiction

// profile is profile.yaml.
type profile struct {
	Code                string              `yaml:"code"`
	Version             string              `yaml:"version"`
	Live                bool                `yaml:"live"`
	ReviewedBy          Words               `yaml:"reviewed_by"`
	RuleSetReviewedBy   Words               `yaml:"rule_set_reviewed_by"`
	InstrumentsReviewed Words               `yaml:"instruments_reviewed_by"`
	Names               Words               `yaml:"names"`
	Languages           languages           `yaml:"languages"`
	TimeZone            string              `yaml:"time_zone"`
	Ages                Ages                `yaml:"ages"`
	Emergency           string              `yaml:"emergency"`
	Helpline            string              `yaml:"helpline"`
	ExitTarget          string              `yaml:"exit_target"`
	ServiceHours        Hours               `yaml:"service_hours"`
	SafeTimes           map[string]Hours    `yaml:"safe_times"`
	Holidays            []holiday           `yaml:"holidays"`
	OnCall              string              `yaml:"on_call"`
	NoticeHotline       string              `yaml:"notice_hotline"`
	AnswerWithin        string              `yaml:"answer_within"`
	Agencies            []agency            `yaml:"agencies"`
	Areas               areas               `yaml:"areas"`
	Qualifications      map[string][]string `yaml:"qualifications"`
	Caseload            *Caseload           `yaml:"caseload"`  // nil for what holds anywhere
	Retention           map[string]string   `yaml:"retention"` // by class; what is left out is kept as anywhere
	Duties              []duty              `yaml:"duties_to_report"`
	Outcomes            []string            `yaml:"outcomes"`
	ClosureReasons      []string            `yaml:"closure_reasons"`
}

type languages struct {
	Default string     `yaml:"default"`
	Offered []Language `yaml:"offered"`
	Staff   []string   `yaml:"staff"` // empty for all that are offered
}

// forStaff gives the languages of what only staff read, in the order of the file.
func (l languages) forStaff() []string {
	if len(l.Staff) > 0 {
		return l.Staff
	}
	return l.offered()
}

func (l languages) offered() []string {
	var list []string
	for _, o := range l.Offered {
		list = append(list, o.Code)
	}
	return list
}

// A Language is one that the pack offers to whoever reports.
type Language struct {
	Code      string `yaml:"code"`      // BCP 47, for example "ar"
	Name      string `yaml:"name"`      // its own name for itself
	Direction string `yaml:"direction"` // "ltr" or "rtl", as HTML's dir has it
}

// Ages say who is a child, and the bands that consent and words go by. The bands leave no gap from birth up.
type Ages struct {
	ChildUnder int       `yaml:"child_under"` // whoever is younger is a child
	Bands      []AgeBand `yaml:"bands"`
}

// An AgeBand is a range of ages in years; both ends belong to it.
type AgeBand struct {
	Code string `yaml:"code"`
	From int    `yaml:"from"`
	To   int    `yaml:"to"`
}

type holiday struct {
	Date  string `yaml:"date"`
	Names Words  `yaml:"names"`
}

// everywhere is what an agency covers that covers the whole country.
const everywhere = "everywhere"

type agency struct {
	Code   string   `yaml:"code"`
	Names  Words    `yaml:"names"`
	Role   string   `yaml:"role"`
	Desk   bool     `yaml:"desk"`
	Covers []string `yaml:"covers"`
	// Independent is the desk that is given what everybody who supervises at this one must not know.
	Independent string `yaml:"independent"`
}

type areas struct {
	Floor int    `yaml:"population_floor"`
	List  []area `yaml:"list"`
}

type area struct {
	Code       string `yaml:"code"`
	Parent     string `yaml:"parent"`
	Names      Words  `yaml:"names"`
	Population int    `yaml:"population"`
}

type duty struct {
	Code   string   `yaml:"code"`
	Tell   string   `yaml:"tell"`
	Within string   `yaml:"within"`
	Texts  byReader `yaml:"texts"`
}
