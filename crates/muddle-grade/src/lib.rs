//! Entries, truth and rubric to a report with evidence.

mod tables;
