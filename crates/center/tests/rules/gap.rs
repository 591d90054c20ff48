//! Gaps (rule S4).

use crate::author::*;
use bangban_center::Role;
use bangban_model::body::{AgentAdded, Body};
use bangban_model::ids::AgentId;
use bangban_model::{Actor, SubjectId};
use bangban_sync::RefusalReason;
use uuid::Uuid;

#[tokio::test]
async fn s4_entries_beyond_a_gap_are_held_receipted_as_a_range_and_positioned_in_order_when_it_closes() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    for number in 0..7 {
        alice.resident(&format!("居民{number}"));
    }
    alice.send(&town, 1, 3).await;
    let heard = alice.send(&town, 7, 9).await;
    assert_eq!(heard.prefix(), 3);
    assert_eq!(heard.receipt.ranges.len(), 1);
    let range = heard.receipt.ranges[0];
    assert_eq!((range.first, range.last, range.last_hash), (7, 9, alice.hash_at(9)));
    assert_eq!(heard.positions(DAHU).len(), 3, "what lies beyond the gap has no position");
    town.assert_sound();
    town.reopen();
    let heard = alice.send(&town, 4, 6).await;
    assert_eq!(heard.prefix(), 9);
    assert!(heard.receipt.ranges.is_empty());
    assert_eq!(heard.order_of(&alice, DAHU), (1..=9).collect::<Vec<_>>());
    town.assert_sound();
}

#[tokio::test]
async fn s4_a_gap_in_one_stream_does_not_hold_the_other() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU, OTHER]).await;
    alice.write_in(DAHU, &[(SubjectId(Uuid::new_v4()), recorded("name", "周大山"))]); // 3, will be missing
    alice.write_in(OTHER, &[(SubjectId(Uuid::new_v4()), recorded("name", "陈小河"))]); // 4
    alice.write_in(DAHU, &[(SubjectId(Uuid::new_v4()), recorded("name", "周大河"))]); // 5, lacks 3
    alice.send(&town, 1, 2).await;
    let heard = alice.send(&town, 4, 5).await;
    assert_eq!(heard.order_of(&alice, OTHER), vec![4], "it lacks nothing of its stream");
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2], "5 lacks the entry before it in its stream");
    let range = heard.receipt.ranges[0];
    assert_eq!((range.first, range.last), (4, 5), "both are receipted as held beyond the gap");
    let heard = alice.send(&town, 3, 3).await;
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 5]);
    town.assert_sound();
}

#[tokio::test]
async fn s4_a_record_waits_for_its_missing_part() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (one, other) = (SubjectId(Uuid::new_v4()), SubjectId(Uuid::new_v4()));
    alice.write(&[(one, recorded("name", "周一")), (other, recorded("name", "周二"))]);
    alice.send(&town, 1, 3).await;
    let heard = alice.ask(&town).await;
    assert_eq!(heard.prefix(), 3, "it is stored");
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2], "and not in force without its other half");
    let heard = alice.send(&town, 4, 4).await;
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 4]);
    town.assert_sound();
}

#[tokio::test]
async fn s4_an_agent_added_within_the_gap_does_not_condemn_what_she_wrote_beyond_it() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU, OTHER]).await;
    let second = AgentId(Uuid::new_v4());
    let device = alice.device;
    alice.write(&[(device, Body::AgentAdded(AgentAdded { agent: second, name: "李小满".into() }))]); // 3
    let person = new_entry(&village(OTHER), SubjectId(Uuid::new_v4()), &recorded("name", "陈小河"));
    alice.write_as(Actor::Agent(second), &[person]); // 4
    alice.send(&town, 1, 2).await;
    let heard = alice.send(&town, 4, 4).await;
    assert!(heard.receipt.refused.is_empty(), "{:?}", heard.receipt.refused);
    let heard = alice.send(&town, 3, 3).await;
    assert_eq!(heard.order_of(&alice, OTHER), vec![4]);
    town.assert_sound();
}

#[tokio::test]
async fn s4_staff_release_a_gap_that_will_never_fill_and_what_comes_late_after_all_is_taken() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    for number in 0..4 {
        alice.resident(&format!("居民{number}"));
    }
    alice.send(&town, 1, 3).await;
    alice.send(&town, 5, 6).await;
    let gaps = town.center.store().gaps("").unwrap();
    assert_eq!((gaps.len(), gaps[0].missing_from, gaps[0].held), (1, 4, 2));
    let staff = town.staff("李科员", Role::Acceptor);
    assert_eq!(town.center.release_gap(&staff, alice.life).unwrap(), 2);
    let heard = alice.ask(&town).await;
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 5, 6]);
    assert_eq!(heard.prefix(), 3, "a receipt never names what is missing");
    let heard = alice.send(&town, 4, 4).await;
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 5, 6, 4]);
    assert_eq!(heard.prefix(), 6);
}

#[tokio::test]
async fn s4_a_stream_chain_that_names_another_entry_is_refused_where_nothing_is_missing() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.resident("周大河");
    alice.spoil_last(|header| header.stream_prev = header.prev.max(bangban_model::Digest::of(b"x")));
    alice.spoil_last(|header| header.stream_prev = bangban_model::Digest::of(b"nothing"));
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.prefix(), 4);
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::Malformed);
    town.assert_sound();
}
