// Made from crates/center/src/console/routes.rs: do not change it here.

/** An acceptance. */
export type AcceptanceLine = {
/** When. */
at: string | null,
/** By whom. */
by: string, };

/** A publication. */
export type AgainArgs = {
/** Its number. */
number: number, };

/** Somebody who may be the same person as a case's, with what both records say. */
export type AlikePerson = {
/** Who. */
person: PersonCard,
/** Field by field: `one` is the case's person, `same` this one. */
fields: Array<ComparedField>, };

/** The villages that a laptop is responsible for. */
export type AssignArgs = {
/** The laptop. */
id: string,
/** 12-digit codes. */
villages: Array<string>, };

/** Which part of what was done. */
export type AuditArgs = {
/** So many lines are passed over. */
offset: number,
/** At most so many; 200 at the most. */
limit: number, };

/** A part of what was done. */
export type AuditPart = {
/** How many lines there are. */
total: number,
/** This part, the newest first. */
rows: Array<AuditRow>, };

/** Something that was done. */
export type AuditRow = {
/** The village by name; null for what concerns the whole center. */
village: string | null,
/** Its place in that chain. */
number: number,
/** When. */
at: string,
/** Who; '' for whoever sat at the machine. */
staff: string,
/** What: an entry's kind, or a word of the console. */
act: string,
/** To what, by id. */
about: string, };

/** A copy that is none. */
export type BackupFailure = {
/** When it was given up. */
at: string,
/** Why. */
code: Code, };

/** A copy of the center. */
export type BackupLine = {
/** When it was begun: it holds whatever was received before. */
made_at: string,
/** The folder of copies. */
place: string,
/** Entries in it. */
entries: number,
/** Photos in it, thumbnails too. */
photos: number, };

/** A batch. */
export type BatchArgs = {
/** The batch. */
id: RecordId, };

/** The way a batch came. */
export type BatchChannel = "network" | "file";

/** A batch in the inbox. */
export type BatchLine = {
/** The batch. */
id: RecordId,
/** The way it came. */
channel: BatchChannel,
/** The center's clock. */
received_at: string,
/** When staff last put its cases on the work list. */
imported_at: string | null,
/** Agents of the laptop. */
agents: Array<string>,
/** Its villages within her scope. */
villages: Array<Village>,
/** Entries within her scope. */
entries: number,
/** Cases within her scope. */
cases: number,
/** Entries in quarantine. */
quarantined: number,
/** Pictures of its cases. */
photos: number,
/** How many of them are here. */
photos_verified: number, };

/** A batch before its import. */
export type BatchPreview = {
/** The batch. */
line: BatchLine,
/** Its cases. */
cases: Array<PreviewRow>,
/** What it brought. */
kinds: Array<KindCount>,
/** Whose certifications at home were written down faster than they can have been seen. */
paces: Array<PaceLine>, };

/** An item to be begun. */
export type BeginArgs = {
/** Its code: 2 to 24 capital letters, digits and `_`, a letter first. */
code: string,
/** Its official name. */
name: string,
/** Which department decides. */
department: string,
/** What it is about: a word of `category`. */
category: string,
/** 一件事: its form is made from those of other items. */
bundle: boolean, };

/** An office's word on a benefit. */
export type BenefitArgs = {
/** The case on the screen: its resident is meant. */
id: SubjectId,
/** Item code. */
item: string,
/** How it stands from today on. */
state: BenefitState,
/** Why. */
reason: string, };

/** What a person receives, as far as is known. */
export type BenefitLine = {
/** Item code. */
item: string,
/** Its name. */
name: string,
/** How it stands. */
state: BenefitState,
/** Since when, where an office said so. */
since: string | null,
/** Why, where an office said so. */
reason: string,
/** Whether stopping it is proposed: a death was reported and it still runs. */
stop_proposed: boolean, };

/** How a benefit stands. */
export type BenefitState = "running" | "stopped";

/** A workbook to look at, with the files it reads. */
export type BringArgs = {
/** The workbook's file name. */
name: string,
/** The workbook, base64. */
workbook: string,
/** The files it reads by name, base64. */
files: { [key in string]: string }, };

/** What an uploaded batch file brought. */
export type BroughtByUpload = {
/** The batch; none where nothing in it was new. */
batch: RecordId | null,
/** Entries in the file. */
entries: number,
/** How many were new. */
new_entries: number,
/** Photos in the file. */
photos: number,
/** Photos still wanted from this laptop. */
wanted: number,
/** In a restore the center lost what this laptop had reported: nothing was taken, its next file brings that back first. */
lost: boolean,
/** It brought back what the center had lost. */
brought_back: boolean,
/** GET /api/batch/receipt/<receipt> gives the receipt file. */
receipt: string, };

/** What a case of a bundle is part of, or what a bundle is made of. */
export type BundleLine = {
/** The bundle's case. */
bundle: SubjectId,
/** What the bundle is called. */
name: string,
/** Its cases. */
parts: Array<BundlePart>,
/** How many of them are decided. */
decided: number, };

/** A case of a bundle. */
export type BundlePart = {
/** Which department decides it; '' where the item is unknown. */
department: string,
/** The case. */
id: SubjectId,
/** Item code. */
item: string,
/** The item's short name; the code where the item is unknown. */
item_name: string,
/** The village's name. */
village: string,
/** Where it stands. */
stage: Stage,
/** What the screen says instead of the stage, where the item asks for it (已协助，待社保确认). */
assisted_words: string | null,
/** For whom. */
person: PersonCard,
/** The newest revision. */
revision: EntryId | null,
/** Its number; 0 where there is none. */
revision_number: number,
/** Whether an import put it on the work list. */
imported: boolean,
/** When the center received the newest revision. */
submitted_at: string | null,
/** Pictures. */
photos: number,
/** How many of them are here. */
photos_verified: number,
/** Open conflicts. */
conflicts: number,
/** Open late changes. */
late_changes: number,
/** Working days since the newest revision was received; none once it is decided, returned or withdrawn. */
days_waiting: number | null,
/** The nearest last day of its limits, while it is accepted and not decided. */
limit_due: string | null,
/** Days left until then, in the limit's kind of days; negative once it is late. */
limit_left: number | null,
/** Whether the clock stands still. */
paused: boolean,
/** 绿色通道、优先办: it goes before others. */
green: boolean,
/** 补录: the day on which it was certified or taken on paper, where it was written down on a later one. */
late: string | null, };

/** A calendar to be published. */
export type CalendarArgs = {
/** The file, of the shape of `data/workdays.json`, with `local_days_off` beside `years`. */
text: string, };

/** The working days that hold. */
export type CalendarView = {
/** The years with data, the newest first. */
years: Array<CalendarYear>,
/** Days off of the place itself. */
local_days_off: Array<string>,
/** What was published of it in this scope, the newest first. */
published: Array<PublicationLine>,
/** The file that holds, to be changed and brought back. */
text: string, };

/** A year of it. */
export type CalendarYear = {
/** The year. */
year: number,
/** How many working days it has. */
workdays: number,
/** Days off that are no weekend. */
days_off: Array<string>,
/** Weekend days on which people work. */
makeup_days: Array<string>, };

/** A card as it was changed. */
export type CardArgs = {
/** The card, as [`EditorView`] has it. */
card: Record<string, unknown>, };

/** What the check found in a card. */
export type CardCheck = {
/** Whether it can be published. */
ok: boolean,
/** What must be mended. */
errors: Array<CardFinding>,
/** What deserves a look. */
warnings: Array<CardFinding>,
/** The guide as it would be shown. */
preview: GuideView | null, };

/** One finding. */
export type CardFinding = {
/** The key, such as `materials[2].id`. */
cell: string,
/** What is wrong. */
message: string, };

/** The words that a key of a card takes. */
export type CardWords = {
/** `category`, `level`, `authority`, `tags`, `service_ways`, `certainty`, `day_kind`, `limit_from`, `paper_kind`, `obtained`, `by`, `cycle`, `counter`. */
key: string,
/** Each with what the screen says. */
words: Array<GuideWord>, };

/** A case. */
export type CaseArgs = {
/** The case. */
id: SubjectId, };

/** Which cases. */
export type CaseFilter = {
/** Only at this stage. */
stage: Stage | null,
/** Only of this item. */
item: string | null,
/** Only of this village. */
village: string | null,
/** Name, pinyin or number. */
text: string,
/** Only those on the work list. */
listed_only: boolean, };

