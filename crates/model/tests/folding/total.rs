//! F1: folding is total. Whatever well-formed entries come, in whatever order, nothing panics and the document can be kept.

use crate::generated::batch;
use crate::writing::with_body;
use crate::writing::{Writer, fields, uuid, village};
use bangban_model::body::{self, Body, KINDS};
use bangban_model::deadline::PauseReason;
use bangban_model::document::Document;
use bangban_model::entry::Entry;
use bangban_model::fold::{Standing, apply};
use bangban_model::ids::AgentId;
use bangban_model::lineage::Place;
use bangban_model::{Audience, Digest, EntryId, Lineage, SubjectId};
use proptest::prelude::*;
use serde_json::Value;

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z/]{0,3}", inner, 0..3).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Ids from so small a pool that entries name each other.
fn any_entry_id() -> impl Strategy<Value = EntryId> {
    (1..4u128, 1..12u128).prop_map(|(writer, seq)| EntryId(uuid(7, seq | writer << 32)))
}

fn any_body() -> impl Strategy<Value = Body> {
    let set = || {
        (prop_oneof!["f", "photo/x", "/data/g", ""], any_value())
            .prop_map(|(path, value)| fields(&path, value))
    };
    let recorded = move || set().prop_map(|set| body::Recorded { set });
    let subject = || (0..3u128).prop_map(|number| SubjectId(uuid(4, number)));
    prop_oneof![
        1 => recorded().prop_map(Body::ResidentRecorded),
        1 => recorded().prop_map(Body::HouseholdRecorded),
        1 => recorded().prop_map(Body::VisitRecorded),
        1 => recorded().prop_map(Body::HandoverRecorded),
        1 => recorded().prop_map(Body::LineRecorded),
        4 => recorded().prop_map(Body::CaseRecorded),
        2 => set().prop_map(|set| {
            let Body::CaseOpened(mut opened) = crate::writing::opened() else { unreachable!() };
            opened.set = set;
            Body::CaseOpened(opened)
        }),
        1 => subject().prop_map(|other| Body::SameAs(body::SameAs { other })),
        2 => Just(crate::writing::submit()),
        1 => Just(Body::CaseWithdrawn(body::CaseWithdrawn { reason: String::new() })),
        2 => (prop::collection::vec(any_entry_id(), 0..4), any_value())
            .prop_map(|(among, value)| crate::writing::settle("f", &among, value)),
        1 => any::<u8>().prop_map(|byte| Body::PhotoLost(body::PhotoLost { digest: Digest([byte; 32]), reason: String::new() })),
        1 => any_entry_id().prop_map(crate::writing::accept),
        1 => any_entry_id().prop_map(crate::writing::send_back),
        1 => any_entry_id().prop_map(crate::writing::confirm),
        1 => any_entry_id().prop_map(|revision| Body::CaseImported(body::CaseImported { batch: batch(), revision })),
        1 => any_entry_id().prop_map(|revision| Body::CaseChecked(body::CaseChecked {
            revision,
            form_digest: Digest([7; 32]),
            irrelevant: vec!["/data/a".into()],
            recomputed: [("/data/b".into(), "2".into())].into(),
            invalid: vec![body::Remark { path: "/data/c".into(), text: "不对".into() }],
        })),
        1 => recorded().prop_map(Body::BenefitDecided),
        1 => any::<bool>().prop_map(|again| Body::NoticeGiven(body::NoticeGiven {
            missing: vec![body::Remark { path: "material/id_card".into(), text: "缺".into() }],
            complete_by: None,
            reason: if again { "新发现".into() } else { String::new() },
        })),
        2 => Just(Body::ClockPaused(body::ClockPaused { reason: PauseReason::PublicNotice, note: String::new() })),
        2 => Just(Body::ClockResumed(body::ClockResumed {})),
        1 => Just(Body::BundleClosed(body::BundleClosed {})),
        1 => Just(Body::CaseImportUndone(body::CaseImportUndone { batch: batch() })),
        1 => Just(Body::InternalRemark(body::InternalRemark { text: "备注".into() })),
        1 => subject().prop_map(|case| Body::BatchImported(body::BatchImported { batch: batch(), cases: vec![case] })),
        1 => Just(Body::AgentAdded(body::AgentAdded { agent: AgentId(uuid(2, 1)), name: "李四".into() })),
        1 => Just(Body::AgentRemoved(body::AgentRemoved { agent: AgentId(uuid(2, 1)) })),
        1 => Just(Body::LedgerBegun(body::LedgerBegun { program: "bangban".into(), villages: vec![village()], fork: None, again: Vec::new() })),
    ]
}

#[derive(Clone, Debug)]
struct Told {
    writer: usize,
    body: Body,
    saw: Option<EntryId>,
    audience: Audience,
    position: Option<u64>,
    /// Replaces the body's text: nonsense of a known kind, or anything of an unknown one.
    nonsense: Option<(String, String)>,
    erased: bool,
}

fn any_told() -> impl Strategy<Value = Told> {
    let kind = prop_oneof![prop::sample::select(KINDS).prop_map(str::to_owned), "[a-z_]{0,20}"];
    (
        (0..3usize, any_body(), prop::option::of(any_entry_id())),
        prop_oneof![4 => Just(Audience::All), 1 => Just(Audience::Center)],
        prop::option::weighted(0.8, 0..20u64),
        prop::option::weighted(0.1, (kind, "\\PC{0,12}")),
        prop::bool::weighted(0.05),
    )
        .prop_map(|((writer, body, saw), audience, position, nonsense, erased)| Told {
            writer,
            body,
            saw,
            audience,
            position,
            nonsense,
            erased,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn f1_arbitrary_entries_in_any_order_never_panic_and_always_leave_a_document_that_can_be_kept(
        told in prop::collection::vec(any_told(), 0..30).prop_shuffle(),
        lives in prop::collection::vec((0..3usize, 0..3usize, 0..6u64, any_entry_id()), 0..4),
    ) {
        let mut writers = [Writer::agent(1), Writer::agent(2), Writer::staff(3)];
        let subject = SubjectId(uuid(4, 1));
        let mut document = Document::new(subject, village());
        // Lives that continue each other, in a ring too, and entries that were written again.
        let mut lineage = Lineage::default();
        for (life, ancestor, seq, entry) in lives {
            let life = writers[life].incarnation;
            lineage.add_fork(life, Place { life: writers[ancestor].incarnation, seq });
            lineage.add_again(entry, Place { life, seq });
        }
        for told in told {
            let mut entry = writers[told.writer].write(subject, told.saw, told.audience, told.body);
            if let Some((kind, text)) = &told.nonsense {
                entry = with_body(&entry, kind, text.as_bytes());
            }
            if told.erased {
                entry = Entry { body_bytes: None, ..entry };
            }
            let before = document.clone();
            let standing = Standing { entry: &entry, position: told.position, received_at: None };
            apply(&mut document, standing, &lineage);
            let kept = document.to_bytes().unwrap();
            let read = Document::from_bytes(&kept).unwrap();
            prop_assert_eq!(read.to_bytes().unwrap(), kept, "what was kept is read as it was");
            match told.audience {
                Audience::Center => prop_assert_eq!(&Document { center: None, ..document.clone() }, &Document { center: None, ..before }),
                Audience::All => prop_assert_eq!(document.history.len(), before.history.len() + 1),
            }
        }
    }
}
