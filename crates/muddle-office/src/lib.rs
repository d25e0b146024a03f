//! The live workspace: act, clock, parked calls, register, verify.
