// Made from crates/desk/src/command.rs: do not change it here.

/** An agent by name. */
export type AgentCard = {
/** Her id. */
id: AgentId,
/** Her name. */
name: string, };

/** A helper agent. */
export type AgentId = string;

/** An agent of this laptop. */
export type AgentLine = {
/** Who. */
agent: AgentCard,
/** Whether it is she who is signed in. */
is_me: boolean,
/** Whether a secret of the system's keyring stands beside her PIN. */
has_keyring: boolean, };

/** Why two records may be one person, the strongest reason first. */
export type AlikeBy = "number" | "name_and_birth" | "name_in_household" | "sound_and_birth" | "sound_in_household" | "name_alone";

/** Somebody who may be the same person. */
export type AlikePerson = {
/** Who. */
person: PersonCard,
/** Why. */
by: AlikeBy, };

/** What is asked apart and together. */
export type Apart = {
/** When each item is applied for by itself. */
apart: number,
/** When they are applied for together. */
together: number, };

/** What the workbook is to hold, with the words of the screen. */
export type BankVisitExport = {
/** The line. */
line: SubjectId,
/** Whether numbers are whole: she was asked. */
whole: boolean,
/** The headings in their order. */
headings: Array<string>,
/** What stands above and below the table. */
head: SheetHead,
/** What the sheet is called. */
sheet: string, };

/** One whom the bank visits. */
export type BankVisitRow = {
/** Her case. */
case: SubjectId,
/** The holder's name. */
name: string,
/** 男 or 女, where the number tells. */
sex: string,
/** Whole years, where the number tells. */
age: number | null,
/** Masked, or whole where that was asked for. */
id_number: string,
/** As the identity number. */
phone: string,
/** Where to go. */
address: string,
/** Why she cannot travel. */
reason: string,
/** The bank on the card. */
bank: string,
/** The time agreed with the bank, `2026-11-24 14:30`; '' while none is. */
agreed_time: string,
/** Whom to call then; numbers as the identity number. */
contact: string, };

/** Who waits for the bank. */
export type BankVisits = {
/** Those with an agreed time first, the others as the village goes. */
rows: Array<BankVisitRow>, };

/** What a batch file holds. */
export type BatchWritten = {
/** Entries in it. */
entries: number,
/** Photos and thumbnails in it. */
photos: number,
/** Its size. */
size_bytes: number,
/** Photos and thumbnails that wait and are not in it. */
photos_left: number,
/** How many files it is. */
files: number,
/** Whether it brings back what the center lost when it was put back from a copy. */
brings_back: boolean, };

/** A benefit with its course, the newest step first. */
export type BenefitCourse = {
/** Item code. */
item: string,
/** What people call it. */
name: string,
/** Whether she receives it, as far as is known here. */
runs: boolean,
/** What happened. */
steps: Array<CourseStep>, };

/** One item of a bundle. */
export type BundlePart = {
/** Item code. */
item: string,
/** What people call it. */
item_name: string,
/** Which department decides. */
department: string,
/** Whether it is ticked. */
ticked: boolean,
/** Its case, once the bundle was submitted. */
case: CaseRow | null, };

/** A bundle. */
export type BundleView = {
/** The bundle's case. */
bundle: SubjectId,
/** What people call it. */
name: string,
/** Whether the case on the screen is the bundle itself, not one of its parts. */
is_bundle: boolean,
/** Its items. */
parts: Array<BundlePart>,
/** How many cases are decided. */
decided: number,
/** Questions answered by hand; none where the case on the screen is a part. */
fields: Apart | null,
/** Papers. */
papers: Apart | null,
/** Ways to an office. */
trips: Apart | null, };

/** By which column a list is sorted. */
export type CaseColumn = "opened_at" | "person" | "item" | "standing" | "due";

/** Which cases a list shows. */
export type CaseFilter = {
/** Words that the resident's name, pinyin, number or phone holds. */
text: string,
/** Only those that stand so. */
standing: Standing | null,
/** Only of this item. */
item: string | null,
/** Only of this village. */
village: StreamId | null,
/** Opened on this day or later. */
from: string | null,
/** Opened on this day or before. */
to: string | null, };

/** A line of a case. */
export type CaseLine = {
/** Code of its register. */
register: string,
/** Name of its register. */
register_name: string,
/** Its row in lists. */
row: LineRow, };

/** The lines of a case. */
export type CaseLines = {
/** Drafts first, then the newest. */
lines: Array<CaseLine>,
/** Registers of which a line can be begun for it; none while the case is not recorded. */
may_begin: Array<CaseRegister>,
/** Who can be added to the register of signatures in one go; none where there is nobody or no such register. */
signers: SignersOffer | null, };

/** A material slot with what fills it. */
export type CaseMaterial = {
/** Its slot. */
id: string,
/** Its name. */
name: string,
/** Whether the office asks for it. */
required: boolean,
/** Whether the case goes nowhere without a picture of it. */
picture: boolean,
/** How it stands for this case. */
ask: MaterialAsk,
/** Whether the original was looked at. */
seen: boolean,
/** The day on which it was issued, where she said so. */
issued: string | null,
/** Its last day, by the item's rule. */
until: string | null,
/** Whether such a paper expires: it is asked when it was issued. */
expires: boolean,
/** The pictures in it. */
photos: Array<Digest>,
/** What the township said of it, while the case stands returned. */
remark: string | null, };

/** The order of a list. */
export type CaseOrder = {
/** By this column. */
by: CaseColumn,
/** Largest first. */
descending: boolean, };

/** The rows that go on paper. */
export type CasePaper = {
/** What stands in the columns, in the order in which they were asked for. */
rows: Array<Array<string>>,
/** Cases that fit the filter, on the paper or not. */
total: number, };

/** A part of the case list. */
export type CasePart = {
/** How many fit. */
total: number,
/** This part of them. */
rows: Array<CaseRow>, };

/** A picture of a case, or a file, sound or film that answers one of its questions. */
export type CasePhoto = {
/** Its digest. */
digest: Digest,
/** The material slot it fills. */
slot: string,
/** Bytes. */
size_bytes: number,
/** Pixels. */
width: number,
/** Pixels. */
height: number,
/** Its thumbnail. */
thumb: Digest | null,
/** When it was taken, by its own metadata. */
captured_at: string | null,
/** file, camera, phone … */
source: string,
/** What it is called, where it answers a question for a file. */
name: string | null,
/** What it is, where it is no picture: `audio/mpeg` and the like. */
media: string | null,
/** When a receipt named it ('' where that was not kept); none while none did. */
received_at: string | null,
/** Whether it waits to be sent and its bytes are gone from this laptop. */
gone: boolean,
/** Whether a person declared it lost. */
lost: boolean,
/** Whether the full picture left this laptop: the township and its backup have it, the thumbnail stays. */
thinned: boolean,
/** Blurred, dark or glaring when it was taken in: retake now. */
retake: boolean,
/** What the township said of it, while the case stands returned. */
remark: string | null, };

/** A register that takes lines of cases. */
export type CaseRegister = {
/** Its code. */
register: string,
/** Its name. */
name: string, };

/** A case in a list. */
export type CaseRow = {
/** The case. */
id: SubjectId,
/** Item code. */
item: string,
/** What people call the item. */
item_name: string,
/** For whom. */
person: PersonCard | null,
/** Where it stands. */
standing: Standing,
/** What is shown instead of the standing's words (已协助，待社保确认). */
assisted_words: string | null,
/** Number of the newest submission; 0 before the first. */
revision: number,
/** Pictures it has. */
photos: number,
/** Pictures and thumbnails of it in no receipt yet. */
pending_photos: number,
/** Whether a draft holds changes that are not submitted. */
has_draft: boolean,
/** What the township asks to correct, while it stands returned. */
returned: Return | null,
/** The village's name. */
village: string,
/** When it was opened, by the laptop's raw clock. */
opened_at: string,
/** When it was submitted last, by the laptop's raw clock. */
submitted_at: string | null,
/** When the center received that submission. */
received_at: string | null,
/** When it was accepted. */
accepted_at: string | null,
/** When it was decided. */
decided_at: string | null,
/** The next due date. */
due: string | null,
/** 服务方式, in words; '' where it was not said. */
mode: string,
/** 受理渠道, in words; '' where it was not said. */
channel: string,
/** The number that it has in an outside system. */
outside_no: string,
/** 绿色通道、优先办 */
green: boolean,
/** 补录: the day on which it was certified or taken on paper, where it was written down on a later one. */
late: string | null, };

/** One who must sign. */
export type CaseSigner = {
/** Who. */
person: SubjectId,
/** 与申请人关系. */
relation: string, };

/** A case whole. */
export type CaseView = {
/** Its row in lists. */
row: CaseRow,
/** Whether answers and pictures can be changed now. */
can_edit: boolean,
/** When the draft was saved last; none where there is no draft. */
draft_saved_at: string | null,
/** The questions asked at present. */
form: Array<FieldView>,
/** The repeats to which rows can be added. */
repeats: Array<RepeatView>,
/** How it is handled. */
handling: Handling,
/** The consents that are asked beside the form. */
consents: ConsentAsked,
/** What is read to the person for them. */
consent_texts: ConsentTexts,
/** The materials. */
materials: Array<CaseMaterial>,
/** The pictures. */
photos: Array<CasePhoto>,
/** What hinders submission of the draft. */
hindrances: Array<Hindrance>,
/** What the agent does. */
agent_does: string,
/** What she must not do. */
agent_must_not: Array<string>,
/** Every submission, oldest first. */
revisions: Array<RevisionLine>,
/** Every return, oldest first. */
returns: Array<ReturnLine>,
/** The decision. */
decision: Decision | null,
/** What happened, oldest first. */
history: Array<TimelineLine>,
/** Edits that did not see each other. */
conflicts: Array<OpenField>,
/** Edits that came after acceptance. */
late_changes: Array<OpenField>,
/** What was settled, the newest first. */
settled: Array<SettledLine>,
/** Its limits; none before the acceptance. */
clock: ClockView | null,
/** Whether it can be taken back: submitted, not decided. */
can_withdraw: boolean,
/** 撤回: why and when it was taken back. */
withdrawn: WithdrawnView | null,
/** 撤回未生效: it was taken back too late. */
withdrawal_lost: LostWithdrawal | null,
/** The written authority runs out, or has run out, and is still needed. */
authority_runs_out: RunsOut | null,
/** Notices of what was missing, oldest first. */
notices: Array<NoticeLine>,
/** What a notice would tell now. */
missing: Array<RemarkLine>,
/** Whether she may give notice of it: after the acceptance the township does. */
can_notice: boolean,
/** Other cases of the same person and item in the same period. */
doubles: Array<CaseRow>,
/** The bundle it is, or belongs to. */
bundle: BundleView | null, };

/** A category of a person with its basis and its days. */
export type CategoryLine = {
/** The roster's code, whose words the screen has; '' of a register's line. */
code: string,
/** The words of a register's line; '' of the roster. */
words: string,
/** The decision, as the line names it; '' of the roster. */
basis: string,
/** Since when; of the roster the day on which it was read. */
since: string | null,
/** Until when, where the line says so. */
until: string | null,
/** Whether that day is past. */
over: boolean,
/** The register's line. */
line: SubjectId | null, };

/** Whom the list holds. */
export type CertFilter = {
/** Due within so many days. */
within_days: number,
/** Words that name or address hold. */
text: string,
/** Only who stands on the roll of this line, in its order, due or not. */
roll: SubjectId | null, };

/** The list. */
export type CertList = {
/** Those still to be done first, the most urgent first; then what was written lately. */
rows: Array<CertRow>,
/** How many are still to be done. */
open: number,
/** Whether there are more. */
more: boolean,
/** Who works here: the name that stands for 帮办代办员. */
agent: string,
/** What is read to everyone of the round. */
consent_texts: ConsentTexts, };

/** 认证方式, in the form's words. */
export type CertMethod = "visit" | "face" | "window" | "comparison";

/** 结果, in the form's words. */
export type CertResult = "passed" | "pending" | "not_passed" | "unreachable" | "abnormal";

/** A pensioner on the list. */
export type CertRow = {
/** Who. */
person: PersonCard,
/** The last day, where one is known. */
due: string | null,
/** Days left; negative once it is overdue. */
days_left: number | null,
/** What was written of her in this period. */
written: CertWritten | null, };

