//! Pages: what a laptop has not seen, stream by stream, without gaps, each page ended by its signed head (rule X3).

use crate::center::Center;
use crate::error::CenterError;
use crate::store::PageAsk;
use bangban_model::{Code, Digest, IncarnationId};
use bangban_sync::{AnswerLine, Cursor, FormLine, Signed, StreamHead};
use std::collections::VecDeque;

/// A laptop's streams on their way down.
pub(crate) struct Pages {
    life: IncarnationId,
    streams: VecDeque<Run>,
    /// The newest published form that the laptop has.
    newest_form: u64,
}

/// From where to where of one stream; not checked against the center's history before its first page.
struct Run {
    head: StreamHead,
    after: u64,
    hash: Option<Digest>,
    whole: bool,
}

impl Pages {
    /// Pages from these cursors to these heads. A village without a cursor begins at its beginning.
    pub(crate) fn plan(
        life: IncarnationId,
        heads: Vec<StreamHead>,
        cursors: &[Cursor],
        newest_form: u64,
    ) -> Self {
        let run_to = |head: StreamHead| {
            let cursor = cursors.iter().find(|cursor| cursor.stream == head.stream);
            let (after, hash) =
                cursor.map_or((0, Digest::ZERO), |cursor| (cursor.position, cursor.stream_hash));
            Run { head, after, hash: Some(hash), whole: cursor.is_some_and(|cursor| cursor.whole) }
        };
        Pages { life, streams: heads.into_iter().map(run_to).collect(), newest_form }
    }

    /// The lines of the next page with its head; `None` when all is told.
    pub(crate) fn next(&mut self, center: &Center) -> Result<Option<Vec<AnswerLine>>, CenterError> {
        while let Some(run) = self.streams.front_mut() {
            let stream = run.head.stream.clone();
            if let Some(hash) = run.hash.take()
                && !center.knows(&stream, run.after, hash)?
            {
                self.streams.pop_front();
                return Ok(Some(vec![AnswerLine::Lost(stream)]));
            }
            if run.after >= run.head.position {
                self.streams.pop_front();
                continue;
            }
            let page = center.store().page(&PageAsk {
                life: self.life,
                stream: stream.clone(),
                after: run.after,
                until: run.head.position,
                whole: run.whole,
            })?;
            if page.position <= run.after {
                return Err(CenterError::About(Code::LedgerDamaged, stream.to_string()));
            }
            run.after = page.position;
            let mut lines = page.lines;
            let head = center.head(stream, page.position, page.hash)?;
            lines.push(AnswerLine::Head(Signed::sign(&head, center.signing())?));
            return Ok(Some(lines));
        }
        self.next_form(center)
    }

    /// The next published form that the laptop does not have, when all pages are told.
    fn next_form(&mut self, center: &Center) -> Result<Option<Vec<AnswerLine>>, CenterError> {
        let Some(form) = center.store().forms_after(self.newest_form, 1)?.pop() else { return Ok(None) };
        self.newest_form = form.number;
        let line = FormLine::of(&form, center.identity().id, center.signing())?;
        Ok(Some(vec![AnswerLine::Form(Box::new(line))]))
    }
}
