//! Ten new cases with a thousand and with a hundred thousand behind them: what was received before must cost nothing.

use crate::link::Shape;
use crate::row::{Row, median};
use crate::side::{Load, Sides, answer};
use crate::{Bench, Failure};

/// What is new.
const NEW: Load = Load { cases: 10, photos: 20, photo_bytes: 150_000 };

/// The same exchange behind so many received cases.
pub fn measure(bench: &Bench<'_>, behind: &[u64]) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut first = None;
    for cases in behind {
        let folder = tempfile::tempdir_in(bench.folder)?;
        let sides = {
            let link = bench.link(Shape::default())?;
            Sides::with_received(&bench.options.bins, folder.path(), &link, *cases, NEW)?
        };
        let raw = median(bench.times("raw upload", || bench.raw_run(&sides))?);
        let name = format!("10 new cases behind {cases}");
        let runs = bench.exchanges(&name, &sides, Shape::default())?;
        let seconds = median(runs.iter().map(|run| run.seconds).collect());
        rows.push(Row::new(&name, seconds, "s", None));
        rows.push(Row::new("  ratio to one raw upload of the same bytes", seconds / raw, "×", None));
        match first {
            None => first = Some(seconds),
            Some(first) => {
                rows.push(Row::new(
                    "  more time than behind the fewest",
                    seconds / first - 1.0,
                    "×",
                    Some(0.1),
                ));
            }
        }
        let _ = answer(&mut sides.laptop(None, &["status"]))?;
    }
    Ok(rows)
}
