//! What comes back from a center, over the network or in a file: the receipt first, then pages and forms. Nothing of it is
//! believed that is not signed.

use crate::exchange::{Outcome, Peer, SharedLedger, locked};
use crate::form_line::FormLine;
use crate::heads::{KnownHead, went_back};
use crate::messages::{AnswerLine, Common, EnrolReply, PhotoReceipt, Receipt, StreamHead, Village, Wanted};
use crate::protocol::{Answer, SyncError};
use crate::signed::Signed;
use bangban_keys::VerifyingKey;
use bangban_ledger::audit_row::AuditFact;
use bangban_ledger::outbox::KnownTo;
use bangban_ledger::receive::{HeldRun, PageContent, PageItem, ReceiptFacts};
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::clock::Clock;
use bangban_model::{Code, Digest, IncarnationId, StreamId};
use futures_util::StreamExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// After the end of an answer its last byte is waited for so long.
const LAST_BYTE: Duration = Duration::from_secs(2);
/// No receipt has more lines.
const MAX_RECEIPT_LINES: usize = 256;
/// What stands in memory of pages that are not whole yet is no larger (bytes).
const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// What an item of a page takes beside its header and body (bytes).
const ITEM_BYTES: usize = 256;

/// Takes in an answer, from the network or from a receipt file.
pub struct AnswerReader<'a> {
    /// The ledger.
    pub ledger: &'a SharedLedger,
    /// Whose word is believed.
    pub peer: &'a Peer,
    /// For the time a receipt arrived.
    pub clock: &'a Arc<dyn Clock>,
    /// The life the answer must speak of.
    pub life: IncarnationId,
    /// What it brought.
    pub outcome: Outcome,
    /// Streams that the center does not know as far as this ledger does: it was put back from a copy (rule D2).
    pub lost: Vec<StreamId>,
    /// The heads that the receipt names.
    pub told: Vec<StreamHead>,
    /// Whether the answer is given just now, and not in a file of some day.
    pub present: bool,
    /// How far streams were known when the question was asked; empty for a file, which may be older.
    pub known: Vec<KnownHead>,
    /// Of those, the ones of which the receipt tells less than the center once signed.
    went_back: Vec<StreamId>,
    pages_refused: Option<Code>,
}

impl<'a> AnswerReader<'a> {
    /// Reads for this ledger what this peer says of this life.
    pub fn new(
        ledger: &'a SharedLedger,
        peer: &'a Peer,
        clock: &'a Arc<dyn Clock>,
        life: IncarnationId,
    ) -> Self {
        AnswerReader {
            ledger,
            peer,
            clock,
            life,
            outcome: Outcome::default(),
            lost: Vec::new(),
            told: Vec::new(),
            present: false,
            known: Vec::new(),
            went_back: Vec::new(),
            pages_refused: None,
        }
    }

