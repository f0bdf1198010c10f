package access

// An Action is something that can be asked for. Its name is what audit entries and the golden table show.
type Action string

// The actions.
const (
	ReportList      Action = "report.list"
	ReportSearch    Action = "report.search"
	ReportRead      Action = "report.read"
	ReportClaim     Action = "report.claim"
	ReportRelease   Action = "report.release"
	ReportConfirm   Action = "report.confirm"
	ReportRaise     Action = "report.raise"
	ReportLower     Action = "report.lower"
	ReportContent   Action = "report.content" // to give content another level, and to say that a child is known after all
	ReportCheck     Action = "report.check"
	ReportAmend     Action = "report.amend"
	ReportDeclare   Action = "report.declare"
	ReportNote      Action = "report.note"
	ReportPause     Action = "report.pause"
	ReportReply     Action = "report.reply"
	ReportResolve   Action = "report.resolve"
	ReportJoin      Action = "report.join"
	ReportSplit     Action = "report.split"
	ReportHand      Action = "report.hand"
	DeskFilter      Action = "desk.filter"
	DeskNote        Action = "desk.note"
	DeskBulk        Action = "desk.bulk"   // to look at what came in a burst, and give many one outcome
	ReportBulk      Action = "report.bulk" // on each of these reports
	CaseList        Action = "case.list"
	CaseRead        Action = "case.read"
	CaseOpen        Action = "case.open"
	CaseAssign      Action = "case.assign"
	CaseRecord      Action = "case.record"
	CasePause       Action = "case.pause"
	CaseReply       Action = "case.reply"
	CaseClose       Action = "case.close"
	CaseReopen      Action = "case.reopen"
	CaseDeclare     Action = "case.declare"
	ReferralSend    Action = "referral.send" // of a case
	ReferralList    Action = "referral.list"
	ReferralRead    Action = "referral.read"
	ReferralTake    Action = "referral.take"
	ReferralDecline Action = "referral.decline"
	ReferralAnswer  Action = "referral.answer"
	ReferralDeclare Action = "referral.declare"
	NoticeList      Action = "notice.list"
	NoticeRead      Action = "notice.read"    // of a report, as are the two that follow
	NoticeWrite     Action = "notice.write"   // to draft one, and to note what became of it
	NoticePacket    Action = "notice.packet"  // to see the addresses as they are to be sent
	HelplineTake    Action = "helpline.take"  // own drafts alone, and the calls that one closes
	HelplineCount   Action = "helpline.count" // how many there were, and how many drafts lie
	RotaRead        Action = "rota.read"
	RotaPlan        Action = "rota.plan"
	RotaOwn         Action = "rota.own"
	RetentionList   Action = "retention.list"  // what is due, held, or to be confirmed
	ErasureAsk      Action = "erasure.ask"     // and to take that back
	ErasureConfirm  Action = "erasure.confirm" // what somebody else has asked for
	HoldSet         Action = "hold.set"        // and to lift it
	InsightRead     Action = "insight.read"
	EducationRead   Action = "education.read"
	CampaignRead    Action = "campaign.read"
	CampaignWrite   Action = "campaign.write"
	CampaignApprove Action = "campaign.approve" // what somebody else has written
	CampaignEnd     Action = "campaign.end"     // before its last day
	StoryRead       Action = "story.read"       // drafts of what became of reports; those of a real one go with its case
	StoryWrite      Action = "story.write"      // to write one, with the consent of whoever it is of
	StoryReview     Action = "story.review"     // what somebody else has written
	StoryWithdraw   Action = "story.withdraw"   // from everywhere, at once
	LessonRead      Action = "lesson.read"      // drafts of what is taught, and the versions that were published
	LessonWrite     Action = "lesson.write"     // a version of what is taught
	LessonReview    Action = "lesson.review"    // what somebody else has written
	LessonWithdraw  Action = "lesson.withdraw"  // what is published, at once
	UserList        Action = "user.list"
	UserWrite       Action = "user.write"
	AuditRead       Action = "audit.read"
	KeyExport       Action = "key.export"
	KeyRotate       Action = "key.rotate"
	BackupMake      Action = "backup.make"
	BackupRestore   Action = "backup.restore"
	RulesSimulate   Action = "rules.simulate"
	RulesPropose    Action = "rules.propose"
	RulesAdopt      Action = "rules.adopt"
	PartnerKeys     Action = "partner.keys"
	PartnerReport   Action = "partner.report"
	PartnerStatus   Action = "partner.status"
	OwnAccount      Action = "account.own"

	ProgrammeRead    Action = "programme.read"
	ProgrammeWrite   Action = "programme.write"   // to write one, and to plan its sessions
	ProgrammeApprove Action = "programme.approve" // what somebody else has written
	ProgrammeEnd     Action = "programme.end"
	ProgrammeHold    Action = "programme.hold"  // to facilitate sessions, and to write up one's own
	ProgrammeNames   Action = "programme.names" // of those who take part in one's own sessions and have agreed to it
)

