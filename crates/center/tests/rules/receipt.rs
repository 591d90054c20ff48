//! A receipt of several lines, as a laptop takes it in (rules S3, X2).

use crate::author::{DAHU, FAR, Town, recorded, village};
use crate::real::RealLaptop;
use bangban_model::ids::AgentId;
use bangban_model::{Code, Digest, RecordId, SubjectId};
use bangban_sync::exchange::AnswerReader;
use bangban_sync::{
    AnswerLine, EntryLine, Mark, Positioned, Reach, Receipt, RefusalReason, Refused, Signed, SyncError,
    SyncProtocol,
};
use futures_util::{StreamExt, stream};
use uuid::Uuid;

async fn read(laptop: &RealLaptop, lines: Vec<Result<AnswerLine, SyncError>>) -> Result<(), SyncError> {
    let life = laptop.ledger.lock().unwrap().life().unwrap().id;
    let mut reader = AnswerReader::new(&laptop.ledger, &laptop.peer, &laptop.clock, life);
    reader.read(stream::iter(lines).boxed()).await.map(|_| ())
}

#[tokio::test]
async fn x2_lines_of_a_receipt_count_together_or_not_at_all() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    for by in [laptop.agent, AgentId(Uuid::new_v4()), laptop.agent] {
        laptop.write(by, &[(SubjectId(Uuid::new_v4()), recorded("name", "周大山"))]);
    }
    let (life, head) = {
        let ledger = laptop.ledger.lock().unwrap();
        (ledger.life().unwrap().id, ledger.own_entries(5, 5).unwrap()[0].header_hash())
    };
    let last = Receipt {
        center: laptop.peer.center,
        incarnation: life,
        prefix: Some(Reach { seq: 5, header_hash: head }),
        ranges: Vec::new(),
        refused: Vec::new(),
        photos: Vec::new(),
        stream_heads: Vec::new(),
        backup: None,
        given_at: "2026-03-02T09:00:00.000+08:00".into(),
        villages: Vec::new(),
        tls_pins: Vec::new(),
        pages_refused: None,
        revoked_at: None,
        audit_heads: Vec::new(),
    };
    let record = RecordId(Uuid::now_v7());
    let refused = vec![Refused { record, seqs: vec![4], reason: RefusalReason::AgentUnknown }];
    let first = Receipt { prefix: None, refused, ..last.clone() };
    let key = town.center.identity().signing_key().unwrap();
    let line = |receipt: &Receipt| Ok(AnswerLine::Receipt(Signed::sign(receipt, &key).unwrap()));
    let cut = vec![line(&first), Err(SyncError::Cut("test".into()))];
    assert!(matches!(read(&laptop, cut).await, Err(SyncError::Cut(_))));
    assert_eq!(laptop.standings(), ["pending"; 5], "half a receipt says nothing");
    let whole = vec![line(&first), line(&last), Ok(AnswerLine::Wanted(Vec::new())), Ok(AnswerLine::End)];
    read(&laptop, whole).await.unwrap();
    assert_eq!(laptop.standings(), ["received", "received", "received", "quarantined", "received"]);
    let ledger = laptop.ledger.lock().unwrap();
    let kept: i64 = ledger.entries().query_row("SELECT count(*) FROM receipt", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2, "each line is kept as it was signed");
}

#[tokio::test]
async fn x6_an_answer_without_its_pages_counts_and_is_no_success() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    let (life, head) = {
        let ledger = laptop.ledger.lock().unwrap();
        (ledger.life().unwrap().id, ledger.own_entries(2, 2).unwrap()[0].header_hash())
    };
    let receipt = Receipt {
        center: laptop.peer.center,
        incarnation: life,
        prefix: Some(Reach { seq: 2, header_hash: head }),
        ranges: Vec::new(),
        refused: Vec::new(),
        photos: Vec::new(),
        stream_heads: Vec::new(),
        backup: None,
        given_at: "2026-03-02T09:00:00.000+08:00".into(),
        villages: Vec::new(),
        tls_pins: Vec::new(),
        pages_refused: Some(Code::HistoryDiffers),
        revoked_at: None,
        audit_heads: Vec::new(),
    };
    let signed = Signed::sign(&receipt, &town.center.identity().signing_key().unwrap()).unwrap();
    let lines = [AnswerLine::Receipt(signed), AnswerLine::Wanted(Vec::new()), AnswerLine::End];
    let read = read(&laptop, lines.map(Ok).into()).await;
    assert!(matches!(read, Err(SyncError::Refused(Code::HistoryDiffers))), "{read:?}");
    assert_eq!(laptop.standings(), ["received"; 2]);
}

#[tokio::test]
async fn x3_a_page_that_never_ends_or_of_another_village_is_given_up() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    let mut answer = town.center.exchange(&laptop.peer.token, laptop.empty_post()).await.unwrap();
    let receipt = answer.next().await.unwrap().unwrap();
    let mut other = town.author(&[DAHU]).await;
    other.write(&[(SubjectId(Uuid::new_v4()), recorded("remark", &"村".repeat(60_000)))]);
    let entry = EntryLine::of(other.entries.last().unwrap()).unwrap();
    let positioned = |position| {
        let received_at = "2026-03-02T09:00:00.000+08:00".into();
        AnswerLine::Entry(Positioned { position, received_at, entry: entry.clone() })
    };
    let endless = [Ok(receipt.clone()), Ok(AnswerLine::Wanted(Vec::new()))].into_iter();
    let read_on = read(&laptop, endless.chain((1..40).map(|at| Ok(positioned(at)))).collect()).await;
    assert!(matches!(read_on, Err(SyncError::Broken("a page without an end"))), "{read_on:?}");
    let mark = AnswerLine::Mark(Mark {
        stream: village(FAR),
        position: 1,
        header_hash: Digest::ZERO,
        received_at: "2026-03-02T09:00:00.000+08:00".into(),
    });
    let strange = read(&laptop, [receipt, AnswerLine::Wanted(Vec::new()), mark].map(Ok).into()).await;
    assert!(matches!(strange, Err(SyncError::Broken("a page of another village"))), "{strange:?}");
}

#[tokio::test]
async fn s3_a_refused_record_of_a_laptop_is_told_and_never_received() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    laptop.write(AgentId(Uuid::new_v4()), &[(SubjectId(Uuid::new_v4()), recorded("name", "周大山"))]);
    laptop.write(laptop.agent, &[(SubjectId(Uuid::new_v4()), recorded("name", "周大河"))]);
    laptop.sync(&town.center).await.unwrap();
    assert_eq!(laptop.standings(), ["positioned", "positioned", "quarantined", "positioned"]);
}
