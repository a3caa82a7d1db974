//! Helpers of the integration tests.

pub mod fortnight;
pub mod hostile;
pub mod raw;
pub mod way;
