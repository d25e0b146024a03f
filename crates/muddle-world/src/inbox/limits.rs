//! Named maxima of the mailbox: the vendor's published ones where there are any, our own elsewhere.
//!
//! Read by [`super::mime`], the operations, the search language and the wire face. What exceeds one is refused with a
//! sentence that names it, or, inside a mail, becomes one attachment that nobody looks into.

/// Multiparts and mails within one another; what is deeper is one attachment of unknown type.
pub const MIME_DEPTH_MAX: usize = 100;
/// Parts of one mail; the last takes all that follows.
pub const MIME_PARTS_MAX: usize = 1_000;
/// Mails in base64 or quoted-printable within one another; each is decoded and read anew.
pub const MIME_ENCODED_DEPTH_MAX: usize = 3;
/// Headers of one mail (vendor's limit).
pub const HEADERS_MAX: usize = 5_000;
/// Bytes of all headers of one mail (vendor's limit).
pub const HEADERS_BYTES_MAX: usize = 500 * 1_024;
/// Bytes of one header's value, but `To`, `Cc`, `Bcc` and `References` (vendor's limit).
pub const HEADER_BYTES_MAX: usize = 32 * 1_024;
/// Bytes of a `Subject` (vendor's limit).
pub const SUBJECT_BYTES_MAX: usize = 998;
/// Bytes of a `Message-ID` (vendor's limit).
pub const MESSAGE_ID_BYTES_MAX: usize = 500;
/// Headers of all parts of one mail, its own included.
pub const PART_HEADERS_MAX: usize = 20_000;
/// Bytes of the headers of all parts of one mail, its own included.
pub const PART_HEADERS_BYTES_MAX: usize = 2 * 1_024 * 1_024;
/// Bytes that are read of a part's `Content-Type` or `Content-Disposition`.
pub const CONTENT_HEADER_BYTES_MAX: usize = 4 * 1_024;
/// Bytes within which an encoded word (`=?utf-8?Q?…?=`) must end.
pub const ENCODED_WORD_BYTES_MAX: usize = 1_000;
/// Encoded words of one header block that do not end; with more of them none is decoded.
pub const OPEN_ENCODED_WORDS_MAX: usize = 16;
/// Message ids kept of `References` and `In-Reply-To`: the first and the last ones.
pub const REFERENCES_MAX: usize = 1_000;
/// Characters of an attachment's name.
pub const FILENAME_CHARS_MAX: usize = 1_000;
/// People that one mail may go to (vendor's limit).
pub const RECIPIENTS_MAX: usize = 500;
/// Labels that one call may add, and that it may remove (vendor's limit).
pub const LABELS_CALL_MAX: usize = 100;
/// Labels that one message may carry.
pub const LABELS_MESSAGE_MAX: usize = 500;
/// Labels of a user that a box may have (vendor's limit).
pub const LABELS_MAX: usize = 10_000;
/// Characters of a label's name.
pub const LABEL_NAME_CHARS_MAX: usize = 225;
/// Messages that one batch takes (vendor's limit).
pub const BATCH_IDS_MAX: usize = 1_000;
/// Bytes of a mail's text that a search looks through.
pub const SEARCHED_BYTES_MAX: usize = 128 * 1_024;
/// Bytes of a search.
pub const QUERY_BYTES_MAX: usize = 16 * 1_024;
/// Terms of a search.
pub const QUERY_TERMS_MAX: usize = 500;
/// Brackets and signs within one another in a search.
pub const QUERY_DEPTH_MAX: usize = 50;
/// Bytes of the mails, or of their headers, that one answer may show.
pub const SHOWN_BYTES_MAX: u64 = 64 * 1_024 * 1_024;
/// Names in `metadataHeaders`.
pub const METADATA_HEADERS_MAX: usize = 100;
