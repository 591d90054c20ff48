//! What the slots keep: the right PIN and the escrow open; nothing else does, and no damage gives a wrong key.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

const ALICE: &str = "018f2b1e-0000-7000-8000-00000000a11c";
const BOB: &str = "018f2b1e-0000-7000-8000-000000000b0b";
const COST: KdfCost = KdfCost::FLOOR;

fn pin(text: &str) -> Pin {
    Pin::parse(text).unwrap()
}

fn alices() -> Pin {
    pin("73918462")
}

fn bobs() -> Pin {
    pin("40269175")
}

struct Fixture {
    data_key: DataKey,
    offline: OpeningKey,
    file: SlotFile,
}

/// Two agents and an escrow; made once, since every derivation takes a moment.
static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let data_key = DataKey::random().unwrap();
    let offline = OpeningKey::random();
    let mut file = SlotFile::create(&data_key, ALICE, &alices(), None, COST).unwrap();
    file.add_pin(&data_key, BOB, &bobs(), None, COST).unwrap();
    file.add_escrow(&data_key, &offline.sealing_key()).unwrap();
    Fixture { data_key, offline, file }
});

fn reread(file: &SlotFile) -> SlotFile {
    SlotFile::from_json(&file.to_json().unwrap()).unwrap()
}

#[test]
fn k1_each_agents_pin_opens_the_same_data_key() {
    let fixture = &*FIXTURE;
    let file = reread(&fixture.file);
    assert_eq!(file.agents().collect::<Vec<_>>(), [ALICE, BOB]);
    for (agent, typed) in [(Some(ALICE), alices()), (Some(BOB), bobs()), (None, bobs())] {
        let opened = file.open_with_pin(agent, &typed, None).unwrap();
        assert_eq!(opened.data_key.expose(), fixture.data_key.expose());
        assert!(opened.previous.is_none());
        if agent.is_some() {
            assert_eq!(opened.agent.as_deref(), agent);
        } else {
            assert_eq!(opened.agent.as_deref(), Some(BOB), "the PIN tells whose slot it is");
        }
    }
}

#[test]
fn k1_a_wrong_pin_is_refused_alike_for_every_agent() {
    let file = &FIXTURE.file;
    let stranger = "018f2b1e-0000-7000-8000-00000000dead";
    for agent in [Some(ALICE), Some(BOB), Some(stranger), None] {
        assert_eq!(file.open_with_pin(agent, &pin("73918463"), None).unwrap_err(), KeyError::WrongPin);
    }
    assert_eq!(file.open_with_pin(Some(ALICE), &bobs(), None).unwrap_err(), KeyError::WrongPin);
    assert_eq!(file.open_with_pin(Some(BOB), &alices(), None).unwrap_err(), KeyError::WrongPin);
}

#[test]
fn k1_the_escrow_opens_with_the_offline_key_only() {
    let fixture = &*FIXTURE;
    let file = reread(&fixture.file);
    let (data_key, previous) = open_escrow(file.escrow_sealed().unwrap(), &fixture.offline).unwrap();
    assert_eq!(data_key.expose(), fixture.data_key.expose());
    assert!(previous.is_none());
    let opened = file.open_with_escrow(&fixture.offline).unwrap();
    assert_eq!((opened.data_key.expose(), opened.agent), (fixture.data_key.expose(), None));
    let other = OpeningKey::random();
    assert_eq!(open_escrow(file.escrow_sealed().unwrap(), &other).unwrap_err(), KeyError::NotForThisKey);
    assert_eq!(file.open_with_escrow(&other).unwrap_err(), KeyError::NotForThisKey);
}

#[test]
fn k1_a_forgotten_pin_is_replaced_through_the_escrow() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let opened = file.open_with_escrow(&fixture.offline).unwrap();
    file.add_pin(&opened.data_key, BOB, &pin("85260394"), None, COST).unwrap();
    assert_eq!(file.agents().count(), 2);
    assert_eq!(file.open_with_pin(Some(BOB), &bobs(), None).unwrap_err(), KeyError::WrongPin);
    let opened = file.open_with_pin(Some(BOB), &pin("85260394"), None).unwrap();
    assert_eq!(opened.data_key.expose(), fixture.data_key.expose());
}

#[test]
fn k1_a_keyring_secret_is_needed_beside_the_pin() {
    let data_key = DataKey::random().unwrap();
    let file = SlotFile::create(&data_key, ALICE, &alices(), Some(b"from the keyring"), COST).unwrap();
    let open = |secret: Option<&[u8]>| file.open_with_pin(Some(ALICE), &alices(), secret);
    assert_eq!(open(Some(b"from the keyring")).unwrap().data_key.expose(), data_key.expose());
    assert_eq!(open(Some(b"another")).unwrap_err(), KeyError::WrongPin);
    assert_eq!(open(None).unwrap_err(), KeyError::KeyringSecretMissing);
    // A slot from before there was a keyring goes on opening.
    assert!(FIXTURE.file.open_with_pin(Some(ALICE), &alices(), Some(b"new keyring")).is_ok());
}

