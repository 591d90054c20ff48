//! Places on the earth as forms write them: `latitude longitude [altitude [accuracy]]`, several divided by semicolons.

/// A place in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// The most places of one line.
const MAX_PLACES: usize = 10_000;

fn read_coordinate(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    let number: f64 = if plain { text.parse().ok()? } else { return None };
    number.is_finite().then_some(number)
}

/// Reads a place; none when it is not on the earth.
pub(crate) fn read_place(text: &str) -> Option<Place> {
    let mut numbers = Vec::new();
    for word in text.split_whitespace() {
        numbers.push(read_coordinate(word)?);
    }
    let (latitude, longitude) = match numbers.as_slice() {
        [latitude, longitude] | [latitude, longitude, _] | [latitude, longitude, _, _] => {
            (*latitude, *longitude)
        }
        _ => return None,
    };
    (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some(Place { latitude, longitude })
}

/// Reads places divided by semicolons; a semicolon at the end divides nothing.
pub(crate) fn read_places(text: &str) -> Option<Vec<Place>> {
    let text = text.trim();
    let text = text.strip_suffix(';').unwrap_or(text);
    if text.matches(';').count() >= MAX_PLACES {
        return None;
    }
    text.split(';').map(read_place).collect()
}

/// Whether places go round something: three or more, the last the same as the first.
pub(crate) fn is_closed(places: &[Place]) -> bool {
    places.len() >= 4 && places.first() == places.last()
}

/// The radius that the ODK engines reckon with, in metres.
const RADIUS: f64 = 6_378_100.0;

/// The metres between two places.
fn between(from: Place, to: Place) -> f64 {
    let turn = (from.longitude - to.longitude).to_radians();
    let (from, to) = (from.latitude.to_radians(), to.latitude.to_radians());
    let cosine = from.sin() * to.sin() + from.cos() * to.cos() * turn.cos();
    // Rounding may leave the cosine of no distance a little above one.
    cosine.clamp(-1.0, 1.0).acos() * RADIUS
}

fn to_centimetres(metres: f64) -> f64 {
    ((metres * 100.0 + 0.5).floor() / 100.0).abs()
}

/// The length of a line in metres, to two decimals.
pub(crate) fn length(places: &[Place]) -> f64 {
    let steps = places.windows(2).map(|pair| match pair {
        [from, to] => between(*from, *to),
        _ => 0.0,
    });
    to_centimetres(steps.fold(0.0, |sum, step| sum + step))
}

/// The area that a line goes round, in square metres to two decimals; it is closed where it is open.
pub(crate) fn area(places: &[Place]) -> f64 {
    if places.len() < 3 {
        return 0.0;
    }
    let ends = places.iter().zip(places.iter().cycle().skip(1));
    let sum = ends.fold(0.0, |sum, (from, to)| {
        let turn = (to.longitude - from.longitude).to_radians();
        sum + turn * (2.0 + to.latitude.to_radians().sin() + from.latitude.to_radians().sin())
    });
    to_centimetres((sum * RADIUS * RADIUS / 2.0).abs())
}

/// Whether a place lies within a closed line: a ray from it crosses the line an odd number of times.
pub(crate) fn holds(shape: &[Place], place: Place) -> bool {
    let ends = shape.iter().zip(shape.iter().cycle().skip(1));
    let crossed = ends.filter(|(from, to)| {
        let spans = (from.latitude > place.latitude) != (to.latitude > place.latitude);
        let share = (place.latitude - from.latitude) / (to.latitude - from.latitude);
        spans && place.longitude < from.longitude + share * (to.longitude - from.longitude)
    });
    crossed.count() % 2 == 1
}

/// On which side of the way from one place to another a third lies.
fn side(from: Place, to: Place, third: Place) -> f64 {
    (to.longitude - from.longitude) * (third.latitude - from.latitude)
        - (to.latitude - from.latitude) * (third.longitude - from.longitude)
}

/// Whether any two parts of a line that do not follow each other cross.
pub(crate) fn crosses_itself(line: &[Place]) -> bool {
    let parts: Vec<(Place, Place)> =
        line.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect();
    let cross = |one: &(Place, Place), two: &(Place, Place)| {
        side(one.0, one.1, two.0) * side(one.0, one.1, two.1) < 0.0
            && side(two.0, two.1, one.0) * side(two.0, two.1, one.1) < 0.0
    };
    parts.iter().enumerate().any(|(at, one)| parts.iter().skip(at + 2).any(|two| cross(one, two)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn places_are_on_the_earth_or_none() {
        for good in ["30.39 114.89", "-90 180 12.5", "0 0 0 0", " 1  2 "] {
            assert!(read_place(good).is_some(), "{good}");
        }
        for bad in ["", "30", "91 0", "0 181", "a b", "1 2 3 4 5", "1,2", "inf 0"] {
            assert!(read_place(bad).is_none(), "{bad}");
        }
        assert_eq!(read_places("1 2; 3 4;").unwrap().len(), 2);
        assert!(read_places("1 2;; 3 4").is_none());
        assert!(is_closed(&read_places("0 0;0 1;1 1;0 0").unwrap()));
        assert!(!is_closed(&read_places("0 0;0 1;1 1").unwrap()));
    }

    #[test]
    fn a_line_that_crosses_itself_is_found() {
        assert!(crosses_itself(&read_places("0 0;1 1;1 0;0 1").unwrap()));
        assert!(!crosses_itself(&read_places("0 0;0 1;1 1;1 0;0 0").unwrap()));
    }

    #[test]
    fn lengths_and_areas_are_those_of_a_globe() {
        let places = read_places("0 0;0 1").unwrap();
        assert!((length(&places) - 111_318.845).abs() < 1.0, "{}", length(&places));
        let square = read_places("0 0;0 1;1 1;1 0;0 0").unwrap();
        assert!((area(&square) / 12_391_399_902.0 - 1.0).abs() < 0.01, "{}", area(&square));
        assert!(holds(&square, Place { latitude: 0.5, longitude: 0.5 }));
        assert!(!holds(&square, Place { latitude: 1.5, longitude: 0.5 }));
    }
}
