//! Who lives together: families of the demo village by their size.

use super::Chance;
use crate::identity::Sex;

/// A place in a family, before it has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member {
    /// 与户主关系.
    pub relation: &'static str,
    /// Sex.
    pub sex: Sex,
    /// Full years of age.
    pub age_years: u32,
    /// Whether the person came by marriage and has a surname of his or her own.
    pub married_in: bool,
}

fn of_house(relation: &'static str, sex: Sex, age_years: u32) -> Member {
    Member { relation, sex, age_years, married_in: false }
}

fn married_in(relation: &'static str, age_years: u32) -> Member {
    Member { relation, sex: Sex::Female, age_years, married_in: true }
}

/// Makes a family of exactly `size` people (at least one), the head first.
pub(super) fn compose_family(size: usize, chance: &mut Chance) -> Vec<Member> {
    let kind = chance.below(100);
    let mut family = match size {
        0 | 1 => lone_person(kind, chance),
        2 => pair(kind, chance),
        3 if kind < 30 => left_behind(1, chance),
        3 => young_family(1, 0, chance),
        4 if kind < 25 => left_behind(2, chance),
        4 if kind < 65 => young_family(2, 0, chance),
        4 => young_family(1, 1, chance),
        5 if kind < 45 => young_family(1, 2, chance),
        5 if kind < 60 => young_family(3, 0, chance),
        5 => three_generations(1, chance),
        6 if kind < 40 => young_family(2, 2, chance),
        _ => three_generations(size - 4, chance),
    };
    family.truncate(size.max(1));
    family
}

fn lone_person(kind: u64, chance: &mut Chance) -> Vec<Member> {
    let head = match kind {
        0..50 => married_in("户主", chance.between(66, 97)),
        50..80 => of_house("户主", Sex::Male, chance.between(64, 93)),
        _ => of_house("户主", Sex::Male, chance.between(36, 61)),
    };
    vec![head]
}

fn pair(kind: u64, chance: &mut Chance) -> Vec<Member> {
    match kind {
        0..70 => old_couple(chance),
        70..85 => {
            let mother = chance.between(68, 92);
            let son = mother - chance.between(22, 36);
            vec![married_in("户主", mother), of_house("子", Sex::Male, son)]
        }
        _ => {
            let husband = chance.between(26, 58);
            vec![of_house("户主", Sex::Male, husband), married_in("妻", wife_age(husband, chance))]
        }
    }
}

fn old_couple(chance: &mut Chance) -> Vec<Member> {
    let husband = chance.between(62, 93);
    vec![of_house("户主", Sex::Male, husband), married_in("妻", wife_age(husband, chance))]
}

/// Grandparents with the grandchildren whose parents work far away.
fn left_behind(grandchildren: usize, chance: &mut Chance) -> Vec<Member> {
    let husband = chance.between(57, 74);
    let mut family = vec![of_house("户主", Sex::Male, husband), married_in("妻", wife_age(husband, chance))];
    for _ in 0..grandchildren {
        family.push(grandchild(chance.between(3, 16), chance));
    }
    family
}

/// A couple in the middle of life with children, and possibly the husband's parents.
fn young_family(children: usize, parents: usize, chance: &mut Chance) -> Vec<Member> {
    let husband = chance.between(27, 56);
    let wife = wife_age(husband, chance);
    let mut family = vec![of_house("户主", Sex::Male, husband), married_in("妻", wife)];
    family.extend(children_of(wife, children, chance));
    let mother = husband + chance.between(20, 30);
    if parents == 2 {
        family.push(of_house("父亲", Sex::Male, mother + chance.between(0, 4)));
    }
    if parents >= 1 {
        family.push(married_in("母亲", mother));
    }
    family
}

/// An old couple with a married son and his children.
fn three_generations(grandchildren: usize, chance: &mut Chance) -> Vec<Member> {
    let husband = chance.between(54, 80);
    let wife = wife_age(husband, chance);
    let son = wife.saturating_sub(chance.between(21, 28)).max(23);
    let daughter_in_law = wife_age(son, chance);
    let mut family = vec![
        of_house("户主", Sex::Male, husband),
        married_in("妻", wife),
        of_house("长子", Sex::Male, son),
        married_in("儿媳", daughter_in_law),
    ];
    let mut age = daughter_in_law.saturating_sub(chance.between(21, 25));
    for _ in 0..grandchildren {
        family.push(grandchild(age, chance));
        age = age.saturating_sub(chance.between(1, 4));
    }
    family
}

fn grandchild(age_years: u32, chance: &mut Chance) -> Member {
    if chance.one_in(2) {
        of_house("孙子", Sex::Male, age_years)
    } else {
        of_house("孙女", Sex::Female, age_years)
    }
}

/// Children with their order among brothers and sisters, the eldest first.
fn children_of(mother_age: u32, children: usize, chance: &mut Chance) -> Vec<Member> {
    const SONS: [&str; 4] = ["长子", "次子", "三子", "四子"];
    const DAUGHTERS: [&str; 4] = ["长女", "次女", "三女", "四女"];
    let (mut sons, mut daughters) = (SONS.iter(), DAUGHTERS.iter());
    let mut age = mother_age.saturating_sub(chance.between(21, 27));
    let mut made = Vec::with_capacity(children);
    for _ in 0..children {
        let child = if chance.one_in(2) {
            of_house(sons.next().copied().unwrap_or("其他儿子"), Sex::Male, age)
        } else {
            of_house(daughters.next().copied().unwrap_or("其他女儿"), Sex::Female, age)
        };
        made.push(child);
        age = age.saturating_sub(chance.between(1, 5));
    }
    made
}

/// Wives are mostly a little younger than their husbands, and never younger than 20.
fn wife_age(husband_age: u32, chance: &mut Chance) -> u32 {
    (husband_age + 1).saturating_sub(chance.between(0, 5)).max(22)
}
