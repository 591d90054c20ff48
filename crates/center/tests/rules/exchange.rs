//! Posts, receipts and pages (rules S1, X2, X3, X5).

use crate::author::*;
use crate::life::{continued, write_again};
use bangban_model::body::{Body, CaseSubmitted};
use bangban_model::{Code, Digest, SubjectId, chain};
use bangban_sync::{Cursor, Manifest, RefusalReason, SyncError, SyncProtocol};
use uuid::Uuid;

#[tokio::test]
async fn x2_a_receipt_names_everything_that_came_and_its_last_hash() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.submitted_case("SSC", &[]);
    let heard = alice.send_all(&town).await;
    let reach = heard.receipt.prefix.unwrap();
    assert_eq!((reach.seq, reach.header_hash), (alice.last_seq(), alice.hash_at(alice.last_seq())));
    assert!(heard.receipt.ranges.is_empty() && heard.receipt.refused.is_empty());
    assert!(heard.ended);
    town.assert_sound();
}

#[tokio::test]
async fn x5_posting_again_changes_nothing() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.submitted_case("SSC", &[]);
    let first = alice.send_all(&town).await;
    let again = alice.send_all(&town).await;
    assert_eq!(first.positions(DAHU), again.positions(DAHU));
    assert_eq!(town.center.store().counts().unwrap().entries, alice.last_seq());
    let batches = town.center.store().batches("", 10).unwrap();
    assert_eq!(batches.len(), 1, "a post that brings nothing new makes no batch");
}

#[tokio::test]
async fn x5_posts_in_any_order_and_overlap_end_alike() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    for number in 0..10 {
        alice.resident(&format!("居民{number}"));
    }
    for (first, last) in [(9, 12), (5, 9), (1, 2), (3, 4), (2, 11)] {
        alice.send(&town, first, last).await;
    }
    let heard = alice.ask(&town).await;
    assert_eq!(heard.prefix(), 12);
    assert!(heard.receipt.ranges.is_empty());
    assert_eq!(heard.order_of(&alice, DAHU), (1..=12).collect::<Vec<_>>());
    town.assert_sound();
}

#[tokio::test]
async fn x2_a_cut_post_keeps_whole_records_and_the_next_receipt_says_so() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    let (one, other) = (SubjectId(Uuid::new_v4()), SubjectId(Uuid::new_v4()));
    alice.write(&[(one, recorded("name", "周一")), (other, recorded("name", "周二"))]);
    let mut lines = alice.lines(1, 4);
    lines.push(Err(SyncError::Cut("test".into())));
    let post = alice.post_with(alice.manifest(1, 5), lines, &[]);
    assert!(matches!(town.center.exchange(&alice.token, post).await, Err(SyncError::Cut(_))));
    town.reopen();
    let heard = alice.ask(&town).await;
    assert_eq!(heard.prefix(), 3, "entry 4 is half a record and was not kept");
    let heard = alice.send(&town, 4, 5).await;
    assert_eq!(heard.prefix(), 5);
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 4, 5]);
    town.assert_sound();
}

#[tokio::test]
async fn x2_records_are_committed_while_a_post_still_streams() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    for number in 0..40 {
        let subject = SubjectId(Uuid::new_v4());
        let long = format!("{number}{}", "村".repeat(2000));
        alice.write(&[(subject, recorded("remark", &long))]);
    }
    let lines = alice.lines(1, alice.last_seq());
    let center = town.center.clone();
    let token = alice.token.clone();
    let (send, receive) = tokio::sync::mpsc::channel::<Result<bangban_sync::EntryLine, SyncError>>(1);
    let mut post = alice.post_with(alice.manifest(1, alice.last_seq()), Vec::new(), &[]);
    post.entries =
        futures_util::StreamExt::boxed(futures_util::stream::unfold(receive, |mut receive| async move {
            receive.recv().await.map(|line| (line, receive))
        }));
    let exchange = tokio::spawn(async move { center.exchange(&token, post).await.map(|_| ()) });
    for line in lines {
        send.send(line).await.unwrap();
    }
    // The post is not at its end: everything sent but the last chunk is durable already.
    assert!(town.center.store().counts().unwrap().entries >= 11, "committed about every 64 KiB");
    drop(send);
    exchange.await.unwrap().unwrap();
}

