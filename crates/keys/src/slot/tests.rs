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
    file.add_escrow(&data_key, None, &offline.sealing_key()).unwrap();
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
    let Deposited { data_key, previous, .. } =
        open_escrow(file.escrow_sealed().unwrap(), &fixture.offline).unwrap();
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
    assert_eq!(file.add_escrow(&wrong, None, &recipient), Err(KeyError::WrongDataKey));
    assert_eq!(file.add_pin(&wrong, BOB, &bobs(), None, COST), Err(KeyError::WrongDataKey));
    assert_eq!(file.begin_rotation(&wrong, &wrong, None), Err(KeyError::WrongDataKey));
    assert_eq!(file.begin_rotation(&wrong, &wrong, Some(BOB)), Err(KeyError::WrongDataKey));
    assert_eq!(file.confirm_escrow(&wrong, &[0; 32]), Err(KeyError::WrongDataKey));
    assert!(file == fixture.file, "refused changes leave no trace");
}

#[test]
fn k2_who_leaves_has_no_slot_from_the_rotation_on_but_the_last_one_stays() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let new = DataKey::random().unwrap();
    assert_eq!(file.begin_rotation(&fixture.data_key, &new, Some("nobody")), Err(KeyError::NoSuchSlot));
    assert!(file == fixture.file, "refused changes leave no trace");
    file.begin_rotation(&fixture.data_key, &new, Some(ALICE)).unwrap();
    assert_eq!(file.open_with_pin(Some(ALICE), &alices(), None).unwrap_err(), KeyError::WrongPin);
    assert!(reread(&file).open_with_pin(None, &bobs(), None).is_ok());
    file.finish_rotation(&new).unwrap();
    assert_eq!(file.open_with_pin(Some(ALICE), &alices(), None).unwrap_err(), KeyError::WrongPin);
    let third = DataKey::random().unwrap();
    assert_eq!(file.begin_rotation(&new, &third, Some(BOB)), Err(KeyError::LastSlot));
}

/// The code that the offline key finds in the escrow as it stands now.
fn code_of(file: &SlotFile) -> (String, RecoveryCode) {
    open_escrow(file.escrow_sealed().unwrap(), &FIXTURE.offline).unwrap().recovery.unwrap()
}

#[test]
fn k1_a_recovery_code_opens_a_slot_of_its_own_once() {
    let fixture = &*FIXTURE;
    let mut file = reread(&fixture.file);
    let (number, code) = code_of(&file);
    assert_eq!(file.recovery_numbers().collect::<Vec<_>>(), [number.as_str()]);
    let typed = RecoveryCode::parse(&code.groups().collect::<Vec<_>>().join(" ")).unwrap();
    let opened = file.open_with_recovery(&typed).unwrap();
    assert_eq!((opened.data_key.expose(), opened.agent), (fixture.data_key.expose(), None));
    let other = RecoveryCode::random().unwrap();
    assert_eq!(file.open_with_recovery(&other).unwrap_err(), KeyError::WrongRecoveryCode);

    file.spend_recovery(&fixture.data_key, &typed).unwrap();
    let file = reread(&file);
    assert_eq!(file.open_with_recovery(&typed).unwrap_err(), KeyError::WrongRecoveryCode);
    assert_eq!(file.recovery_numbers().count(), 0);
    assert!(file.open_with_pin(None, &alices(), None).is_ok(), "her PIN is no worse for it");
}

#[test]
fn k1_the_code_that_the_township_holds_opens_until_it_holds_the_next() {
    let fixture = &*FIXTURE;
    let (key, offline) = (&fixture.data_key, fixture.offline.sealing_key());
    let mut file = fixture.file.clone();
    let first = code_of(&file);
    let deposit = |file: &SlotFile| sha256(file.escrow_sealed().unwrap());
    assert!(file.confirm_escrow(key, &deposit(&file.clone())).unwrap());
    file.add_escrow(key, None, &offline).unwrap();
    let lost = code_of(&file);
    file.add_escrow(key, None, &offline).unwrap();
    let second = code_of(&file);
    let opens = |file: &SlotFile, code: &RecoveryCode| reread(file).open_with_recovery(code).is_ok();
    assert_eq!([&first.1, &lost.1, &second.1].map(|code| opens(&file, code)), [true, false, true]);
    assert_eq!(file.recovery_numbers().collect::<Vec<_>>(), [&first.0, &second.0]);

    assert!(!file.confirm_escrow(key, &[7; 32]).unwrap(), "the center signed something else");
    assert!(opens(&file, &first.1));
    assert!(file.confirm_escrow(key, &deposit(&file.clone())).unwrap());
    assert_eq!([&first.1, &second.1].map(|code| opens(&file, code)), [false, true]);
    assert!(file.confirm_escrow(key, &deposit(&file.clone())).unwrap(), "told twice");
    assert!(opens(&file, &second.1));
}

