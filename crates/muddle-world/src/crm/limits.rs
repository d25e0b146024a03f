//! Named maxima of the CRM: what one request may ask for, and how much one record or one answer holds.
//!
//! Read by the rules and by the wire face's parsers. Each is named in the refusal of what is over it.

/// Records, or properties, of one batch.
pub const INPUTS_MAX: usize = 100;
/// Pairs of a batch that associates or parts.
pub const PAIRS_MAX: usize = 2_000;
/// Records of a batch that reads associations.
pub const LINK_READS_MAX: usize = 1_000;
/// Ways named for one association.
pub const WAYS_MAX: usize = 100;
/// Associations that a new record comes with.
pub const NEW_LINKS_MAX: usize = 1_000;
/// Different property names that one request selects.
pub const NAMES_MAX: usize = 2_000;
/// Properties set on one record by one request.
pub const VALUES_MAX: usize = 2_000;
/// Bytes of one value.
pub const VALUE_BYTES_MAX: usize = 65_536;
/// Bytes of all values of one record.
pub const RECORD_BYTES_MAX: usize = 256 * 1_024;
/// Versions of one property that a record remembers.
pub const VERSIONS_MAX: usize = 20;
/// Versions of all its properties that a record remembers.
pub const RECORD_VERSIONS_MAX: usize = 1_000;

/// Groups of a search, conditions of a group, and conditions in all.
pub const GROUPS_MAX: usize = 5;
/// See [`GROUPS_MAX`].
pub const FILTERS_MAX: usize = 6;
/// See [`GROUPS_MAX`].
pub const ALL_FILTERS_MAX: usize = 18;
/// Values of an `IN` or a `NOT_IN`.
pub const FILTER_VALUES_MAX: usize = 100;
/// Characters of a query and of the value of a condition.
pub const QUERY_CHARS_MAX: usize = 3_000;
/// Keys of an order. The vendor documents one; a few more are harmless.
pub const SORTS_MAX: usize = 5;
/// Results that a search can be paged through.
pub const RESULTS_MAX: usize = 10_000;

/// Options of one property.
pub const OPTIONS_MAX: usize = 5_000;
/// Properties, and groups of them, that an account makes up for one type.
pub const DEFINITIONS_MAX: usize = 1_000;
/// Bytes of all definitions of the properties that an account makes up for one type.
pub const DEFINITION_BYTES_MAX: usize = 2 * 1_024 * 1_024;
/// Bytes of a label.
pub const LABEL_BYTES_MAX: usize = 1_000;

/// Bytes of names and values in one answer. A page ends early where its records hold more; what has no pages is refused.
pub const ANSWER_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Associations in one answer to a batch that reads them.
pub const ANSWER_LINKS_MAX: usize = 20_000;
/// Associations to one type that are shown with a record.
pub const SHOWN_LINKS_MAX: usize = 100;
/// Flaws of one record that a refusal names.
pub const FLAWS_MAX: usize = 20;
/// Bytes of the options that a refusal names.
pub const NAMED_OPTIONS_BYTES_MAX: usize = 2_000;
