//! An answer on the wire: the receipt first, then pages, then the end.

use super::ByteStream;
use super::lines::{OnError, Packed, Unpacked, parse_line};
use crate::messages::AnswerLine;
use crate::protocol::{Answer, SyncError};
use futures_util::stream::{StreamExt, poll_fn};
use std::task::{Context, Poll, ready};

/// The bytes of an answer. The receipt, the wanted photos and every end of a page leave at once. Where the answer
/// fails on its way, its last line names the reason.
pub fn encode_answer(answer: Answer) -> Result<ByteStream, SyncError> {
    let urgent = |line: &AnswerLine| {
        matches!(
            line,
            AnswerLine::Receipt(_) | AnswerLine::Wanted(_) | AnswerLine::Head(_) | AnswerLine::Working
        )
    };
    Ok(Packed::new(answer, urgent, OnError::Tell)?.boxed())
}

/// Reads an answer: it begins with the receipt, in one line or several, its last line is the end, or there is an error.
pub fn decode_answer(bytes: ByteStream) -> Answer {
    let mut reader = match Unpacked::new(bytes) {
        Ok(lines) => AnswerReader { lines, receipted: false, begun: false, ended: false },
        Err(error) => return futures_util::stream::iter([Err(error)]).boxed(),
    };
    poll_fn(move |cx| reader.poll_line(cx)).boxed()
}

struct AnswerReader {
    lines: Unpacked,
    receipted: bool,
    /// Something other than the receipt's lines came.
    begun: bool,
    ended: bool,
}

impl AnswerReader {
    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<AnswerLine, SyncError>>> {
        let (receipted, begun, ended) = (self.receipted, self.begun, self.ended);
        let line = loop {
            match ready!(self.lines.poll_line(cx, |line| in_order(
                parse_line(line)?,
                receipted,
                begun,
                ended
            ))) {
                // It has done its work: a byte moved.
                Some(Ok(AnswerLine::Working)) => {}
                line => break line,
            }
        };
        match line {
            None if !self.ended => {
                // Said once; after that, nothing.
                self.ended = true;
                Poll::Ready(Some(Err(SyncError::Cut("the answer has no end".into()))))
            }
            Some(Err(error)) => {
                self.ended = true;
                Poll::Ready(Some(Err(error)))
            }
            Some(Ok(line)) => {
                self.receipted = true;
                self.begun |= !matches!(line, AnswerLine::Receipt(_));
                self.ended = line == AnswerLine::End;
                Poll::Ready(Some(Ok(line)))
            }
            None => Poll::Ready(None),
        }
    }
}

fn in_order(line: AnswerLine, receipted: bool, begun: bool, ended: bool) -> Result<AnswerLine, SyncError> {
    if ended {
        return Err(SyncError::Broken("a line follows the end of the answer"));
    }
    let fits = match line {
        AnswerLine::Working => true,
        AnswerLine::Receipt(_) => !begun,
        _ => receipted,
    };
    if !fits {
        return Err(SyncError::Broken("an answer begins with its receipt"));
    }
    Ok(line)
}