/// The same life going on from entry 2 in another way, as after a restore without a new incarnation.
pub fn forked_after_two(alice: &Author) -> Author {
    let mut restored = Author { entries: alice.entries[..2].to_vec(), ..Author::new(&[DAHU]) };
    (restored.life, restored.signing, restored.agent) = (alice.life, alice.signing.clone(), alice.agent);
    (restored.token, restored.center) = (alice.token.clone(), alice.center);
    restored.tails.insert(village(DAHU), alice.hash_at(2));
    restored.resident("周小河");
    restored.resident("周小溪");
    restored
}

#[tokio::test]
async fn x2_a_fork_shows_at_the_place_itself_and_at_either_neighbour() {
    for (known, posted) in [((1, 3), 3), ((1, 3), 4), ((4, 4), 3)] {
        let town = Town::new();
        let mut alice = town.author(&[DAHU]).await;
        alice.resident("周大山");
        alice.resident("周大河");
        alice.send(&town, 1, 2).await;
        alice.send(&town, known.0, known.1).await;
        let heard = forked_after_two(&alice).send(&town, posted, posted).await;
        assert_eq!(heard.refused, Some(Code::HistoryDiffers), "{known:?} is known, {posted} is posted");
        assert_eq!(alice.send_all(&town).await.prefix(), 4, "the first history goes on");
        town.assert_sound();
    }
}

#[tokio::test]
async fn x2_another_header_at_a_known_place_stops_the_post_and_keeps_what_came_before() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    let restored = forked_after_two(&alice);
    let heard = restored.send_all(&town).await;
    assert_eq!(heard.refused, Some(Code::HistoryDiffers));
    assert_eq!(heard.receipt.prefix.unwrap().header_hash, alice.hash_at(3), "the first history stands");
    assert!(!heard.ended);
    // A quiet post with a head that the center knows otherwise says the same.
    let heard = restored.send(&town, 4, 3).await;
    assert_eq!(heard.refused, Some(Code::HistoryDiffers));
    town.assert_sound();
}

#[tokio::test]
async fn x1_a_manifest_of_another_hand_or_for_another_center_is_refused() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let bob = town.author(&[DAHU]).await;
    alice.resident("周大山");
    let mut post = alice.post(1, 3);
    post.head.manifest =
        bangban_sync::Signed::sign(&alice.manifest(1, 3), &bangban_keys::SigningKey::random().unwrap())
            .unwrap();
    let refused = town.center.exchange(&alice.token, post).await.err().unwrap();
    assert_eq!(refused.code(), Code::ProtocolBroken);
    let manifest = Manifest { center: Uuid::new_v4(), ..alice.manifest(1, 3) };
    let post = alice.post_with(manifest, alice.lines(1, 3), &[]);
    let refused = town.center.exchange(&alice.token, post).await.err().unwrap();
    assert_eq!(refused.code(), Code::BatchNotForUs);
    let refused = town.center.exchange(&bob.token, alice.post(1, 3)).await.err().unwrap();
    assert_eq!(refused.code(), Code::LaptopRefused, "one laptop does not speak for another");
    let refused =
        town.center.exchange(&bangban_sync::Token("x".into()), alice.post(1, 3)).await.err().unwrap();
    assert_eq!(refused.code(), Code::LaptopRefused);
    assert_eq!(town.center.store().counts().unwrap().entries, 0);
}

#[tokio::test]
async fn x1_a_last_entry_that_is_not_the_signed_head_is_told() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    let manifest = Manifest { head: Digest::of(b"another"), ..alice.manifest(1, 3) };
    let post = alice.post_with(manifest, alice.lines(1, 3), &[]);
    let heard = Heard::out(&town, town.center.exchange(&alice.token, post).await.unwrap()).await;
    assert_eq!(heard.refused, Some(Code::ProtocolBroken));
}