#[test]
fn k1_only_the_holder_of_the_data_key_changes_the_file() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let wrong = DataKey::random().unwrap();
    let recipient = OpeningKey::random().sealing_key();
    assert_eq!(file.add_escrow(&wrong, &recipient), Err(KeyError::WrongDataKey));
    assert_eq!(file.add_pin(&wrong, BOB, &bobs(), None, COST), Err(KeyError::WrongDataKey));
    assert_eq!(file.remove_pin(&wrong, BOB), Err(KeyError::WrongDataKey));
    assert_eq!(file.begin_rotation(&wrong, &wrong), Err(KeyError::WrongDataKey));
    assert!(file == fixture.file, "refused changes leave no trace");
}

#[test]
fn k1_slots_are_taken_away_but_never_the_last() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    assert_eq!(file.remove_pin(&fixture.data_key, "nobody"), Err(KeyError::NoSuchSlot));
    file.remove_pin(&fixture.data_key, ALICE).unwrap();
    assert_eq!(file.open_with_pin(Some(ALICE), &alices(), None).unwrap_err(), KeyError::WrongPin);
    assert_eq!(file.remove_pin(&fixture.data_key, BOB), Err(KeyError::LastSlot));
    assert!(reread(&file).open_with_pin(None, &bobs(), None).is_ok());
}

#[test]
fn k1_too_many_slots_and_odd_agents_are_refused() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let one = file.pins[0].clone();
    file.pins = (0..16).map(|n| PinSlot { agent: format!("agent-{n}"), ..one.clone() }).collect();
    file.stamp(&fixture.data_key).unwrap();
    assert_eq!(
        file.add_pin(&fixture.data_key, ALICE, &alices(), None, COST),
        Err(KeyError::TooManySlots { limit: 16 })
    );
    for odd in ["", "two words", "王", &"a".repeat(65)] {
        assert_eq!(
            SlotFile::create(&fixture.data_key, odd, &alices(), None, COST).unwrap_err(),
            KeyError::BadAgentId
        );
    }
}

#[test]
fn k1_a_slot_under_the_floor_is_not_made() {
    let cheap = KdfCost { memory_kib: 64 * 1024 - 1, ..COST };
    let mut file = FIXTURE.file.clone();
    let data_key = &FIXTURE.data_key;
    assert_eq!(
        SlotFile::create(data_key, ALICE, &alices(), None, cheap).unwrap_err(),
        KeyError::CostBelowFloor
    );
    assert_eq!(file.add_pin(data_key, ALICE, &alices(), None, cheap), Err(KeyError::CostBelowFloor));
}

#[test]
fn k1_a_hostile_cost_is_refused_before_anything_is_derived() {
    for (cost, error) in [
        (KdfCost { memory_kib: u32::MAX, ..COST }, KeyError::CostAboveCeiling),
        (KdfCost { passes: u32::MAX, ..COST }, KeyError::CostAboveCeiling),
        (KdfCost { lanes: u32::MAX, ..COST }, KeyError::CostAboveCeiling),
        (KdfCost { memory_kib: 8, ..COST }, KeyError::CostBelowFloor),
    ] {
        let mut file = FIXTURE.file.clone();
        file.pins[1].cost = cost;
        file.checksum = file.compute_checksum().unwrap();
        assert_eq!(SlotFile::from_json(&file.to_json().unwrap()).unwrap_err(), error, "{cost:?}");
        // And once more behind it: a file that was never read from JSON.
        assert_eq!(file.open_with_pin(Some(BOB), &bobs(), None).unwrap_err(), error);
    }
}

#[test]
fn k1_a_newer_format_is_named_and_left_alone() {
    let text = br#"{"version":2,"slots":[{"kind":"something new"}]}"#;
    assert_eq!(SlotFile::from_json(text).unwrap_err(), KeyError::NewerFormat { found: 2, known: 1 });
    for text in [&b""[..], b"{}", b"[]", b"{\"version\":0}", b"{\"version\":1}", b"\xff", &[b'['; 100_000]] {
        assert_eq!(SlotFile::from_json(text).unwrap_err(), KeyError::Damaged);
    }
    assert_eq!(SlotFile::from_json(&vec![b' '; 300 * 1024]).unwrap_err(), KeyError::Damaged);
}

#[test]
fn k1_a_file_cut_anywhere_is_damaged() {
    let bytes = FIXTURE.file.to_json().unwrap();
    for cut in 0..bytes.len() {
        assert_eq!(SlotFile::from_json(&bytes[..cut]).unwrap_err(), KeyError::Damaged, "cut at {cut}");
    }
}