    /// Reads to the end. What was read before a cut is kept: every page stands for itself.
    pub async fn read(&mut self, mut answer: Answer) -> Result<Vec<Wanted>, SyncError> {
        let mut wanted = Vec::new();
        let mut pages = OpenPages::of(locked(self.ledger, |ledger| ledger.cursors()).await?);
        // Lines of a receipt that is not whole yet. They count together with its last line, or not at all.
        let mut lines: Vec<Signed<Receipt>> = Vec::new();
        let mut receipted = false;
        while let Some(line) = answer.next().await {
            let line = line?;
            if let AnswerLine::Receipt(signed) = line {
                let is_last = self.ends_receipt(&signed)?;
                lines.push(signed);
                if is_last {
                    self.take_receipt(std::mem::take(&mut lines)).await?;
                    // The receipt may have told of another village: its pages come in this very answer.
                    pages = OpenPages::of(locked(self.ledger, |ledger| ledger.cursors()).await?);
                    receipted = true;
                }
                if lines.len() > MAX_RECEIPT_LINES {
                    return Err(SyncError::Broken("a receipt without an end"));
                }
                continue;
            }
            if !lines.is_empty() {
                // Nothing is held: no line says how far.
                self.take_receipt(std::mem::take(&mut lines)).await?;
                receipted = true;
            }
            match line {
                AnswerLine::Receipt(_) | AnswerLine::Working => {}
                _ if !receipted => return Err(SyncError::Broken("the receipt does not come first")),
                AnswerLine::Wanted(photos) => {
                    let again: Vec<Digest> = photos.iter().map(|photo| photo.digest).collect();
                    locked(self.ledger, move |ledger| ledger.pend_wanted(&again)).await?;
                    wanted = photos;
                }
                AnswerLine::Lost(stream) => self.lost.push(stream),
                AnswerLine::Common(common) => self.go_back(common).await?,
                AnswerLine::Mark(mark) => {
                    let item = PageItem {
                        position: mark.position,
                        received_at: mark.received_at,
                        content: PageContent::Mark(mark.header_hash),
                    };
                    pages.push(mark.stream, item, 0)?;
                }
                AnswerLine::Entry(positioned) => {
                    let entry =
                        positioned.entry.into_entry().map_err(|_| SyncError::Broken("an entry of a page"))?;
                    let stream = entry.header.stream.clone();
                    let bytes = entry.header_bytes.len() + entry.body_bytes.as_ref().map_or(0, Vec::len);
                    let item = PageItem {
                        position: positioned.position,
                        received_at: positioned.received_at,
                        content: PageContent::Entry(Box::new(entry)),
                    };
                    pages.push(stream, item, bytes)?;
                }
                AnswerLine::Head(signed) => self.take_page(signed, &mut pages).await?,
                AnswerLine::Form(line) => self.take_form(*line).await?,
                AnswerLine::End => {
                    self.note_lost().await?;
                    // Read to its last byte, its connection waits for the next request. All that it says is here already.
                    let _ = timeout(LAST_BYTE, answer.next()).await;
                    if !self.went_back.iter().all(|stream| self.lost.contains(stream)) {
                        // It does not know what it once signed, and does not say so.
                        return Err(SyncError::Refused(Code::HistoryDiffers));
                    }
                    return self.pages_refused.map_or(Ok(wanted), |code| Err(SyncError::Refused(code)));
                }
            }
        }
        Err(SyncError::Cut("the answer ended before its end".into()))
    }

    /// What the center says of streams that it lost counts where nothing newer was heard: the next file brings them back.
    async fn note_lost(&mut self) -> Result<(), SyncError> {
        if !self.present {
            return Ok(());
        }
        let lost = self.lost.iter().map(|stream| {
            let head = self.told.iter().find(|head| head.stream == *stream);
            let (position, hash) = head.map_or((0, Digest::ZERO), |head| (head.position, head.hash));
            (stream.clone(), position, hash)
        });
        let lost: Vec<_> = lost.collect();
        locked(self.ledger, move |ledger| ledger.set_lost_streams(&lost)).await
    }

    /// After a file brought back what was lost. In an old answer it says nothing any more.
    async fn go_back(&mut self, common: Common) -> Result<(), SyncError> {
        if !self.present {
            return Ok(());
        }
        locked(self.ledger, move |ledger| ledger.go_back(&common.stream, (common.position, common.hash)))
            .await
    }

    /// Whether this line of a receipt says how far everything is held: then it is the last.
    fn ends_receipt(&self, signed: &Signed<Receipt>) -> Result<bool, SyncError> {
        let receipt = self.verified(signed)?;
        Ok(receipt.prefix.is_some() || !receipt.ranges.is_empty())
    }

    fn verified(&self, signed: &Signed<Receipt>) -> Result<Receipt, SyncError> {
        let receipt = signed.verify(&self.peer.verifying_key).map_err(|_| SyncError::NotTrusted)?;
        if receipt.center != self.peer.center || receipt.incarnation != self.life {
            return Err(SyncError::Broken("the receipt speaks of another ledger"));
        }
        Ok(receipt)
    }