/** What was written of a pensioner. */
export type CertWritten = {
/** The case. */
case: SubjectId,
/** As the form has it: `passed`, `pending`, `not_passed`, `unreachable`, `abnormal`. */
result: string,
/** As the form has it: `visit`, `face`, `window`, `comparison`; '' where it was not asked. */
method: string,
/** On which day. */
day: string | null,
/** 补录: the same day, where it was written down on a later one. */
late: string | null,
/** Who met her. */
met_by_name: string,
/** Whether it passed, or waits for the pension office: nobody has to go there again. */
done: boolean,
/** Whether the township returned it. */
returned: boolean,
/** Whether another attempt cannot be written to it: it ended well, or the township has taken it on. */
locked: boolean, };

/** A line that another follows from, or that follows from another. */
export type ChainLink = {
/** The line. */
id: SubjectId,
/** Code of its register. */
register: string,
/** Name of its register. */
register_name: string,
/** By what it is called. */
title: string,
/** Its day. */
day: string | null,
/** How many stand on its roll. */
total: number, };

/** 受理渠道: how the person came. */
export type Channel = "window" | "at_home" | "phone" | "chat" | "aid_day" | "online" | "elsewhere" | "bank";

/** A choice on offer. */
export type Choice = {
/** The value to answer with. */
name: string,
/** What the screen says. */
label: string,
/** What is shown beside it, as [`FieldView::media`]. */
media: { [key in string]: string }, };

/** A file she chose; the token stands for it, its path stays on this side. */
export type ChosenFile = {
/** What commands take. */
token: string,
/** Its name, without folders. */
name: string, };

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

/** A month that was closed, as it was counted then. */
export type ClosedMonth = {
/** The line that keeps it. */
line: SubjectId,
/** The village. */
village: StreamId,
/** When it was closed. */
at: string,
/** What was counted then. */
counts: Counts,
/** Cases by item, as they were counted then; none of a month that an older program closed. */
items: { [key in string]: number }, };

/** What a column asks for, as she left it. */
export type ColumnChoice = {
/** Its place, from 0. */
at: number,
/** Its heading. */
heading: string,
/** What it asks for; none where it stays as it is. */
field: FillField | null, };

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

/** Two records of what may be one person. */
export type ComparedPeople = {
/** The one. */
one: PersonCard,
/** The other. */
same: PersonCard,
/** How many cases the one has. */
one_cases: number,
/** How many the other has. */
same_cases: number,
/** What they say, field by field. */
fields: Array<ComparedField>, };

/** Which consents an item's form leaves to be asked beside it. */
export type ConsentAsked = {
/** 个人信息处理同意 */
text: boolean,
/** 敏感个人信息单独同意: where papers are looked at or photographed, be it an identity card or a bank card. */
sensitive_text: boolean, };

/** What is read to a person, under which version. */
export type ConsentTexts = {
/** Recorded with the consent. */
version: string,
/** 个人信息处理同意 */
text: string,
/** 敏感个人信息单独同意 */
sensitive_text: string, };

/** What was done. All whole numbers. */
export type Counts = {
/** 活动场次 */
events: number,
/** 走访户数: each household once. */
households: number,
/** 办件数: opened in the time; a bundle by its parts. */
cases: number,
/** 宣传资料份数: at doors and by registers. */
leaflets: number,
/** 服务群众: each person met or with a case once, and what registers count. */
served: number,
/** 走访次数: visits that say something, on the day on which they took place. */
visits: number,
/** 政策宣讲场次 */
sessions: number,
/** 咨询件数: at doors and by registers. */
consultations: number,
/** 生活照料人次 */
care: number,
/** 培训场次 */
trainings: number,
/** 参加培训人次 */
trained: number,
/** 感谢信、锦旗、致谢 */
thanks: number,
/** 填单辅导件数 */
form_help: number,
/** Cases that were opened at a door: nobody had to come. */
proactive: number,
/** Cases of the time that are decided. */
decided: number,
/** Those of them that were granted. */
granted: number,
/** Those that have a limit. */
timed: number,
/** Those that were decided within every limit of theirs. */
on_time: number,
/** 少跑的趟数: one for each case opened at a door, and what bundles spare. */
trips: number,
/** 补录: lines of registers, visits, certifications and cases taken on paper that were written on a later day than theirs. */
late: number, };

/** What happened to a benefit. */
export type CourseKind = "listed" | "unlisted" | "asked" | "granted" | "refused" | "running" | "stopped";

/** One step of a benefit's course. */
export type CourseStep = {
/** What happened. */
kind: CourseKind,
/** On which day; of an office's word the day from which it holds. */
day: string | null,
/** Why, or what the office said; ''. */
words: string,
/** The case that it belongs to. */
case: SubjectId | null,
/** The day of the next review, as the decision set it. */
review: string | null, };

/** What stood at the township before a withdrawal came. */
export type Crossed = "accepted" | "decided";

/** What a limit is counted in. */
export type DayKind = "instant" | "workday" | "natural" | "month";

/** A decision. */
export type Decision = {
/** How. */
outcome: Outcome,
/** The next due date. */
due: string | null,
/** A word for the village. */
note: string, };

/** One field that differs. */
export type Difference = {
/** `/data/…` or `photo/<digest>`. */
path: string,
/** The question, or the material of a photo or paper. */
label: string,
/** What it was, in the words of its choices; '' where it was not there. */
before: string,
/** What it is; '' where it is gone. */
after: string, };

/** What in a row differs from the ledger. */
export type Differing = "name" | "identity" | "identity_wrong" | "identity_rounded" | "phone";

/** A SHA-256 digest. */
export type Digest = string;

/** How the door stands, before anybody signs in. */
export type DoorState = {
/** Whether this machine has a keyring; without one PINs are longer. */
has_keyring: boolean,
/** So many wrong PINs are left; none: only a recovery code opens the ledger. */
tries_left: number,
/** Numbers of the recovery codes that open it, the township's first. */
recovery_numbers: Array<string>, };

/** How many pairs there are by one reason. */
export type DoubledCount = {
/** The reason. */
by: AlikeBy,
/** How many pairs. */
pairs: number, };

/** 疑似重复: two records that may be one person. */
export type DoubledPair = {
/** The one. */
one: PersonCard,
/** The other. */
same: PersonCard,
/** Why. */
by: AlikeBy, };

/** A part of the pairs of records that may be one person. */
export type DoubledPart = {
/** How many there are by each reason, the strongest first. */
counts: Array<DoubledCount>,
/** How many fit. */
total: number,
/** This part of them. */
rows: Array<DoubledPair>, };

/** Why something falls due on a day. */
export type DueKind = "listed" | "decided" | "paper";

/** Something that is due. */
export type DueLine = {
/** Why. */
kind: DueKind,
/** Whom it concerns. */
person: PersonCard,
/** Item code. */
item: string,
/** What people call it. */
item_name: string,
/** The case that says so. */
case: SubjectId | null,
/** The last day. */
due: string,
/** Days left; negative once it is overdue. */
days_left: number,
/** Whether a case can be opened: the item has a form. */
can_open: boolean, };

/** What an import did. */
export type DueListImported = {
/** Lines whose day was recorded. */
written: number,
/** Lines that stand here already. */
unchanged: number,
/** Lines of people who are not in this ledger. */
missing: number,
/** Rows that were not taken. */
wrong_rows: number, };