/** Which part of which cases. */
export type CaseListArgs = {
/** Which cases. */
filter: CaseFilter,
/** So many are passed over. */
offset: number,
/** At most so many; 500 at the most. */
limit: number, };

/** A part of a list of cases. */
export type CasePart = {
/** How many there are; of a text that more than a thousand people fit, no more than a thousand are counted. */
total: number,
/** This part. */
rows: Array<CaseRow>, };

/** What the person at the screen may do with a case as it stands. */
export type CaseRights = {
/** 受理 */
accept: boolean,
/** 退回补正 */
return: boolean,
/** 审核确认 */
confirm: boolean,
/** 一次性告知 */
notice: boolean,
/** Letting the clock stand still. */
pause: boolean,
/** Letting it go on. */
resume: boolean, };

/** A case in a list. */
export type CaseRow = {
/** The case. */
id: SubjectId,
/** Item code. */
item: string,
/** The item's short name; the code where the item is unknown. */
item_name: string,
/** The village's name. */
village: string,
/** Where it stands. */
stage: Stage,
/** What the screen says instead of the stage, where the item asks for it (已协助，待社保确认). */
assisted_words: string | null,
/** For whom. */
person: PersonCard,
/** The newest revision. */
revision: EntryId | null,
/** Its number; 0 where there is none. */
revision_number: number,
/** Whether an import put it on the work list. */
imported: boolean,
/** When the center received the newest revision. */
submitted_at: string | null,
/** Pictures. */
photos: number,
/** How many of them are here. */
photos_verified: number,
/** Open conflicts. */
conflicts: number,
/** Open late changes. */
late_changes: number,
/** Working days since the newest revision was received; none once it is decided, returned or withdrawn. */
days_waiting: number | null,
/** The nearest last day of its limits, while it is accepted and not decided. */
limit_due: string | null,
/** Days left until then, in the limit's kind of days; negative once it is late. */
limit_left: number | null,
/** Whether the clock stands still. */
paused: boolean,
/** 绿色通道、优先办: it goes before others. */
green: boolean,
/** 补录: the day on which it was certified or taken on paper, where it was written down on a later one. */
late: string | null, };

/** A case whole. */
export type CaseView = {
/** As in the list. */
row: CaseRow,
/** How it is handled: what was said of it, in words. */
handling: Array<HandlingLine>,
/** The form as filled in, in document order. */
fields: Array<FieldLine>,
/** Pictures. */
photos: Array<PhotoLine>,
/** Materials. */
materials: Array<MaterialLine>,
/** Submissions, oldest first. */
revisions: Array<RevisionLine>,
/** Returns, oldest first. */
returns: Array<ReturnLine>,
/** The acceptance in force. */
acceptance: AcceptanceLine | null,
/** The decision. */
decision: DecisionLine | null,
/** 撤回: why and when the applicant took it back. */
withdrawn: WithdrawnLine | null,
/** What happened, oldest first; what staff did at the center alone included. */
history: Array<HistoryLine>,
/** Open conflicts. */
conflicts: Array<OpenField>,
/** Open late changes. */
late_changes: Array<OpenField>,
/** What was settled, the newest first. */
settled: Array<SettledLine>,
/** What is open on its person and household. */
around: Array<OpenAround>,
/** Answers of the newest submission that the form itself says cannot stand: accepted only once they are returned and
 * corrected. */
invalid: Array<InvalidAnswer>,
/** What the agent must not do. */
agent_must_not: Array<string>,
/** What may be done now. */
can: CaseRights,
/** Whether a granting confirmation needs a due date from the official list. */
needs_due: boolean,
/** The due date that a granting confirmation writes where none is given: the item's review cycle from today. */
next_review: string | null,
/** Its limits; none before the acceptance. */
clock: ClockView | null,
/** Notices of what was missing, oldest first. */
notices: Array<NoticeLine>,
/** Materials and answers that are missing now: what a notice begins with. */
missing: Array<RemarkLine>,
/** Other cases of the same person and item in the same period. */
doubles: Array<CaseRow>,
/** The bundle it belongs to, or is. */
bundle: BundleLine | null,
/** What is known around the person. */
standing: PersonStanding,
/** 养老认证: how many the same person met at home on that day, where that is out of the ordinary. */
pace: Pace | null, };

/** A password and its successor. */
export type ChangePasswordArgs = {
/** The present one. */
old: string,
/** The new one. */
new: string, };

/** A choice on offer. */
export type Choice = {
/** The value to answer with. */
name: string,
/** What the screen says. */
label: string,
/** What is shown beside it, as [`FieldView::media`]. */
media: { [key in string]: string }, };

/** A case's clock on the screen. */
export type ClockView = {
/** The day of the acceptance. */
started: string,
/** The day of the decision. */
ended: string | null,
/** Why it stands still now; none while a returned case is completed. */
pause: PauseReason | null,
/** A word on that. */
pause_note: string,
/** Whether it stands still now. */
paused: boolean,
/** Working days that were really used. */
workdays_used: number,
/** The limits of the whole way, the nearest last day first. */
limits: Array<LimitLine>,
/** Until when the public notice hangs out, while the clock stands still for it. */
notice: StageDay | null,
/** The last days of stages that run from the acceptance; none once the case is decided. */
stages: Array<StageDay>, };

/** The one list of error codes. Screens map a code to words; nobody matches text. */
export type Code = "wrong_pin" | "weak_pin" | "pin_locked" | "pins_differ" | "pin_taken" | "keyring_lost" | "recovery_unknown" | "recovery_mistyped" | "escrow_missing" | "not_an_escrow" | "agent_unknown" | "too_many_agents" | "key_changing" | "ledger_missing" | "ledger_exists" | "copy_missing" | "copy_full" | "copy_not_written" | "copy_beside_ledger" | "no_copy" | "copies_several" | "ledger_in_use" | "ledger_damaged" | "newer_format" | "line_sealed" | "form_no_headings" | "practice_village" | "not_enrolled" | "already_enrolled" | "code_malformed" | "code_unknown" | "code_used" | "code_expired" | "center_unreachable" | "center_failed" | "center_not_trusted" | "laptop_refused" | "backup_under_way" | "backup_unverified" | "backup_place_missing" | "backup_damaged" | "offline_key_wrong" | "center_recovering" | "center_lost_records" | "laptop_revoked" | "history_differs" | "protocol_broken" | "batch_not_for_us" | "not_a_batch" | "batch_damaged" | "cancelled" | "ledger_locked" | "file_unknown" | "disk_full" | "file_unreadable" | "file_exists" | "not_a_workbook" | "sheet_too_large" | "roster_headings" | "due_headings" | "certified_headings" | "photo_truncated" | "photo_unknown" | "photo_thinned" | "photo_unreadable" | "photo_too_large" | "file_not_taken" | "file_too_large" | "form_broken" | "form_unchanged" | "new_item_incomplete" | "form_too_large" | "answers_invalid" | "answer_unknown" | "case_incomplete" | "line_incomplete" | "line_unknown" | "line_frozen" | "death_verified" | "month_open" | "month_closed" | "notice_needs_reason" | "nothing_missing" | "case_doubled" | "bundle_closes_itself" | "calendar_broken" | "card_broken" | "item_unknown" | "item_known" | "item_has_no_form" | "item_closed" | "conflict_moved" | "photo_here" | "person_unknown" | "person_wrong" | "person_known" | "person_ambiguous" | "household_unknown" | "visit_unknown" | "visit_void" | "handover_unknown" | "case_unknown" | "case_stage" | "revision_outdated" | "case_not_imported" | "batch_unknown" | "staff_unknown" | "not_allowed" | "village_unknown" | "village_taken" | "center_exists" | "center_missing" | "newer_record" | "bad_input" | "wrong_password" | "weak_password" | "locked_out" | "not_signed_in" | "must_change_password" | "name_taken" | "laptop_unknown" | "batch_too_large" | "internal";

/** Villages for a laptop. */
export type CodeArgs = {
/** 12-digit codes. */
villages: Array<string>, };

/** Two revisions of a case. */
export type CompareArgs = {
/** The case. */
id: SubjectId,
/** The earlier one. */
before: EntryId,
/** The later one. */
after: EntryId, };