#[test]
fn k1_a_flipped_byte_is_noticed_before_a_pin_is_asked_for() {
    let bytes = FIXTURE.file.to_json().unwrap();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x10, 0x20] {
            let mut flipped = bytes.clone();
            flipped[at] ^= flip;
            assert!(SlotFile::from_json(&flipped).is_err(), "byte {at} ^ {flip:#x}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// A thief who repairs the checksum still gets an error: never a panic, never another key.
    #[test]
    fn k1_tampering_anywhere_with_the_checksum_repaired_opens_nothing(at in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut bytes = FIXTURE.file.to_json().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        // Cost bytes may ask for much; bounded, but not in a test.
        if let Ok(mut file) = serde_json::from_slice::<SlotFile>(&bytes)
            && file.version == VERSION
            && file.pins.iter().all(|slot| slot.cost.memory_kib < 200_000 && slot.cost.passes < 4)
            && file.checksum == FIXTURE.file.checksum
        {
            file.checksum = file.compute_checksum().unwrap();
            let again = SlotFile::from_json(&file.to_json().unwrap());
            if let Ok(file) = again {
                prop_assert!(file.open_with_pin(Some(ALICE), &alices(), None).is_err(), "byte {}", at);
                prop_assert!(file.open_with_pin(Some(BOB), &bobs(), None).is_err(), "byte {}", at);
                prop_assert!(file.open_with_escrow(&FIXTURE.offline).is_err(), "byte {}", at);
            }
        }
    }
}

#[test]
fn k1_a_slot_renamed_or_swapped_in_opens_nothing() {
    let fixture = &*FIXTURE;
    let reject = |file: &mut SlotFile, agent: &str, typed: Pin| {
        file.checksum = file.compute_checksum().unwrap();
        assert!(reread(file).open_with_pin(Some(agent), &typed, None).is_err());
    };
    let mut renamed = fixture.file.clone();
    renamed.pins.remove(1);
    renamed.pins[0].agent = BOB.to_owned();
    reject(&mut renamed, BOB, alices());

    let mut other_recipient = fixture.file.clone();
    let thief = OpeningKey::random().sealing_key();
    other_recipient.escrow.as_mut().unwrap().recipient = thief;
    reject(&mut other_recipient, ALICE, alices());

    // Anybody can seal some key to a public half; without the MAC it would be taken for the data key.
    let mut planted = fixture.file.clone();
    let thiefs_key = DataKey::random().unwrap();
    planted.pins[0].sealed = seal_data_keys(&planted.pins[0].recipient, &thiefs_key, None).unwrap();
    reject(&mut planted, ALICE, alices());
}

#[test]
fn k1_a_wrapped_key_is_bound_to_everything_beside_it() {
    // Below the MAC, which would notice all of these as well.
    let changes: [fn(&mut PinSlot); 6] = [
        |slot| slot.agent = BOB.to_owned(),
        |slot| slot.keyring = true,
        |slot| slot.cost.passes += 1,
        |slot| slot.salt[0] ^= 1,
        |slot| slot.nonce[0] ^= 1,
        |slot| slot.recipient = OpeningKey::random().sealing_key(),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut slot = FIXTURE.file.pins[0].clone();
        change(&mut slot);
        assert_eq!(
            slot.unwrap_opening_key(&alices(), None).unwrap_err(),
            KeyError::WrongPin,
            "change {index}"
        );
    }
}

#[test]
fn k2_a_rotation_keeps_the_old_key_until_it_is_finished() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let new = DataKey::random().unwrap();
    assert_eq!(file.finish_rotation(&fixture.data_key), Err(KeyError::NoRotation));
    file.begin_rotation(&fixture.data_key, &new).unwrap();

    let mut file = reread(&file);
    assert!(file.is_rotating());
    let during = file.open_with_pin(Some(BOB), &bobs(), None).unwrap();
    assert_eq!(during.data_key.expose(), new.expose());
    assert_eq!(during.previous.unwrap().expose(), fixture.data_key.expose());
    let (_, previous) = open_escrow(file.escrow_sealed().unwrap(), &fixture.offline).unwrap();
    assert_eq!(previous.unwrap().expose(), fixture.data_key.expose());
    let third = DataKey::random().unwrap();
    assert_eq!(file.begin_rotation(&new, &third), Err(KeyError::RotationUnfinished));
    assert_eq!(file.add_pin(&new, ALICE, &alices(), None, COST), Err(KeyError::RotationUnfinished));
    assert_eq!(file.finish_rotation(&fixture.data_key), Err(KeyError::WrongDataKey));

    file.finish_rotation(&new).unwrap();
    let after = reread(&file).open_with_pin(Some(ALICE), &alices(), None).unwrap();
    assert_eq!(after.data_key.expose(), new.expose());
    assert!(after.previous.is_none());
    assert!(open_escrow(file.escrow_sealed().unwrap(), &fixture.offline).unwrap().1.is_none());
}

#[test]
fn debug_output_of_secrets_shows_none() {
    let fixture = &*FIXTURE;
    let opened = fixture.file.open_with_escrow(&fixture.offline).unwrap();
    let shown = format!("{opened:?} {:?} {:?}", fixture.file, fixture.offline);
    let hex = fixture.data_key.raw_hex();
    assert!(!shown.contains(&hex[..8]), "{shown}");
    assert!(!shown.contains("SECRET") && !shown.contains("age1"), "{shown}");
    assert!(!shown.contains(&format!("{:?}", fixture.data_key.expose())[1..8]), "{shown}");
}
