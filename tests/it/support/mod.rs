//! Helpers of the integration tests.

pub mod hostile;
pub mod raw;
pub mod way;