/** A field of two records, as a screen shows it. */
export type ComparedField = {
/** The field's path. */
field: string,
/** What it belongs to, where the path alone does not say it; '' elsewhere. */
label: string,
/** What the one record says, numbers masked; '' where nothing. */
one: string,
/** What the other says. */
same: string,
/** Whether a person has to say which holds: both say something, and not the same. */
differs: boolean, };

/** A decision. */
export type ConfirmArgs = {
/** The case. */
id: SubjectId,
/** The revision on the screen. */
revision: EntryId,
/** How. */
outcome: Outcome,
/** `YYYY-MM-DD`, from the official list. */
due: string | null,
/** A word for the village. */
note: string, };

/** How things stand within her scope. */
export type Counts = {
/** Laptops that are served. */
laptops: number,
/** People. */
people: number,
/** Cases. */
cases: number,
/** Pictures verified. */
photos: number,
/** Pictures and thumbnails that are still to come. */
photos_wanted: number,
/** Entries in force. */
entries: number,
/** Lives of laptops of which something waits behind a gap. */
gaps: number,
/** Records in quarantine. */
quarantined: number,
/** Batches with cases that nobody imported yet. */
batches_waiting: number,
/** Submitted cases on the work list. */
cases_to_review: number,
/** Accepted cases that wait for their confirmation. */
cases_accepted: number,
/** People whose deaths were reported and wait for an answer. */
deaths: number,
/** Whether the center was put back from a backup, and how far it is since. */
recovery: RecoveryStage, };

/** What stood at the township before a withdrawal came. */
export type Crossed = "accepted" | "decided";

/** What a limit is counted in. */
export type DayKind = "instant" | "workday" | "natural" | "month";

/** Whether a person is dead, as far as is known. */
export type Death = "suspected" | "verified";

/** An office's word on a reported death. */
export type DeathArgs = {
/** The case on the screen: its resident is meant. */
id: SubjectId,
/** Whether it is true. */
is_true: boolean, };

/** A death that was reported and waits for an answer. */
export type DeathLine = {
/** Whose. */
person: PersonCard,
/** The village's name. */
village: string,
/** The day of death, as reported. */
died_on: string,
/** Who reported it; '' where that is not known. */
noted_by: string,
/** On which day. */
noted_on: string,
/** On which day it came here. */
received_on: string,
/** Since so many days it waits here. */
days_open: number,
/** Her newest case that was sent in. */
case: SubjectId | null, };

/** Deaths that wait for an answer. */
export type DeathPart = {
/** Whoever waits longest first; at most 500. */
lines: Array<DeathLine>,
/** Whether there are more. */
more: boolean, };

/** A decision. */
export type DecisionLine = {
/** How. */
outcome: Outcome,
/** Next due date. */
due: string | null,
/** A word for the village. */
note: string,
/** When. */
at: string | null,
/** By whom. */
by: string, };

/** A field that differs between two revisions. */
export type Difference = {
/** The field. */
path: string,
/** Its label. */
label: string,
/** What it was; '' where it was not there. */
before: string,
/** What it is; '' where it is gone. */
after: string, };

/** A SHA-256 digest. */
export type Digest = string;

/** What is due up to a day. */
export type DueArgs = {
/** Within so many days from today; overdue ones come first. */
within_days: number,
/** Only of this item. */
item: string | null, };

/** Why something falls due on a day. */
export type DueKind = "listed" | "decided" | "paper";

/** Something that is due. */
export type DueLine = {
/** Why. */
kind: DueKind,
/** Whom it concerns. */
person: PersonCard,
/** The village's name. */
village: string,
/** Item code. */
item: string,
/** Its name. */
item_name: string,
/** The case that says so. */
case: SubjectId | null,
/** The last day. */
due: string,
/** Days left; negative once it is overdue. */
days_left: number, };

/** A list as it was chosen. */
export type DueListArgs = {
/** The file's name. */
name: string,
/** The workbook, base64. */
workbook: string,
/** The item that is meant where a row names none. */
item: string, };

/** What an import did. */
export type DueListImported = {
/** Lines whose day was written. */
written: number,
/** Lines that stood here already. */
unchanged: number,
/** Lines of people who are not here. */
missing: number,
/** Rows that were not taken. */
wrong_rows: number, };

/** A line whose person is here. */
export type DueListLine = {
/** The row in the sheet. */
row: number,
/** Who it is. */
person: SubjectId,
/** Her name as it stands here. */
name: string,
/** Her number, masked. */
id_masked: string,
/** What people call the item. */
item_name: string,
/** The day that stood until now. */
before: string | null,
/** The day the list names. */
due: string,
/** Whether the import has anything to write. */
changes: boolean, };

/** A list before it is taken in. */
export type DueListPreview = {
/** The file's name. */
file_name: string,
/** Rows below the headings that hold something. */
rows: number,
/** Rows that are wrong. */
wrong: number,
/** Right rows whose people are here. */
found: number,
/** Of these, the ones that the import would write. */
changes: number,
/** Right rows whose people are not here. */
missing: number,
/** The first of these, by their rows in the sheet. */
missing_rows: Array<number>,
/** What is wrong or odd, wrong first. */
problems: Array<DueRowProblem>,
/** The first of those found. */
lines: Array<DueListLine>, };

/** What is due. */
export type DuePart = {
/** The most urgent first; at most 500. */
lines: Array<DueLine>,
/** Whether there are more. */
more: boolean, };

/** What is wrong or odd with a row. */
export type DueRowProblem = {
/** The row in the sheet. */
row: number,
/** The column's heading; '' where none is to blame. */
column: string,
/** What it is, by a fixed word. */
problem: string,
/** What its words may name. */
facts: Record<string, unknown>,
/** Whether the row is taken all the same. */
warning: boolean, };

/** An item's card as its official changes it: `item.toml` as JSON, dates as `YYYY-MM-DD`. */
export type EditorView = {
/** The card as it holds in the official's scope. */
card: Record<string, unknown>,
/** Whether nothing was published of it yet: an item that is just being begun. */
is_new: boolean,
/** Whether what is published differs from the item in one township only. */
local: boolean,
/** The scope in which it will hold; '' for the whole center. */
scope: string,
/** Whether there is something to take back: a local difference that holds. */
differs: boolean,
/** Whether this staff member may publish. */
may_publish: boolean,
/** What was published of it in this scope, the newest first. */
published: Array<PublicationLine>,
/** The words that a card chooses from, by key. */
words: Array<CardWords>, };

/** An entry: UUIDv7, made where it is written. */
export type EntryId = string;

/** What is to be erased, and why. */
export type EraseArgs = {
/** A case, or a resident. */
id: SubjectId,
/** Everything of the case's person, not this case alone. */
whole_person: boolean,
/** Why. */
reason: ErasureReason,
/** A word on it; nothing personal. */
note: string, };

/** What is to be erased. */
export type ErasureArgs = {
/** A case, or a resident. */
id: SubjectId,
/** Everything of the case's person, not this case alone. */
whole_person: boolean, };

/** Why what is known of a subject is erased. */
export type ErasureReason = "requested" | "mistaken" | "expired" | "other";

/** What an erasure takes. */
export type ErasureView = {
/** Cases. */
cases: number,
/** Entries. */
entries: number,
/** Pictures. */
photos: number, };

/** What a question is answered with. */
export type FieldKind = "text" | "integer" | "decimal" | "date" | "time" | "date_time" | "select_one" | "select_multiple" | "note" | "range" | "rank" | "barcode" | "geopoint" | "geotrace" | "geoshape" | "image" | "audio" | "video" | "file" | "acknowledge" | "group" | "repeat";

/** One line of the form as it was filled in: a group's heading, a row's heading, or an answer. */
export type FieldLine = {
/** Path of the answer. */
path: string,
/** Path of the group or row that holds it. */
parent: string,
/** What kind of question it is; `unknown` where the form does not have it. */
kind: string,
/** The question. */
label: string,
/** The answer as people read it; masked where it is a number of a person. */
value: string,
/** Whether `case/reveal` gives more. */
masked: boolean,
/** Whether it is a heading. */
group: boolean,
/** Which row of its repeat, from 1. */
row: number | null,
/** The answer in the revision before, where it differs; '' where there was none. */
was: string | null,
/** The file that is the answer. */
file: FileLine | null,
/** What the form shows beside the question, by kind: GET /api/form/media/<digest>. */
media: { [key in string]: string }, };

