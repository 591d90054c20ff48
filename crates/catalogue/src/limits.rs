//! The limits of an item as clocks need them.

use crate::item_card::ItemCard;
use crate::item_parts::NamedLimit;
use crate::item_words::{Certainty, CycleKind, DayKind};

/// A limit of so many days of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many; 0 where it is done at once.
    pub days: u32,
    /// Of what.
    pub kind: DayKind,
    /// How well it is known.
    pub certainty: Certainty,
}

impl Limit {
    fn of(limit: &NamedLimit) -> Self {
        Limit { days: limit.days, kind: limit.day_kind, certainty: limit.certainty }
    }
}

/// A limit of one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageLimit {
    /// The stage's id.
    pub stage: String,
    /// Its limit.
    pub limit: Limit,
    /// Whether the place promised it.
    pub promised: bool,
}

/// What bounds a case of an item, and when it is looked at again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLimits {
    /// 法定: the whole way, from acceptance.
    pub statutory: Option<Limit>,
    /// 承诺: the same, as the place promises it.
    pub promised: Option<Limit>,
    /// The stages that have limits of their own, in the card's order, promised ones last.
    pub stages: Vec<StageLimit>,
    /// Review: from where, and after how many months.
    pub review: Option<(CycleKind, u32)>,
}

/// The limits of an item. Of several for the whole way the first counts; a limit by the only name there is counts as whole
/// where it is done at once.
#[must_use]
pub fn limits_of(card: &ItemCard) -> ItemLimits {
    let limits = &card.limits;
    let of_stages = |list: &[NamedLimit], promised| -> Vec<StageLimit> {
        let bound = |limit: &NamedLimit| {
            Some(StageLimit { stage: limit.stage.clone()?, limit: Limit::of(limit), promised })
        };
        list.iter().filter_map(bound).collect()
    };
    let mut stages = of_stages(&limits.statutory, false);
    stages.extend(of_stages(&limits.promised, true));
    let cycle = card.review_cycle.as_ref().filter(|cycle| cycle.kind != CycleKind::None);
    ItemLimits {
        statutory: whole(&limits.statutory),
        promised: whole(&limits.promised),
        stages,
        review: cycle.and_then(|cycle| Some((cycle.kind, cycle.months?))),
    }
}

fn whole(limits: &[NamedLimit]) -> Option<Limit> {
    let instant = |limit: &&NamedLimit| limits.len() == 1 && limit.day_kind == DayKind::Instant;
    limits.iter().find(|limit| limit.whole).or_else(|| limits.first().filter(instant)).map(Limit::of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;
    use crate::item_card::tests::FULL;

    #[test]
    fn the_whole_way_the_stages_and_the_review_are_told() {
        let limits = limits_of(&ItemCard::read(FULL).expect("the full card"));
        let days = |limit: Option<Limit>| limit.map(|limit| (limit.days, limit.kind));
        assert_eq!(days(limits.statutory), Some((30, DayKind::Workday)));
        assert_eq!(days(limits.promised), Some((1, DayKind::Month)));
        let stages: Vec<_> =
            limits.stages.iter().map(|of| (of.stage.as_str(), of.limit.days, of.promised)).collect();
        assert_eq!(stages, [("notice", 7, false), ("notice", 5, true)]);
        assert_eq!(limits.review, Some((CycleKind::Periodic, 12)));
    }

    #[test]
    fn the_built_in_items_have_theirs() {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        let of = |code: &str| limits_of(&catalogue.item(code).expect(code).card);
        assert_eq!(of("DIBAO").statutory.map(|limit| (limit.days, limit.kind)), Some((30, DayKind::Workday)));
        assert_eq!(of("PENSION_CERT").statutory.map(|limit| limit.kind), Some(DayKind::Instant));
        assert_eq!(of("PENSION_CERT").review, Some((CycleKind::Rolling, 12)));
        assert_eq!((of("SSC").statutory, of("SSC").review), (None, None), "differs by place, and by card");
    }
}
