//! Named maxima of the billing desk, the vendor's own where it documents them.
//!
//! Read by `ops`, which name them in what they refuse, and by the wire face for what it can tell before the rules.

/// Rows on a page where the caller does not say.
pub const PAGE_ROWS: u32 = 10;
/// Rows on a page at most.
pub const PAGE_ROWS_MAX: u32 = 100;
/// Rows that a list inside another object shows; its own route has the others.
pub const NESTED_ROWS_MAX: usize = 10;
/// Levels of one path in `expand`, `data` included.
pub const EXPAND_LEVELS_MAX: usize = 4;
/// Different paths in `expand`.
pub const EXPAND_PATHS_MAX: usize = 50;
/// Types that a list of events can be narrowed to at once.
pub const EVENT_TYPES_MAX: usize = 20;
/// Ids that a list can be narrowed to at once.
pub const LISTED_IDS_MAX: usize = 100;
/// Lines of one credit note.
pub const CREDIT_LINES_MAX: usize = 100;
/// Clauses of one search.
pub const SEARCH_CLAUSES_MAX: usize = 10;
/// Characters of a text that has no shorter maximum, a search among them.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// Characters of a customer's name.
pub const NAME_CHARS_MAX: usize = 256;
/// Characters of an address of mail.
pub const EMAIL_CHARS_MAX: usize = 512;
/// Characters of a phone number.
pub const PHONE_CHARS_MAX: usize = 20;
/// Pairs of metadata that one record holds.
pub const METADATA_PAIRS_MAX: usize = 50;
/// Characters of the name of a pair.
pub const METADATA_NAME_CHARS_MAX: usize = 40;
/// Characters of the value of a pair.
pub const METADATA_VALUE_CHARS_MAX: usize = 500;
