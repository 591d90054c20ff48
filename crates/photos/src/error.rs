//! Why a picture could not be taken in.

use thiserror::Error;

/// Why a picture could not be prepared; never holds anything read from the picture but its size and format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// There is nothing in the file.
    #[error("the file holds zero bytes")]
    Empty,
    /// The bytes are of no picture format known here.
    #[error("the file is not a picture")]
    NotAPicture,
    /// A HEIC/HEIF picture, as iPhones make them by default; the user can do something about it.
    #[error(
        "HEIC pictures cannot be read: set the phone's camera to JPEG (\"most compatible\") and take it again"
    )]
    Heic,
    /// A picture, but of a format that is not read here.
    #[error("{format} pictures cannot be read: save it as JPEG or PNG")]
    UnsupportedFormat {
        /// The format's usual name.
        format: &'static str,
    },
    /// The file is larger than allowed.
    #[error("the file has {size_bytes} bytes, at most {limit_bytes} are allowed")]
    TooManyBytes {
        /// Size of the file.
        size_bytes: usize,
        /// Size allowed.
        limit_bytes: usize,
    },
    /// The picture claims more pixels, or a longer edge, than allowed.
    #[error("the picture claims {width}×{height} pixels, more than is allowed")]
    TooManyPixels {
        /// Width claimed, in pixels.
        width: u32,
        /// Height claimed, in pixels.
        height: u32,
    },
    /// The file ends before the picture does: it was cut off in copying or sending.
    #[error("the picture is cut off: the file ends before the picture does")]
    Truncated,
    /// The picture is complete in length but does not decode.
    #[error("the picture is damaged: {detail}")]
    Damaged {
        /// What the decoder objected to; technical English, for a log.
        detail: String,
    },
    /// The prepared picture could not be encoded.
    #[error("the picture could not be encoded as {format}")]
    NotEncoded {
        /// The format wanted.
        format: &'static str,
    },
}

impl PhotoError {
    /// A stable code that screens map to words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            PhotoError::Empty => "photo-empty",
            PhotoError::NotAPicture => "photo-not-a-picture",
            PhotoError::Heic => "photo-heic",
            PhotoError::UnsupportedFormat { .. } => "photo-unsupported-format",
            PhotoError::TooManyBytes { .. } => "photo-too-many-bytes",
            PhotoError::TooManyPixels { .. } => "photo-too-many-pixels",
            PhotoError::Truncated => "photo-truncated",
            PhotoError::Damaged { .. } => "photo-damaged",
            PhotoError::NotEncoded { .. } => "photo-not-encoded",
        }
    }

    pub(crate) fn damaged(cause: impl std::fmt::Display) -> Self {
        PhotoError::Damaged { detail: cause.to_string() }
    }
}
