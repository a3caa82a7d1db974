//! What is wrong with a source, and what to do about it: pure words and decisions,
//! shared by the status command, the status page, the notices and the metrics.

mod advice;
mod assess;
mod extraction;
mod json;
mod notices;
mod texts;
mod websub;
mod words;

pub use advice::advice;
pub use assess::{Condition, Health, INCOMPLETE, assess, without_address};
pub use extraction::{full_text, full_text_percent};
pub use json::source_json;
pub use notices::{Subject, Telling, Told, on_failure, on_move, on_page, on_proposal, on_success};
pub use texts::{TextFinding, TextMemory, TextPrint};
pub use websub::{is_unanswered, subscription};
pub use words::{ago, counted, lasting, until};
