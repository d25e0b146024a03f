//! Scenario file and seed to opening world, truth, story and people.
