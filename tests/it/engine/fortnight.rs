//! Five hundred sources over a fortnight, at the adaptive interval.

use crate::support::fortnight::{Fortnight, folder};

#[tokio::test(start_paused = true)]
async fn nobody_early_no_crowds_and_nobody_forgotten() {
    let folder = folder();
    let fortnight = Fortnight::live(500, folder.path()).await;
    fortnight.check();
    let (polls, documents) = (fortnight.polls(), fortnight.documents());
    assert!(documents > polls / 5 && documents < polls, "{documents} documents in {polls} polls");
}
