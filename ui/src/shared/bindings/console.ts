// Made from crates/center/src/console/routes.rs: do not change it here.

/** An acceptance. */
export type AcceptanceLine = {
/** When. */
at: string | null,
/** By whom. */
by: string, };

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
kinds: Array<KindCount>, };

/** A workbook to look at, with the files it reads. */
export type BringArgs = {
/** The workbook's file name. */
name: string,
/** The workbook, base64. */
workbook: string,
/** The files it reads by name, base64. */
files: { [key in string]: string }, };

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
confirm: boolean, };

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
days_waiting: number | null, };

/** A case whole. */
export type CaseView = {
/** As in the list. */
row: CaseRow,
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
/** What happened, oldest first; what staff did at the center alone included. */
history: Array<HistoryLine>,
/** Open conflicts. */
conflicts: Array<OpenValues>,
/** Open late changes. */
late_changes: Array<OpenValues>,
/** Answers of the newest submission that the form itself says cannot stand: accepted only once they are returned and
 * corrected. */
invalid: Array<InvalidAnswer>,
/** What the agent must not do. */
agent_must_not: Array<string>,
/** What may be done now. */
can: CaseRights,
/** Whether a granting confirmation needs a due date from the official list. */
needs_due: boolean, };

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
label: string, };

/** The one list of error codes. Screens map a code to words; nobody matches text. */
export type Code = "wrong_pin" | "weak_pin" | "ledger_missing" | "ledger_exists" | "ledger_in_use" | "ledger_damaged" | "newer_format" | "not_enrolled" | "already_enrolled" | "code_malformed" | "code_unknown" | "code_used" | "code_expired" | "center_unreachable" | "center_not_trusted" | "laptop_refused" | "history_differs" | "protocol_broken" | "batch_not_for_us" | "not_a_batch" | "batch_damaged" | "nothing_to_send" | "cancelled" | "ledger_locked" | "file_unknown" | "disk_full" | "file_unreadable" | "file_exists" | "not_a_workbook" | "sheet_too_large" | "roster_headings" | "due_headings" | "photo_truncated" | "photo_unknown" | "photo_unreadable" | "photo_too_large" | "form_broken" | "form_unchanged" | "new_item_incomplete" | "form_too_large" | "answers_invalid" | "answer_unknown" | "case_incomplete" | "item_unknown" | "person_unknown" | "person_ambiguous" | "household_unknown" | "visit_unknown" | "case_unknown" | "case_stage" | "revision_outdated" | "case_not_imported" | "batch_unknown" | "staff_unknown" | "not_allowed" | "village_unknown" | "center_exists" | "center_missing" | "newer_record" | "bad_input" | "wrong_password" | "weak_password" | "locked_out" | "not_signed_in" | "must_change_password" | "name_taken" | "laptop_unknown" | "batch_too_large" | "internal";

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
/** Entries waiting behind a gap. */
held: number,
/** Entries in quarantine. */
quarantined: number,
/** Batches with cases that nobody imported yet. */
batches_waiting: number,
/** Submitted cases on the work list. */
cases_to_review: number,
/** Accepted cases that wait for their confirmation. */
cases_accepted: number, };

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

/** An entry: UUIDv7, made where it is written. */
export type EntryId = string;

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
was: string | null, };

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
was: string | null, };

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

/** One line of a case's history. */
export type HistoryLine = {
/** The writer's clock, raw. */
at: string,
/** The center's clock. */
received_at: string | null,
/** Entry kind. */
kind: string,
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
/** Since when it is no longer served. */
revoked_at: string | null, };

/** A list's length. */
export type LimitArgs = {
/** At most so many. */
limit: number, };

/** A material that the item asks for. */
export type MaterialLine = {
/** Slot. */
id: string,
/** As shown. */
name: string,
/** Whether the office asks for it. */
required: boolean,
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

/** Values of a field that did not see each other, or that came too late. */
export type OpenValues = {
/** The field. */
field: string,
/** Its label. */
label: string,
/** The values, oldest first. */
values: Array<WrittenValue>, };

/** How a case was decided. */
export type Outcome = "granted" | "refused";

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
verified: boolean, };

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
days_waiting: number | null, };

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
/** Its entries. */
entries: Array<QuarantinedEntry>, };

/** A record. */
export type RecordArgs = {
/** The record. */
record: RecordId, };

/** Entries that were written together and are judged whole. */
export type RecordId = string;

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
/** Staff and laptops. */
administer: boolean, };

/** What a staff member may do. */
export type Role = "acceptor" | "confirmer" | "leader" | "admin";

/** A staff member's new password. */
export type SetPasswordArgs = {
/** Who. */
id: string,
/** It has to be changed at the next sign-in. */
password: string, };

/** Name and password. */
export type SignInArgs = {
/** A name, or a staff id. */
name: string,
/** The password. */
password: string, };

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
export type Stage = "open" | "submitted" | "returned" | "accepted" | "confirmed" | "withdrawn";

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

/** What a batch file brought. */
export type Uploaded = {
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
/** GET /api/batch/receipt/<receipt> gives the receipt file. */
receipt: string, };

/** A village with its name. */
export type Village = {
/** 12-digit division code. */
code: string,
/** Short name. */
name: string, };

/** A value and who wrote it. */
export type WrittenValue = {
/** As people read it; masked where it is a number of a person. */
value: string,
/** A name. */
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
  'case/list': { args: CaseListArgs; reply: CasePart }
  'case/show': { args: CaseArgs; reply: CaseView }
  'case/reveal': { args: RevealArgs; reply: Revealed }
  'case/compare': { args: CompareArgs; reply: Array<Difference> }
  'case/accept': { args: RevisionArgs; reply: CaseView }
  'case/return': { args: ReturnArgs; reply: CaseView }
  'case/confirm': { args: ConfirmArgs; reply: CaseView }
  'item/list': { args: Nothing; reply: Array<ItemLine> }
  'form/list': { args: Nothing; reply: FormsView }
  'form/bring': { args: BringArgs; reply: FormCheck }
  'form/try': { args: TryArgs; reply: FormTrial }
  'form/publish': { args: PublishArgs; reply: FormsView }
  'laptop/list': { args: Nothing; reply: Array<LaptopLine> }
  'laptop/code': { args: CodeArgs; reply: LaptopCode }
  'laptop/revoke': { args: LaptopArgs; reply: Array<LaptopLine> }
  'staff/list': { args: Nothing; reply: Array<StaffLine> }
  'staff/add': { args: NewStaffArgs; reply: Array<StaffLine> }
  'staff/set_password': { args: SetPasswordArgs; reply: Array<StaffLine> }
  'staff/close': { args: StaffArgs; reply: Array<StaffLine> }
  'quarantine/list': { args: Nothing; reply: QuarantineView }
  'quarantine/release': { args: RecordArgs; reply: Positioned }
  'quarantine/release_gap': { args: GapArgs; reply: Positioned }
}