/** A line whose person is in this ledger. */
export type DueListLine = {
/** The row in the sheet. */
row: number,
/** Who it is. */
person: SubjectId,
/** Her name as the ledger has it. */
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

/** A due list before it is taken in. */
export type DueListPreview = {
/** The workbook. */
file_name: string,
/** Rows below the headings that hold something. */
rows: number,
/** Rows that are wrong. */
wrong: number,
/** Right rows whose people are in this ledger. */
found: number,
/** Of these, the ones that the import would write. */
changes: number,
/** Right rows whose people are not in this ledger. */
missing: number,
/** The first of these, by their rows in the sheet. */
missing_rows: Array<number>,
/** What is wrong or odd, wrong first. */
problems: Array<RosterRowProblem>,
/** The first of those found. */
lines: Array<DueListLine>, };

/** What is due. */
export type DuePart = {
/** The most urgent first; at most 500. */
lines: Array<DueLine>,
/** Whether there are more. */
more: boolean, };

/** An entry: UUIDv7, made where it is written. */
export type EntryId = string;

/** Something the screen is told without asking. */
export type Event = { "kind": "sync",
/** How it stands. */
state: SyncState, } | { "kind": "changed" } | { "kind": "returned",
/** How many. */
cases: number, } | { "kind": "progress",
/** Which. */
job: string,
/** So much is done, */
done: number,
/** of so much. */
total: number, };

/** A column of the workbook, with its heading in the language of the screen. */
export type ExportColumn = {
/** Which. */
key: ExportKey,
/** Its heading. */
heading: string, };

/** What a column holds. */
export type ExportKey = "number" | "name" | "sex" | "age" | "id_masked" | "phone_masked" | "village" | "address" | "item" | "standing" | "opened_at" | "submitted_at" | "received_at" | "accepted_at" | "decided_at" | "due" | "mode" | "channel" | "outside_no" | "photos" | "home" | "categories" | "papers" | "delivered" | "promised_by" | "result" | "handed_out" | "rating" | "agent" | "remark";

/** What the workbook is to hold. */
export type ExportOrder = {
/** Which cases. */
filter: CaseFilter,
/** In which order. */
order: CaseOrder,
/** With which columns. */
columns: Array<ExportColumn>,
/** The words for each standing, by its name. */
standings: { [key in string]: string },
/** Words of the paper form's columns: `papers.have` with `{papers}`, `due.statutory`, `outcome.granted` … */
words: { [key in string]: string },
/** What stands above and below the table. */
head: SheetHead,
/** What the sheet is called. */
sheet: string, };

/** What an export wrote. */
export type Exported = {
/** Rows below the headings. */
rows: number, };

/** What a question is answered with. */
export type FieldKind = "text" | "integer" | "decimal" | "date" | "time" | "date_time" | "select_one" | "select_multiple" | "note" | "range" | "rank" | "barcode" | "geopoint" | "geotrace" | "geoshape" | "image" | "audio" | "video" | "file" | "acknowledge" | "group" | "repeat";

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

/** What was done in a time. */
export type Figures = {
/** This day and later. */
from: string,
/** Up to and with this day. */
to: string,
/** The counters. */
counts: Counts,
/** Cases by item, the most first: of a closed month as they were counted then. */
items: Array<ItemCount>,
/** Whether a closed month is among them of which only the sums were kept: its items are those of now. */
items_of_now: boolean,
/** By village, where the laptop has several and all were asked for. */
villages: Array<VillageCount>,
/** By day or month, without those on which nothing was done. */
times: Array<TimeCount>,
/** The month, `2026-11`, where the time is a whole one. */
month: string | null,
/** Whether that month is over and can be closed, for every village that was asked for and is not closed yet. */
can_close: boolean,
/** The villages of that month that were closed. */
closed: Array<ClosedMonth>,
/** What the closed villages say now where it differs from what they said then: 更正. */
corrected: Array<VillageCount>, };

/** What a column asks for. */
export type FillField = "number" | "name" | "identity" | "sex" | "birth" | "age" | "household_no" | "relation" | "head_name" | "head_identity" | "household_size" | "phone" | "address" | "village" | "group" | "categories" | "causes" | "labour" | "income" | "year_income" | "housing" | "disability_category" | "disability_level" | "receives" | "certified" | "certified_on" | "filled_by" | "filled_on";

/** One thing that does not fit. */
export type Finding = {
/** Where. */
place: string,
/** What, by a fixed word. */
problem: string, };

/** A column of the sheet. */
export type FormColumn = {
/** Its place, from 0. */
at: number,
/** Its letters, as the sheet shows them. */
letters: string,
/** Its heading; of a heading of two rows both, with a blank between. */
heading: string,
/** What it asks for; none where that is not known. */
field: FillField | null,
/** Whether that is what she chose for this heading before. */
remembered: boolean, };

/** What is to be written. */
export type FormOrder = {
/** Its sheet. */
sheet: string,
/** What each column asks for, as she left it. It is remembered. */
columns: Array<ColumnChoice>,
/** Whom to put into the free rows, in this order; more rows are made where they do not suffice. */
people: Array<SubjectId>,
/** Whether blank cells of the people who stand in the sheet are filled in. */
complete: boolean,
/** Whether columns are added that say how these people stand: their headings 核对结果, 养老认证, 说明. */
annotate: [string, string, string] | null,
/** Words of the screen: `standing.ours`, `differing.name`, `certified.yes` with a `{day}`, `certified.no`,
 * `away_since` with a `{day}`, `why.several`, `why.dead`, `category.dibao`, `disability.category.1`, `disability.level.1`. */
words: { [key in string]: string }, };

/** A sheet as it is to be filled. */
export type FormSheetView = {
/** The workbook. */
file_name: string,
/** Its sheets that have headings we know, in its order. */
sheets: Array<string>,
/** The one that is shown. */
sheet: string,
/** Its columns. */
columns: Array<FormColumn>,
/** The last row of its headings. */
heading_row: number,
/** So many rows have somebody in them: a list to annotate. */
people: number,
/** So many rows are free: a form to fill. */
free: number,
/** Whether the file is no .xlsx: what is written has its cells, and not its layout. */
layout_lost: boolean, };

/** A sound or film that a form plays beside a question. */
export type FormSound = {
/** Its media type. */
media: string,
/** Its bytes in base64. */
bytes: string, };

/** What was written. */
export type FormWritten = {
/** The file's name. */
file_name: string,
/** People put into free rows. */
filled: number,
/** Rows that were made for them. */
added: number,
/** Rows of people in the sheet in which something was filled in. */
completed: number,
/** Rows that were annotated. */
annotated: number, };

/** 又一诉求: a further need that was found at a visit. */
export type FurtherNeed = {
/** Its own record. */
id: SubjectId,
/** What she noted of it, the draft's where there is one. */
notes: VisitNotes, };

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

/** How a case is handled. */
export type Handling = {
/** 服务方式 */
mode: Mode | null,
/** 服务时间和地点 */
way: Way | null,
/** 受理渠道 */
channel: Channel | null,
/** 纸质材料接收日: the day on which it was taken on paper, where it was typed in later. No limit is reckoned from it. */
taken_on: string | null,
/** 外部渠道: the outside channel by name (浙里办, 赣服通 …). */
outside: string,
/** The number that it has there (省系统办件编号). */
outside_no: string,
/** 绿色通道 */
green: boolean,
/** Why: 老年人、残疾人、行动不便 … */
green_reason: string,
/** 无申请能力: the person cannot apply alone. */
cannot_apply: boolean,
/** 专员: who follows the case, where that is not who opened it. */
owner: string,
/** 专班: who helps. */
team: string,
/** 难点 */
hard_points: string,
/** 实践活动: the campaign that it belongs to, by its name. */
campaign: string,
/** 委托人: who gives the authority; the person where empty. */
authority_by: string,
/** 代理事项 */
authority_matters: string,
/** 代理权限 */
authority_power: string,
/** 代理期限: its last day. */
authority_until: string | null,
/** 个人信息处理同意: which text was read out; '' while none was. */
consent_text: string,
/** 敏感个人信息单独同意: which text was read out; '' while none was. */
consent_sensitive_text: string, };

/** What is said anew of how a case is handled, by the names of [`Handling`]: the rest stays as it is. */
export type HandlingChanges = Partial<Handling>;

/** A hand-over in a list. */
export type HandoverLine = {
/** The record. */
id: SubjectId,
/** 移交人 */
from: string,
/** 接收人 */
to: string,
/** When, by the laptop's raw clock. */
at: string,
/** The village's name. */
village: string,
/** How many cases. */
cases: number, };

/** What an agent has open. */
export type HandoverSheet = {
/** 移交人 */
agent: AgentCard,
/** Whether it is she who is signed in: then her access does not end here. */
is_me: boolean,
/** Who may take over on this laptop. */
others: Array<AgentCard>,
/** Her cases that are not over. */
cases: Array<CaseRow>,
/** Drafts on this laptop, whoever began them: they stay on it. */
drafts: number,
/** What is due within a year in her villages. */
due: number,
/** What of it is overdue. */
overdue: number, };

/** A hand-over whole. */
export type HandoverView = {
/** Its line in lists. */
line: HandoverLine,
/** 监交人 */
witness: string,
/** The cases, as they stand now; those that this laptop no longer has are left out. */
cases: Array<CaseRow>,
/** Where each of them stood when it was handed over. */
stages: Array<Stage>,
/** Drafts on the laptop. */
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
signatures: Array<SignatureView>, };

/** What hinders submission. */
export type Hindrance = {
/** `/data/…` or `material/<slot>`. */
path: string,
/** The question or the material. */
label: string,
/** What is wrong; '' for a missing material. */
message: string, };

/** A household in a list. */
export type HouseholdLine = {
/** The household. */
id: SubjectId,
/** 户号. */
household_no: string,
/** Address as written. */
address: string,
/** The head's name, else the first member's. */
head: string,
/** How many are registered. */
members: number,
/** The day of the last visit. */
last_visit: string | null, };

/** A household as she reads it before she knocks. */
export type HouseholdPage = {
/** Cases of its members, the newest first. */
cases: Array<CaseRow>,
/** 待遇: what its members receive, as far as is known; those who receive something. */
receive: Array<Receives>,
/** The household. */
id: SubjectId,
/** 户号. */
household_no: string,
/** Address as written. */
address: string,
/** 户籍户: who is registered here. */
registered: Array<PersonCard>,
/** 共同生活家庭成员: who lives and shares income here. */
living_together: Array<LivingTogether>,
/** What registers say of the members, each named. */
pages: Array<RegisterPage>,
/** Values of the household that wait for a person. */
open: Array<OpenField>,
/** What was settled on it, the newest first. */
settled: Array<SettledLine>, };

/** A part of the households' list. */
export type HouseholdPart = {
/** How many fit. */
total: number,
/** This part of them. */
rows: Array<HouseholdLine>, };

/** A household with its two lists, which are never mixed. */
export type HouseholdView = {
/** The household. */
id: SubjectId,
/** 户号. */
household_no: string,
/** Address as written. */
address: string,
/** 户籍户: who is registered here. */
registered: Array<PersonCard>,
/** 共同生活家庭成员: who lives and shares income here. */
living_together: Array<LivingTogether>,
/** What registers say of the members, each named. */
pages: Array<RegisterPage>,
/** Values of the household that wait for a person. */
open: Array<OpenField>,
/** What was settled on it, the newest first. */
settled: Array<SettledLine>, };

/** An item as its guide shows it. */
export type ItemCard = {
/** Item code. */
code: string,
/** Official name. */
name: string,
/** What people say. */
short_name: string,
/** Which department decides. */
department: string,
/** What the agent does. */
agent_does: string,
/** What the agent must not do. */
agent_must_not: Array<string>,
/** Its materials. */
materials: Array<Material>, };

/** Cases of an item. */
export type ItemCount = {
/** The item's code. */
item: string,
/** What people call it. */
name: string,
/** How many cases. */
cases: number, };

/** How the ledger's keys stand. */
export type KeyState = {
/** Who works on this laptop. */
agents: Array<AgentLine>,
/** Whether this machine has a keyring; without one PINs are longer. */
has_keyring: boolean,
/** Whether the township holds what it needs to help when a PIN is forgotten. */
escrow_deposited: boolean,
/** Numbers of the recovery codes that open this ledger, the township's first. */
recovery_numbers: Array<string>,
/** The data key is being changed: it goes on with the next report and the next sign-in. */
is_rotating: boolean, };

/** What is still here of villages that went to another laptop: it is erased once none of this is left and the township has a
 * verified backup. */
export type LeavingVillages = {
/** Villages. */
villages: number,
/** Entries and photos in no receipt yet. */
waiting: number,
/** Drafts: to be submitted or thrown away. */
drafts: number, };

/** How the ledger's files are, as far as is known. */
export type LedgerHealth = {
/** Damaged pages of the pictures' file; none while they are being looked at. */
damaged_photo_pages: number | null,
/** Places within the ledger that do not fit though its pages are whole; none while they are being looked at. */
damaged_within: number | null, };

/** Whether the ledger can be worked on. */
export type LedgerState = "missing" | "locked" | "open";

/** So many days of a kind. */
export type Limit = {
/** How many; months where the kind says so. */
days: number,
/** Of what kind. */
kind: DayKind, };

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

/** A column of a register's list. */
export type LineColumn = {
/** The question's name. */
name: string,
/** Its words. */
label: string,
/** Whether it holds numbers. */
is_number: boolean, };

/** What the workbook is to hold, with the words of the screen. */
export type LineExport = {
/** Code of the register. */
register: string,
/** Which lines. */
filter: LineFilter,
/** Heading of the first column, 序号. */
number: string,
/** Heading of who wrote it, 登记人. */
by: string,
/** Heading of the village. */
village: string,
/** Heading of the last column, 备注. */
remark: string,
/** 补录 with `{day}` for the day on which it was written. */
late: string,
/** 作废 with `{reason}`. */
void: string,
/** What stands above and below the table. */
head: SheetHead,
/** What the sheet is called. */
sheet: string, };

/** Which lines a list shows. */
export type LineFilter = {
/** Words that the answers hold. */
text: string,
/** Only of this village. */
village: StreamId | null,
/** Of this day or later. */
from: string | null,
/** Of this day or before. */
to: string | null,
/** Only those of which something is open. */
open: boolean, };

/** A part of a register's lines. */
export type LinePart = {
/** How many fit. */
total: number,
/** The columns. */
columns: Array<LineColumn>,
/** This part of them. */
rows: Array<LineRow>, };

/** A line in a list. */
export type LineRow = {
/** The line. */
id: SubjectId,
/** By what it is called. */
title: string,
/** 预约号, where the register gives numbers. */
number: string,
/** The day on which it happened, or is to. */
day: string | null,
/** 补录: the day on which it was written, where that is later. */
late: string | null,
/** Its answers, one a column. */
cells: Array<string>,
/** Whether something of it is open. */
open: boolean,
/** By when that is to be done, where it says so. */
todo: string | null,
/** What was signed runs out, or has run out, and is still needed. */
runs_out: RunsOut | null,
/** 作废: why it does not count any more; '' while it does. */
void: string,
/** The village. */
village: string,
/** Who wrote it; '' where this laptop does not know. */
by: string,
/** Whether something of it is in no receipt yet. */
pending: boolean,
/** Whether something of it is only saved here, not recorded yet. */
has_draft: boolean,
/** Whether anything of it is recorded. */
is_recorded: boolean,
/** What can be said of an appointment in one act, each a state of its form. */
steps: Array<string>,
/** Whether its paper can be sent to be signed, together with others. */
may_send: boolean,
/** The state that an appointment has, to go back to. */
state: string, };

/** A paper form that lines of a register fill in. */
export type LineSheet = "event" | "handed_on" | "handed_out" | "put_right";

/** What the workbook is to hold, with the words of the screen. */
export type LineSheetOrder = {
/** Which form. */
form: LineSheet,
/** Which lines of its register, where none is named. */
filter: LineFilter,
/** Only this line. */
line: SubjectId | null,
/** The headings, in the order of the form. */
headings: Array<string>,
/** Words: `late` with `{day}`, `signed` with `{name}`, `put_right_by` with `{day}` … */
words: { [key in string]: string },
/** What stands above and below the table. */
head: SheetHead,
/** What the sheet is called. */
sheet: string, };

/** A line whole. */
export type LineView = {
/** Its row in lists. */
row: LineRow,
/** Code of the register. */
register: string,
/** Name of the register. */
register_name: string,
/** What is to be watched. */
must_not: Array<string>,
/** Whether the next line may begin with answers of this one. */
keeps: boolean,
/** Paper forms that it fills in by itself, once it is recorded. */
sheets: Array<LineSheet>,
/** Whether the township alone reads it once it is recorded: nothing of it is shown here then. */
sealed: boolean,
/** The matter by which guides are looked for; '' where none was told. */
guide: string,
/** Whether it has a roll (名单), once it is recorded. */
has_roll: boolean,
/** Whether it gets a number (预约号), and with it a slip. */
has_number: boolean,
/** Nobody is there then, where it is an appointment that is still to come. */
off_hours: OffHoursView | null,
/** The line that it follows from. */
after: SubjectId | null,
/** The case that it belongs to. */
case: SubjectId | null,
/** The village. */
village: StreamId,
/** Whom it is about. */
person: PersonCard | null,
/** The visit at which it was written. */
visit: SubjectId | null,
/** Whether answers can be changed. */
can_edit: boolean,
/** When the draft was saved last; none where there is no draft. */
draft_saved_at: string | null,
/** The questions asked at present. */
form: Array<FieldView>,
/** The repeats to which rows can be added. */
repeats: Array<RepeatView>,
/** The pictures. */
photos: Array<CasePhoto>,
/** What hinders recording the draft. */
hindrances: Array<Hindrance>,
/** What happened, oldest first. */
history: Array<TimelineLine>,
/** Values that wait for a person. */
conflicts: Array<OpenField>,
/** What was settled, the newest first. */
settled: Array<SettledLine>, };

/** A row of a list with how its person stands. */
export type ListRow = {
/** The row in the sheet. */
row: number,
/** The name as the sheet has it. */
name: string,
/** The number as the sheet has it, masked. */
id_masked: string,
/** How she stands. */
standing: ListStanding,
/** What differs. */
differing: Array<Differing>,
/** Since when the household is away, of 外出; the day on which a death was reported is not known. */
since: string | null,
/** Who it is. */
person: SubjectId | null,
/** The day of her pension certification in this period; none where she has none. */
certified_on: string | null, };

/** How somebody of a list stands. */
export type ListStanding = "differs" | "dead" | "several" | "unknown" | "moved" | "away" | "ours";

/** A list with how its people stand. Nothing was written. */
export type ListView = {
/** How many of each kind, those that are there. */
counts: Partial<Record<ListStanding, number>>,
/** How many of them have a pension certification in this period. */
certified: number,
/** The first 500 rows, what is to be looked at first before the rest. */
rows: Array<ListRow>,
/** Whether there are more. */
more: boolean, };

/** Somebody who lives with a household. */
export type LivingTogether = {
/** Who. */
person: PersonCard,
/** The relation, as written. */
relation: string, };

/** 撤回未生效: a withdrawal that the township's acceptance or decision was before. */
export type LostWithdrawal = {
/** What stood there. */
crossed: Crossed,
/** When it was written, by the laptop's raw clock. */
at: string, };

/** A material that an item asks for. */
export type Material = {
/** Its slot. */
id: string,
/** Its name. */
name: string,
/** Whether the office asks for it. */
required: boolean,
/** Whether a case goes nowhere without a picture of it. */
picture: boolean,
/** Whether such a paper expires some months after it was issued. */
expires: boolean, };

/** How a material stands for a case. */
export type MaterialAsk = "asked" | "not_now" | "shared" | "e_license" | "promise";

/** A register of which a line may follow. */
export type MayFollow = {
/** Its code. */
register: string,
/** Its name. */
name: string, };

/** An entry that is nowhere. */
export type MissingEntry = {
/** resident, household, visit, case, device; '' where that is not known. */
subject_kind: string,
/** When it was written (UTC); '' where that is not known. */
at: string, };

/** 服务方式: what the agent does for the person. */
export type Mode = "help" | "act" | "accompany" | "priority";

/** This month so far. */
export type MonthCounts = {
/** Households visited. */
households_visited: number,
/** Cases opened. */
cases: number, };

/** 问题类别 of what is needed. */
export type NeedKind = "living" | "health" | "care" | "disability" | "work" | "school" | "housing" | "insurance" | "dispute" | "advice" | "other";

/** A hand-over as the screen asks for it. Pictures of signatures are in base64. */
export type NewHandover = {
/** 移交人: an agent of this laptop. */
agent: AgentId,
/** 接收人 by name. */
to_name: string,
/** Who she is on this laptop; none for whoever works elsewhere. */
to_agent: AgentId | null,
/** 监交人 */
witness: string,
/** Papers that she kept. */
papers: Array<PaperHeld>,
/** A word on it. */
note: string,
/** 移交人's signature. */
from_signature: string,
/** 接收人's signature. */
to_signature: string,
/** 监交人's signature. */
witness_signature: string, };

/** Why nobody is there. */
export type NotOpen = "holiday" | "weekend" | "closed" | "other_days" | "other_hours";

/** 一次性告知 */
export type NoticeLine = {
/** The entry that gave it; none while it waits in the draft. */
entry: EntryId | null,
/** When, by the writer's raw clock; '' while it waits in the draft. */
at: string,
/** What was missing. */
missing: Array<RemarkLine>,
/** Until when it is to be completed. */
complete_by: string | null,
/** Why there was another one; '' for the first. */
reason: string, };

/** Nobody is there at the time of an appointment, as far as is known here. It hinders nothing. */
export type OffHoursView = {
/** Why. */
why: NotOpen,
/** The day of the appointment. */
day: string,
/** The place, as it was written; '' where none was. */
place: string,
/** When it is open on that day: `08:30–12:00`. */
hours: Array<string>,
/** The next day on which it is open. */
next: string | null, };

/** How the office stands. */
export type OfficeState = {
/** Whether the ledger can be worked on. */
ledger: LedgerState,
/** Who is signed in. */
agent: AgentCard | null,
/** Whether a center is known. */
enrolled: boolean,
/** The center's name. */
center: string | null,
/** The villages of this laptop. */
villages: Array<VillageCard>,
/** The ledger is a practice village's: made up, and never sent. */
practice: boolean,
/** The program's version. */
version: string, };

/** What the office says of a person. */
export type OfficialStatus = "certified" | "not_certified";

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

/** A line that is open and has a roll, with how far it is. */
export type OpenRoll = {
/** Code of its register. */
register: string,
/** Name of its register. */
register_name: string,
/** What stands on it. */
of: 'households' | 'people',
/** Its line. */
line: LineRow,
/** How many stand on it. */
total: number,
/** With how many it is settled. */
settled: number, };

/** What is open on one subject. */
export type OpenSubject = {
/** The subject. */
subject: string,
/** What it is: `resident`, `household`, `visit`, `case`. */
kind: string,
/** Whose it is: a person's name, or that of the household's head. */
name: string,
/** Its fields. */
fields: Array<OpenField>, };

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

/** An answer in words. */
export type PageAnswer = {
/** The question, as the form has it. */
label: string,
/** The answer. */
text: string, };

/** The newest line of a register about a person. */
export type PageNote = {
/** The line. */
line: SubjectId,
/** Whom it is about. */
person: SubjectId,
/** What she is called. */
person_name: string,
/** The day that it tells of. */
day: string | null,
/** What it answers, in the order of the card. */
answers: Array<PageAnswer>,
/** 走访: when she was met last and is to be seen next, where the register says so and the line is open. */
watch: WatchDays | null, };

/** 材料: papers of other people that she kept. */
export type PaperHeld = {
/** What they are, and whose. */
name: string,
/** How many. */
copies: number,
/** Whether it is the original. */
original: boolean, };

/** What was written on paper at a door of a round, typed in afterwards. */
export type PaperRow = {
/** The household. */
household: SubjectId,
/** The round. */
round: SubjectId,
/** The visit that the row showed, which is corrected; none: another one is begun. */
visit: SubjectId | null,
/** What the row showed before she typed. */
before: VisitNotes,
/** What it says now. */
notes: VisitNotes, };

/** What kind of field it goes into. */
export type Pasted = "number" | "code" | "line" | "lines";

/** Why a clock stands still. */
export type PauseReason = "completing" | "public_notice" | "appraisal" | "verification" | "objection" | "other";

/** A part of the people's list. */
export type PeoplePart = {
/** How many there are. */
total: number,
/** This part of them. */
rows: Array<PersonCard>, };

/** A person in a list. Numbers are masked; [`reveal`] gives them whole. */
export type PersonCard = {
/** The resident. */
id: SubjectId,
/** As written. */
name: string,
/** `4207**********002X`, or '' where unknown. */
id_masked: string,
/** `139****0000`, or '' where unknown. */
phone_masked: string,
/** Whole years today, where the number tells. */
age: number | null,
/** 男 or 女, where the number tells. */
sex: '男' | '女' | null,
/** Address as written. */
address: string,
/** 户号. */
household_no: string,
/** The 户籍户. */
household: SubjectId | null,
/** 与户主关系 as written. */
relation: string,
/** 去向: where she is. */
whereabouts: Whereabouts, };

/** What is told of a person. What is left out stays as it is. */
export type PersonFields = {
/** 姓名. */
name: string | null,
/** 身份证号, in any form people write; '' where there is none. */
id_number: string | null,
/** 电话. */
phone: string | null,
/** 住址. */
address: string | null,
/** 户号 of the household she is registered in. */
household_no: string | null,
/** Whether that household may be a new one: a mistyped 户号 makes none. */
new_household: boolean,
/** The address of the whole household; a new one without it has hers. */
household_address: string | null,
/** 与户主关系. */
relation: string | null,
/** 人员类别 by their codes. */
categories: Array<string> | null, };

/** A person whole. */
export type PersonView = {
/** Who it is. */
person: PersonCard,
/** Her household. */
household: HouseholdView | null,
/** 待遇: what she receives, as far as is known (granted, listed, and not stopped by an office), asked for or received. */
benefits: Array<BenefitCourse>,
/** 人员类别, each with its basis and its days. */
categories: Array<CategoryLine>,
/** What registers say of her, where she has no household; else it stands with that of its members. */
pages: Array<RegisterPage>,
/** Her cases, the newest first. */
cases: Array<CaseRow>,
/** Cases of the others of her household, the newest first. */
household_cases: Array<CaseRow>,
/** Visits to her household, the newest first. */
visits: Array<VisitLine>,
/** What happened, the newest first. */
timeline: Array<TimelineLine>,
/** Values of hers that wait for a person. */
open: Array<OpenField>,
/** What was settled, the newest first. */
settled: Array<SettledLine>, };

/** Why photos wait. */
export type PhotosWait = "metered" | "slow";

/** What she prefers. */
export type Preferences = {
/** `zh-CN` or `en`. */
language: 'zh-CN' | 'en',
/** Size of everything, in percent: 100, 125 or 150. */
zoom: 100 | 125 | 150,
/** Another address of the center, for another network; '' for the one it was enrolled with. */
address: string,
/** What goes over which connection. */
thrift: Thrift,
/** The ledger locks itself after so many minutes without a key or a click: 5 to 60. */
idle_minutes: number,
/** She was shown around, or did not want to be. */
toured: boolean, };

/** How many may be entitled to an item. */
export type RadarCount = {
/** Item code. */
item: string,
/** What people call it. */
item_name: string,
/** How many people. */
people: number, };

/** Somebody who may be entitled. */
export type RadarLine = {
/** Who. */
person: PersonCard,
/** Item code. */
item: string,
/** What people call it. */
item_name: string,
/** The rule's words. */
hint: string,
/** 待当地确认 */
unconfirmed: boolean,
/** Whether a case can be opened: the item has a form. */
can_open: boolean, };

/** Who may be entitled. */
export type RadarPart = {
/** How many there are of each item. */
counts: Array<RadarCount>,
/** Household by household; at most 500. */
lines: Array<RadarLine>,
/** How many fit. */
total: number, };

/** What a receipt file brought. */
export type ReceiptTaken = {
/** Entries received now that were not before. */
entries_received: number,
/** Photos received now that were not before. */
photos_received: number,
/** Subjects that others wrote about. */
from_others: number,
/** Published forms that came. */
forms: number,
/** Whether the center made this laptop responsible for other villages. */
assigned: boolean, };

/** What somebody of a household receives. */
export type Receives = {
/** Who. */
person: SubjectId,
/** As written. */
name: string,
/** What people call the items. */
items: Array<string>, };

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

/** How many people there are of each kind. */
export type ReconcileCounts = {
/** Only we have a certification. */
only_ours: number,
/** Only the list has one. */
only_theirs: number,
/** Something else does not fit. */
differing: number,
/** Still to be done. */
not_yet: number,
/** Both say the same. */
agree: number,
/** Right rows of people who are not in this ledger. */
unknown: number, };

/** What the workbook is to hold, with the words of the screen. */
export type ReconcileExport = {
/** The headings, in the order of the columns. */
headings: Array<string>,
/** Words: `kind.only_ours`, `status.certified`, `why.days_differ` with an `{n}`, `receipt` with a `{number}`. */
words: { [key in string]: string },
/** Only these kinds; all where none is named. */
kinds: Array<ReconcileKind>,
/** What the sheet is called. */
sheet: string, };

/** How the two stand to each other, what is to be looked at first. */
export type ReconcileKind = "only_ours" | "only_theirs" | "differing" | "not_yet" | "agree";

/** A person on both sides. */
export type ReconcileLine = {
/** Who it is. */
person: SubjectId,
/** Her name as the ledger has it. */
name: string,
/** Her number, masked. */
id_masked: string,
/** Her village. */
village: string,
/** How the two stand to each other. */
kind: ReconcileKind,
/** What does not fit. */
why: ReconcileWhy | null,
/** How many days lie between ours and theirs. */
days_apart: number | null,
/** The day that our case names. */
our_day: string | null,
/** What the office's system answered by our case, in the form's words; '' where we have none. */
our_result: string,
/** How it was done by our case, in the form's words. */
our_method: string,
/** The number of the receipt by our case. */
our_receipt: string,
/** The case. */
case: SubjectId | null,
/** Her row in the sheet. */
row: number | null,
/** What the list says. */
their_status: OfficialStatus | null,
/** The day of the list. */
their_day: string | null,
/** How by the list, as written there. */
their_way: string, };

/** What exactly does not fit. */
export type ReconcileWhy = "list_says_not" | "not_listed" | "days_differ" | "result_differs" | "outside_time";

/** A list compared with this ledger. Nothing was written. */
export type ReconciledView = {
/** The workbook. */
file_name: string,
/** Rows below the headings that hold something. */
rows: number,
/** Rows that are wrong. */
wrong: number,
/** What is wrong or odd, wrong first. */
problems: Array<RosterRowProblem>,
/** How many there are of each kind. */
counts: ReconcileCounts,
/** The first rows of people who are not in this ledger. */
unknown_rows: Array<number>,
/** The first of each kind, what is to be looked at first before the rest. */
lines: Array<ReconcileLine>,
/** Whether a kind has more. */
more: boolean, };

/** Entries that were written together and are judged whole. */
export type RecordId = string;

/** An entry the center did not take. */
export type RefusedEntry = {
/** Its record: what staff release. */
record: RecordId,
/** What was to happen. */
kind: string,
/** Why it was not taken, by a fixed word. */
reason: string,
/** When it was written, by the laptop's raw clock. */
at: string,
/** The case it is about, where it is one. */
case: SubjectId | null,
/** The name of the person it is about; '' where unknown. */
person: string,
/** The case's item; '' elsewhere. */
item_name: string,
/** How staff settled it, where they did: `set_aside` or `erased`. */
settled: string | null,
/** Their word on it; '' where there is none. */
note: string, };

/** A register in the list of registers. */
export type RegisterCard = {
/** Its code. */
code: string,
/** Its name. */
name: string,
/** What it is for. */
about: string,
/** What must not be done with it. */
must_not: Array<string>,
/** Whether its lines may be about a person. */
person: boolean,
/** Whether new lines can be written; else it is closed or over. */
is_open: boolean,
/** Whether the program alone writes its lines. */
frozen: boolean,
/** Whether the township alone reads a recorded line. */
sealed: boolean,
/** Whether the next line may begin with answers of the one before. */
keeps: boolean,
/** Paper forms that its lines fill in. */
sheets: Array<LineSheet>,
/** Lines of this month. */
this_month: number,
/** All its lines. */
lines: number,
/** The newest day up to today. */
newest: string | null, };

/** A register of which answers stand on a person's page. */
export type RegisterPage = {
/** Its code. */
register: string,
/** What people call it. */
name: string,
/** Whether a line can be begun. */
can_begin: boolean,
/** The newest line about each person, in the order of the household. */
notes: Array<PageNote>, };

/** What is wrong with one field. */
export type Remark = {
/** Path of the field: `/data/…`, `photo/<digest>` or `material/<slot>`. */
path: string,
/** What to correct. */
text: string, };

/** A remark with the words of its field. */
export type RemarkLine = {
/** `/data/…`, `photo/<digest>` or `material/<slot>`. */
path: string,
/** The question or the material; '' where this form does not have it. */
label: string,
/** What to correct. */
text: string, };

/** What a repair did, as a screen shows it. */
export type RepairReport = {
/** When, by the laptop's raw clock. */
at: string,
/** Whether she has read it. */
seen: boolean,
/** The folder with what was damaged, within the ledger's. */
set_aside: string | null,
/** Damaged pages of the ledger. */
ledger_pages: number,
/** Damaged pages of the pictures' file. */
photo_pages: number,
/** What was saved last may be missing without a trace. */
log_damaged: boolean,
/** What is there, by kind: own and others' entries, drafts, photos, forms. */
kinds: Array<RepairedKind>,
/** Entries of this laptop that are nowhere, at most 500. */
missing_entries: Array<MissingEntry>,
/** More may be missing than is counted. */
may_be_more: boolean,
/** The ledger goes on as a new life. */
new_life: boolean,
/** This laptop has to be enrolled again. */
must_enrol: boolean,
/** The next exchange with the center brings more. */
awaits_center: boolean, };

/** One kind of thing and where it came from. */
export type RepairedKind = {
/** `own_entries`, `others_entries`, `drafts`, `photos`, `forms`, `other_rows`. */
kind: 'own_entries' | 'others_entries' | 'drafts' | 'photos' | 'forms' | 'other_rows',
/** Read from the damaged file. */
from_file: number,
/** From the second copy. */
from_copy: number,
/** At the center. */
at_center: number,
/** Nowhere. */
missing: number, };

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

/** What came back from a second copy. */
export type RestoredLedger = {
/** Entries in no receipt: they wait to be sent again. */
entries: number,
/** Drafts. */
drafts: number,
/** Photos. */
photos: number,
/** Photos that are named and were not in the copy. */
photos_missing: number,
/** Entries that cannot be used because parts of their record are damaged. */
incomplete: number,
/** Records of the copy that are damaged. */
damaged: number,
/** Whether the end of the copy was cut, as when a stick is pulled out. */
torn: boolean,
/** Whether the next report to the township brings back what it holds. */
enrolled: boolean, };

/** A return, with everything there was to say. */
export type Return = {
/** The returning entry. */
entry: EntryId,
/** The revision it returned. */
revision: EntryId,
/** Remarks at fields. */
remarks: Array<Remark>,
/** A word on the whole. */
note: string, };

/** A return, with when and by whom. */
export type ReturnLine = {
/** The returning entry. */
entry: EntryId,
/** The revision it returned. */
revision: EntryId,
/** Remarks at fields. */
remarks: Array<RemarkLine>,
/** A word on the whole. */
note: string,
/** When the center wrote it. */
at: string, };

/** Numbers that were asked for. */
export type Revealed = {
/** The identity number, whole. */
id_number: string,
/** The phone number, whole. */
phone: string, };

/** A submission. */
export type RevisionLine = {
/** Its name: the entry that submitted it. */
entry: EntryId,
/** 1, 2, 3 … */
number: number,
/** When, by the writer's raw clock. */
at: string, };

/** Somebody who can be put on a roll. */
export type RollCandidate = {
/** The person or household. */
id: SubjectId,
/** The person's name, or that of the household's head. */
name: string,
/** Whose name or number it was found by, where that is another one. */
by: string,
/** Of a person, masked. */
id_masked: string,
/** 户号. */
household_no: string,
/** Address as written. */
address: string,
/** Whether she stands on the roll already. */
on_roll: boolean,
/** Whether several fit what was told: a person has to say which is meant. */
doubtful: boolean, };

/** What the workbook of a roll is to hold, with the words of the screen. */
export type RollExport = {
/** The line. */
line: SubjectId,
/** Only those with one of these states; empty for all. */
states: Array<RollState>,
/** Headings: 序号 姓名 性别 年龄 身份证号 联系电话 户号 住址 情况 备注 签字. */
headings: Array<string>,
/** A word for every state. */
words: { [key in string]: string },
/** What the sheet is called. */
sheet: string, };

/** Who was found. */
export type RollFound = {
/** In the order of the list; at most 3000. */
rows: Array<RollCandidate>,
/** What the text names and this ledger does not have: names as written, numbers masked. */
unknown: Array<string>,
/** Whether there are more. */
more: boolean, };

/** Who is registered in a household. */
export type RollMember = {
/** The resident. */
id: SubjectId,
/** As written. */
name: string,
/** Moved away for good, or dead: nobody meets them there. */
gone: boolean, };

/** A place on a roll. */
export type RollRow = {
/** The person or household. */
id: SubjectId,
/** Its place, counted from 1 without holes. */
no: number,
/** The person's name, or that of the household's head. */
name: string,
/** Address as written. */
address: string,
/** 户号. */
household_no: string,
/** Of a household: how many are registered; of a person: 1. */
members: number,
/** Of a household: who is registered, its head first. */
people: Array<RollMember>,
/** Of a person: her card. */
person: PersonCard | null,
/** How it stands: of a household by the newest visit on this round that has a result, else as it was marked. */
state: RollState,
/** In her words. */
note: string,
/** The newest visit on this round. */
visit: SubjectId | null,
/** Its result. */
result: VisitResult | null,
/** When it began, by the laptop's raw clock. */
visited_at: string | null,
/** What was noted of it. */
notes: VisitNotes | null,
/** 缺同行走访人: two were to go, and nobody came along. It is not settled by that visit. */
lacks_second: boolean,
/** What was found to be needed. */
need: string,
/** Whether nobody has settled that yet. */
need_open: boolean,
/** Cases opened at these visits, or at this event. */
cases: number, };

/** Where those come from who are to be put on a roll. */
export type RollSource = { "from": "words",
/** The words. */
text: string, } | { "from": "groups",
/** Their numbers. */
groups: Array<number>, } | { "from": "due",
/** The item. */
item: string,
/** Days from today. */
within_days: number, } | { "from": "hint",
/** The item. */
item: string, } | { "from": "before",
/** The states. */
states: Array<RollState>, } | { "from": "pasted",
/** The text. Nothing of it is kept. */
text: string, };

/** How it stands with somebody on a roll. */
export type RollState = "waiting" | "told" | "arrived" | "done" | "away" | "absent" | "refused" | "unfit" | "maybe_dead";

/** A roll whole. */
export type RollView = {
/** What stands on it. */
of: 'households' | 'people',
/** Its places in order. */
rows: Array<RollRow>,
/** Whether it can be altered. */
can_edit: boolean,
/** 须两人走访: whether two go to every household. */
wants_two: boolean,
/** What it follows from. */
after: ChainLink | null,
/** What follows from it, the newest day first. */
following: Array<ChainLink>,
/** Registers of which a line may follow. */
may_follow: Array<MayFollow>, };

/** 疑似重复: a row that may be somebody else. */
export type RosterDouble = {
/** The row. */
one: SheetPerson,
/** Who it may be. */
other: SheetPerson,
/** Why. */
by: AlikeBy, };

/** The rows of a roster that may be somebody else. */
export type RosterDoubles = {
/** How many there are. */
total: number,
/** The first of them, the strongest reason first. */
rows: Array<RosterDouble>, };

/** What an import did. */
export type RosterImported = {
/** People who are new in this ledger. */
added: number,
/** People of whom something changed. */
changed: number,
/** People who stand here already as in the sheet. */
unchanged: number,
/** Households that are new. */
households_added: number,
/** Rows that were not taken. */
wrong_rows: number, };

/** One of the right rows. */
export type RosterLine = {
/** The row in the sheet. */
row: number,
/** As written. */
name: string,
/** Masked; '' where there is none. */
id_masked: string,
/** 户号. */
household_no: string,
/** As written. */
relation: string,
/** 人员类别, by their codes. */
categories: Array<string>,
/** 1 视力 to 7 多重. */
disability_category: number | null,
/** 1 (the heaviest) to 4. */
disability_level: number | null,
/** What people call the items she receives. */
receives: Array<string>, };

/** A roster before it is taken in. */
export type RosterPreview = {
/** The workbook. */
file_name: string,
/** Rows below the headings that hold something. */
rows: number,
/** Rows that are taken. */
good: number,
/** Rows that are not. */
wrong: number,
/** Households in the right rows. */
households: number,
/** The columns that were found, by their usual headings. */
columns: Array<string>,
/** What is wrong or odd, wrong first. */
problems: Array<RosterRowProblem>,
/** The first of the right rows. */
people: Array<RosterLine>, };

/** What is wrong or odd in one place. */
export type RosterRowProblem = {
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

/** What was signed runs out, or has run out. */
export type RunsOut = {
/** The last day. */
until: string,
/** Whether that day is over. */
is_over: boolean,
/** Days left; negative once it is over. */
days_left: number,
/** Whether those are working days. */
in_workdays: boolean, };

/** How the second copy stands. */
export type SecondCopyState = {
/** The folder that was chosen; none while no copy is made. */
place: string | null,
/** Whether it is there now. */
here: boolean,
/** When everything was last in it (raw wall clock). */
copied_at: string | null,
/** Entries that are in no receipt and not in the copy. */
entries_waiting: number,
/** Drafts that are not in the copy as they are now. */
drafts_waiting: number,
/** Why the last try did not come to its end. */
problem: string | null, };

/** What she saw of one person. */
export type Seen = {
/** How; none where the person could not be reached or may be dead. */
method: CertMethod | null,
/** What came of it. */
result: CertResult,
/** Whether the person was met face to face. */
met: boolean,
/** Who met her: `agent`, `village`, `office`, `township`; '' where nobody did. */
met_by: string,
/** The name of who met her. */
met_by_name: string,
/** On which day. */
day: string,
/** 回执号; '' where there is none. */
receipt: string,
/** What happened, where it did not end well. */
exception: string,
/** Whether the identity or social-security card was looked at. */
paper_seen: boolean,
/** 个人信息处理同意: the version of the text that was read and agreed to; '' where nobody could be asked. */
consent_text: string,
/** 敏感个人信息单独同意: the same, apart. */
consent_sensitive_text: string, };

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

/** Above and below the table of a ledger. */
export type SheetHead = {
/** What the ledger is called. */
title: string,
/** 填报单位, 填报人, 审核人, 联系电话, 填报日期: one line, with what is known filled in. */
facts: string,
/** `第 {page} 页 共 {pages} 页` */
foot: string, };

/** One who may be doubled by an import, as it is shown. */
export type SheetPerson = {
/** The row in the sheet; none for somebody of the ledger. */
row: number | null,
/** The person of the ledger; none for a row. */
person: SubjectId | null,
/** As written. */
name: string,
/** Masked; '' where there is none. */
id_masked: string,
/** 户号. */
household_no: string, };

/** On which side somebody works. */
export type Side = "agent" | "staff";

/** A signature. */
export type SignatureView = {
/** Whose. */
signer: Signer,
/** Its picture. */
digest: Digest, };

/** Whose signature a picture of a hand-over is: the slot of its photo. */
export type Signer = "from" | "to" | "witness";

/** Who may have to sign for a case: her household, and who lives with it. */
export type SignerOffer = {
/** Who. */
person: SubjectId,
/** As written. */
name: string,
/** 与申请人关系, as far as the ledger tells; she may say otherwise. */
relation: string,
/** Whether a line of this case is about somebody of that name already. */
is_listed: boolean, };

/** A register of who has to sign, with whom it can be filled at once. */
export type SignersOffer = {
/** Its code. */
register: string,
/** Who, the household's head first. */
people: Array<SignerOffer>, };

/** The people who must sign one paper for a case. */
export type SignersOrder = {
/** The register that takes them. */
register: string,
/** The case. */
case: SubjectId,
/** What is to be signed. */
paper: string,
/** By when; none where nobody said. */
by: string | null,
/** Who. */
signers: Array<CaseSigner>, };

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

/** Where a case stands on the screen, drafts included. None is ever shown as another. */
export type Standing = "draft" | "open" | "pending" | "received" | "returned" | "accepted" | "confirmed" | "withdrawn" | "closed";

/** A stream: all entries of one village, named by its 12-digit division code. */
export type StreamId = string;

/** What an entry is about: a resident, household, visit, case … */
export type SubjectId = string;

/** A part of the list. */
export type SyncPart = {
/** How many cases there are. */
total: number,
/** This part of them. */
rows: Array<SyncRow>, };

/** A photo on its way. */
export type SyncPhoto = {
/** Its digest. */
digest: Digest,
/** Its thumbnail. */
thumb: Digest | null,
/** When a receipt named it ('' where that was not kept); none while none did. */
received_at: string | null,
/** What it is called, where it is a file and no picture. */
file: string | null, };

/** Why a run ended early. */
export type SyncProblem = {
/** What went wrong. */
code: string,
/** What its words may name. */
facts: Record<string, unknown>,
/** When, by the laptop's raw clock. */
at: string, };

/** How far the present run is. */
export type SyncProgress = {
/** Entries this run has to send. */
entries: number,
/** Entries of them that a receipt covers. */
entries_received: number,
/** Pictures and thumbnails this run has to send. */
photos: number,
/** Of them, those that a receipt names. */
photos_received: number,
/** Bytes of photos this run has to send. */
bytes: number,
/** Bytes of photos handed to the connection, those sent again after a cut among them. */
bytes_sent: number,
/** Bytes a second, over the last seconds. */
bytes_per_second: number, };

/** A case on its way. */
export type SyncRow = {
/** The case. */
case: CaseRow,
/** Its photos. */
photos: Array<SyncPhoto>, };

/** How reporting stands. */
export type SyncState = {
/** Whether a run is under way. */
running: boolean,
/** Entries in no receipt yet. */
pending_entries: number,
/** Cases of which something is in no receipt yet. */
pending_cases: number,
/** Pictures in no receipt yet; thumbnails do not count. */
pending_photos: number,
/** Entries the center did not take. */
refused: number,
/** How far the present run is. */
progress: SyncProgress | null,
/** When a run last came to its end, by the laptop's raw clock. */
last_success_at: string | null,
/** Why the last run ended early, if it did. */
last_problem: SyncProblem | null,
/** Photos that the last run could not send, by why; none where it sent all. */
unsent?: UnsentPhotos,
/** Why photos wait for another connection, if the last run left them for that. */
photos_wait: PhotosWait | null,
/** Whether it reports by itself when a connection appears. */
by_itself: boolean,
/** By how many seconds the laptop's clock is ahead of the center's, as the last run saw it. */
clock_ahead_seconds: number | null,
/** Published forms that came since she signed in. */
new_forms: number,
/** The villages that this laptop has now, where the center changed them since she signed in. */
assigned?: Array<string>,
/** When the ledger went on as a new life, because an old copy of it had been put back; until she has read it. */
put_back_at?: string,
/** Villages that are no longer this laptop's and of which something is still here; none where there is nothing. */
leaving?: LeavingVillages,
/** The center's name, once enrolled. */
center: string | null,
/** Where it is: `host:port`. */
address: string, };

/** What goes over which connection. */
export type Thrift = "everything" | "text_on_metered" | "text_on_slow";

/** A day's or a month's part, for the chart. */
export type TimeCount = {
/** The day, or the first day of the month where the time is longer than 62 days. */
day: string,
/** Visits. */
visits: number,
/** Cases. */
cases: number, };

/** One thing that happened. */
export type TimelineLine = {
/** The writer's clock, raw. */
at: string,
/** What: the entry's kind. */
kind: string,
/** On which side. */
side: Side,
/** The name of who did it; '' where this laptop does not know it. */
by: string,
/** When the center received it. */
received_at: string | null,
/** The case it is about. */
case: SubjectId | null,
/** The visit it is about. */
visit: SubjectId | null,
/** The register's line that it is about. */
line: SubjectId | null,
/** 作废: why the visit or line counts no more; '' while it does. */
void: string,
/** 撤回未生效: what stood at the township before, where it is a withdrawal without effect. */
crossed: Crossed | null,
/** The case's item or the line's register; '' elsewhere. */
item_name: string, };

/** The day's list. */
export type Today = {
/** The day, in Asia/Shanghai. */
day: string,
/** How many of each kind. */
counts: TodayCounts,
/** This month so far. */
month: MonthCounts,
/** The most urgent first. */
rows: Array<TodayRow>, };

/** How many of each kind there are. */
export type TodayCounts = {
/** Due within a month, or overdue. */
due: number,
/** Returned. */
returned: number,
/** Cases in no receipt yet. */
pending: number,
/** Drafts. */
drafts: number,
/** Entries the center did not take. */
refused: number,
/** People, households, visits and cases with values that wait for a person. */
open: number,
/** Needs that nobody has settled, urgent or to be settled within a month. */
needs: number,
/** Appointments within a month. */
appointments: number,
/** Signatures that lack. */
signatures: number,
/** Who is to be seen within a month. */
watched: number,
/** Other lines of registers that leave something to be done within a month. */
lines: number,
/** Cases whose limit runs out. */
promises: number,
/** Results that are to be brought to the person. */
results: number,
/** Cases whose missing papers are to be brought by a day. */
papers: number,
/** Signatures and written authorities that run out. */
expiring: number,
/** Fixed days of events that are near. */
fixed_days: number, };

/** Why a row stands on the list. */
export type TodayKind = "returned" | "refused" | "open" | "due" | "need" | "appointment" | "signature" | "watch" | "line" | "promise" | "result" | "papers" | "expiry" | "fixed_day" | "draft" | "pending";

/** One thing to do. */
export type TodayRow = {
/** Why it stands here. */
kind: TodayKind,
/** The case. */
case: SubjectId | null,
/** The visit, where it is one that is not recorded yet. */
visit: SubjectId | null,
/** The register's line, where it is one. */
line: SubjectId | null,
/** The household, where it is one of which values are open. */
household: SubjectId | null,
/** For whom. */
person: PersonCard | null,
/** Code of the item or register; '' for a visit. */
item: string,
/** What people call it; '' for a visit. */
item_name: string,
/** What the township said first, what is needed, what a line or a limit is called, or ''. */
words: string,
/** When it is due. */
due: string | null,
/** Days left until then; negative once it is overdue. */
days_left: number | null,
/** Whether those are working days. */
in_workdays: boolean,
/** How many there are, where one row stands for several; how many papers lack. */
several: number | null,
/** Of what is due: whether a case can be opened. */
can_open: boolean,
/** How it was decided, where its result is to be brought. */
outcome: Outcome | null,
/** Whether that result was fetched already. */
fetched: boolean,
/** Of an appointment: what can be said of it in one act, by its register's words. */
steps: Array<string>,
/** The state that it has. */
state: string, };

/** Photos and thumbnails that are in no receipt though the center was sent all it asked for. */
export type UnsentPhotos = {
/** Their bytes are gone from this laptop. */
gone: number,
/** What names them was not taken by the center. */
refused: number,
/** The center does not ask for them: their village is no longer this laptop's, or a person declared them lost. */
not_asked: number, };

/** 紧急程度 */
export type Urgency = "usual" | "soon" | "urgent";

/** Whether the ledger is whole. */
export type Verified = {
/** Entries looked at. */
entries: number,
/** Documents folded again. */
documents: number,
/** Photos hashed again. */
photos: number,
/** What does not fit. */
findings: Array<Finding>, };

/** A village by name. */
export type VillageCard = {
/** Its 12-digit code. */
code: StreamId,
/** Its name. */
name: string, };

/** One village's part. */
export type VillageCount = {
/** The village. */
village: StreamId,
/** Its name. */
name: string,
/** Its counters. */
counts: Counts, };

/** 村民小组 of a line's village, as addresses tell it. */
export type VillageGroup = {
/** Its number. */
group: number,
/** Households or people in it that can be put on the roll. */
count: number, };

/** What the workbook is to hold. */
export type VisitExport = {
/** Visits of this day and later, by the day on which they took place. */
from: string,
/** And up to and with this one. */
to: string,
/** Only to households of this village. */
village: StreamId | null,
/** Only of this 村民小组, as addresses tell it. */
group: number | null,
/** The headings, in the order of the form. */
headings: Array<string>,
/** Words for what is chosen from a list: `result.met`, `need_kind.care`, `category.alone`, and `leaflets`, `consultations`
 * with an `{n}`, and `late` with a `{day}`. */
words: { [key in string]: string },
/** What stands above and below the table. */
head: SheetHead,
/** What the sheet is called. */
sheet: string, };

/** A visit in a list. */
export type VisitLine = {
/** The visit. */
id: SubjectId,
/** The household. */
household: SubjectId,
/** 户号. */
household_no: string,
/** Its address. */
address: string,
/** The head's name. */
head: string,
/** When it began, by the laptop's raw clock. */
started_at: string,
/** The names of who was met. */
met: Array<string>,
/** What was found. */
note: string,
/** What is needed. */
need: string,
/** Whether nobody has settled that yet. */
need_open: boolean,
/** By when it is to be settled. */
need_due: string | null,
/** How it ended, where that was said. */
result: VisitResult | null,
/** How many cases were opened at it. */
cases: number,
/** The day on which it took place. */
day: string | null,
/** 补录: the same day, where it was written down later. */
late: string | null,
/** The day on which what was found was first written down. */
noted: string | null,
/** 误录作废: why it counts as none; '' while it does. */
void: string,
/** The line on whose roll the household stands, of a visit on a round. */
round: SubjectId | null, };

/** What she notes at the door. */
export type VisitNotes = {
/** How it ended, once that was said. */
result: VisitResult | null,
/** Who was met. */
met: Array<SubjectId>,
/** 同行走访人: who came with her. */
companions: string,
/** What was found. */
note: string,
/** What is needed. */
need: string,
/** 问题类别 */
need_kind: NeedKind | null,
/** 紧急程度 */
need_urgency: Urgency | null,
/** 现场答复、处理情况 */
need_answer: string,
/** 转办单位或责任人 */
need_office: string,
/** 办结时限: a day, or ''. */
need_due: string,
/** 办理结果; while it is empty the need is open. */
need_outcome: string,
/** 回访情况 */
follow_up: string,
/** 无申请能力: the person cannot apply alone. */
cannot_apply: boolean,
/** 宣传资料: copies handed out. */
leaflets: number,
/** 咨询: questions answered. */
consultations: number,
/** The day on which it took place, where it is written down later; '' otherwise. */
visited_on: string, };

/** How a visit ended. An empty house is a result too. */
export type VisitResult = "met" | "nobody" | "refused" | "away";

/** A visit whole. */
export type VisitView = {
/** Its line in lists: as recorded. */
visit: VisitLine,
/** What she noted, the draft's where there is one. */
notes: VisitNotes,
/** Further needs, in the order in which they were begun. */
further: Array<FurtherNeed>,
/** 须两人走访: whether the round wants two at every household. */
wants_two: boolean,
/** Whether anything of it is recorded. */
is_recorded: boolean,
/** Whether something of it is only saved here, not recorded yet. */
has_draft: boolean,
/** When the draft was saved. */
draft_saved_at: string | null,
/** The household. */
household: HouseholdView,
/** Cases opened at it, drafts among them. */
cases: Array<CaseRow>,
/** Values of the visit that wait for a person. */
open: Array<OpenField>,
/** What was settled on it, the newest first. */
settled: Array<SettledLine>, };

/** When somebody was met last, and is to be seen next. */
export type WatchDays = {
/** 上次走访: the day of the last visit at which she was met. */
met: string | null,
/** 下次走访. */
next: string, };

/** “5+X”: when and where. */
export type Way = "usual" | "extended" | "staggered" | "appointment" | "door" | "self_service";

/** On which computer a value was written, as a screen says it. */
export type Whence = "here" | "laptop" | "center";

/** Where a person is. */
export type WhereState = "here" | "away" | "moved" | "suspected" | "dead";

/** Where a person is, since when, and which place. */
export type Whereabouts = {
/** Where. */
state: WhereState,
/** Since which day; the day of death. */
since?: string | null,
/** The place; '' at home and of the dead. */
place: string, };

/** Which value holds from here on. */
export type WhichHolds = { "of": EntryId } | "kept" | { "text": string };

/** Whom to fill in. */
export type Who = { "by": "filter",
/** Words that name, number or address hold. */
text: string,
/** Only of this village. */
village: StreamId | null,
/** At least so old (years). */
age_from: number | null,
/** At most so old (years). */
age_to: number | null,
/** 男 or 女. */
sex: string | null,
/** A category of the roster, by its code. */
category: string | null,
/** Whoever receives this item. */
receives: string | null,
/** Only heads of households. */
heads: boolean, } | { "by": "due",
/** The item. */
item: string,
/** Days from today. */
within_days: number, } | { "by": "hint",
/** The item. */
item: string, } | { "by": "roll",
/** The line. */
line: SubjectId, } | { "by": "pasted",
/** The text. */
text: string, };

/** Somebody who was found. */
export type WhoRow = {
/** Who. */
person: PersonCard,
/** Whether several fit what was pasted: a person has to say which is meant. */
doubtful: boolean, };

/** Whom a search found for a form. */
export type WhoView = {
/** In the order of the list. */
people: Array<WhoRow>,
/** What a pasted text names and this ledger does not have: names as written, numbers masked. */
unknown: Array<string>,
/** Whether there are more than a sheet takes at once. */
more: boolean, };

/** 撤回: a case that was taken back. */
export type WithdrawnView = {
/** Why. */
reason: string,
/** When, by the laptop's raw clock. */
at: string,
/** The name of who wrote it; '' where this laptop does not know it. */
by: string, };

export interface Commands {
  /** How the office stands: asked first of all. */
  office_state: { args: Record<symbol, never>; reply: OfficeState }
  /** Makes the ledger of this laptop; its first agent is signed in. */
  make_ledger: { args: { name: string, pin: string, }; reply: OfficeState }
  /** Signs an agent in by her PIN. */
  sign_in: { args: { pin: string, }; reply: OfficeState }
  /** Sits her down in a practice village of made-up people, which is gone with the sign-out and never sent. */
  practise: { args: Record<symbol, never>; reply: OfficeState }
  /** How the door stands, before anybody signs in. */
  door_state: { args: Record<symbol, never>; reply: DoorState }
  /** Who works on this laptop, told to somebody with a recovery code from the township. */
  recovery_agents: { args: { code: string, }; reply: Array<AgentCard> }
  /** Gives an agent a new PIN with a recovery code, which is used up by that, and signs her in. */
  recover: { args: { code: string, agent: AgentId, pin: string, }; reply: OfficeState }
  /** How the ledger's keys stand: who works here, whether the township can help. */
  key_state: { args: Record<symbol, never>; reply: KeyState }
  /** Changes her own PIN. */
  change_pin: { args: { present: string, new: string, }; reply: null }
  /** Another agent works on this laptop too. */
  add_agent: { args: { name: string, pin: string, }; reply: KeyState }
  /** An agent leaves this laptop: her PIN opens it no more, and the data key is changed. */
  remove_agent: { args: { agent: AgentId, }; reply: KeyState }
  /** 离岗交接: what an agent of this laptop has open. */
  handover_sheet: { args: { agent: AgentId, }; reply: HandoverSheet }
  /** Hands over what she has open, with three signatures. Where another agent does it her access ends, and the data key is changed. */
  hand_over: { args: { new: NewHandover, }; reply: Array<HandoverLine> }
  /** Hand-overs of these villages, the newest first. */
  handovers: { args: Record<symbol, never>; reply: Array<HandoverLine> }
  /** A hand-over whole. */
  show_handover: { args: { handover: SubjectId, }; reply: HandoverView }
  /** Locks the ledger. */
  sign_out: { args: Record<symbol, never>; reply: OfficeState }
  /** Restores the ledger of this laptop from the second copy in a folder that was chosen, and signs her in. Long. */
  restore_ledger: { args: { file: string, pin: string, }; reply: RestoredLedger }
  /** The same with a recovery code from the township; with it she takes a new PIN afterwards. */
  restore_ledger_with_code: { args: { file: string, code: string, }; reply: RestoredLedger }
  /** How the second copy stands. */
  second_copy: { args: Record<symbol, never>; reply: SecondCopyState }
  /** From now on the second copy is made in a folder that was chosen. */
  set_second_copy: { args: { file: string, }; reply: SecondCopyState }
  /** No second copy is made any more; what was made stays. */
  second_copy_off: { args: Record<symbol, never>; reply: SecondCopyState }
  /** Brings the second copy up to date at once. */
  copy_now: { args: Record<symbol, never>; reply: SecondCopyState }
  /** Enrols this laptop by the township's code. Touches the network. */
  enrol: { args: { code: string, }; reply: OfficeState }
  /** What she prefers. */
  preferences: { args: Record<symbol, never>; reply: Preferences }
  /** Keeps what she prefers. */
  set_preferences: { args: { preferences: Preferences, }; reply: Preferences }
  /** The items' guides. */
  items: { args: Record<symbol, never>; reply: Array<ItemCard> }
  /** 今日. */
  today: { args: Record<symbol, never>; reply: Today }
  /** People by what she types; at most 50. */
  find_people: { args: { text: string, }; reply: Array<PersonCard> }
  /** A part of the people's list. */
  list_people: { args: { offset: number, limit: number, }; reply: PeoplePart }
  /** A person whole. */
  show_person: { args: { person: SubjectId, }; reply: PersonView }
  /** Her numbers whole. */
  reveal_person: { args: { person: SubjectId, }; reply: Revealed }
  /** A part of the households' list. */
  list_households: { args: { text: string, offset: number, limit: number, }; reply: HouseholdPart }
  /** A household whole, by its id or 户号. */
  show_household: { args: { household: string, }; reply: HouseholdPage }
  /** The newest visits, of one household or of all. */
  list_visits: { args: { limit: number, household: SubjectId | null, }; reply: Array<VisitLine> }
  /** Visits whose needs nobody has settled, the most urgent first. */
  open_needs: { args: Record<symbol, never>; reply: Array<VisitLine> }
  /** Begins a visit to a household; on a round, goes on with the one that was begun on it and has no result yet. */
  start_visit: { args: { household: SubjectId, round: SubjectId | null, }; reply: VisitView }
  /** A visit whole. */
  show_visit: { args: { visit: SubjectId, }; reply: VisitView }
  /** Saves what she noted so far. */
  save_visit_draft: { args: { visit: SubjectId, notes: VisitNotes, }; reply: VisitView }
  /** Records what she noted: from here on it waits to be sent. */
  record_visit: { args: { visit: SubjectId, notes: VisitNotes, }; reply: VisitView }
  /** 又一诉求: begins a further need of a visit. */
  begin_need: { args: { visit: SubjectId, }; reply: VisitView }
  /** 误录作废: a visit counts as none, for a reason; an empty reason takes that back. */
  void_visit: { args: { visit: SubjectId, reason: string, }; reply: VisitView }
  /** What was written on paper at a door of a round, typed in afterwards: begun and recorded in one act. */
  write_visit: { args: { row: PaperRow, }; reply: VisitView }
  /** Settles values that did not see each other. Of a case it goes into the draft and holds once that is submitted. */
  settle: { args: { subject: SubjectId, field: string, among: Array<EntryId>, value: WhichHolds, }; reply: null }
  /** One of such values whole, because she asked for it. */
  reveal_value: { args: { subject: SubjectId, field: string, entry: EntryId, }; reply: string }
  /** Everything that waits for a person to settle it. */
  open_values: { args: Record<symbol, never>; reply: Array<OpenSubject> }
  /** Who may be the same person: of the same number, or of the same name in the household. */
  alike_people: { args: { person: SubjectId, }; reply: Array<AlikePerson> }
  /** 疑似重复: every two records that may be one person, or those of one reason; a part of them. */
  doubled_people: { args: { by: AlikeBy | null, offset: number, limit: number, }; reply: DoubledPart }
  /** Two records of what may be one person, side by side. */
  compare_people: { args: { one: SubjectId, same: SubjectId, }; reply: ComparedPeople }
  /** Joins two records of one person: the values of `one` hold, but those of the fields `from_same`. */
  join_people: { args: { one: SubjectId, same: SubjectId, from_same: Array<string>, }; reply: PersonView }
  /** Declares a photo lost that is not on this laptop: nobody asks for it any more. */
  lose_photo: { args: { case: SubjectId, digest: Digest, reason: string, }; reply: CaseView }
  /** 事项指南, looked for in the words people use; the best first. */
  find_guides: { args: { text: string, }; reply: Array<GuideLine> }
  /** A guide whole. */
  show_guide: { args: { code: string, }; reply: GuideView }
  /** 应享未享: who may be entitled to an item, or to any. */
  radar: { args: { item: string | null, }; reply: RadarPart }
  /** 到期清单: what is due within so many days, of one item or of all. */
  due_list: { args: { within_days: number, item: string | null, }; reply: DuePart }
  /** 养老认证: who is due within so many days, and what was written lately. */
  certification_list: { args: { filter: CertFilter, }; reply: CertList }
  /** Writes what was seen of one pensioner as a case and submits it; `case_incomplete` names everything that hinders. */
  certify: { args: { person: SubjectId, seen: Seen, }; reply: CertRow }
  /** 一次性告知: gives notice of everything that is missing for a case; a second one needs a reason. */
  give_notice: { args: { case: SubjectId, complete_by: string | null, reason: string, }; reply: CaseView }
  /** Opens a case as a draft; `case_doubled` where there is one in the same period, unless she wants it `again`. `event` is the line of a register at whose event it is opened. */
  open_case: { args: { item: string, person: SubjectId, visit: SubjectId | null, event: SubjectId | null, again: boolean, }; reply: CaseView }
  /** 转代办: the same for the need that a visit found; with the case it counts as settled. */
  turn_need: { args: { item: string, person: SubjectId, visit: SubjectId, again: boolean, }; reply: CaseView }
  /** A case whole. */
  show_case: { args: { case: SubjectId, }; reply: CaseView }
  /** Gives answers; durable when this returns. A draft begins where there is none. */
  answer_case: { args: { case: SubjectId, answers: { [key in string]: string }, }; reply: CaseView }
  /** Adds a row at the end of a repeat, `/data/members`. */
  add_row: { args: { case: SubjectId, path: string, }; reply: CaseView }
  /** Takes a row away, `/data/members[2]`. */
  remove_row: { args: { case: SubjectId, path: string, }; reply: CaseView }
  /** Says of a material whether the original was looked at, and when it was issued. */
  look_at_paper: { args: { case: SubjectId, material: string, seen: boolean, issued: string | null, }; reply: CaseView }
  /** 办理方式: says anew of how a case is handled; what is not named stays. */
  handle_case: { args: { case: SubjectId, changes: HandlingChanges, }; reply: CaseView }
  /** Takes in a picture (base64) for a material; the first open one where none is named. */
  add_photo: { args: { case: SubjectId, slot: string | null, bytes: string, }; reply: CaseView }
  /** Answers the question at this path by a file that was chosen. */
  add_file: { args: { case: SubjectId, path: string, file: string, }; reply: CaseView }
  /** The same by a file (base64) that was dropped on the question. */
  drop_file: { args: { case: SubjectId, path: string, name: string, bytes: string, }; reply: CaseView }
  /** Writes a file that answers a question to where she said. */
  save_file: { args: { case: SubjectId, digest: Digest, file: string, }; reply: null }
  /** Takes a picture or a file off the draft. */
  remove_photo: { args: { case: SubjectId, digest: Digest, }; reply: CaseView }
  /** A sound or film that a form plays, in base64, with its media type. */
  form_sound: { args: { digest: Digest, }; reply: FormSound }
  /** Cleans what she pastes into a field. Nothing is kept of it. */
  clean_text: { args: { text: string, kind: Pasted, }; reply: string }
  /** Submits the draft; `case_incomplete` names everything that hinders. */
  submit_case: { args: { case: SubjectId, }; reply: CaseView }
  /** 撤回申请: takes back a case that was submitted and is not decided, for a reason. */
  withdraw_case: { args: { case: SubjectId, reason: string, }; reply: CaseView }
  /** Throws the draft away; what was recorded stays. */
  discard_draft: { args: { case: SubjectId, }; reply: null }
  /** What differs from one revision to another, or (no `after`) to the draft. */
  compare_revisions: { args: { case: SubjectId, before: EntryId, after: EntryId | null, }; reply: Array<Difference> }
  /** 台账: a part of the case list. */
  list_cases: { args: { filter: CaseFilter, order: CaseOrder, offset: number, limit: number, }; reply: CasePart }
  /** 台账 into a workbook. Long. */
  export_cases: { args: { file: string, what: ExportOrder, }; reply: Exported }
  /** 台账 on paper: what the workbook would hold, as text, as far as one print may reach. Long. */
  print_cases: { args: { what: ExportOrder, }; reply: CasePaper }
  /** 统计: what was done in a time, of one village or of all. */
  figures: { args: { from: string, to: string, village: StreamId | null, }; reply: Figures }
  /** 一次活动的成效: what was done at an event, with the request and the round that it follows from. */
  event_figures: { args: { line: SubjectId, }; reply: Counts }
  /** Closes a month of a village, `2026-11`: what was counted stays, what changes later is a correction. */
  close_month: { args: { village: StreamId, month: string, }; reply: Figures }
  /** 登记簿: the registers. */
  registers: { args: Record<symbol, never>; reply: Array<RegisterCard> }
  /** A part of a register's lines. */
  list_lines: { args: { register: string, filter: LineFilter, offset: number, limit: number, }; reply: LinePart }
  /** Begins a line as a draft; `like` is the line whose kept answers it begins with, `after` the one it follows from. */
  begin_line: { args: { register: string, village: StreamId | null, person: SubjectId | null, visit: SubjectId | null, like: SubjectId | null, after: SubjectId | null, case: SubjectId | null, }; reply: LineView }
  /** 登记新人: a person whom no roster has yet, and her household where it is a new one. */
  add_person: { args: { village: StreamId | null, fields: PersonFields, }; reply: PersonView }
  /** 更正资料: what was told wrongly of a person. What is left out stays as it is. */
  record_person: { args: { person: SubjectId, fields: PersonFields, }; reply: PersonView }
  /** The words of the relations to a head of a household, in the order of the standard. */
  relation_words: { args: Record<symbol, never>; reply: Array<string> }
  /** 去向: notes where a person is, or that she is at home again. A death is reported, never verified. */
  note_whereabouts: { args: { person: SubjectId, whereabouts: Whereabouts, }; reply: PersonView }
  /** Begins the line by which the result of a case reaches the person, or goes on with the one that was begun. */
  bring_result: { args: { case: SubjectId, }; reply: LineView }
  /** The lines that belong to a case, the newest first, and the registers that take more. */
  case_lines: { args: { case: SubjectId, }; reply: CaseLines }
  /** A line whole. */
  show_line: { args: { line: SubjectId, }; reply: LineView }
  /** Gives answers; durable when this returns. A draft begins where there is none. */
  answer_line: { args: { line: SubjectId, answers: { [key in string]: string }, }; reply: LineView }
  /** Adds a row at the end of a repeat of a line, `/data/partners`. */
  add_line_row: { args: { line: SubjectId, path: string, }; reply: LineView }
  /** Takes a row away, `/data/partners[2]`. */
  remove_line_row: { args: { line: SubjectId, path: string, }; reply: LineView }
  /** Answers a question of a line by a picture (base64). */
  picture_line: { args: { line: SubjectId, path: string, bytes: string, }; reply: LineView }
  /** Records a line: from here on it waits to be sent; `line_incomplete` names everything that hinders. */
  record_line: { args: { line: SubjectId, }; reply: LineView }
  /** 作废: a recorded line does not count any more; an empty reason takes that back. */
  void_line: { args: { line: SubjectId, reason: string, }; reply: LineView }
  /** Says how it stands with a recorded line, by a state of its register: 已叫号, 已到场, 未到. */
  mark_line: { args: { line: SubjectId, state: string, }; reply: LineView }
  /** 签字: adds several people who must sign for a case, a recorded line each; all of them or none. */
  add_signers: { args: { order: SignersOrder, }; reply: CaseLines }
  /** 已寄出: says of several lines of a case that their papers were sent; all of them or none. */
  send_to_sign: { args: { case: SubjectId, lines: Array<SubjectId>, place: string, day: string | null, }; reply: CaseLines }
  /** Throws the draft of a line away; what was recorded stays. */
  discard_line: { args: { line: SubjectId, }; reply: null }
  /** A register into a workbook. Long. */
  export_lines: { args: { file: string, what: LineExport, }; reply: Exported }
  /** Lines of a register as the paper form that they fill in: 活动记录, 材料交接单 … Long. */
  export_line_sheet: { args: { file: string, what: LineSheetOrder, }; reply: Exported }
  /** 名单 of a recorded line whose register has one. */
  show_roll: { args: { line: SubjectId, }; reply: RollView }
  /** The lines with rolls that are open, with how far each is. */
  open_rolls: { args: Record<symbol, never>; reply: Array<OpenRoll> }
  /** Looks for whom or which households to put on a roll. Nothing is written. */
  find_for_roll: { args: { line: SubjectId, source: RollSource, }; reply: RollFound }
  /** 村民小组 from which a line's roll can be made, with how many there are of each. */
  village_groups: { args: { line: SubjectId, }; reply: Array<VillageGroup> }
  /** 共同生活: says that a person lives with a household as what; no relation says that she no longer does. */
  live_together: { args: { household: SubjectId, person: SubjectId, relation: string | null, }; reply: HouseholdView }
  /** Puts these on a roll. */
  put_on_roll: { args: { line: SubjectId, subjects: Array<SubjectId>, }; reply: RollView }
  /** Takes these off a roll. */
  take_off_roll: { args: { line: SubjectId, subjects: Array<SubjectId>, }; reply: RollView }
  /** Says how it stands with one on a roll: the state, the note, or both; what is not said stays. */
  mark_roll: { args: { line: SubjectId, subject: SubjectId, state: RollState | null, note: string | null, }; reply: RollRow }
  /** A roll into a workbook, with a column to sign in. */
  export_roll: { args: { file: string, what: RollExport, }; reply: Exported }
  /** 银行上门名单: of those on the roll of a line and of what it follows from, who waits for the bank. Numbers are whole only where she asked for them. */
  bank_visits: { args: { line: SubjectId, whole: boolean, }; reply: BankVisits }
  /** The same into a workbook, with columns for the bank's staff and the holder to sign. */
  export_bank_visits: { args: { file: string, what: BankVisitExport, }; reply: Exported }
  /** 村民小组 of a village, or of all of them, with how many households each has. */
  household_groups: { args: { village: StreamId | null, }; reply: Array<VillageGroup> }
  /** 走访台账 of a time into a workbook. Long. */
  export_visits: { args: { file: string, what: VisitExport, }; reply: Exported }
  /** How reporting stands. */
  sync_state: { args: Record<symbol, never>; reply: SyncState }
  /** The cases with what was received of them, those that wait first. */
  sync_rows: { args: { offset: number, limit: number, }; reply: SyncPart }
  /** Begins to report; goes on in the background. Touches the network. */
  start_sync: { args: Record<symbol, never>; reply: SyncState }
  /** The same with the photos that wait for another connection, this once. Touches the network. */
  send_everything: { args: Record<symbol, never>; reply: SyncState }
  /** Stops reporting. */
  stop_sync: { args: Record<symbol, never>; reply: SyncState }
  /** She has read that an old copy of the ledger was put back. */
  put_back_read: { args: Record<symbol, never>; reply: SyncState }
  /** Everything that waits into a batch file, or into several of at most so many megabytes. Long. */
  export_batch: { args: { file: string, piece_mb: number | null, }; reply: BatchWritten }
  /** Takes in a receipt file. Long. */
  import_receipt: { args: { file: string, }; reply: ReceiptTaken }
  /** What the center did not take. */
  refused_entries: { args: Record<symbol, never>; reply: Array<RefusedEntry> }
  /** Reads a roster and says of every row whether it can be taken. */
  preview_roster: { args: { file: string, }; reply: RosterPreview }
  /** 疑似重复: who of a roster may be somebody else of it, or of the ledger. Nothing is written. */
  roster_doubles: { args: { file: string, village: StreamId | null, }; reply: RosterDoubles }
  /** Takes in the right rows of a roster. Long. */
  import_roster: { args: { file: string, village: StreamId | null, }; reply: RosterImported }
  /** Reads an official list of who is due and says of every row whether it can be taken. */
  preview_due_list: { args: { file: string, item: string, }; reply: DueListPreview }
  /** Takes in an official list of who is due. Long. */
  import_due_list: { args: { file: string, item: string, }; reply: DueListImported }
  /** Takes in a workbook that was dropped on the screen, base64; it is kept in memory alone. */
  offer_file: { args: { name: string, bytes: string, }; reply: ChosenFile }
  /** Takes a pasted list for a workbook with a row for everybody whom it names; it is kept in memory alone. */
  list_of_pasted: { args: { text: string, name: string, headings: [string, string, string], }; reply: ChosenFile }
  /** 填表助手: a sheet from above, read for its columns, its people and its free rows. Writes nothing. */
  read_form_sheet: { args: { file: string, sheet: string | null, }; reply: FormSheetView }
  /** Whom such a sheet may be filled with. */
  find_who: { args: { who: Who, }; reply: WhoView }
  /** How the people of a list stand: 本村, 外出, 死亡待核, 不符. Writes nothing. */
  check_list: { args: { file: string, sheet: string, columns: Array<ColumnChoice>, }; reply: ListView }
  /** Writes the sheet with people filled in, into another file; layout and everything else of the workbook stay. Long. */
  write_form_sheet: { args: { file: string, order: FormOrder, to_file: string, }; reply: FormWritten }
  /** 养老认证核对: compares the office's list of who is certified with the certifications of a time. Writes nothing. */
  reconcile_list: { args: { file: string, from: string, to: string, }; reply: ReconciledView }
  /** The same into a workbook, every line of it. Long. */
  export_reconciled: { args: { file: string, from: string, to: string, to_file: string, what: ReconcileExport, }; reply: Exported }
  /** Checks the ledger against itself. Long. */
  verify_ledger: { args: Record<symbol, never>; reply: Verified }
  /** Sets aside what is damaged of the ledger and builds it anew; she signs in afterwards. None where nothing is damaged. Long. */
  repair_ledger: { args: { pin: string, file: string | null, }; reply: RepairReport | null }
  /** What the last repair did. */
  repair_report: { args: Record<symbol, never>; reply: RepairReport | null }
  /** She has read it. */
  repair_seen: { args: Record<symbol, never>; reply: null }
  /** Whether the ledger's files are whole, as far as is known now. */
  ledger_health: { args: Record<symbol, never>; reply: LedgerHealth }
  /** Stops long work. */
  cancel: { args: { job: string, }; reply: null }
}