#[tokio::test]
async fn x3_others_entries_come_whole_and_own_and_center_only_ones_as_marks() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let bob = town.author(&[DAHU]).await;
    alice.submitted_case("SSC", &[]);
    let own = alice.send_all(&town).await;
    assert_eq!((own.marks.len() as u64, own.entries.len()), (alice.last_seq(), 0));
    let staff = town.staff("李科员", bangban_center::Role::Acceptor);
    let batch = town.center.store().batches("", 1).unwrap()[0].id;
    town.center.import_batch(&staff, batch).unwrap();
    let heard = bob.ask(&town).await;
    assert_eq!(heard.entries.len() as u64, alice.last_seq());
    assert_eq!(heard.marks.len(), 2, "the import's two entries are for the center alone");
    assert_pages_lead_to_their_heads(&heard, DAHU);
    // From the cursor on there is nothing more, and no page.
    let head = heard.heads.last().unwrap();
    let cursor =
        Cursor { stream: head.stream.clone(), position: head.position, stream_hash: head.hash, whole: false };
    let heard = bob.ask_from(&town, std::slice::from_ref(&cursor)).await;
    assert!(heard.entries.is_empty() && heard.marks.is_empty() && heard.heads.is_empty() && heard.ended);
    let lost = Cursor { stream_hash: Digest::of(b"another history"), ..cursor };
    let heard = bob.ask_from(&town, &[lost]).await;
    assert!(
        heard.lost == [village(DAHU)] && heard.heads.is_empty() && heard.ended,
        "it is told, no page comes"
    );
}

fn assert_pages_lead_to_their_heads(heard: &Heard, code: &str) {
    let received: std::collections::BTreeMap<u64, String> = heard
        .entries
        .iter()
        .map(|entry| (entry.position, entry.received_at.clone()))
        .chain(heard.marks.iter().map(|mark| (mark.position, mark.received_at.clone())))
        .collect();
    let mut hash = Digest::ZERO;
    for (index, (position, header_hash)) in heard.positions(code).into_iter().enumerate() {
        assert_eq!(position, index as u64 + 1, "no gap");
        hash = chain::stream_hash(hash, position, header_hash, &received[&position]);
        if let Some(head) = heard.heads.iter().find(|head| head.position == position) {
            assert_eq!(head.hash, hash);
        }
    }
    let last = heard.heads.last().unwrap();
    assert_eq!(last.hash, hash, "the last page ends where the stream ends");
    assert!(heard.receipt.stream_heads.contains(last));
}

#[tokio::test]
async fn x3_a_long_stream_comes_in_pages_each_with_its_own_head() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let bob = town.author(&[DAHU]).await;
    let people: Vec<_> =
        (0..900).map(|n| (SubjectId(Uuid::new_v4()), recorded("name", &format!("居民{n}")))).collect();
    for some in people.chunks(90) {
        alice.write(some);
    }
    alice.send_all(&town).await;
    let heard = bob.ask(&town).await;
    assert!(heard.heads.len() >= 3, "{} pages", heard.heads.len());
    assert_eq!(heard.entries.len(), 902);
    assert_pages_lead_to_their_heads(&heard, DAHU);
    town.assert_sound();
}