    async fn take_receipt(&mut self, lines: Vec<Signed<Receipt>>) -> Result<(), SyncError> {
        let mut facts = ReceiptFacts { kind: "exchange", ..Default::default() };
        let mut epoch = 0;
        let (mut given_at, mut villages, mut pins) = (None, Vec::new(), Vec::new());
        let mut revoked_at = None;
        for signed in &lines {
            let receipt = self.verified(signed)?;
            villages.clone_from(&receipt.villages);
            pins.clone_from(&receipt.tls_pins);
            add_facts(&mut facts, &receipt)?;
            self.went_back.extend(went_back(&self.known, &receipt.stream_heads));
            epoch = receipt.stream_heads.iter().map(|head| head.epoch).max().unwrap_or(epoch);
            self.told.extend(receipt.stream_heads.iter().cloned());
            self.pages_refused = self.pages_refused.or(receipt.pages_refused);
            let text = serde_json::to_string(signed).map_err(|_| SyncError::Broken("a receipt"))?;
            let before = std::mem::replace(&mut facts.signed, text);
            facts.earlier.extend(Some(before).filter(|text| !text.is_empty()));
            given_at = Some(receipt.given_at.clone());
            (facts.given_at, facts.backup) = (Some(receipt.given_at), receipt.backup);
            facts.epoch = receipt.stream_heads.iter().map(|head| head.epoch).max().or(facts.epoch);
            revoked_at = receipt.revoked_at;
        }
        let at = self.clock.now();
        // A receipt in a file is the truth too where no newer one was heard.
        let given = given_at.clone().unwrap_or_default();
        let newest = locked(self.ledger, move |ledger| ledger.is_newest_receipt(epoch, &given)).await?;
        self.present |= newest;
        facts.present = self.present;
        let told = given_at.clone().unwrap_or_default();
        self.outcome.revoked_at = revoked_at.clone();
        let assigned = locked(self.ledger, move |ledger| {
            ledger.apply_receipt(&facts, at)?;
            ledger.set_revoked_at(revoked_at.as_deref())?;
            ledger.set_post_unanswered(false)?;
            let assigned = assign(ledger, villages, &told)?;
            ledger.trust_pins(pins.iter().map(|pin| pin.0).collect(), &told)?;
            let gone = ledger.leave_streams()?;
            if !gone.is_empty() {
                tracing::info!(
                    villages = gone.len(),
                    "what was here of villages that are others' now was erased"
                );
            }
            Ok(assigned)
        })
        .await
        .map_err(|problem| match problem {
            SyncError::Local(Code::HistoryDiffers, _) => SyncError::OtherHistory,
            other => other,
        })?;
        self.outcome.assigned |= assigned;
        self.outcome.center_clock = given_at;
        Ok(())
    }

    async fn take_page(
        &mut self,
        signed: Signed<StreamHead>,
        pages: &mut OpenPages,
    ) -> Result<(), SyncError> {
        let head = signed.verify(&self.peer.verifying_key).map_err(|_| SyncError::NotTrusted)?;
        let items = pages.take(&head.stream);
        let text = serde_json::to_string(&signed).map_err(|_| SyncError::Broken("a stream head"))?;
        let changes = locked(self.ledger, move |ledger| {
            ledger.apply_page(&head.stream, items, (head.position, head.hash), &text)
        })
        .await?;
        self.outcome.from_others.extend(changes.from_others);
        Ok(())
    }

    async fn take_form(&mut self, line: FormLine) -> Result<(), SyncError> {
        let form = line.verified(self.peer.center, &self.peer.verifying_key).ok_or(SyncError::NotTrusted)?;
        let at = self.clock.now();
        let taken = locked(self.ledger, move |ledger| ledger.take_form(&form, at)).await?;
        self.outcome.forms += u64::from(taken);
        Ok(())
    }
}