/** One node of the form that is asked at present. */
export type FieldView = {
/** The absolute path; rows carry their number. */
path: string,
/** The path of the group or row that holds it. */
parent: string,
/** The last part of its path. */
name: string,
/** What it is answered with. */
kind: FieldKind,
/** In the form's language. */
label: string,
/** Help beside it. */
hint: string,
/** More help, for who asks for it. */
guidance: string,
/** As written in the workbook. */
appearance: string,
/** `start`, `end`, `step`, `rows` and the like, as written in the workbook. */
parameters: { [key in string]: string },
/** The answer; '' where there is none. */
value: string,
/** Whether an answer must be given. */
required: boolean,
/** Whether it cannot be changed by hand. */
read_only: boolean,
/** What is wrong with the answer that was given. */
problem: string | null,
/** The choices on offer. */
choices: Array<Choice> | null,
/** Which row this is, from 1, for rows of repeats. */
row: number | null,
/** Whether the screen masks it until it is asked for or edited. */
masked: boolean,
/** What the township said of it, while the case stands returned. */
remark: string | null,
/** Its value in the last submission, where the draft changes it. */
was: string | null,
/** What is shown beside the label, by kind (`image`, `big-image`, `audio`, `video`), each by what the screen asks for
 * it with. */
media: { [key in string]: string }, };

/** A file, sound or film that answers a question. */
export type FileLine = {
/** Names it: GET /api/case/file/<case>/<digest>. */
digest: string,
/** What it is called. */
name: string,
/** Bytes. */
size_bytes: number,
/** Whether it is here. */
verified: boolean, };

/** What looking at a workbook found. */
export type FormCheck = {
/** To try and to publish it by; null where it has mistakes. */
draft: string | null,
/** The form's title. */
title: string,
/** The form's version. */
version: string,
/** The item it would be published for. */
item: string,
/** Whether that item is new here, so that a name and a department are needed. */
new_item: boolean,
/** Whether the item's form is exactly this one already. */
unchanged: boolean,
/** How many questions it asks. */
questions: number,
/** The files it reads that were not brought along. */
missing: Array<string>,
/** What must be mended. */
errors: Array<FormFinding>,
/** What works but deserves a look. */
warnings: Array<FormFinding>, };

/** One thing to mend, and where. */
export type FormFinding = {
/** The sheet; '' for the whole workbook. */
sheet: string,
/** The cell as Excel names it; '' for the whole sheet. */
cell: string,
/** What is wrong and what to do. */
message: string, };

/** A form being tried. */
export type FormTrial = {
/** The form's title. */
title: string,
/** To hand in with the next step. */
given: TrialGiven,
/** What is asked at present. */
form: Array<FieldView>,
/** Where rows can be added. */
repeats: Array<RepeatView>,
/** What still hinders submission. */
problems: Array<TrialProblem>,
/** Computed values, which the laptop does not show. */
computed: Array<TrialValue>, };

/** The forms as they now stand. */
export type FormsView = {
/** Every item with the form in use. */
items: Array<ItemForm>,
/** Everything that was published here, the newest first. */
published: Array<PublishedLine>, };

/** Entries that wait behind missing ones. */
export type Gap = {
/** Of which life of a laptop. */
incarnation: IncarnationId,
/** Its agents. */
agents: Array<string>,
/** First missing entry. */
missing_from: number,
/** How many wait. */
held: number, };

/** A life of a laptop. */
export type GapArgs = {
/** The life. */
incarnation: IncarnationId, };

/** Switched off by a local notice. */
export type GuideClosed = {
/** The first day without it. */
from: string,
/** Why. */
reason: string,
/** Which notice says so. */
source: string, };

/** A fact of the guide, and whether it is still to be confirmed locally. */
export type GuideFact = {
/** The fact. */
text: string,
/** 待当地确认 */
unconfirmed: boolean, };

/** An item named in another's guide. */
export type GuideItem = {
/** Its code. */
code: string,
/** Its name. */
name: string,
/** Its department. */
department: string,
/** Whether it is ticked to begin with, in a bundle. */
ticked: boolean,
/** What else to know. */
note: string, };

/** A limit. */
export type GuideLimit = {
/** Whether the place promises it; else it is statutory. */
promised: boolean,
/** What it limits. */
name: string,
/** 30 个工作日, or 当场办结. */
text: string,
/** 待当地确认 */
unconfirmed: boolean, };

/** An item in the guide's list. */
export type GuideLine = {
/** Item code. */
code: string,
/** Official name. */
name: string,
/** What people say. */
short_name: string,
/** Which department decides. */
department: string,
/** What it is about. */
category: GuideWord,
/** How it can be handled. */
tags: Array<GuideWord>,
/** The lists that it stands on: `level:village`, `authority:delegated`, `way:extended`. */
lists: Array<GuideWord>,
/** Whether cases can be opened: it has a form, and is not switched off or over. */
open: boolean,
/** Whether it has a form. */
has_form: boolean,
/** Whether it is a bundle. */
bundle: boolean,
/** Switched off, or to be. */
closed: GuideClosed | null,
/** Whether its last day has passed. */
over: boolean, };

/** The guides that fit, the best first. */
export type GuideList = {
/** A line each. */
lines: Array<GuideLine>, };

/** What is looked for. */
export type GuideListArgs = {
/** In the words people use; empty for every item. */
text: string, };

/** A material. */
export type GuideMaterial = {
/** Its slot. */
id: string,
/** Its name. */
name: string,
/** Whether the office asks for it. */
required: boolean,
/** Whether it is asked for in some cases only. */
conditional: boolean,
/** Whether a case goes nowhere without a picture of it. */
picture: boolean,
/** 原件, 复印件; '' where the item does not say. */
kind: string,
/** Whether it is asked of the person at all. */
asked: boolean,
/** How the office comes by it: 部门共享 … */
obtained: string,
/** What else to know. */
note: string, };

/** A stage of the flow. */
export type GuideStage = {
/** Its name. */
name: string,
/** Who acts. */
by: string,
/** Whether the agent may do it: what belongs to others she cannot complete. */
by_agent: boolean,
/** What else to know. */
note: string,
/** Whether limits stand still meanwhile. */
pauses_clock: boolean,
/** Whether it goes on beside the stage before. */
parallel: boolean, };

/** A guide whole. */
export type GuideView = {
/** Its line in the list. */
line: GuideLine,
/** The day the facts were checked, or the rule begins. */
valid_from: string | null,
/** The last day on which a new case can be opened. */
valid_to: string | null,
/** What the office must watch. */
watch: string,
/** Who may ask. */
applicant: string,
/** 受理地点 */
receiving_place: string,
/** 责任地 */
responsible_place: string,
/** 决定机关 */
deciding_body: string,
/** Where it can be asked for. */
level: Array<string>,
/** 赋权, 委托, 代收; '' where the item does not say. */
authority: string,
/** When and where the office serves. */
service_ways: Array<string>,
/** Outside channels. */
channels: Array<string>,
/** The laws and notices it rests on. */
basis: Array<GuideFact>,
/** Its limits. */
limits: Array<GuideLimit>,
/** When what was granted is looked at again. */
review: GuideFact | null,
/** Who may be entitled and does not ask. */
entitled: Array<GuideFact>,
/** The steps in words. */
steps: Array<string>,
/** The flow. */
stages: Array<GuideStage>,
/** The materials. */
materials: Array<GuideMaterial>,
/** What the agent does. */
agent_does: string,
/** What she must not do. */
agent_must_not: Array<string>,
/** What happens when it is late. */
consequence: string,
/** Items to think of as well. */
related: Array<GuideItem>,
/** What must have happened, for a bundle (`death`); '' for none. */
event: string,
/** The items of a bundle. */
bundle: Array<GuideItem>,
/** The form's version; '' where there is none. */
form_version: string, };

/** A word with what a screen says for it. */
export type GuideWord = {
/** As the item writes it. */
word: string,
/** What the screen says. */
text: string, };

/** One thing that was said of how a case is handled. */
export type HandlingLine = {
/** `handling/…` */
path: string,
/** What it is called. */
label: string,
/** What was said. */
told: string, };