#[tokio::test]
async fn s1_two_villages_have_positions_of_their_own_and_a_laptop_hears_only_of_hers() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU, OTHER]).await;
    let bob = town.author(&[OTHER]).await;
    for _ in 0..3 {
        alice.write_in(DAHU, &[(SubjectId(Uuid::new_v4()), recorded("name", "周大山"))]);
        alice.write_in(OTHER, &[(SubjectId(Uuid::new_v4()), recorded("name", "陈小河"))]);
    }
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.positions(DAHU).len(), 5);
    assert_eq!(heard.positions(OTHER).keys().copied().collect::<Vec<_>>(), vec![1, 2, 3]);
    let heard = bob.ask(&town).await;
    assert_eq!(heard.entries.len(), 3);
    assert!(heard.positions(DAHU).is_empty());
    assert_eq!(heard.receipt.stream_heads.len(), 1);
    town.assert_sound();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s1_two_laptops_at_once_through_two_processes_leave_no_gap_in_the_stream() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let mut bob = town.author(&[DAHU]).await;
    for _ in 0..30 {
        alice.resident("周大山");
        bob.resident("陈小河");
    }
    let other =
        bangban_center::Center::open(bangban_center::DataFolder::new(town.folder.path()), town.clock.clone());
    let other = other.unwrap();
    let send = |center: bangban_center::Center, author: &Author| {
        let posts: Vec<_> = (1..=author.last_seq()).map(|seq| author.post(seq, seq)).skip(2).collect();
        let begin = author.post(1, 2);
        let token = author.token.clone();
        tokio::spawn(async move {
            let _ = center.exchange(&token, begin).await.unwrap();
            for post in posts {
                let _ = center.exchange(&token, post).await.unwrap();
            }
        })
    };
    let (one, two) = (send(town.center.clone(), &alice), send(other, &bob));
    one.await.unwrap();
    two.await.unwrap();
    let heard = alice.ask(&town).await;
    let expected = alice.last_seq() + bob.last_seq();
    assert_eq!(heard.positions(DAHU).keys().copied().collect::<Vec<_>>(), (1..=expected).collect::<Vec<_>>());
    town.assert_sound();
}

#[tokio::test]
async fn x5_an_entry_written_again_by_a_life_that_continues_another_is_one_entry_in_either_order() {
    for descendant_first in [false, true] {
        let town = Town::new();
        let mut alice = town.author(&[DAHU]).await;
        alice.send_all(&town).await;
        alice.resident("周大山");
        let mut again = continued(&town, &alice, 2);
        write_again(&mut again, &alice.entries[2]);
        let (first, second) = if descendant_first { (&again, &alice) } else { (&alice, &again) };
        first.send_all(&town).await;
        let before = town.center.store().counts().unwrap().entries;
        let heard = second.send_all(&town).await;
        assert_eq!(heard.prefix(), second.last_seq(), "the alias is receipted");
        assert!(heard.receipt.refused.is_empty(), "{:?}", heard.receipt.refused);
        let beginning = u64::from(!descendant_first);
        assert_eq!(town.center.store().counts().unwrap().entries, before + beginning, "no second position");
        town.assert_sound();
    }
}

#[tokio::test]
async fn x5_the_same_id_with_other_content_stands_in_quarantine() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let mut bob = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    write_again(&mut bob, &alice.entries[2]);
    let heard = bob.send_all(&town).await;
    assert_eq!(heard.prefix(), 3);
    assert_eq!(heard.receipt.refused.len(), 1);
    assert_eq!(
        heard.receipt.refused[0].reason,
        RefusalReason::IdTaken,
        "unrelated lives never share an entry"
    );
    // The same beyond a gap, where it would have to wait.
    let mut carol = town.author(&[DAHU]).await;
    carol.resident("陈小河");
    write_again(&mut carol, &alice.entries[2]);
    let heard = carol.send(&town, 4, 4).await;
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::IdTaken);
    assert_eq!(carol.send_all(&town).await.prefix(), 4);
    town.assert_sound();
}

#[tokio::test]
async fn s1_positions_and_documents_survive_a_restart() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let case = alice.submitted_case("DIBAO", &[]);
    let before = alice.send_all(&town).await;
    town.reopen();
    let after = alice.ask(&town).await;
    assert_eq!(before.positions(DAHU), after.positions(DAHU));
    let line = town.center.store().case("", case).unwrap().unwrap();
    assert_eq!(line.document.case.as_ref().unwrap().revisions.len(), 1);
    assert_eq!(line.resident_name, "周大山");
    alice.write(&[
        (case, case_recorded("/data/method", "again")),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.order_of(&alice, DAHU), (1..=alice.last_seq()).collect::<Vec<_>>());
    town.assert_sound();
}
