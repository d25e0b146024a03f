//! Reference automations that use only the public HTTP API.