/** Which hand-over. */
export type HandoverArgs = {
/** The record. */
id: SubjectId, };

/** 离岗交接 in a list. */
export type HandoverLine = {
/** The record. */
id: SubjectId,
/** 移交人 */
from: string,
/** 接收人 */
to: string,
/** When, by the laptop's raw clock. */
at: string,
/** When the center received it. */
received_at: string | null,
/** The village. */
village: Village,
/** How many open cases. */
cases: number,
/** How many kinds of papers that she kept. */
papers: number, };

/** A hand-over whole. */
export type HandoverView = {
/** Its line in lists. */
line: HandoverLine,
/** 监交人 */
witness: string,
/** The cases, as they stand now. */
cases: Array<CaseRow>,
/** Drafts on the laptop then. */
drafts: number,
/** What was due within a year. */
due: number,
/** What of it was overdue. */
overdue: number,
/** Papers that she kept. */
papers: Array<PaperHeld>,
/** A word on it. */
note: string,
/** Whether her access to the laptop ended with it. */
access_ended: boolean,
/** 移交人, 接收人, 监交人. */
signatures: Array<SignatureLine>, };

/** One line of a case's history. */
export type HistoryLine = {
/** The writer's clock, raw. */
at: string,
/** The center's clock. */
received_at: string | null,
/** Entry kind. */
kind: string,
/** 撤回未生效: what stood here before, where it is a withdrawal without effect. */
crossed: Crossed | null,
/** A name; '' where it is not known. */
by: string, };

/** What an import did. */
export type Imported = {
/** Cases put on the work list. */
imported: number,
/** Cases left as they are. */
left: number, };

/** One unbroken life of a ledger file. */
export type IncarnationId = string;

/** An answer that the form says cannot stand. */
export type InvalidAnswer = {
/** The question. */
path: string,
/** What it is called. */
label: string,
/** In the form's words. */
reason: string, };

/** An item. */
export type ItemArgs = {
/** Its code. */
code: string, };

/** An item with the form in use. */
export type ItemForm = {
/** Item code. */
code: string,
/** Official name. */
name: string,
/** Which department decides. */
department: string,
/** The form's title. */
title: string,
/** The form's version. */
version: string,
/** How many questions it asks. */
questions: number,
/** Since when, where it was published here; null for the program's own. */
published_at: string | null, };

/** An item. */
export type ItemLine = {
/** Item code. */
code: string,
/** Official name. */
name: string,
/** What people say. */
short_name: string, };

/** Two records that are one person. */
export type JoinArgs = {
/** The case on the screen: its person is the one. */
id: SubjectId,
/** The other. */
same: SubjectId,
/** Fields whose value is taken from the other. */
from_same: Array<string>, };

/** How many entries of a kind. */
export type KindCount = {
/** Entry kind. */
kind: string,
/** How many. */
count: number, };

/** A laptop. */
export type LaptopArgs = {
/** The laptop. */
id: string, };

/** A one-time code for enrolment. */
export type LaptopCode = {
/** To be typed or pasted. */
code: string,
/** Where the laptop will dial. */
address: string,
/** Until when it is good. */
expires_at: string,
/** To be scanned: rows of '0' and '1' (dark), without a margin. */
qr: Array<string>, };

/** A laptop. */
export type LaptopLine = {
/** The laptop. */
id: string,
/** Its agents. */
agents: Array<string>,
/** Its villages. */
villages: Array<Village>,
/** The center's clock. */
enrolled_at: string,
/** Its latest exchange. */
last_seen: string | null,
/** Its clock minus the center's. */
skew_seconds: number | null,
/** Name and version of its program. */
program: string,
/** Entries still waiting on it, as it said last. */
pending_entries: number,
/** Pictures still waiting on it, as far as is known. */
pending_photos: number,
/** What waits behind entries of it that never came. */
gaps: Array<Gap>,
/** Since when it is no longer served. */
revoked_at: string | null, };

/** So many days of a kind. */
export type Limit = {
/** How many; months where the kind says so. */
days: number,
/** Of what kind. */
kind: DayKind, };

/** A list's length. */
export type LimitArgs = {
/** At most so many. */
limit: number, };

/** A limit with where the case stands against it. */
export type LimitLine = {
/** Who set it. */
source: LimitSource,
/** What it limits. */
name: string,
/** Whether the fact is still to be confirmed locally (待当地确认). */
unconfirmed: boolean,
/** Where the case stands against it. */
reckoning: Reckoning, };

/** Who set a limit. */
export type LimitSource = "statutory" | "promised";

/** An answer of a line. */
export type LineAnswer = {
/** The question. */
label: string,
/** The answer in words, numbers masked. */
told: string, };

/** A column of a register's list. */
export type LineColumn = {
/** The question's name. */
name: string,
/** Its words. */
label: string,
/** Whether it holds numbers. */
is_number: boolean, };

/** A picture of a line. */
export type LinePhoto = {
/** Its digest. */
digest: string,
/** Pixels. */
width: number,
/** Pixels. */
height: number,
/** Its thumbnail, if that is here. */
thumb: string | null, };

/** A photo that will never come. */
export type LostArgs = {
/** The case. */
id: SubjectId,
/** The photo. */
digest: Digest,
/** Why. */
reason: string, };

/** An entry of which only the hash is left. */
export type LostEntry = {
/** Its village. */
village: Village,
/** When the center received or wrote it. */
received_at: string,
/** Hash of its header, hexadecimal. */
header_hash: string, };

/** A material that the item asks for. */
export type MaterialLine = {
/** Slot. */
id: string,
/** As shown. */
name: string,
/** Whether the office asks for it. */
required: boolean,
/** Whether a picture of it is asked for. */
picture: boolean,
/** Whether the original was looked at. */
seen: boolean,
/** What the laptop said of the original: looked at, issued, valid to; '' where nothing. */
paper: string,
/** Digests of its pictures. */
photos: Array<string>, };

/** Who is at the screen. */
export type Me = {
/** Staff id. */
id: string,
/** As shown. */
name: string,
/** Role. */
role: Role,
/** Division code prefix. */
scope: string,
/** Its name; the center's where the scope is everything. */
scope_name: string,
/** The center's name. */
center: string,
/** Villages within her scope. */
villages: Array<Village>,
/** Version of the program. */
version: string,
/** What she may do. */
can: Rights,
/** Whether a new password has to be chosen before anything else. */
must_change_password: boolean, };

/** A new staff member. */
export type NewStaffArgs = {
/** As shown; nobody else at work has it. */
name: string,
/** Role. */
role: Role,
/** Division code prefix within the administrator's. */
scope: string,
/** The first password; it has to be changed at the first sign-in. */
password: string, };

/** No arguments. */
export type Nothing = Record<string, never>;

/** A notice to be given. */
export type NoticeArgs = {
/** The case. */
id: SubjectId,
/** The revision on the screen. */
revision: EntryId,
/** What is missing. */
missing: Array<Remark>,
/** `YYYY-MM-DD`: until when it is to be completed. */
complete_by: string | null,
/** Why there is another one. */
reason: string, };

/** 一次性告知 */
export type NoticeLine = {
/** The entry that gave it. */
entry: EntryId,
/** When. */
at: string,
/** By whom. */
by: string,
/** What was missing. */
missing: Array<RemarkLine>,
/** Until when it is to be completed. */
complete_by: string | null,
/** Why there was another one; '' for the first. */
reason: string, };

/** Values of the person or the household of a case that wait for somebody. */
export type OpenAround = {
/** Whose they are. */
subject: SubjectId,
/** What that is: `resident` or `household`. */
kind: 'resident' | 'household',
/** The fields. */
fields: Array<OpenField>,
/** What was settled on it, the newest first. */
settled: Array<SettledLine>, };

/** A field with values of which a person has to say which one holds. */
export type OpenField = {
/** What it belongs to. */
subject: string,
/** The field's path. */
field: string,
/** The question or material; '' for a field of the register, which the screen names itself. */
label: string,
/** Why it is open. */
kind: OpenKind,
/** The values, oldest first. */
values: Array<OpenValue>,
/** Whether who looks at it may settle it now. */
may_settle: boolean,
/** Whether another text may take the place of both. */
free_text: boolean,
/** Whether she answered it in the draft of the case: submitting settles it so. */
answered: boolean, };

