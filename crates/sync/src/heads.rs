//! Whether the center stands where it stood before, by the stream heads of a receipt given just now. Pure.

use crate::messages::StreamHead;
use bangban_model::{Digest, StreamId};

/// How far a stream was known when the question was asked, as the center once signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHead {
    /// The village.
    pub stream: StreamId,
    /// Its newest position here; 0 for none.
    pub position: u64,
    /// The stream hash there.
    pub hash: Digest,
    /// The epoch in which the center signed it; none where it signed no such head.
    pub epoch: Option<u64>,
}

/// Streams of which the center now tells less than it once signed: it was put back from a copy, and has to say so itself
/// (rule D2). Streams that are no longer told of are none of this laptop's.
pub fn went_back(known: &[KnownHead], told: &[StreamHead]) -> Vec<StreamId> {
    let behind = |known: &&KnownHead| {
        told.iter().filter(|told| told.stream == known.stream).any(|told| {
            let earlier_epoch = known.epoch.is_some_and(|epoch| told.epoch < epoch);
            let shorter = told.position < known.position;
            let another = told.position == known.position && told.hash != known.hash;
            earlier_epoch || shorter || another
        })
    };
    known.iter().filter(behind).map(|known| known.stream.clone()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn known(position: u64, hash: &[u8], epoch: u64) -> KnownHead {
        let stream = StreamId::parse("420703200209").unwrap();
        KnownHead { stream, position, hash: Digest::of(hash), epoch: Some(epoch) }
    }

    fn told(position: u64, hash: &[u8], epoch: u64) -> StreamHead {
        let KnownHead { stream, position, hash, .. } = known(position, hash, epoch);
        StreamHead { stream, position, hash, epoch }
    }

    #[test]
    fn d2_a_center_that_tells_less_than_it_once_signed_went_back() {
        let gone = |told: StreamHead| !went_back(&[known(7, b"seven", 2)], &[told]).is_empty();
        assert!(!gone(told(7, b"seven", 2)) && !gone(told(9, b"nine", 2)), "it stands or went on");
        assert!(gone(told(6, b"six", 2)), "shorter");
        assert!(gone(told(7, b"another", 2)), "another entry stands there");
        assert!(gone(told(9, b"nine", 1)), "an earlier epoch, however long");
        assert!(gone(told(6, b"six", 3)), "a new epoch is no excuse: it has to say what it lost");
        assert!(!gone(told(9, b"nine", 3)));
    }

    #[test]
    fn a_village_that_is_not_told_of_and_one_without_a_signed_head_say_nothing() {
        assert!(went_back(&[known(7, b"seven", 2)], &[]).is_empty());
        let unsigned = KnownHead { epoch: None, ..known(7, b"seven", 2) };
        assert!(went_back(std::slice::from_ref(&unsigned), &[told(8, b"eight", 1)]).is_empty());
        assert_eq!(went_back(&[unsigned], &[told(6, b"six", 1)]).len(), 1);
    }
}