// Actions are all actions, in the order of the golden table.
var Actions = []Action{
	ReportList, ReportSearch, ReportRead, ReportClaim, ReportRelease, ReportConfirm, ReportRaise, ReportLower, ReportContent, ReportCheck, ReportAmend, ReportDeclare,
	ReportNote, ReportPause, ReportReply, ReportResolve, ReportJoin, ReportSplit, ReportHand, ReportBulk, DeskFilter, DeskNote, DeskBulk,
	CaseList, CaseRead, CaseOpen, CaseAssign, CaseRecord, CasePause, CaseReply, CaseClose, CaseReopen, CaseDeclare,
	ReferralSend, ReferralList, ReferralRead, ReferralTake, ReferralDecline, ReferralAnswer, ReferralDeclare,
	NoticeList, NoticeRead, NoticeWrite, NoticePacket,
	HelplineTake, HelplineCount, RotaRead, RotaPlan, RotaOwn,
	UserList, UserWrite, AuditRead, KeyExport, KeyRotate, BackupMake, BackupRestore, RulesSimulate, RulesPropose, RulesAdopt, InsightRead, EducationRead,
	CampaignRead, CampaignWrite, CampaignApprove, CampaignEnd,
	StoryRead, StoryWrite, StoryReview, StoryWithdraw,
	ProgrammeRead, ProgrammeWrite, ProgrammeApprove, ProgrammeEnd, ProgrammeHold, ProgrammeNames,
	LessonRead, LessonWrite, LessonReview, LessonWithdraw,
	RetentionList, ErasureAsk, ErasureConfirm, HoldSet,
	PartnerKeys, PartnerReport, PartnerStatus, OwnAccount,
}

// A Relation is what ties an actor to a subject. All but None come from grant rows.
type Relation string

// The relations.
const (
	None       Relation = "none"       // no subject is meant, or nothing ties the actor to it
	Desk       Relation = "desk"       // a report lies on the duty desk of the actor's agency
	Claimant   Relation = "claimant"   // the actor has claimed the report
	Manager    Relation = "manager"    // the actor is the case manager
	CoWorker   Relation = "co_worker"  // the actor works on the case without owning it
	Agency     Relation = "agency"     // the case belongs to the actor's agency
	Receiver   Relation = "receiver"   // a part of a case was handed to the actor's agency
	Taker      Relation = "taker"      // the actor has taken that part
	Conflicted Relation = "conflicted" // the actor has a conflict of interest; refuses everything
)

// Relations are all relations, in the order of the golden table.
var Relations = []Relation{None, Desk, Claimant, Manager, CoWorker, Agency, Receiver, Taker, Conflicted}

// table is every permission there is: role, action, and the relations of which one is needed.
var table = map[Role]map[Action][]Relation{
	DutyOfficer: {
		ReportList:    {None},
		ReportSearch:  {None},
		ReportRead:    {Desk, Claimant},
		ReportClaim:   {Desk},
		ReportRelease: {Claimant},
		ReportConfirm: {Claimant},
		ReportRaise:   {Claimant},
		ReportContent: {Claimant},
		ReportCheck:   {Claimant},
		ReportAmend:   {Claimant},
		ReportDeclare: {Desk, Claimant},
		ReportNote:    {Claimant},
		ReportPause:   {Claimant},
		ReportReply:   {Claimant},
		ReportResolve: {Claimant},
		ReportJoin:    {Claimant},
		ReportSplit:   {Claimant},
		ReportHand:    {Claimant},
		DeskFilter:    {None},
		DeskNote:      {None},
		CaseOpen:      {Claimant},
		NoticeList:    {None},
		NoticeRead:    {Desk, Claimant},
		NoticeWrite:   {Claimant},
		NoticePacket:  {Claimant},
		HelplineTake:  {None},
		RotaRead:      {None},
		RotaOwn:       {None},
		OwnAccount:    {None},

		ProgrammeRead:  {None},
		ProgrammeHold:  {None},
		ProgrammeNames: {None},
	},
	HelplineCounsellor: {
		HelplineTake: {None},
		OwnAccount:   {None},

		ProgrammeRead:  {None},
		ProgrammeHold:  {None},
		ProgrammeNames: {None},
	},
	CaseManager: {
		ReportSearch:   {None},
		CaseList:       {None},
		CaseRead:       {Manager, CoWorker},
		CaseRecord:     {Manager, CoWorker},
		CasePause:      {Manager},
		CaseReply:      {Manager, CoWorker},
		CaseClose:      {Manager},
		CaseDeclare:    {Manager, CoWorker},
		ReferralSend:   {Manager, CoWorker},
		StoryRead:      {None},
		StoryWrite:     {None},
		StoryWithdraw:  {None},
		LessonRead:     {None},
		LessonWrite:    {None},
		LessonWithdraw: {None},
		RotaRead:       {None},
		RotaOwn:        {None},
		OwnAccount:     {None},

		ProgrammeRead:  {None},
		ProgrammeHold:  {None},
		ProgrammeNames: {None},
	},
	Supervisor:  supervision,
	ServiceLead: supervision,
	Specialist: {
		ReferralList:    {None},
		ReferralRead:    {Receiver, Taker},
		ReferralTake:    {Receiver},
		ReferralDecline: {Receiver},
		ReferralAnswer:  {Taker},
		ReferralDeclare: {Receiver, Taker},
		OwnAccount:      {None},

		ProgrammeRead:  {None},
		ProgrammeHold:  {None},
		ProgrammeNames: {None},
	},
	Administrator: {
		UserList:        {None},
		UserWrite:       {None},
		KeyExport:       {None},
		RulesSimulate:   {None},
		RulesAdopt:      {None},
		EducationRead:   {None},
		CampaignRead:    {None},
		CampaignApprove: {None},
		CampaignEnd:     {None},
		LessonRead:      {None},
		LessonWithdraw:  {None},
		PartnerKeys:     {None},
		OwnAccount:      {None},

		ProgrammeRead:    {None},
		ProgrammeApprove: {None},
		ProgrammeEnd:     {None},
	},
	Auditor: {
		AuditRead:  {None},
		OwnAccount: {None},
	},
}