/** Why values are open. */
export type OpenKind = "conflict" | "late" | "decided";

/** One of the values that are open at a field, as a screen shows it. */
export type OpenValue = {
/** The entry that wrote it. */
entry: EntryId,
/** As people read it, numbers masked; '' where it takes the value away. */
value: string,
/** Whether it can be asked for whole. */
masked: boolean,
/** Who wrote it; '' where the name is not known here. */
by: string,
/** On which computer. */
whence: Whence,
/** Whose laptop that is: its agents' names; '' where they are not known here. */
laptop_of: string,
/** When, by the writer's raw clock. */
at: string,
/** When the center received it. */
received_at: string | null,
/** Whether it holds meanwhile. */
holds: boolean, };

/** How a case was decided. */
export type Outcome = "granted" | "refused";

/** How many were met at home by one person on one day, and how fast that was written down. */
export type Pace = {
/** Met at home on that day, this one among them. */
homes: number,
/** Of these, written within ten seconds of the one before. */
quick: number,
/** More homes than anybody can go to. */
implausible: boolean, };

/** How many one person met at home on one day, and how fast that was written down: out of the ordinary. */
export type PaceLine = {
/** The village's name. */
village: string,
/** The day. */
day: string,
/** Who met them. */
met_by: string,
/** How many and how fast. */
pace: Pace, };

/** 材料: papers of other people that she kept. */
export type PaperHeld = {
/** What they are, and whose. */
name: string,
/** How many. */
copies: number,
/** Whether it is the original. */
original: boolean, };

/** The clock is to stand still. */
export type PauseArgs = {
/** The case. */
id: SubjectId,
/** Why. */
reason: PauseReason,
/** A word on it. */
note: string, };

/** Why a clock stands still. */
export type PauseReason = "completing" | "public_notice" | "appraisal" | "verification" | "objection" | "other";

/** A person in a list; the number is masked. */
export type PersonCard = {
/** The resident. */
id: SubjectId,
/** As written. */
name: string,
/** Masked identity number; '' where unknown. */
id_masked: string,
/** By the number. */
sex: '男' | '女' | null,
/** By the number, today. */
age: number | null, };

/** What is known around a case's person. */
export type PersonStanding = {
/** Whether a death was reported or verified. */
death: Death | null,
/** The day of death, as reported; '' for none. */
died_on: string,
/** What is received. */
benefits: Array<BenefitLine>,
/** Whether this staff member may say how they stand. */
may_decide: boolean, };

/** A picture of a case. */
export type PhotoLine = {
/** Names it: GET /api/photo/<digest>. */
digest: string,
/** The material it shows. */
slot: string,
/** Its name. */
slot_name: string,
/** Pixels; 0 where unknown. */
width: number,
/** Pixels; 0 where unknown. */
height: number,
/** By its own metadata. */
captured_at: string | null,
/** Digest of its thumbnail, where that is here. */
thumb: string | null,
/** Whether it is here. */
verified: boolean,
/** Whether a person declared it lost. */
lost: boolean, };

/** How many entries came into force. */
export type Positioned = {
/** Entries. */
positioned: number, };

/** A case in a batch's preview. */
export type PreviewRow = {
/** Whether the import will put it on the work list. */
will_import: boolean,
/** The case. */
id: SubjectId,
/** Item code. */
item: string,
/** The item's short name; the code where the item is unknown. */
item_name: string,
/** The village's name. */
village: string,
/** Where it stands. */
stage: Stage,
/** What the screen says instead of the stage, where the item asks for it (已协助，待社保确认). */
assisted_words: string | null,
/** For whom. */
person: PersonCard,
/** The newest revision. */
revision: EntryId | null,
/** Its number; 0 where there is none. */
revision_number: number,
/** Whether an import put it on the work list. */
imported: boolean,
/** When the center received the newest revision. */
submitted_at: string | null,
/** Pictures. */
photos: number,
/** How many of them are here. */
photos_verified: number,
/** Open conflicts. */
conflicts: number,
/** Open late changes. */
late_changes: number,
/** Working days since the newest revision was received; none once it is decided, returned or withdrawn. */
days_waiting: number | null,
/** The nearest last day of its limits, while it is accepted and not decided. */
limit_due: string | null,
/** Days left until then, in the limit's kind of days; negative once it is late. */
limit_left: number | null,
/** Whether the clock stands still. */
paused: boolean,
/** 绿色通道、优先办: it goes before others. */
green: boolean,
/** 补录: the day on which it was certified or taken on paper, where it was written down on a later one. */
late: string | null, };

/** Something that was published of an item. */
export type PublicationLine = {
/** Its number. */
number: number,
/** Whether it brought a card. */
card: boolean,
/** Whether it brought what differs locally. */
local: boolean,
/** Whether it brought a form. */
form: boolean,
/** The form's version. */
version: string,
/** Where it holds; '' for the whole center. */
scope: string,
/** The center's clock. */
published_at: string,
/** Who. */
published_by: string,
/** Whether it can be published again from here. */
again: boolean, };

/** A form to publish. */
export type PublishArgs = {
/** Which form. */
draft: string,
/** The item's code; '' for the form's own identifier. */
item: string,
/** The name of a new item; '' for the form's title. */
name: string,
/** The department that decides, for a new item. */
department: string, };

/** A form that was published here. */
export type PublishedLine = {
/** Its number. */
number: number,
/** Item code. */
item: string,
/** The item's name. */
name: string,
/** The form's version. */
version: string,
/** The center's clock. */
published_at: string,
/** By whom. */
published_by: string, };

/** What stands in quarantine, and what waits behind gaps. */
export type QuarantineView = {
/** Records. */
records: Array<QuarantinedRecord>,
/** Gaps. */
gaps: Array<Gap>, };

/** An entry of a record in quarantine. */
export type QuarantinedEntry = {
/** Its number. */
seq: number,
/** Entry kind. */
kind: string,
/** What it is about. */
subject: SubjectId, };

/** A record in quarantine. */
export type QuarantinedRecord = {
/** The record. */
record: RecordId,
/** Its village. */
village: Village,
/** Who is named as its writer; '' where the name is not known. */
by: string,
/** Why. */
reason: string,
/** Whether a person can let it come into force; one that cannot is set aside. */
can_release: boolean,
/** Its entries. */
entries: Array<QuarantinedEntry>, };

/** Who may be entitled. */
export type RadarArgs = {
/** Only of this item. */
item: string | null,
/** Only of this village. */
village: string | null, };

/** How many may be entitled to an item. */
export type RadarCount = {
/** Item code. */
item: string,
/** Its name. */
item_name: string,
/** How many people. */
people: number, };

/** Somebody who may be entitled and does not ask: a hint to visit, never a decision. */
export type RadarLine = {
/** Who. */
person: PersonCard,
/** The village's name. */
village: string,
/** Item code. */
item: string,
/** Its name. */
item_name: string,
/** The rule's words. */
hint: string,
/** 待当地确认 */
unconfirmed: boolean, };

/** Who may be entitled. */
export type RadarPart = {
/** How many there are of each item. */
counts: Array<RadarCount>,
/** At most 500. */
lines: Array<RadarLine>,
/** How many fit. */
total: number, };

/** Where a case stands against a limit. */
export type Reckoning = {
/** The limit. */
limit: Limit,
/** Its last day; it moves on while the clock stands still. */
due: string,
/** Whether the day may still move, because a year on the way has no calendar yet (暂算). */
provisional: boolean,
/** Days of the limit's kind that have passed, up to the decision or today; of months, natural days. */
used: number,
/** Days of that kind that are left; negative when late. */
left: number,
/** Whether the clock stands still today. */
paused: boolean,
/** Whether the decision came, or today is, after the last day. */
late: boolean, };

/** A record. */
export type RecordArgs = {
/** The record. */
record: RecordId, };

/** Entries that were written together and are judged whole. */
export type RecordId = string;

/** How far a recovery is. */
export type RecoveryStage = "never" | "waiting" | "serving" | "closed";

/** How a recovery stands. */
export type RecoveryView = {
/** How far it is. */
stage: RecoveryStage,
/** When the center learned that it had been put back. */
begun_at: string | null,
/** When laptops were served again. */
confirmed_at: string | null,
/** When it was closed. */
closed_at: string | null,
/** The newest copy that was read again and found whole. */
backup: BackupLine | null,
/** Where the newest one that was tried is none: when it was given up, and why (a code). */
backup_failed: BackupFailure | null,
/** What nobody could bring back, oldest first. */
lost: Array<LostEntry>, };

