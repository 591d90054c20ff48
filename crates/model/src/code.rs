//! What can go wrong, as the screen knows it: one code an outcome, with words for it in every language.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// The one list of error codes. Screens map a code to words; nobody matches text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $variant),+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];

            /// The code of this name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

            /// The code's name on the wire and in the word lists.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text),+ }
            }
        }
    };
}

codes! {
    /// The PIN opens no slot.
    WrongPin = "wrong_pin",
    /// The PIN is too short or too easily guessed.
    WeakPin = "weak_pin",
    /// Too many wrong PINs: only a recovery code opens the ledger.
    PinLocked = "pin_locked",
    /// The new PIN was typed differently the second time.
    PinsDiffer = "pins_differ",
    /// The PIN is another agent's.
    PinTaken = "pin_taken",
    /// The secret beside her PIN is gone from the system's keyring.
    KeyringLost = "keyring_lost",
    /// No slot opens with this recovery code.
    RecoveryUnknown = "recovery_unknown",
    /// A recovery code has too few digits, or a group that does not fit.
    RecoveryMistyped = "recovery_mistyped",
    /// No sealed data key of this laptop, or one without a recovery code.
    EscrowMissing = "escrow_missing",
    /// The file is no sealed data key.
    NotAnEscrow = "not_an_escrow",
    /// No such agent works on this laptop.
    AgentUnknown = "agent_unknown",
    /// No more agents fit on this laptop.
    TooManyAgents = "too_many_agents",
    /// The data key is being changed; that has to end first.
    KeyChanging = "key_changing",
    /// No ledger in this folder.
    LedgerMissing = "ledger_missing",
    /// There is a ledger in this folder already.
    LedgerExists = "ledger_exists",
    /// The place of the second copy is not there.
    CopyMissing = "copy_missing",
    /// There is no room in the place of the second copy.
    CopyFull = "copy_full",
    /// The second copy cannot be written to its place.
    CopyNotWritten = "copy_not_written",
    /// The place chosen for the second copy is the ledger's own folder.
    CopyBesideLedger = "copy_beside_ledger",
    /// There is no second copy in this folder, or none that can be read.
    NoCopy = "no_copy",
    /// There are several second copies in this folder.
    CopiesSeveral = "copies_several",
    /// Another program has this ledger open.
    LedgerInUse = "ledger_in_use",
    /// The ledger's file is damaged; it was left as it is.
    LedgerDamaged = "ledger_damaged",
    /// The file was written by a newer program.
    NewerFormat = "newer_format",
    /// A line that is sealed to the township is read and altered by nobody here.
    LineSealed = "line_sealed",
    /// No sheet of the workbook has headings that are known.
    FormNoHeadings = "form_no_headings",
    /// A practice village is made up: nothing of it leaves the laptop.
    PracticeVillage = "practice_village",
    /// This laptop is not enrolled with a center yet.
    NotEnrolled = "not_enrolled",
    /// This laptop is enrolled already.
    AlreadyEnrolled = "already_enrolled",
    /// The enrolment code was mistyped.
    CodeMalformed = "code_malformed",
    /// The center does not know this enrolment code.
    CodeUnknown = "code_unknown",
    /// The enrolment code was used already.
    CodeUsed = "code_used",
    /// The enrolment code is too old.
    CodeExpired = "code_expired",
    /// The center cannot be reached.
    CenterUnreachable = "center_unreachable",
    /// The center answers that it cannot do its work now.
    CenterFailed = "center_failed",
    /// What answers is not the center this laptop was enrolled with.
    CenterNotTrusted = "center_not_trusted",
    /// The center does not know this laptop, or no longer serves it.
    LaptopRefused = "laptop_refused",
    /// Somebody else makes or restores a backup in this place now.
    BackupUnderWay = "backup_under_way",
    /// The copy that was made is not what it should be: it does not count.
    BackupUnverified = "backup_unverified",
    /// The folder of backups is not there, or nobody made it one: the stick may not be plugged in.
    BackupPlaceMissing = "backup_place_missing",
    /// A file of a backup is missing or changed.
    BackupDamaged = "backup_damaged",
    /// The offline key is not the one to which this backup's keys are sealed.
    OfflineKeyWrong = "offline_key_wrong",
    /// The center was put back from a copy: it serves laptops, and decides, once staff said so.
    CenterRecovering = "center_recovering",
    /// The center was put back from a copy and lost what this laptop had reported: the next file brings it back.
    CenterLostRecords = "center_lost_records",
    /// The laptop is revoked: what it has was handed in for a person to settle, and nothing more comes.
    LaptopRevoked = "laptop_revoked",
    /// Laptop and center hold different histories; nothing was changed.
    HistoryDiffers = "history_differs",
    /// The answer breaks the protocol.
    ProtocolBroken = "protocol_broken",
    /// The batch is sealed for another center, or the receipt for another laptop.
    BatchNotForUs = "batch_not_for_us",
    /// Not a batch or receipt file, or the one where the other belongs.
    NotABatch = "not_a_batch",
    /// The batch file was damaged on its way.
    BatchDamaged = "batch_damaged",
    /// There is nothing to put into a batch.
    /// The person stopped it; what was done until then stays.
    Cancelled = "cancelled",
    /// Nobody is signed in at this laptop.
    LedgerLocked = "ledger_locked",
    /// The file was not chosen in this window, or too long ago.
    FileUnknown = "file_unknown",
    /// The disk is full.
    DiskFull = "disk_full",
    /// A file cannot be read or written.
    FileUnreadable = "file_unreadable",
    /// A file of this name is there already; it is not written over.
    FileExists = "file_exists",
    /// Not a workbook.
    NotAWorkbook = "not_a_workbook",
    /// A sheet is larger than allowed.
    SheetTooLarge = "sheet_too_large",
    /// The roster lacks headings that it must have.
    RosterHeadings = "roster_headings",
    /// The due list lacks headings that it must have.
    DueHeadings = "due_headings",
    /// The list of who is certified lacks headings that it must have.
    CertifiedHeadings = "certified_headings",
    /// The picture ends before it is complete.
    PhotoTruncated = "photo_truncated",
    /// No such picture here.
    PhotoUnknown = "photo_unknown",
    /// The picture left this laptop: the center and its backup have it.
    PhotoThinned = "photo_thinned",
    /// Not a picture that can be read.
    PhotoUnreadable = "photo_unreadable",
    /// The picture is larger than allowed.
    PhotoTooLarge = "photo_too_large",
    /// Not a kind of file that the question takes.
    FileNotTaken = "file_not_taken",
    /// The file is larger than what is taken in.
    FileTooLarge = "file_too_large",
    /// The form's workbook has errors.
    FormBroken = "form_broken",
    /// The item's newest form is this one already.
    FormUnchanged = "form_unchanged",
    /// An item that is published for the first time lacks its name or the department that decides.
    NewItemIncomplete = "new_item_incomplete",
    /// The form's files are larger than what may go down every laptop's line.
    FormTooLarge = "form_too_large",
    /// The form's own rules say that these answers cannot stand.
    AnswersInvalid = "answers_invalid",
    /// An answer names no question of the form.
    AnswerUnknown = "answer_unknown",
    /// The case cannot be submitted yet: questions or materials are missing or wrong.
    CaseIncomplete = "case_incomplete",
    /// A line of a register cannot be recorded as it is.
    LineIncomplete = "line_incomplete",
    /// No such line of a register.
    LineUnknown = "line_unknown",
    /// A line that the program wrote is not altered.
    LineFrozen = "line_frozen",
    /// An office has verified this death: an agent does not alter it.
    DeathVerified = "death_verified",
    /// The month is not over yet.
    MonthOpen = "month_open",
    /// The month is closed already.
    MonthClosed = "month_closed",
    /// A second notice of what is missing needs a reason.
    NoticeNeedsReason = "notice_needs_reason",
    /// Nothing is missing: there is nothing to give notice of.
    NothingMissing = "nothing_missing",
    /// The same person has a case of this item in this period already.
    CaseDoubled = "case_doubled",
    /// The bundle closes by itself when the last of its cases is decided.
    BundleClosesItself = "bundle_closes_itself",
    /// The calendar of working days cannot be used.
    CalendarBroken = "calendar_broken",
    /// The item's card cannot be used.
    CardBroken = "card_broken",
    /// No such item in the catalogue.
    ItemUnknown = "item_unknown",
    /// A new item cannot have the code of one that is there.
    ItemKnown = "item_known",
    /// The item is a guide: there is no form to fill in.
    ItemHasNoForm = "item_has_no_form",
    /// The item is switched off, or its rule is not in force today.
    ItemClosed = "item_closed",
    /// Other values are open now than those on the screen, or none any more.
    ConflictMoved = "conflict_moved",
    /// The photo is here and will come by itself: it is not lost.
    PhotoHere = "photo_here",
    /// No such person.
    PersonUnknown = "person_unknown",
    /// What is told of a person cannot be so: the field and the reason are named.
    PersonWrong = "person_wrong",
    /// This person is in the ledger already.
    PersonKnown = "person_known",
    /// Several persons fit.
    PersonAmbiguous = "person_ambiguous",
    /// No such household.
    HouseholdUnknown = "household_unknown",
    /// No such visit.
    VisitUnknown = "visit_unknown",
    /// 误录作废: the visit counts as none, and is not written into.
    VisitVoid = "visit_void",
    /// There is no such hand-over.
    HandoverUnknown = "handover_unknown",
    /// No such case.
    CaseUnknown = "case_unknown",
    /// The case does not stand where this can be done.
    CaseStage = "case_stage",
    /// A newer revision exists than the one on the screen.
    RevisionOutdated = "revision_outdated",
    /// The case was not imported yet.
    CaseNotImported = "case_not_imported",
    /// No such batch.
    BatchUnknown = "batch_unknown",
    /// No such staff member.
    StaffUnknown = "staff_unknown",
    /// This staff member may not do that here.
    NotAllowed = "not_allowed",
    /// No such village in the divisions.
    VillageUnknown = "village_unknown",
    /// The center made another laptop responsible for this village: what is here can be read, nothing is written any more.
    VillageTaken = "village_taken",
    /// There is a center in this folder already.
    CenterExists = "center_exists",
    /// No center in this folder.
    CenterMissing = "center_missing",
    /// A record cannot be changed by this older program.
    NewerRecord = "newer_record",
    /// What was given cannot be read as what it should be.
    BadInput = "bad_input",
    /// Name and password do not belong together.
    WrongPassword = "wrong_password",
    /// The password is too short or too easily guessed.
    WeakPassword = "weak_password",
    /// Too many wrong tries: for some minutes no try is looked at.
    LockedOut = "locked_out",
    /// Nobody is signed in at the console, or not any more.
    NotSignedIn = "not_signed_in",
    /// The password was given by somebody else: a new one has to be chosen first.
    MustChangePassword = "must_change_password",
    /// Another staff member at work has this name.
    NameTaken = "name_taken",
    /// No such laptop.
    LaptopUnknown = "laptop_unknown",
    /// The batch file is larger than the center takes.
    BatchTooLarge = "batch_too_large",
    /// Something that should not happen; the detail is in the log.
    Internal = "internal",
}