// supervision is what those who answer for the work of an agency may do.
var supervision = map[Action][]Relation{
	ReportList:      {None},
	ReportSearch:    {None},
	ReportRead:      {Desk, Claimant},
	ReportClaim:     {Desk},
	ReportRelease:   {Desk, Claimant},
	ReportConfirm:   {Claimant},
	ReportRaise:     {Desk, Claimant},
	ReportLower:     {Desk, Claimant},
	ReportContent:   {Desk, Claimant},
	ReportCheck:     {Desk, Claimant},
	ReportAmend:     {Desk, Claimant},
	ReportDeclare:   {Desk, Claimant},
	ReportNote:      {Claimant},
	ReportPause:     {Claimant},
	ReportReply:     {Claimant},
	ReportResolve:   {Claimant},
	ReportJoin:      {Desk, Claimant},
	ReportSplit:     {Desk, Claimant},
	ReportHand:      {Desk, Claimant},
	DeskFilter:      {None},
	DeskNote:        {None},
	DeskBulk:        {None},
	ReportBulk:      {Desk},
	CaseList:        {None},
	CaseRead:        {Manager, CoWorker, Agency},
	CaseOpen:        {Claimant},
	CaseAssign:      {Agency},
	CaseRecord:      {Manager, CoWorker},
	CasePause:       {Manager},
	CaseReply:       {Manager, CoWorker},
	CaseClose:       {Manager, Agency},
	CaseReopen:      {Agency},
	CaseDeclare:     {Manager, CoWorker, Agency},
	ReferralSend:    {Manager, CoWorker, Agency},
	NoticeList:      {None},
	NoticeRead:      {Desk, Claimant},
	NoticeWrite:     {Desk, Claimant},
	NoticePacket:    {Desk, Claimant},
	RetentionList:   {None},
	ErasureAsk:      {Desk, Claimant, Agency},
	ErasureConfirm:  {Desk, Claimant, Agency},
	HoldSet:         {Desk, Claimant, Agency},
	StoryRead:       {None},
	StoryWrite:      {None},
	StoryReview:     {None},
	StoryWithdraw:   {None},
	LessonRead:      {None},
	LessonWrite:     {None},
	LessonReview:    {None},
	LessonWithdraw:  {None},
	RulesSimulate:   {None},
	RulesPropose:    {None},
	HelplineTake:    {None},
	HelplineCount:   {None},
	RotaRead:        {None},
	RotaPlan:        {None},
	RotaOwn:         {None},
	InsightRead:     {None},
	EducationRead:   {None},
	CampaignRead:    {None},
	CampaignWrite:   {None},
	CampaignApprove: {None},
	CampaignEnd:     {None},
	OwnAccount:      {None},

	ProgrammeRead:    {None},
	ProgrammeWrite:   {None},
	ProgrammeApprove: {None},
	ProgrammeEnd:     {None},
	ProgrammeHold:    {None},
	ProgrammeNames:   {None},
}

// console is what may be asked for on the machine itself, where no user is signed in.
var console = map[Action]bool{UserList: true, UserWrite: true, KeyExport: true, KeyRotate: true, BackupMake: true, BackupRestore: true, AuditRead: true, RulesSimulate: true, PartnerKeys: true}

// partner is what a partner's program may do with its key. What it asks about is its own reports alone: the room that keeps them sees to that.
var partner = map[Action]bool{PartnerReport: true, PartnerStatus: true}