/** Which lines of a register. */
export type RegisterArgs = {
/** Code of the register. */
register: string,
/** Words that the answers hold. */
text: string,
/** Only of this village. */
village: StreamId | null,
/** Of this day or later. */
from: string | null,
/** Of this day or before. */
to: string | null,
/** Only those of which something is open. */
open: boolean,
/** So many are passed over. */
offset: number,
/** At most so many. */
limit: number, };

/** A register in the list of registers. */
export type RegisterLine = {
/** Its code. */
code: string,
/** Its name. */
name: string,
/** What it is for. */
about: string,
/** All its lines in scope. */
lines: number,
/** Lines of this month. */
this_month: number, };

/** A part of a register's lines. */
export type RegisterPart = {
/** How many fit. */
total: number,
/** The columns. */
columns: Array<LineColumn>,
/** This part of them. */
lines: Array<RegisteredLine>, };

/** A line of a register. */
export type RegisteredLine = {
/** The line. */
id: SubjectId,
/** The day on which it happened, or is to. */
day: string | null,
/** 补录: the day on which it was written, where that is later. */
late: string | null,
/** By what it is called. */
title: string,
/** Its answers, one a column. */
cells: Array<string>,
/** Every answer, in the order of the form. */
answers: Array<LineAnswer>,
/** Its pictures that are here. */
photos: Array<LinePhoto>,
/** The village. */
village: Village,
/** Who wrote it. */
by: string,
/** When it was received. */
received_at: string | null,
/** Whether something of it is open. */
open: boolean,
/** 作废: why it does not count any more; '' while it does. */
void: string,
/** How many stand on its roll (名单). */
on_roll: number, };

/** What is wrong with one field. */
export type Remark = {
/** Path of the field: `/data/…`, `photo/<digest>` or `material/<slot>`. */
path: string,
/** What to correct. */
text: string, };

/** A remark at a field, with the field's label. */
export type RemarkLine = {
/** The field. */
path: string,
/** Its label. */
label: string,
/** What was said. */
text: string, };

/** A repeat to which rows can be added. */
export type RepeatView = {
/** Its path without a row: what `add_row` takes. */
path: string,
/** The group that holds it. */
parent: string,
/** What one row is called. */
label: string,
/** How many rows there are. */
rows: number,
/** Whether a formula counts the rows. */
fixed: boolean, };

/** A return. */
export type ReturnArgs = {
/** The case. */
id: SubjectId,
/** The revision on the screen. */
revision: EntryId,
/** At fields. */
remarks: Array<Remark>,
/** On the whole. */
note: string, };

/** A return. */
export type ReturnLine = {
/** The revision it returned. */
revision: EntryId,
/** When. */
at: string,
/** By whom. */
by: string,
/** At fields. */
remarks: Array<RemarkLine>,
/** On the whole. */
note: string, };

/** A masked number of a case. */
export type RevealArgs = {
/** The case. */
id: SubjectId,
/** A masked field's path, or `person/id_number`. */
path: string, };

/** One of the open values, whole. */
export type RevealValueArgs = {
/** The case on the screen. */
id: SubjectId,
/** Whose value it is. */
subject: SubjectId,
/** The field. */
field: string,
/** The entry that wrote it. */
entry: EntryId, };

/** A number whole. */
export type Revealed = {
/** The number. */
value: string, };

/** A case at the revision on the screen. */
export type RevisionArgs = {
/** The case. */
id: SubjectId,
/** The revision on the screen. */
revision: EntryId, };

/** A submission. */
export type RevisionLine = {
/** Names it. */
entry: EntryId,
/** 1, 2, 3 … */
number: number,
/** When the center received it. */
at: string, };

/** What the person at the screen may do. */
export type Rights = {
/** Import, accept, return. */
accept: boolean,
/** Confirm. */
confirm: boolean,
/** Settle quarantine and gaps; bring batch files in. */
settle: boolean,
/** Looking over what staff did. */
oversee: boolean,
/** Staff and laptops. */
administer: boolean, };

/** What a staff member may do. */
export type Role = "acceptor" | "confirmer" | "leader" | "admin";

/** Whose roll is asked for. */
export type RollArgs = {
/** The line. */
line: SubjectId, };

/** A roll. */
export type RollPart = {
/** Its places, as the village goes. */
rows: Array<RollPlaceLine>, };

/** A place on a roll. */
export type RollPlaceLine = {
/** The person's name, or that of the household's head. */
name: string,
/** 户号. */
household_no: string,
/** Address as written. */
address: string,
/** How it stands, in words. */
state: string,
/** Whether nobody has to come back for it. */
settled: boolean,
/** 缺同行走访人: two were to go, and nobody came along. */
alone: boolean,
/** In the agent's words. */
note: string,
/** The day of the newest visit on this round. */
visited_at: string | null,
/** What was found to be needed. */
need: string, };

/** A staff member's new password. */
export type SetPasswordArgs = {
/** Who. */
id: string,
/** It has to be changed at the next sign-in. */
password: string, };

/** A record that is not to come into force. */
export type SettleArgs = {
/** The record. */
record: RecordId,
/** `set_aside`, or `erased` (an administrator). */
how: Settling,
/** A word for its author. */
note: string, };

/** What is said of open values. */
export type SettleValueArgs = {
/** The case on the screen. */
id: SubjectId,
/** Whose values they are: the case's, its person's or its household's. */
subject: SubjectId,
/** The field. */
field: string,
/** The entries whose values were on the screen. */
among: Array<EntryId>,
/** What holds from here on. */
value: WhichHolds,
/** Why. */
reason: string, };

/** Something that a person settled, with what it was settled between. */
export type SettledLine = {
/** The field's path. */
field: string,
/** The question or material; '' for a field of the register. */
label: string,
/** Why it was open. */
kind: OpenKind,
/** What holds since, as people read it. */
value: string,
/** The other values, as people read them. */
others: Array<string>,
/** Who settled it; '' where the name is not known here. */
by: string,
/** When, by the writer's raw clock. */
at: string,
/** Why, in that person's words. */
reason: string, };

/** What staff decide on a record in quarantine. */
export type Settling = "released" | "set_aside" | "erased";

/** Name and password. */
export type SignInArgs = {
/** A name, or a staff id. */
name: string,
/** The password. */
password: string, };

/** A signature on a hand-over. */
export type SignatureLine = {
/** Whose. */
signer: Signer,
/** Its picture. */
digest: string,
/** Whether the picture is here. */
here: boolean, };

/** Whose signature a picture of a hand-over is: the slot of its photo. */
export type Signer = "from" | "to" | "witness";

/** A staff member. */
export type StaffArgs = {
/** Who. */
id: string, };

/** A staff member. */
export type StaffLine = {
/** Staff id. */
id: string,
/** As shown. */
name: string,
/** Role. */
role: Role,
/** Division code prefix. */
scope: string,
/** Its name. */
scope_name: string,
/** Since when. */
added_at: string,
/** Since when they no longer work here. */
closed_at: string | null,
/** Latest act at the console. */
last_seen: string | null,
/** Whether they can sign in at the console. */
has_password: boolean, };

/** Where a case stands, by its entries. */
export type Stage = "open" | "submitted" | "returned" | "accepted" | "confirmed" | "withdrawn" | "closed";

/** The last day of a stage. Nothing says of a stage when it was done, so that nothing is said of late. */
export type StageDay = {
/** Which limit says so. */
name: string,
/** The limit. */
limit: Limit,
/** Its last day. */
due: string,
/** Whether the day may still move (暂算). */
provisional: boolean,
/** Whether the fact is still to be confirmed locally (待当地确认). */
unconfirmed: boolean, };

/** A stream: all entries of one village, named by its 12-digit division code. */
export type StreamId = string;

/** What an entry is about: a resident, household, visit, case … */
export type SubjectId = string;

/** What is done in a trial. */
export type TrialAct = { "act": "answer",
/** Its path. */
path: string,
/** The answer; '' takes it back. */
value: string, } | { "act": "add",
/** The repeat. */
path: string, } | { "act": "remove",
/** The row. */
path: string, };