#[test]
fn k1_a_file_of_version_1_opens_and_goes_on_as_version_2() {
    let mut file = SlotFile::from_json(include_bytes!("keys-1.json")).unwrap();
    let opened = file.open_with_pin(None, &alices(), None).unwrap();
    assert_eq!(file.recovery_numbers().count(), 0);
    file.add_escrow(&opened.data_key, None, &FIXTURE.offline.sealing_key()).unwrap();
    let file = reread(&file);
    assert_eq!(file.version, 2);
    assert!(file.open_with_recovery(&code_of(&file).1).is_ok());
    assert!(file.open_with_pin(None, &alices(), None).is_ok());
}

#[test]
fn k1_an_escrow_of_before_there_were_recovery_codes_opens() {
    let fixture = &*FIXTURE;
    let sealed = seal_data_keys(&fixture.offline.sealing_key(), &fixture.data_key, None).unwrap();
    let deposited = open_escrow(&sealed, &fixture.offline).unwrap();
    assert_eq!(deposited.data_key.expose(), fixture.data_key.expose());
    assert!(deposited.recovery.is_none());
}

#[test]
fn k1_too_many_slots_and_odd_agents_are_refused() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let one = file.pins[0].clone();
    file.pins = (0..16).map(|n| Slot { holder: format!("agent-{n}"), ..one.clone() }).collect();
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
    let text = br#"{"version":3,"slots":[{"kind":"something new"}]}"#;
    assert_eq!(SlotFile::from_json(text).unwrap_err(), KeyError::NewerFormat { found: 3, known: 2 });
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
    renamed.pins[0].holder = BOB.to_owned();
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
    let changes: [fn(&mut Slot); 6] = [
        |slot| slot.holder = BOB.to_owned(),
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
            slot.unwrap_opening_key(Secret::Pin(&alices(), None)).unwrap_err(),
            KeyError::WrongPin,
            "change {index}"
        );
    }
}

#[test]
fn k2_a_rotation_keeps_the_old_key_until_it_is_finished() {
    let fixture = &*FIXTURE;
    let mut file = fixture.file.clone();
    let (old, new) = (&fixture.data_key, DataKey::random().unwrap());
    assert_eq!(file.finish_rotation(old), Err(KeyError::NoRotation));
    let before = code_of(&file);
    file.confirm_escrow(old, &sha256(file.escrow_sealed().unwrap())).unwrap();
    file.begin_rotation(old, &new, None).unwrap();

    let mut file = reread(&file);
    assert!(file.is_rotating());
    let holds_both = |opened: Opened| {
        assert_eq!(opened.data_key.expose(), new.expose());
        assert_eq!(opened.previous.unwrap().expose(), old.expose());
    };
    holds_both(file.open_with_pin(Some(BOB), &bobs(), None).unwrap());
    holds_both(file.open_with_escrow(&fixture.offline).unwrap());
    // The code that the township still holds opens the laptop, and so does the one that comes next.
    holds_both(file.open_with_recovery(&before.1).unwrap());
    holds_both(file.open_with_recovery(&code_of(&file).1).unwrap());
    let deposited = open_escrow(file.escrow_sealed().unwrap(), &fixture.offline).unwrap();
    assert_eq!(deposited.previous.unwrap().expose(), old.expose());

    let third = DataKey::random().unwrap();
    assert_eq!(file.begin_rotation(&new, &third, None), Err(KeyError::RotationUnfinished));
    assert_eq!(file.add_pin(&new, ALICE, &alices(), None, COST), Err(KeyError::RotationUnfinished));
    assert_eq!(file.finish_rotation(old), Err(KeyError::WrongDataKey));
    // A PIN forgotten just then is replaced all the same.
    file.put_pin(&new, Some(old), BOB, &pin("85260394"), None, COST).unwrap();
    holds_both(file.open_with_pin(Some(BOB), &pin("85260394"), None).unwrap());

    file.finish_rotation(&new).unwrap();
    let after = reread(&file).open_with_pin(Some(ALICE), &alices(), None).unwrap();
    assert_eq!(after.data_key.expose(), new.expose());
    assert!(after.previous.is_none());
    assert!(file.open_with_escrow(&fixture.offline).unwrap().previous.is_none());
    let code = code_of(&file).1;
    assert!(file.open_with_recovery(&code).unwrap().previous.is_none());
    assert_eq!(
        file.add_escrow(&new, Some(old), &fixture.offline.sealing_key()),
        Err(KeyError::NoRotation),
        "the old key is gone"
    );
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