/// Takes over the villages that a receipt names.
fn assign(ledger: &mut Ledger, villages: Vec<Village>, given_at: &str) -> Result<bool, LedgerError> {
    let codes = villages.iter().map(|village| village.code.clone()).collect();
    ledger.assign(codes, given_at, |reply| {
        let reply: EnrolReply = serde_json::from_value(reply).ok()?;
        serde_json::to_value(EnrolReply { villages, ..reply }).ok()
    })
}

/// Pages on their way whose heads did not come yet.
struct OpenPages {
    /// The streams of this laptop, each with its items and their size (bytes).
    streams: BTreeMap<StreamId, (Vec<PageItem>, usize)>,
    bytes: usize,
}

impl OpenPages {
    fn of(known: Vec<KnownTo>) -> Self {
        let streams = known.into_iter().map(|known| (known.stream, (Vec::new(), 0))).collect();
        OpenPages { streams, bytes: 0 }
    }

    fn push(&mut self, stream: StreamId, item: PageItem, bytes: usize) -> Result<(), SyncError> {
        let page = self.streams.get_mut(&stream).ok_or(SyncError::Broken("a page of another village"))?;
        let bytes = bytes + ITEM_BYTES;
        if self.bytes + bytes > MAX_PAGE_BYTES {
            return Err(SyncError::Broken("a page without an end"));
        }
        self.bytes += bytes;
        page.0.push(item);
        page.1 += bytes;
        Ok(())
    }

    fn take(&mut self, stream: &StreamId) -> Vec<PageItem> {
        let Some((items, bytes)) = self.streams.get_mut(stream).map(std::mem::take) else {
            return Vec::new();
        };
        self.bytes -= bytes;
        items
    }
}

/// What a kept receipt tells, once its signature holds: of an exchange, or of photos.
///
/// # Errors
/// `NotTrusted` where the signature does not hold, `Broken` where it is no receipt.
pub fn kept_receipt(key: &VerifyingKey, kind: &str, text: &str) -> Result<ReceiptFacts, SyncError> {
    let broken = |_| SyncError::Broken("a kept receipt");
    let mut facts = ReceiptFacts::default();
    if kind == "photos" {
        let signed: Signed<PhotoReceipt> = serde_json::from_str(text).map_err(broken)?;
        facts.photos = signed.verify(key).map_err(|_| SyncError::NotTrusted)?.photos;
    } else {
        let signed: Signed<Receipt> = serde_json::from_str(text).map_err(broken)?;
        add_facts(&mut facts, &signed.verify(key).map_err(|_| SyncError::NotTrusted)?)?;
    }
    Ok(facts)
}

/// What one line of a receipt says, beside what the lines before it said.
fn add_facts(facts: &mut ReceiptFacts, receipt: &Receipt) -> Result<(), SyncError> {
    if let Some(reach) = receipt.prefix {
        facts.runs.push(HeldRun { first: 1, last: reach.seq, last_hash: reach.header_hash });
    }
    facts.runs.extend(receipt.ranges.iter().map(|range| HeldRun {
        first: range.first,
        last: range.last,
        last_hash: range.last_hash,
    }));
    for record in &receipt.refused {
        let reason =
            serde_json::to_value(record.reason).ok().and_then(|value| value.as_str().map(str::to_owned));
        let reason = reason.ok_or(SyncError::Broken("a reason"))?;
        facts.refused.extend(record.seqs.iter().map(|seq| (*seq, reason.clone())));
    }
    facts.photos.extend(&receipt.photos);
    let epoch = receipt.stream_heads.iter().map(|head| head.epoch).max().unwrap_or(0);
    facts.audit_heads.extend(receipt.audit_heads.iter().map(|head| AuditFact {
        stream: head.stream.clone(),
        epoch,
        number: head.number,
        hash: head.hash,
    }));
    Ok(())
}