/** What a trial holds between two steps. */
export type TrialGiven = {
/** Answers by path. */
answers: { [key in string]: string },
/** Values of questions that are not asked at present. */
aside: { [key in string]: string }, };

/** What hinders submission. */
export type TrialProblem = {
/** The question. */
path: string,
/** What it is called. */
label: string,
/** In the form's words. */
message: string, };

/** A computed value. */
export type TrialValue = {
/** Its path. */
path: string,
/** The value; '' for none. */
value: string, };

/** One step of a trial. */
export type TryArgs = {
/** Which form. */
draft: string,
/** What was given so far, as the last answer said; null at the beginning. */
given: TrialGiven | null,
/** What is done now. */
act: TrialAct | null, };

/** What an undo did. */
export type Undone = {
/** Cases off the work list again. */
taken_off: number,
/** Cases that stay, because staff acted on them since. */
skipped: Array<CaseRow>, };

/** An upload. */
export type UploadArgs = {
/** The upload. */
id: string, };

/** A file that is to be uploaded, or gone on with. */
export type UploadBeginArgs = {
/** Its name. */
name: string,
/** Its size. */
size_bytes: number,
/** SHA-256 of its size, its beginning and its end. */
mark: Digest, };

/** Why an uploaded batch file was not taken. */
export type UploadFailure = {
/** Why. */
code: Code,
/** The receipt file for what was taken before, if anything was. */
receipt: string | null, };

/** A batch file on its way up, or what came of it. */
export type UploadLine = {
/** The upload. */
id: string,
/** The file's name where it comes from. */
name: string,
/** How large it is. */
size_bytes: number,
/** By which the browser knows it again. */
mark: Digest,
/** Bytes that are here. */
held_bytes: number,
/** Where it stands. */
state: UploadState,
/** How far the center is with it, while it is. */
work: UploadWork | null,
/** What it brought. */
brought: BroughtByUpload | null,
/** Why it was not taken. */
failure: UploadFailure | null, };

/** Where an upload stands. */
export type UploadState = "coming" | "whole" | "queued" | "checking" | "taking" | "done" | "failed";

/** How far the center is with a file. */
export type UploadWork = {
/** Bytes of the file that were gone through, at this step. */
done_bytes: number,
/** Of so many. */
all_bytes: number,
/** Entries taken in. */
entries: number,
/** Of so many. */
all_entries: number,
/** Photos taken in. */
photos: number,
/** Of so many. */
all_photos: number, };

/** An office's word on a reported death, from the list. */
export type VerifyDeathArgs = {
/** Whose. */
person: SubjectId,
/** Whether it is true. */
is_true: boolean, };

/** A village with its name. */
export type Village = {
/** 12-digit division code. */
code: string,
/** Short name. */
name: string, };

/** On which computer a value was written, as a screen says it. */
export type Whence = "here" | "laptop" | "center";

/** Which value holds from here on. */
export type WhichHolds = { "of": EntryId } | "kept" | { "text": string };

/** 撤回: taken back by the applicant. */
export type WithdrawnLine = {
/** Why. */
reason: string,
/** When the center received it. */
at: string | null,
/** By whom. */
by: string, };

export interface Routes {
  'session/sign_in': { args: SignInArgs; reply: Me }
  'session/me': { args: Nothing; reply: Me }
  'session/sign_out': { args: Nothing; reply: null }
  'session/change_password': { args: ChangePasswordArgs; reply: Me }
  'status/show': { args: Nothing; reply: Counts }
  'batch/list': { args: LimitArgs; reply: Array<BatchLine> }
  'batch/show': { args: BatchArgs; reply: BatchPreview }
  'batch/import': { args: BatchArgs; reply: Imported }
  'batch/undo': { args: BatchArgs; reply: Undone }
  'upload/list': { args: Nothing; reply: Array<UploadLine> }
  'upload/begin': { args: UploadBeginArgs; reply: UploadLine }
  'upload/take': { args: UploadArgs; reply: UploadLine }
  'upload/discard': { args: UploadArgs; reply: Array<UploadLine> }
  'case/list': { args: CaseListArgs; reply: CasePart }
  'case/show': { args: CaseArgs; reply: CaseView }
  'case/reveal': { args: RevealArgs; reply: Revealed }
  'case/compare': { args: CompareArgs; reply: Array<Difference> }
  'case/accept': { args: RevisionArgs; reply: CaseView }
  'case/return': { args: ReturnArgs; reply: CaseView }
  'case/confirm': { args: ConfirmArgs; reply: CaseView }
  'case/notice': { args: NoticeArgs; reply: CaseView }
  'case/pause': { args: PauseArgs; reply: CaseView }
  'case/resume': { args: CaseArgs; reply: CaseView }
  'case/settle': { args: SettleValueArgs; reply: CaseView }
  'case/reveal_value': { args: RevealValueArgs; reply: Revealed }
  'case/lose_photo': { args: LostArgs; reply: CaseView }
  'case/alike': { args: CaseArgs; reply: Array<AlikePerson> }
  'case/join': { args: JoinArgs; reply: CaseView }
  'case/benefit': { args: BenefitArgs; reply: CaseView }
  'case/death': { args: DeathArgs; reply: CaseView }
  'death/list': { args: Nothing; reply: DeathPart }
  'death/verify': { args: VerifyDeathArgs; reply: DeathPart }
  'person/erasure': { args: ErasureArgs; reply: ErasureView }
  'person/erase': { args: EraseArgs; reply: ErasureView }
  'due/list': { args: DueArgs; reply: DuePart }
  'due/preview': { args: DueListArgs; reply: DueListPreview }
  'due/import': { args: DueListArgs; reply: DueListImported }
  'radar/list': { args: RadarArgs; reply: RadarPart }
  'item/list': { args: Nothing; reply: Array<ItemLine> }
  'guide/list': { args: GuideListArgs; reply: GuideList }
  'guide/show': { args: ItemArgs; reply: GuideView }
  'guide/edit': { args: ItemArgs; reply: EditorView }
  'guide/begin': { args: BeginArgs; reply: EditorView }
  'guide/check': { args: CardArgs; reply: CardCheck }
  'guide/publish': { args: CardArgs; reply: EditorView }
  'guide/withdraw': { args: ItemArgs; reply: EditorView }
  'guide/again': { args: AgainArgs; reply: EditorView }
  'calendar/show': { args: Nothing; reply: CalendarView }
  'calendar/publish': { args: CalendarArgs; reply: CalendarView }
  'calendar/again': { args: AgainArgs; reply: CalendarView }
  'form/list': { args: Nothing; reply: FormsView }
  'form/bring': { args: BringArgs; reply: FormCheck }
  'form/try': { args: TryArgs; reply: FormTrial }
  'form/publish': { args: PublishArgs; reply: FormsView }
  'register/list': { args: Nothing; reply: Array<RegisterLine> }
  'register/lines': { args: RegisterArgs; reply: RegisterPart }
  'register/roll': { args: RollArgs; reply: RollPart }
  'handover/list': { args: Nothing; reply: Array<HandoverLine> }
  'handover/show': { args: HandoverArgs; reply: HandoverView }
  'laptop/list': { args: Nothing; reply: Array<LaptopLine> }
  'laptop/code': { args: CodeArgs; reply: LaptopCode }
  'laptop/assign': { args: AssignArgs; reply: Array<LaptopLine> }
  'laptop/revoke': { args: LaptopArgs; reply: Array<LaptopLine> }
  'audit/list': { args: AuditArgs; reply: AuditPart }
  'staff/list': { args: Nothing; reply: Array<StaffLine> }
  'staff/add': { args: NewStaffArgs; reply: Array<StaffLine> }
  'staff/set_password': { args: SetPasswordArgs; reply: Array<StaffLine> }
  'staff/close': { args: StaffArgs; reply: Array<StaffLine> }
  'recovery/show': { args: Nothing; reply: RecoveryView }
  'recovery/confirm': { args: Nothing; reply: RecoveryView }
  'recovery/close': { args: Nothing; reply: RecoveryView }
  'quarantine/list': { args: Nothing; reply: QuarantineView }
  'quarantine/release': { args: RecordArgs; reply: Positioned }
  'quarantine/settle': { args: SettleArgs; reply: null }
  'quarantine/release_gap': { args: GapArgs; reply: Positioned }
}
